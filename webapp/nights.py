"""What leaves after its time, each night; and the report of it: what and how much, nobody's name."""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy import Connection, insert, select

from webapp import clock
from webapp.db import db, writing
from webapp.privacy.models import Night
from webapp.spans import Span

NIGHTS_SHOWN: Final = 30


def run(span: Span) -> int:
    """Piece by piece, each a transaction of its own, until nothing is left; kept in the report, also where it is 0."""
    total, task = 0, span.task
    assert task is not None
    while True:
        with writing() as connection:
            done = task(connection, clock.now())
        total += done
        if not done:
            break
    with writing() as connection:
        row = {"id": str(uuid.uuid4()), "kind": span.kind, "ran_at": clock.now(), "count": total}
        connection.execute(insert(Night).values(row))
    return total


def would(span: Span) -> int:
    """How much it would be tonight. Done, counted, and undone."""
    total, task = 0, span.task
    assert task is not None
    engine = db.engine.execution_options(silian_write=True)
    with engine.connect() as connection:
        transaction = connection.begin()
        try:
            while done := task(connection, clock.now()):
                total += done
        finally:
            transaction.rollback()
    return total


def latest(connection: Connection) -> dict[str, list[Night]]:
    """The last nights of each kind, newest first."""
    rows = connection.execute(select(Night.kind, Night.ran_at, Night.count).order_by(Night.ran_at.desc()).limit(400))
    found: dict[str, list[Night]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row)  # type: ignore[arg-type]
    return {kind: nights[:NIGHTS_SHOWN] for kind, nights in found.items()}
