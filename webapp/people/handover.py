"""A suspended person's session is good for one thing: handing over what the phone still holds (PROTOCOL, the end)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from sync import device_table
from webapp.db import reading, writing
from webapp.people.models import Account
from webapp.people.refusal import Refusal
from webapp.people.sign_in import SignedIn


def may_still_speak(who: SignedIn) -> None:
    """Raises ``revoked`` once the queue has been handed over. Photos are taken longer, since they come after it.

    What was handed over before an earlier suspension ended does not count: there may be a new queue by now.
    """
    d = device_table.c
    query = select(d.handed_over_at, d.suspended_at, Account.suspended_at.label("account_suspended_at"))
    query = query.join_from(device_table, Account, Account.id == d.account).where(d.id == who.device_id)
    with reading() as connection:
        row = connection.execute(query).one()
    since = max(time for time in (row.suspended_at, row.account_suspended_at) if time is not None)
    if row.handed_over_at is not None and row.handed_over_at >= since:
        raise Refusal("revoked")


def is_done(who: SignedIn, now: datetime) -> None:
    """The phone has said that nothing waits any more: this was its last exchange."""
    with writing() as connection:
        connection.execute(
            update(device_table).where(device_table.c.id == who.device_id).values(handed_over_at=now)
        )
