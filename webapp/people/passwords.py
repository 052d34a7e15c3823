"""Passwords: kept as argon2id, compared in the same time whether or not there is such a person."""

from __future__ import annotations

import functools
import secrets
import unicodedata
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, update

from webapp.people.models import Account, SignIn

SHORTEST_CHARACTERS = 8
LONGEST_CHARACTERS = 256
EASY = "abcdefghjkmnpqrstuvwxyz23456789"  # what reads aloud and types well: no l, 1, o, 0, i

# 19 MiB and two passes: OWASP's setting for servers on which several people sign in at once.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def plain(password: str) -> str:
    """One form of what was typed: keyboards differ in how they compose a letter."""
    return unicodedata.normalize("NFC", password)


def too_short(password: str) -> bool:
    return len(plain(password)) < SHORTEST_CHARACTERS


def hashed(password: str) -> str:
    return hasher.hash(plain(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password. Without one to compare with, the same work is done for nothing."""
    nobody = _nobody()
    try:
        hasher.verify(kept or nobody, plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@functools.cache
def _nobody() -> str:
    return hasher.hash(secrets.token_hex(16))


def made_up(characters: int = 12) -> str:
    """A password that nobody guesses and a person can type on a phone."""
    return "".join(secrets.choice(EASY) for _ in range(characters))


def set_password(connection: Connection, account_id: str, password: str, now: datetime) -> None:
    """Sets a new password and ends every session that the old one had opened."""
    connection.execute(update(Account).where(Account.id == account_id).values(password_hash=hashed(password)))
    ended = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    connection.execute(ended.values(ended_at=now))
