"""Routes and their checkpoints, rounds, and what was found on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sync import UtcDateTime
from webapp.db import Base


class Checkpoint(Base):
    __tablename__ = "checkpoint"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    hint: Mapped[str] = mapped_column(String(120), default="")
    grid_code: Mapped[str | None] = mapped_column(String(30))


class Route(Base):
    __tablename__ = "route"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    minutes: Mapped[int] = mapped_column(Integer)
    checkpoint_ids: Mapped[list[str]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class Patrol(Base):
    """One round. ``scans`` are the points reached, in the order in which they became known."""

    __tablename__ = "patrol"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    route_id: Mapped[str | None] = mapped_column(ForeignKey("route.id"))
    companions: Mapped[list[str]] = mapped_column(JSON)
    track: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    scans: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    made_at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TrackPiece(Base):
    """Points of one patroller's own track: whereabouts, so sensitive and short-lived."""

    __tablename__ = "track_piece"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    patrol_id: Mapped[str] = mapped_column(ForeignKey("patrol.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    points: Mapped[list[Any]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Finding(Base):
    __tablename__ = "finding"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    patrol_id: Mapped[str | None] = mapped_column(String(36), index=True)
    category: Mapped[str] = mapped_column(String(30))
    grid_code: Mapped[str | None] = mapped_column(String(30))
    urgent: Mapped[bool]
    case_id: Mapped[str | None] = mapped_column(String(36))
    ready: Mapped[bool] = mapped_column(default=True)
    body: Mapped[str] = mapped_column(Text)  # the payload as it is shown, JSON
    made_at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
