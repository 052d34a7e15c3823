"""Organisations of four levels, and the grid: estate – building – unit – household; lists the desk edits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
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
    """A known grid code: a grid, one of its buildings, or one of their units.

    A building that moves to another grid leaves its old codes behind, retired: records stand under them, and phones
    may still send some.
    """

    __tablename__ = "cell"
    __table_args__ = (Index("ix_cell_estate", "estate_id"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    grid_code: Mapped[str] = mapped_column(String(30), unique=True)
    kind: Mapped[str] = mapped_column(String(10))  # grid, building, unit
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    bounds: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # of a grid: GeoJSON, WGS-84


class Household(Base):
    """A door. No names: what a phone needs is where to knock."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("grid_code", "door"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    grid_code: Mapped[str] = mapped_column(String(30), index=True)  # of its unit
    floor: Mapped[int]
    door: Mapped[str] = mapped_column(String(10))


class HouseholdPerson(Base):
    """Who answers for a door. Personal: kept apart from it, in no document of a phone, and looking is on record."""

    __tablename__ = "household_person"
    household_id: Mapped[str] = mapped_column(ForeignKey("household.id"), primary_key=True)
    holder: Mapped[str | None] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(30))
    area_m2: Mapped[float | None]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HouseholdImport(Base):
    """A list of doors that was handed in at the desk: what came of looking through it, and whether it was taken over.

    The file itself stays only until then, a day at most; it holds names and telephones.
    """

    __tablename__ = "household_import"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10))  # waiting, looking, ready, faulty, accepted, taking, done, dropped
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_of: Mapped[int | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by a worker that is at it
    tries: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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
