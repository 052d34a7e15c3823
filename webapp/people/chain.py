"""The chain over the audit lines: each line's digest goes into the next, and a seal keeps where the chain stands.

Lines are chained a minute after their commit and not in it. Whoever chains in the commit has all writers of the
database wait in one line, where one estate's traffic would wait for another's; here a push pays nothing. The order is
that of the ids. On PostgreSQL a smaller id may be committed later than a larger one, so a seal first waits for those
that are being written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.sql import text

from sync.wire import dumps
from webapp.db import db, reading, writing
from webapp.people.audit import audit_table, line_of
from webapp.people.models import AuditSeal

PIECE: Final = 2000
MARK: Final = 8  # hex digits kept of each line, by which a changed one is found
BEGINNING: Final = "0" * 64
WAIT: Final = "2s"
seal_table = cast(Table, AuditSeal.__table__)
a, s = audit_table.c, seal_table.c


def digest_of(line: dict[str, Any]) -> str:
    return hashlib.sha256(dumps(list(line.values())).encode()).hexdigest()


def chained(before: str, digests: Sequence[str]) -> str:
    """Where the chain stands after these lines."""
    at = before
    for one in digests:
        at = hashlib.sha256((at + one).encode()).hexdigest()
    return at


def lines_between(connection: Connection, after: int, until: int, most: int | None = None) -> list[dict[str, Any]]:
    query = select(audit_table).where(a.id > after, a.id <= until).order_by(a.id).limit(most)
    return [line_of(row) for row in connection.execute(query).mappings()]


def last_seal(connection: Connection) -> Any:
    return connection.execute(select(seal_table).order_by(s.n.desc()).limit(1)).first()


def seal(now: datetime) -> int:
    """Seals all lines that are committed; returns how many those were. A moment later there may be more."""
    until, total = _committed(), 0
    while until:
        with writing() as connection:
            done = _seal_piece(connection, until, now)
        total += done
        if done < PIECE:
            break
    return total


def _committed() -> int:
    """The id up to which no line can come any more."""
    newest = select(func.max(a.id))
    if db.engine.dialect.name == "sqlite":  # one writer at a time: ids are committed in their order
        with reading() as connection:
            return connection.execute(newest).scalar() or 0
    with writing() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT}'"))
        # Waits for those that have taken an id and are not committed yet; held for no longer than it takes to ask.
        connection.execute(text("LOCK TABLE audit_line IN SHARE MODE"))
        return connection.execute(newest).scalar() or 0


def _seal_piece(connection: Connection, until: int, now: datetime) -> int:
    if db.engine.dialect.name != "sqlite":
        connection.execute(text("LOCK TABLE audit_seal IN SHARE ROW EXCLUSIVE MODE"))  # one chain, one at a time
    last = last_seal(connection)
    lines = lines_between(connection, last.last_id if last else 0, until, PIECE)
    if not lines:
        return 0
    digests = [digest_of(line) for line in lines]
    row = {
        "n": last.n + 1 if last else 1,
        "first_id": lines[0]["id"],
        "last_id": lines[-1]["id"],
        "lines": len(lines),
        "digest": chained(last.digest if last else BEGINNING, digests),
        "marks": "".join(one[:MARK] for one in digests),
        "sealed_at": now,
    }
    connection.execute(insert(seal_table).values(row))
    return len(lines)
