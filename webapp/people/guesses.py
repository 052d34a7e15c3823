"""Wrong tries in a row at a PIN or a one-time code, counted in the database: for all web processes, over restarts.

Each count belongs to one secret that only its holder can try at all (the phone that keeps a PIN's secret, somebody who
knows the password), so nobody's guesses keep another person out.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, select, update

from webapp.db import writing
from webapp.people.key_models import OneTimeCode, Pin
from webapp.people.refusal import Refusal

FREE: Final = 5  # tries before the first wait
FIRST_WAIT_SECONDS: Final = 60
LONGEST_WAIT_SECONDS: Final = 3600

Kind = type[Pin] | type[OneTimeCode]


def begin(kind: Kind, which: ColumnElement[bool], now: datetime) -> int:
    """Counts a try before it is looked at, so that many at once gain nothing. Raises ``slow_down`` while it waits."""
    with writing() as connection:
        row = connection.execute(select(kind.failures, kind.wait_until).where(which).with_for_update()).first()
        if row is None:
            raise Refusal("slow_down", retry_after=1)  # somebody else's try has just used the last one up
        if row.wait_until is not None and row.wait_until > now:
            raise Refusal("slow_down", retry_after=math.ceil((row.wait_until - now).total_seconds()))
        failures: int = row.failures + 1
        counted = update(kind).where(which).values(failures=failures, wait_until=_wait(failures, now))
        connection.execute(counted)
    return failures


def succeeded(connection: Connection, kind: Kind, which: ColumnElement[bool]) -> None:
    connection.execute(update(kind).where(which).values(failures=0, wait_until=None))


def _wait(failures: int, now: datetime) -> datetime | None:
    if failures < FREE:
        return None
    return now + timedelta(seconds=min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (failures - FREE)))
