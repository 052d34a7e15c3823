"""What residents say, with a name or without one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sync import UtcDateTime
from webapp.db import Base


class Opinion(Base):
    """An anonymous one has no account, no visit and no time of day: only the date on which it came."""

    __tablename__ = "opinion"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    visit_id: Mapped[str | None] = mapped_column(String(36))
    category: Mapped[str] = mapped_column(String(30))
    grid_code: Mapped[str | None] = mapped_column(String(30))
    anonymous: Mapped[bool]
    urgent: Mapped[bool]
    ready: Mapped[bool] = mapped_column(default=True)
    body: Mapped[str] = mapped_column(Text)  # the payload as it is shown, JSON
    made_at: Mapped[str | None] = mapped_column(String(40))
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_on: Mapped[str] = mapped_column(String(10))
