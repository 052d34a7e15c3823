"""A suspended person's session is good for one thing: handing over what the phone still holds (PROTOCOL, the end)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from sync import device_table
from webapp.db import reading, writing
from webapp.people.refusal import Refusal
from webapp.people.sign_in import SignedIn


def may_still_speak(who: SignedIn) -> None:
    """Raises ``revoked`` once the queue has been handed over. Photos are taken longer, since they come after it."""
    with reading() as connection:
        over = connection.execute(
            select(device_table.c.handed_over_at).where(device_table.c.id == who.device_id)
        ).scalar()
    if over is not None:
        raise Refusal("revoked")


def is_done(who: SignedIn, now: datetime) -> None:
    """The phone has said that nothing waits any more: this was its last exchange."""
    with writing() as connection:
        mine = (device_table.c.id == who.device_id) & device_table.c.handed_over_at.is_(None)
        connection.execute(update(device_table).where(mine).values(handed_over_at=now))
