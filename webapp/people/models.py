"""Accounts, their posts, invitations, sessions, and the record of who did and saw what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sync import UtcDateTime
from webapp.db import Base


class Account(Base):
    """A person. ``home_id`` is the organisation in whose feed what concerns this person alone is numbered."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    login: Mapped[str | None] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(5), default="zh")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    home_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Post(Base):
    """A person's role in an organisation over certain grid cells, with a start and an end. No cells: all of it."""

    __tablename__ = "post"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    cells: Mapped[list[str]] = mapped_column(JSON)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Invitation(Base):
    """A way in for one person, once, for a day. Only the code's digest is kept."""

    __tablename__ = "invitation"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignIn(Base):
    """A session: bound to one device, 90 days from its last use. The cookie holds the token, this row its digest."""

    __tablename__ = "sign_in"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("sync_device.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the second step was taken


class AuditLine(Base):
    """One thing that somebody did, or looked at. Appended only. Anonymous ones have no account and no time of day."""

    __tablename__ = "audit_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str] = mapped_column(String(30))
    account_id: Mapped[str | None] = mapped_column(String(36))
    action: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str | None] = mapped_column(String(36), index=True)
    detail: Mapped[str | None] = mapped_column(Text)


class AuditSeal(Base):
    """Where the chain over the audit lines stands after one more stretch of them. ``marks`` tell a changed line."""

    __tablename__ = "audit_seal"
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_id: Mapped[int]
    last_id: Mapped[int]
    lines: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    marks: Mapped[str] = mapped_column(Text)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
