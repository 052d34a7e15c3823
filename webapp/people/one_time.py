"""One-time codes (TOTP). The secret is shown as a QR code and counts once a code confirmed it; a code is good once."""

from __future__ import annotations

import hmac
import unicodedata
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy import Connection, Row, func, insert, select, update

from webapp.db import reading, writing
from webapp.people import guesses
from webapp.people.key_models import OneTimeCode
from webapp.people.refusal import Refusal

STEP_SECONDS: Final = 30
NEAR: Final = (0, -1, 1)  # a phone's clock may be off by a step
FAR: Final = 40  # steps: a clock this wrong is told so
ISSUER: Final = "四联 Silian"


def of(connection: Connection, account_id: str) -> Row[str, datetime | None] | None:
    which = OneTimeCode.account_id == account_id
    return connection.execute(select(OneTimeCode.secret, OneTimeCode.confirmed_at).where(which)).first()


def begin(account_id: str) -> str:
    """The secret that waits to be confirmed; the same one until it is."""
    with writing() as connection:
        row = of(connection, account_id)
        if row is not None:
            return str(row.secret)
        secret = pyotp.random_base32()
        connection.execute(insert(OneTimeCode).values(account_id=account_id, secret=secret, failures=0, last_step=0))
    return secret


def link(secret: str, login: str) -> str:
    """What the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def check(account_id: str, code: str, now: datetime) -> None:
    """Takes a code, and confirms the secret by it; ``slow_down``, ``code_wrong``, ``clock_off``, ``code_used``."""
    which = OneTimeCode.account_id == account_id
    with reading() as connection:
        row = of(connection, account_id)
    if row is None:
        raise Refusal("code_wrong")
    guesses.begin(OneTimeCode, which, now)
    code = "".join(unicodedata.normalize("NFKC", code).split())
    here = int(now.timestamp()) // STEP_SECONDS
    step = _step(row.secret, code, here)
    taken = update(OneTimeCode).where(which, OneTimeCode.last_step < step)
    confirmed = func.coalesce(OneTimeCode.confirmed_at, now)
    with writing() as connection:
        done = connection.execute(taken.values(last_step=step, confirmed_at=confirmed, failures=0, wait_until=None))
        if done.rowcount != 1:
            raise Refusal("code_used")


def _step(secret: str, code: str, here: int) -> int:
    """Which step of time a code belongs to."""
    totp = pyotp.TOTP(secret)
    typed, around = code.encode("utf-8", "replace"), range(here - FAR, here + FAR + 1)
    fits = [step for step in around if hmac.compare_digest(totp.generate_otp(step).encode(), typed)]
    for step in fits:
        if step - here in NEAR:
            return step
    raise Refusal("clock_off" if fits else "code_wrong")
