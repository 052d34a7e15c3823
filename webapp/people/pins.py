"""PINs: six digits for whoever has never had an account, good on the one phone where they were set.

That phone keeps a random secret of its own; the server keeps its digest, and argon2 over PIN and secret together. So
the digits alone open nothing from elsewhere, and what lies in the database is no PIN that could be guessed.
"""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime
from typing import Final

from flask import session
from sqlalchemy import Connection, Row, delete, insert, select, update

from sync import device_table
from webapp import clock
from webapp.db import reading, writing
from webapp.people import guesses, passwords
from webapp.people.key_models import Pin
from webapp.people.refusal import Refusal
from webapp.people.sign_in import open_session

DIGITS: Final = 6
WRONG_MOST: Final = 20  # in a row; then this PIN is good no more
SECRET_LEAST_CHARACTERS: Final = 32
EASY: Final = {"112233", "223344", "332211", "123321", "520131", "147258", "258369", "159357"}


def plain(pin: str) -> str:
    """What a Chinese keyboard makes of digits, and the spaces of a pasted one, are not the person's fault."""
    return "".join(unicodedata.normalize("NFKC", pin).split())


def weak(pin: str) -> bool:
    """Whether this is no PIN, or one that comes first to everybody's mind."""
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdigit()):
        return True
    steps = {(int(after) - int(before)) % 10 for before, after in zip(pin, pin[1:], strict=False)}
    return steps in ({0}, {1}, {9}) or pin[:3] == pin[3:] or pin[:2] * 3 == pin or pin in EASY


def keep(connection: Connection, account_id: str, device_id: str, pin: str, secret: str, now: datetime) -> None:
    """Sets this person's PIN on this phone; an earlier one there is good no more."""
    mine = (Pin.device_id == device_id) & (Pin.account_id == account_id)
    connection.execute(delete(Pin).where(mine | (Pin.id == _digest(secret))))
    kept = passwords.hashed(_together(pin, secret))
    row = {"id": _digest(secret), "account_id": account_id, "device_id": device_id, "pin_hash": kept, "failures": 0}
    connection.execute(insert(Pin).values(**row, set_at=now))


def enter(pin: str, secret: str, device_id: str) -> str:
    """Opens a session; raises ``pin_elsewhere``, ``slow_down``, ``wrong_pin``, ``pin_spent`` or ``device``."""
    now, which = clock.now(), Pin.id == _digest(secret)
    row = _look(secret)
    if row is None:
        raise Refusal("pin_elsewhere")
    if row.suspended_at is not None and row.device_id != device_id:
        raise Refusal("revoked")  # a suspended phone does not come back under a new number
    failures = guesses.begin(Pin, which, now)
    if not passwords.matches(row.pin_hash, _together(plain(pin), secret)):
        _wrong(failures, which)
    session.clear()  # form tokens made before the sign-in are good no more
    with writing() as connection:
        guesses.succeeded(connection, Pin, which)
        token = open_session(connection, row.account_id, device_id, "phone", now, how="pin")
        connection.execute(update(Pin).where(which).values(device_id=device_id))
    return token


def _wrong(failures: int, which: object) -> None:
    if failures < WRONG_MOST:
        raise Refusal("wrong_pin")
    with writing() as connection:
        connection.execute(delete(Pin).where(which))  # type: ignore[arg-type]
    raise Refusal("pin_spent")


def _look(secret: str) -> Row[tuple[str, str, str, datetime | None]] | None:
    query = select(Pin.account_id, Pin.device_id, Pin.pin_hash, device_table.c.suspended_at)
    query = query.join(device_table, device_table.c.id == Pin.device_id).where(Pin.id == _digest(secret))
    with reading() as connection:
        return connection.execute(query).first()


def _together(pin: str, secret: str) -> str:
    return f"{pin}/{secret}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
