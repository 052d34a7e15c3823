"""Taking a passkey away: by its owner, one at a time, and never the last way in."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, select

from sync.columns import iso
from webapp import settings
from webapp.db import writing
from webapp.people import audit, one_time, passkeys
from webapp.people.key_models import Passkey, Pin
from webapp.people.models import Account
from webapp.people.refusal import Refusal
from webapp.people.second_step import keeps_out
from webapp.people.sign_in import SignedIn

HANDLE_CHARACTERS: Final = 16


def handle(id: str) -> str:
    """What a passkey is called towards its owner; its own id is long, and is told to nobody who need not know."""
    return hashlib.sha256(id.encode()).hexdigest()[:HANDLE_CHARACTERS]


def listed(connection: Connection, account_id: str) -> list[dict[str, Any]]:
    """Somebody's passkeys, oldest first."""
    return [
        {"id": handle(row.id), "created_at": iso(row.created_at), "used_at": iso(row.used_at)}
        for row in passkeys.of(connection, account_id)
    ]


def remove(who: SignedIn, key: str, now: datetime) -> None:
    """Takes it away, on record; raises ``step_first``, ``not_found`` or ``last_way_in``."""
    if keeps_out(who, now):
        raise Refusal("step_first")
    with writing() as connection:
        # Two at once are done one after the other, so that the second sees which one is the last.
        account = select(Account.password_hash).where(Account.id == who.account_id).with_for_update()
        password = connection.execute(account).scalar()
        ids = [row.id for row in passkeys.of(connection, who.account_id)]
        found = next((id for id in ids if handle(id) == key), None)
        if found is None:
            raise Refusal("not_found")
        if len(ids) == 1 and not _another_way(connection, who, password is not None, now):
            raise Refusal("last_way_in")
        connection.execute(delete(Passkey).where(Passkey.id == found, Passkey.account_id == who.account_id))
        audit.note(connection, who.account_id, "passkey.removed", [who.device_id], now)


def _another_way(connection: Connection, who: SignedIn, password: bool, now: datetime) -> bool:
    """A password or a PIN; at the desk, where a second step is asked for, the six digits of a phone beside it."""
    if settings.current().asks_second_step and passkeys.works_at_desk(who.account_id, now):
        codes = one_time.of(connection, who.account_id)
        return password and codes is not None and codes.confirmed_at is not None
    return password or connection.execute(select(Pin.id).where(Pin.account_id == who.account_id)).first() is not None
