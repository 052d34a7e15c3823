"""The second step at the desk: beside the password a one-time code or a passkey. A demo estate goes without."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, update

from webapp import settings
from webapp.db import reading, writing
from webapp.people import audit, one_time, passkeys
from webapp.people.key_models import OneTimeCode, Passkey
from webapp.people.models import SignIn
from webapp.people.refusal import Refusal
from webapp.people.sign_in import SignedIn


@dataclass(frozen=True)
class Ways:
    """What somebody has set up."""

    codes: bool
    passkeys: int

    @property
    def any(self) -> bool:
        return self.codes or self.passkeys > 0


def owed(who: SignedIn) -> bool:
    """Whether this session still has to take it."""
    return settings.current().asks_second_step and not who.verified


def ways_of(account_id: str) -> Ways:
    with reading() as connection:
        row = one_time.of(connection, account_id)
        return Ways(row is not None and row.confirmed_at is not None, len(passkeys.of(connection, account_id)))


def may_set_up(who: SignedIn, ways: Ways) -> bool:
    """Whoever has nothing yet, or has shown what they have: a password alone replaces nobody's second step."""
    return who.verified or not ways.any


def keeps_out(who: SignedIn, now: datetime) -> bool:
    """Whether this session may not touch the passkeys of whoever works at the desk: it was opened by a password alone,
    and one of those would open the desk."""
    if not owed(who) or not passkeys.works_at_desk(who.account_id, now):
        return False
    return not may_set_up(who, ways_of(who.account_id))


def take_code(who: SignedIn, code: str, now: datetime) -> None:
    """Takes the step by a one-time code, or confirms a new secret by its first; raises what ``one_time.check`` does."""
    ways = ways_of(who.account_id)
    if not ways.codes and not may_set_up(who, ways):
        raise Refusal("code_wrong")
    try:
        one_time.check(who.account_id, code, now)
    except Refusal as refusal:
        failed(who, now, refusal.code)
        raise
    with writing() as connection:
        if not ways.codes:
            audit.note(connection, who.account_id, "second_step.set_up", [None], now, "code")
        _taken(connection, who, now)


def take_passkey(who: SignedIn, credential: str, now: datetime) -> None:
    """Takes the step by a passkey of one's own."""
    try:
        account_id, _ = passkeys.recognise(credential, now, verified=True)
        if account_id != who.account_id:
            raise Refusal("passkey_unknown")
    except Refusal as refusal:
        failed(who, now, refusal.code)
        raise
    with writing() as connection:
        _taken(connection, who, now)


def add_passkey(who: SignedIn, credential: str, now: datetime) -> None:
    """A new passkey; where it is the first thing set up, it is the step as well."""
    if not may_set_up(who, ways_of(who.account_id)):
        raise Refusal("passkey_wrong")
    row = passkeys.read_new(who.account_id, credential, now)
    with writing() as connection:
        passkeys.keep(connection, row)
        audit.note(connection, who.account_id, "second_step.set_up", [None], now, "passkey")
        _taken(connection, who, now)


def failed(who: SignedIn, now: datetime, code: str) -> None:
    with writing() as connection:
        audit.note(connection, who.account_id, "second_step.failed", [who.device_id], now, code)


def _taken(connection: Connection, who: SignedIn, now: datetime) -> None:
    mine = update(SignIn).where(SignIn.id == who.sign_in_id, SignIn.verified_at.is_(None))
    connection.execute(mine.values(verified_at=now))


def reset(connection: Connection, account_id: str, now: datetime) -> None:
    """For somebody who has lost phone and key: all goes, and the next sign-in leads to setting up anew."""
    for kind in (OneTimeCode, Passkey):
        connection.execute(delete(kind).where(kind.account_id == account_id))
    open_ones = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    connection.execute(open_ones.where(SignIn.verified_at.is_not(None)).values(ended_at=now))
    audit.note(connection, None, "second_step.reset", [account_id], now)
