"""What opens a session beside a password: PINs, passkeys and one-time codes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sync import UtcDateTime
from webapp.db import Base


class Guarded:
    """Wrong tries in a row at one secret, and until when the next one has to wait."""

    failures: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Pin(Guarded, Base):
    """Six digits that are good on one phone alone: the one that keeps the secret whose digest is this row's id."""

    __tablename__ = "pin"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    device_id: Mapped[str] = mapped_column(String(36), index=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Passkey(Base):
    """A passkey's public half. Ids and keys are base64url, as browsers say them."""

    __tablename__ = "passkey"
    id: Mapped[str] = mapped_column(String(1400), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Challenge(Base):
    """What an authenticator is asked to sign: good once, for minutes, for one purpose. Only its digest is kept."""

    __tablename__ = "passkey_challenge"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(String(36))  # whose new passkey it is for; none: to sign in
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OneTimeCode(Guarded, Base):
    """The secret of somebody's one-time codes. It counts once a code has confirmed it; no code is good twice."""

    __tablename__ = "one_time_code"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))  # sealed by a key outside the database
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
