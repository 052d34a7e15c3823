"""One-time codes (TOTP). The secret is shown as a QR code and counts once a code confirmed it; a code is good once."""

from __future__ import annotations

import base64
import hmac
import secrets
import unicodedata
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from webapp.db import reading, writing
from webapp.people import guesses, sealed
from webapp.people.key_models import OneTimeCode
from webapp.people.refusal import Refusal

STEP_SECONDS: Final = 30
NEAR: Final = (0, -1, 1)  # a phone's clock may be off by a step
SECRET_BYTES: Final = 20  # RFC 4226: 160 bits, and base32 without padding
FAR: Final = 40  # steps: a clock this wrong is told so
ISSUER: Final = "四联 Silian"


def of(connection: Connection, account_id: str) -> Row[str, datetime | None] | None:
    which = OneTimeCode.account_id == account_id
    return connection.execute(select(OneTimeCode.secret, OneTimeCode.confirmed_at).where(which)).first()


def begin(account_id: str) -> str:
    """The secret that waits to be confirmed, as an authenticator takes it; the same one until it is."""
    with writing() as connection:
        row = of(connection, account_id)
        secret = sealed.unseal(row.secret, account_id) if row is not None else None
        if secret is None:  # or it was sealed by a key that is no more
            secret = secrets.token_bytes(SECRET_BYTES)
            connection.execute(delete(OneTimeCode).where(OneTimeCode.account_id == account_id))
            new = {"account_id": account_id, "secret": sealed.seal(secret, account_id), "failures": 0, "last_step": 0}
            connection.execute(insert(OneTimeCode).values(new))
    return base64.b32encode(secret).decode()


def link(secret: str, login: str) -> str:
    """What the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def check(account_id: str, code: str, now: datetime) -> None:
    """Takes a code, and confirms the secret by it; ``slow_down``, ``code_wrong``, ``clock_off``, ``code_used``."""
    which = OneTimeCode.account_id == account_id
    with reading() as connection:
        row = of(connection, account_id)
    secret = sealed.unseal(row.secret, account_id) if row is not None else None
    if secret is None:
        raise Refusal("code_wrong")
    guesses.begin(OneTimeCode, which, now)
    code = "".join(unicodedata.normalize("NFKC", code).split())
    here = int(now.timestamp()) // STEP_SECONDS
    step = _step(base64.b32encode(secret).decode(), code, here)
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
