"""Cases (事件) and every move they made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sync import UtcDateTime
from webapp.db import Base


class Case(Base):
    __tablename__ = "case"
    __table_args__ = (Index("ix_case_estate_state", "estate_id", "state", "due_at"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)  # where it is now
    number: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(120))
    category: Mapped[str] = mapped_column(String(30))
    place: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    grid_code: Mapped[str | None] = mapped_column(String(30))
    urgent: Mapped[bool]
    from_kind: Mapped[str | None] = mapped_column(String(10))
    from_id: Mapped[str | None] = mapped_column(String(36))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))  # who raised it
    anonymous: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(12))
    left: Mapped[list[list[str]]] = mapped_column(
        JSON
    )  # [state, level, organisation] left at each escalation, newest last
    reached: Mapped[list[str]] = mapped_column(JSON)  # upper organisations that it has come to, whose staff may read it
    lead: Mapped[str | None] = mapped_column(String(40))
    assisting: Mapped[list[str]] = mapped_column(JSON)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    nudges: Mapped[int] = mapped_column(Integer, default=0)  # how many of the clock's reminders have gone out
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    refer_to: Mapped[str | None] = mapped_column(Text)
    settled: Mapped[bool | None]
    satisfied: Mapped[bool | None]
    made_at: Mapped[str | None] = mapped_column(String(40))  # none where it came from an anonymous opinion
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CaseMove(Base):
    """A transition: who, when, from where to where, and why."""

    __tablename__ = "case_move"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))  # raise, join, escalate, advance, skip
    account_id: Mapped[str | None] = mapped_column(String(36))
    role: Mapped[str | None] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CaseReporter(Base):
    """Who reported it, or joined: kept informed where they asked for news."""

    __tablename__ = "case_reporter"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    position: Mapped[int]
    account_id: Mapped[str | None] = mapped_column(String(36), index=True)
    name: Mapped[str | None] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(30))
    wants_news: Mapped[bool]
