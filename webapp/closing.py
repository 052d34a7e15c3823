"""Closing an account: posts, phones and ways in end at once; only a new invitation opens it again (``entry.accept``).

Phones hand over what waits there before they are wiped, so their sessions stay good for that alone. What the person
recorded stays for as long as each kind is kept; the name and the login follow after their time (``ageing``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update

from sync import device_table
from webapp import clock
from webapp.alerts.telling import subscription_table
from webapp.db import writing
from webapp.people import suspending
from webapp.people.audit import note
from webapp.people.key_models import OneTimeCode, Passkey, Pin
from webapp.people.models import Invitation, SignIn
from webapp.people.posts import account_table, post_table
from webapp.places.feeds import publish_people

CLOSE: Final = "account.close"
a, p, d = account_table.c, post_table.c, device_table.c


@dataclass(frozen=True)
class Closed:
    """How many posts ended, and how many phones and computers are out."""

    posts: int
    devices: int


def close(account_id: str, by: str | None = None) -> Closed | None:
    """All of it in one transaction, on record. None where the account is closed already."""
    now = clock.now()
    with writing() as connection:
        shut = update(account_table).where(a.id == account_id, a.suspended_at.is_(None))
        if connection.execute(shut.values(suspended_at=now, password_hash=None)).rowcount != 1:
            return None
        closed = Closed(_posts(connection, account_id, now), _devices(connection, account_id, by, now))
        _ways_in(connection, account_id, now)
        note(connection, by, CLOSE, [account_id], now)
    return closed


def held_at(connection: Connection, account_id: str, now: datetime) -> set[str]:
    """The organisations of this person's posts, of today and to come."""
    held = select(p.organisation_id).where(p.account_id == account_id, _stands(now))
    return set(connection.execute(held).scalars())


def _stands(now: datetime) -> ColumnElement[bool]:
    return or_(p.ends_at.is_(None), p.ends_at > now)


def _posts(connection: Connection, account_id: str, now: datetime) -> int:
    """Those that have begun end now; those to come are taken back."""
    places, mine = held_at(connection, account_id, now), (p.account_id == account_id) & _stands(now)
    to_come = connection.execute(delete(post_table).where(mine, p.starts_at >= now)).rowcount
    ended = connection.execute(update(post_table).where(mine).values(ends_at=now)).rowcount
    for place in sorted(places):
        publish_people(connection, place, now)
    return ended + to_come


def _devices(connection: Connection, account_id: str, by: str | None, now: datetime) -> int:
    """Each is suspended. At a desk nothing waits to be handed over: its sessions end."""
    rows = connection.execute(select(d.id, d.kind).where(d.account == account_id).order_by(d.id)).all()
    stopped = sum(suspending.suspend(connection, row.id, by, now) for row in rows)
    desks = [row.id for row in rows if row.kind == "desk"]
    mine = update(SignIn).where(SignIn.device_id.in_(desks), SignIn.ended_at.is_(None))
    connection.execute(mine.values(ended_at=now))
    return stopped


def _ways_in(connection: Connection, account_id: str, now: datetime) -> None:
    """Whatever opens a session or rings a phone goes; an invitation that was not used yet is good no more."""
    for kind in (Pin, Passkey, OneTimeCode):
        connection.execute(delete(kind).where(kind.account_id == account_id))
    connection.execute(delete(subscription_table).where(subscription_table.c.account_id == account_id))
    waiting = update(Invitation).where(Invitation.account_id == account_id, Invitation.expires_at > now)
    connection.execute(waiting.values(expires_at=now))
