"""Organisations of four levels, and the grid: estate – building – unit – household; lists the desk edits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sync import UtcDateTime
from webapp.db import Base

KINDS = ("district", "street", "community", "estate")  # S1, from the top down


class Organisation(Base):
    __tablename__ = "organisation"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    time_zone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    phone: Mapped[str | None] = mapped_column(String(30))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Cell(Base):
    """A known grid code: a grid, one of its buildings, or one of their units."""

    __tablename__ = "cell"
    __table_args__ = (Index("ix_cell_estate", "estate_id"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    grid_code: Mapped[str] = mapped_column(String(30), unique=True)
    kind: Mapped[str] = mapped_column(String(10))  # grid, building, unit
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))


class Household(Base):
    """A door. No names: what a phone needs is where to knock."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("grid_code", "door"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    grid_code: Mapped[str] = mapped_column(String(30), index=True)  # of its unit
    floor: Mapped[int]
    door: Mapped[str] = mapped_column(String(10))


class Choice(Base):
    """An entry of a list that the desk edits: categories and purposes."""

    __tablename__ = "choice"
    __table_args__ = (UniqueConstraint("estate_id", "list", "code"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    list: Mapped[str] = mapped_column(String(12))  # categories or purposes
    code: Mapped[str] = mapped_column(String(30))
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
