"""What was asked about one's own data, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sync import UtcDateTime
from webapp.db import Base


class Withdrawal(Base):
    """A consent that was taken back: whose, to what, given when, taken back when and through whom.

    A consent that stands is on the record it was given for; together they are the register.
    """

    __tablename__ = "consent_withdrawal"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(String(36), index=True)
    household_id: Mapped[str | None] = mapped_column(String(36), index=True)
    purpose: Mapped[str] = mapped_column(String(12))  # visit, or news
    source_id: Mapped[str] = mapped_column(String(36))  # the visit, or the matter
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(36))


class Erasure(Base):
    """A deletion that was asked for: counts, and what stays and why. ``photos`` are still to be deleted."""

    __tablename__ = "erasure"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[str | None] = mapped_column(String(36), index=True)
    household_id: Mapped[str | None] = mapped_column(String(36), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str | None] = mapped_column(String(36))
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    photos: Mapped[list[str]] = mapped_column(JSON)
    swept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Claim(Base):
    """A right that a resident claims at the door, through a grid worker: which one, whose door, and what became of it.

    ``words`` are the resident's; ``answer`` is the office's, for the worker to pass on.
    """

    __tablename__ = "claim"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    household_id: Mapped[str] = mapped_column(ForeignKey("household.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)  # the worker who took it
    right: Mapped[str] = mapped_column(String(10))  # see, correct, export, erase, withdraw
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))  # open, done, declined
    answer: Mapped[str] = mapped_column(Text)
    made_at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(String(36))


class ErasedRecord(Base):
    """The id of something that an erasure took away. It stays away, whatever a phone or an old backup hands in."""

    __tablename__ = "erased_record"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    erasure_id: Mapped[str] = mapped_column(String(36), index=True)


class Night(Base):
    """One kind of thing on one night: how much of it has left. Nobody is named."""

    __tablename__ = "night"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    ran_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    count: Mapped[int]
