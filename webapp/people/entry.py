"""Coming in: by login and password, or by an invitation. Either way a new session on a device of one's own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from flask import request, session
from sqlalchemy import Connection, Row, and_, select, update

from sync import device_table
from webapp import clock
from webapp.db import reading, writing
from webapp.people import invitations, passkeys, passwords, pins, suspending, throttle
from webapp.people.models import Account
from webapp.people.refusal import Refusal
from webapp.people.sign_in import open_session

LOGIN_CHARACTERS = 60
Keep = Callable[[Connection, str, datetime], None]


def enter(login: str, password: str, device_id: str, kind: str = "phone") -> str:
    """Opens a session, returns its token; raises ``credentials``, ``slow_down``, ``device`` or ``too_many_devices``."""
    login = plain_login(login)
    row = _account_and_device(login, device_id)
    tries = throttle.Tries(login, device_id if row is not None and row.device_account == row.id else None)
    tries.begin()
    if not passwords.matches(row.password_hash if row else None, password) or row is None:
        tries.failed()
        raise Refusal("credentials")
    tries.succeeded()
    session.clear()  # form tokens made before the sign-in are good no more
    now = clock.now()
    with writing() as connection:
        if passwords.hasher.check_needs_rehash(row.password_hash):
            mine = update(Account).where(Account.id == row.id, Account.password_hash == row.password_hash)
            connection.execute(mine.values(password_hash=passwords.hashed(password)))
        return open_session(connection, row.id, device_id, kind, now, how="password")


def activate(code: str, password: str, device_id: str) -> str:
    """Uses an invitation up, sets the password, opens a session; raises ``used`` or ``weak_password`` beside those."""
    if passwords.too_short(password):
        raise Refusal("weak_password")

    def keep(connection: Connection, account_id: str, now: datetime) -> None:
        passwords.set_password(connection, account_id, password, now)

    return accept(code, device_id, keep)


def activate_with_pin(code: str, pin: str, secret: str, device_id: str) -> str:
    """Uses an invitation up and sets a PIN for this phone alone; raises ``used`` or ``weak_pin`` beside those."""
    pin = pins.plain(pin)
    if pins.weak(pin):
        raise Refusal("weak_pin")
    if len(secret) < pins.SECRET_LEAST_CHARACTERS:
        raise Refusal("malformed")

    def keep(connection: Connection, account_id: str, now: datetime) -> None:
        pins.keep(connection, account_id, device_id, pin, secret, now)

    return accept(code, device_id, keep)


def activate_with_passkey(code: str, credential: str, device_id: str) -> str:
    """Uses an invitation up and keeps a passkey; raises ``used`` or what ``passkeys.read_new`` does beside those."""
    now = clock.now()
    with reading() as connection:
        account_id = invitations.whose(connection, code, now)
    row = passkeys.read_new(account_id, credential, now)

    def keep(connection: Connection, _account_id: str, now: datetime) -> None:
        passkeys.keep(connection, row)

    return accept(code, device_id, keep)


def enter_by_passkey(credential: str, device_id: str) -> str:
    """Opens a session by a passkey; raises ``device`` or what ``passkeys.recognise`` does."""
    now = clock.now()
    account_id, verified = passkeys.recognise(credential, now)
    session.clear()
    with writing() as connection:
        return open_session(connection, account_id, device_id, "phone", now, how="passkey", verified=verified)


def accept(code: str, device_id: str, keep: Keep) -> str:
    """Uses an invitation up, opens a session, and keeps what opens the next ones, in one transaction."""
    throttle.begin_code()
    session.clear()
    now = clock.now()
    try:
        with writing() as connection:
            account_id = invitations.use(connection, code, now)
            suspending.reopen(connection, account_id, now)
            keep(connection, account_id, now)
            return open_session(connection, account_id, device_id, "phone", now, how="invitation")
    except Refusal as refusal:
        if refusal.code == "used":
            throttle.failed_code()
        raise


def plain_login(login: str) -> str:
    """Logins are written small; what a phone's keyboard makes of the first letter is not the person's fault."""
    return passwords.plain(login).strip().casefold()


def _account_and_device(login: str, device_id: str) -> Row[tuple[str, str | None, str | None]] | None:
    device = device_table.c
    mine = and_(device.id == device_id, device.suspended_at.is_(None))
    query = select(Account.id, Account.password_hash, device.account.label("device_account"))
    query = query.outerjoin(device_table, mine).where(Account.login == login)
    with reading() as connection:
        return connection.execute(query).first()


def device_header() -> str:
    """The phone's device from ``X-Silian-Device``; raises ``device`` where it is missing or no UUID."""
    given = request.headers.get("X-Silian-Device", "")
    try:
        if len(given) == 36 and str(uuid.UUID(given)) == given.lower():
            return given.lower()
    except ValueError:
        pass  # no UUID: refused like a missing one
    raise Refusal("device")
