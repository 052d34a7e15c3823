"""What was said without a name comes out with the hour, and its audit lines with it.

A line in the transaction of the record would stand between lines that tell their minute, and the seal over it another:
the hour that the record itself does not keep could be read off its neighbours.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from sqlalchemy import Connection, Table

from sync import release
from sync.bulk import insert_rows
from sync.columns import iso
from webapp.people.models import AuditLine

SAID: Final = "opinion.record"  # the one command that can be said without a name


def let_out(connection: Connection, now: datetime) -> int:
    """Publishes what was held back, in random order, with one line of a date for each; returns how many."""
    out = release(connection, now)
    line = {"at": (iso(now) or "")[:10], "account_id": None, "action": SAID, "subject_id": None}
    insert_rows(connection, cast(Table, AuditLine.__table__), [line] * out)
    return out
