"""Invitations: a way in for one person, once, for a day. The code is in the link's fragment and QR, nowhere else."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from webapp.people.models import Invitation
from webapp.people.refusal import Refusal


def invite(connection: Connection, account_id: str, hours: int, now: datetime, id: str | None = None) -> str:
    """Makes an invitation for an account and returns its code. Earlier ones of that account are good no more.

    ``id`` is that of the form it was made by, so that one form makes one invitation.
    """
    earlier = update(Invitation).where(Invitation.account_id == account_id, Invitation.used_at.is_(None))
    connection.execute(earlier.where(Invitation.expires_at > now).values(expires_at=now))
    code = secrets.token_urlsafe(24)
    row = {"id": id or str(uuid.uuid4()), "code_digest": _digest(code), "account_id": account_id}
    connection.execute(insert(Invitation).values(**row, created_at=now, expires_at=now + timedelta(hours=hours)))
    return code


def made(connection: Connection, id: str) -> bool:
    """Whether there is an invitation of this id, good or not."""
    return connection.execute(select(Invitation.id).where(Invitation.id == id)).first() is not None


def use(connection: Connection, code: str, now: datetime) -> str:
    """Uses a code up, returns its account. Of two phones at once the database lets one in; the other is ``used``."""
    digest = _digest(code)
    mine = update(Invitation).where(Invitation.code_digest == digest, Invitation.used_at.is_(None))
    if connection.execute(mine.where(Invitation.expires_at > now).values(used_at=now)).rowcount != 1:
        raise Refusal("used")
    found = select(Invitation.account_id).where(Invitation.code_digest == digest)
    return str(connection.execute(found).scalar_one())


def whose(connection: Connection, code: str, now: datetime) -> str:
    """The account of a code that is still good; raises ``used``."""
    good = select(Invitation.account_id).where(Invitation.code_digest == _digest(code), Invitation.used_at.is_(None))
    found = connection.execute(good.where(Invitation.expires_at > now)).scalar()
    if found is None:
        raise Refusal("used")
    return str(found)


def link(base_url: str, code: str) -> str:
    """What the QR code holds. A fragment is never sent to a server, so it is in no log on the way."""
    return f"{base_url.rstrip('/')}/#/activate/{code}"


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
