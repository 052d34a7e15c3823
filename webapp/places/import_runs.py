"""Lists of doors handed in at the desk: looked through by a worker, then taken over when somebody says so.

The row is the truth and the job a hint. A worker claims a row for some minutes; where it dies, the next one begins
anew. Taking over and the row's new state are one transaction, so a list is taken over once, whoever asks how often.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any, Final, cast

from huey import crontab
from sqlalchemy import Connection, Table, and_, delete, insert, or_, select, update

from webapp import clock, jobs
from webapp.db import reading, writing
from webapp.places import importing
from webapp.places.import_words import Told
from webapp.places.importing import Result
from webapp.places.models import HouseholdImport
from webapp.places.spreadsheet import Tell

JOB: Final = "places.import"
RUNNING: Final = ("waiting", "looking", "accepted", "taking")
CLAIMED_MINUTES: Final = 3
TRIES_MOST: Final = 3
KEPT_HOURS: Final = 24  # the file itself, which holds names and telephones
REMEMBERED_DAYS: Final = 90
TOLD_EVERY_SECONDS: Final = 0.5
FAULTS_KEPT: Final = 20_000

run_table = cast(Table, HouseholdImport.__table__)
c = run_table.c
_BEGINS: Final = {"waiting": "looking", "looking": "looking", "accepted": "taking", "taking": "taking"}


def hand_in(connection: Connection, *, id: str, estate_id: str, account_id: str, file_name: str, content: bytes,
            now: datetime) -> None:  # fmt: skip
    """Keeps a file until a worker looks at it. The same id again is the same click twice."""
    if connection.execute(select(c.id).where(c.id == id)).first() is None:
        row = {"id": id, "estate_id": estate_id, "account_id": account_id, "file_name": file_name, "content": content}
        connection.execute(insert(run_table).values(**row, state="waiting", created_at=now))


def accept(connection: Connection, id: str) -> bool:
    """Somebody says: take it over. False where it is under way or settled already."""
    ready = update(run_table).where(c.id == id, c.state == "ready")
    return connection.execute(ready.values(state="accepted", tries=0, rows_read=0)).rowcount == 1


def drop(connection: Connection, id: str, now: datetime) -> bool:
    """Somebody says: not this one. Its file goes at once."""
    ready = update(run_table).where(c.id == id, c.state == "ready")
    return connection.execute(ready.values(state="dropped", content=None, settled_at=now)).rowcount == 1


def result_of(row: Any) -> Result:
    """How a row's list went, or would go."""
    kept = row["result"] or {}
    told = {name: [Told(*one) for one in kept.get(name, ())] for name in ("faults", "notes")}
    return Result(kept.get("added", 0), kept.get("changed", 0), told["faults"], told["notes"], row["state"] == "done")


@jobs.job(JOB, when=crontab())
def work() -> None:
    """Looks through and takes over whatever waits; each minute also what a worker left lying, and what is old."""
    forget(clock.now())
    while (row := _claimed()) is not None:
        if row["tries"] > TRIES_MOST:
            _settle(row, "faulty", Result(faults=[Told("", "failed")]))
        elif row["state"] == "looking":
            _look(row)
        else:
            _take_over(row)


def forget(now: datetime) -> None:
    """Files that nobody took over within a day; and, much later, that there was one."""
    old = and_(c.content.is_not(None), c.created_at <= now - timedelta(hours=KEPT_HOURS))
    older = c.created_at <= now - timedelta(days=REMEMBERED_DAYS)
    with reading() as connection:
        if connection.execute(select(c.id).where(or_(old, older)).limit(1)).first() is None:
            return
    with writing() as connection:
        connection.execute(update(run_table).where(old).values(state="dropped", content=None, settled_at=now))
        connection.execute(delete(run_table).where(older))


def _claimed() -> dict[str, Any] | None:
    """The oldest that waits, from now on this worker's."""
    now = clock.now()
    left = and_(c.state.in_(("looking", "taking")), c.claimed_at <= now - timedelta(minutes=CLAIMED_MINUTES))
    waiting = select(c.id).where(or_(c.state.in_(("waiting", "accepted")), left)).order_by(c.created_at, c.id).limit(1)
    with reading() as connection:
        if connection.execute(waiting).first() is None:
            return None  # without a write lock, each minute
    with writing() as connection:
        id = connection.execute(waiting.with_for_update(skip_locked=True)).scalar()
        if id is None:
            return None
        row = dict(connection.execute(select(run_table).where(c.id == id)).mappings().one())
        changes = {"state": _BEGINS[row["state"]], "claimed_at": now, "tries": row["tries"] + 1}
        connection.execute(update(run_table).where(c.id == id).values(**changes))
    return row | changes


def _mine(row: dict[str, Any]) -> Any:
    """The row, as long as nobody else has claimed it since."""
    return and_(c.id == row["id"], c.state == row["state"], c.tries == row["tries"])


def _teller(row: dict[str, Any]) -> Tell:
    """Writes down how far it is, now and then; that keeps the claim, too."""
    told_at = time.monotonic()

    def tell(done: int, of: int | None) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= TOLD_EVERY_SECONDS:
            told_at = time.monotonic()
            with writing() as connection:
                values = {"rows_read": done, "rows_of": of, "claimed_at": clock.now()}
                connection.execute(update(run_table).where(_mine(row)).values(**values))

    return tell


def _look(row: dict[str, Any]) -> None:
    listed = importing.listed(row["content"], _teller(row))
    with reading() as connection:
        result = importing.look(connection, row["estate_id"], listed)
    if result.faults:
        _settle(row, "faulty", result)
    elif result.added or result.changed:
        with writing() as connection:
            connection.execute(update(run_table).where(_mine(row)).values(state="ready", result=_kept(result)))
    else:
        _settle(row, "done", result)


def _take_over(row: dict[str, Any]) -> None:
    listed, now = importing.listed(row["content"], _teller(row)), clock.now()
    with writing() as connection:
        mine = update(run_table).where(_mine(row))
        if connection.execute(mine.values(state="done", content=None, settled_at=now)).rowcount == 0:
            return  # another worker has it
        result = importing.take_over(connection, row["estate_id"], listed, now, row["account_id"])
        state = "faulty" if result.faults else "done"  # what stands here may have changed since the look
        connection.execute(update(run_table).where(c.id == row["id"]).values(state=state, result=_kept(result)))


def _settle(row: dict[str, Any], state: str, result: Result) -> None:
    with writing() as connection:
        values = {"state": state, "result": _kept(result), "content": None, "settled_at": clock.now()}
        connection.execute(update(run_table).where(_mine(row)).values(**values))


def _kept(result: Result) -> dict[str, Any]:
    told = {"faults": result.faults[:FAULTS_KEPT], "notes": result.notes}
    kept = {name: [[one.cell, one.code, one.values] for one in some] for name, some in told.items()}
    return {"added": result.added, "changed": result.changed, **kept}
