"""Photos and recordings, each stored once under the digest of what the phone sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from sync import UtcDateTime
from webapp.db import Base


class Blob(Base):
    __tablename__ = "blob"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # sha-256 of the bytes as the phone sent them
    content_type: Mapped[str] = mapped_column(String(40))
    size_bytes: Mapped[int] = mapped_column(Integer)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlobSender(Base):
    """Who sent these bytes. Each sender's own record shows them, and nobody learns of another's."""

    __tablename__ = "blob_sender"
    blob_id: Mapped[str] = mapped_column(ForeignKey("blob.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlobUse(Base):
    """Which record shows a blob, and whose record it is. ``account_id`` is null for an anonymous one."""

    __tablename__ = "blob_use"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    blob_id: Mapped[str] = mapped_column(String(64), index=True)
    collection: Mapped[str] = mapped_column(String(20))
    document_id: Mapped[str] = mapped_column(String(36), index=True)
    account_id: Mapped[str | None] = mapped_column(String(36))
