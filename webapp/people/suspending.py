"""Suspending a device, and lifting that: its sessions are good for handing over alone (PROTOCOL, the end)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from sync import device_table
from webapp.people import audit
from webapp.people.models import Account, SignIn

d = device_table.c


def suspend(connection: Connection, device_id: str, by: str | None, now: datetime) -> bool:
    """At its next contact the phone hands over what waits there and is wiped. False where it is suspended already."""
    stopped = update(device_table).where(d.id == device_id, d.suspended_at.is_(None))
    if connection.execute(stopped.values(suspended_at=now)).rowcount != 1:
        return False
    audit.note(connection, by, "device.suspend", [device_id], now)
    return True


def lift(connection: Connection, device_id: str, by: str | None, now: datetime) -> bool:
    """It may be signed in on again. Its old sessions end: they knew it as suspended. False where it was not."""
    freed = update(device_table).where(d.id == device_id, d.suspended_at.is_not(None))
    if connection.execute(freed.values(suspended_at=None, handed_over_at=None)).rowcount != 1:
        return False
    mine = update(SignIn).where(SignIn.device_id == device_id, SignIn.ended_at.is_(None))
    connection.execute(mine.values(ended_at=now))
    audit.note(connection, by, "device.lift", [device_id], now)
    return True


def reopen(connection: Connection, account_id: str, now: datetime) -> None:
    """A new invitation was used: an account that was closed is open again. Its old devices stay as they are."""
    shut = update(Account).where(Account.id == account_id, Account.suspended_at.is_not(None))
    if connection.execute(shut.values(suspended_at=None)).rowcount:
        audit.note(connection, account_id, "account.reopen", [account_id], now)


def owner(connection: Connection, device_id: str) -> str | None:
    """Whose device it is."""
    return connection.execute(select(d.account).where(d.id == device_id)).scalar()
