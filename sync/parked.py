"""Commands that wait: for an id that is not here yet, for an upgrade, or for a person at the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update
from sqlalchemy.exc import OperationalError

from .batch import CHUNK, Batch
from .columns import Row, iso
from .feeds import publish
from .ledger import command_table, remove_rows, wait_table, write_changes, write_rows
from .registry import Caller, Command, Document, Effect, Outcome, Rejected
from .wire import dumps, loads, read_command

if TYPE_CHECKING:
    from .engine import Engine

CODES = frozenset({"missing", "restored", "unknown_type", "out_of_scope", "failed"})  # why something waits
PARKED_MOST = 10_000  # one account's parked commands (PROTOCOL, outcomes)
SETTLED_SHOWN_DAYS = 30  # how long its author is shown what became of a parked command


def count(connection: Connection, account: str) -> int:
    c = command_table.c
    return int(connection.execute(select(func.count()).where(c.status == "parked", c.account == account)).scalar_one())


def waits(command: Command, outcome: Outcome) -> list[Row]:
    """Which ids a parked command waits for: those that are missing, or what it would change once the rules allow it."""
    refs: Iterable[str] = ()
    if outcome.status == "parked" and outcome.code == "missing" and outcome.detail:
        refs = outcome.detail["missing"]
    elif outcome.status == "parked" and outcome.code == "restored" and command.kind and command.payload:
        refs = [ref.id for ref in command.kind.refs(command.payload)]
    return [{"ref": ref, "command": command.id} for ref in dict.fromkeys(refs)]


def unwait(connection: Connection, ids: Iterable[str]) -> None:
    connection.execute(delete(wait_table).where(wait_table.c.command.in_(list(ids))))


def document(row: Row, caller: Caller, new: bool = False) -> Document:
    """What its author sees of a parked or settled command."""
    doc = {
        "type": row["type"],
        "status": row["status"],
        "code": row["code"],
        "made_at": row["made_at"],
        "parked_at": iso(row["parked_at"]),
        "settled_at": iso(row.get("settled_at")),
        "reason": row.get("reason"),
    }
    return Document("commands", row["id"], doc, [(caller.home, f"account:{caller.account}")], new=new)


def documents(fresh: Iterable[tuple[Command, Outcome]], now: datetime) -> list[Document]:
    found = []
    for command, outcome in fresh:
        if outcome.status == "parked":
            row = {"id": command.id, "type": command.type, "made_at": command.made_at, "parked_at": now}
            found.append(document({**row, "status": "parked", "code": outcome.code}, command.caller, new=True))
    return found


def fetch(batch: Batch, commands: list[Command]) -> None:
    """Reads what commands correct and refer to, in the order in which a retry takes its locks: the parked one first.

    It may be tried again at this very moment, and only one of the two may be applied.
    """
    batch.fetch(command_table, [command.supersedes for command in commands if command.supersedes], lock=True)
    batch.fetch_refs(commands)


def supersede(command: Command, batch: Batch) -> Effect:
    """A correction of a parked command settles that one as declined; of an applied one it comes too late: ``stale``."""
    if command.supersedes is None:
        return Effect()
    row = batch.get(command_table, command.supersedes)
    if row is None or row["account"] != command.caller.account or row["status"] in ("rejected", "declined"):
        return Effect()
    if row["status"] == "applied":
        raise Rejected("stale")
    values: Row = {"status": "declined", "code": "superseded", "detail": None}
    values |= {"settled_at": batch.now, "settled_by": command.caller.account}
    return Effect(changes=[(command_table, row["id"], values)], documents=[document({**row, **values}, command.caller)])


# Built once: every batch runs these, and building a statement costs more than running it.
_any_waits = select(wait_table.c.command).limit(1)
_waiting = select(wait_table.c.command).where(wait_table.c.ref.in_(bindparam("refs", expanding=True)))


def wake(engine: Engine, connection: Connection, touched: set[str], now: datetime, events: list[Any]) -> None:
    """Tries again what waits for ids that have just come or changed. Costs one look where nothing waits."""
    if touched and connection.execute(_any_waits).first() is not None:
        retry(engine, connection, waiting_for(connection, touched), now, events)


def waiting_for(connection: Connection, touched: Iterable[str]) -> set[str]:
    refs = sorted(touched)
    found: set[str] = set()
    for start in range(0, len(refs), CHUNK):
        found.update(connection.execute(_waiting, {"refs": refs[start : start + CHUNK]}).scalars())
    return found


def due(connection: Connection, now: datetime) -> list[str]:
    """Parked commands that may go by themselves: in the first day always, later if not tried for a night."""
    c = command_table.c
    ready = c.code.in_(("missing", "restored", "unknown_type"))
    young = c.parked_at >= now - timedelta(days=1)
    rested = or_(c.tried_at.is_(None), c.tried_at <= now - timedelta(hours=20))
    query = select(c.id).where(c.status == "parked", ready, young | rested).order_by(c.received_at)
    return list(connection.execute(query).scalars())


def retry(
    engine: Engine,
    connection: Connection,
    ids: Iterable[str],
    now: datetime,
    events: list[Any],
    overrule: str | None = None,
) -> dict[str, Outcome]:
    """Runs parked commands once more, by their authors' present rights, until no further one succeeds.

    ``overrule`` is the account of a person at the desk who has decided to apply these: their permissions are not asked
    then; of what they wake in turn they are.
    """
    asked = set(ids)
    waiting = sorted(asked)
    results: dict[str, Outcome] = {}
    while waiting:
        c = command_table.c
        query = select(command_table).where(c.id.in_(waiting[:CHUNK]), c.status == "parked")
        # One that another transaction has in hand is left to it: it must not be applied twice.
        query = query.order_by(c.received_at, c.seq).with_for_update(skip_locked=True)
        rows = [dict(row) for row in connection.execute(query).mappings()]
        callers = engine.host.callers(connection, {row["account"] for row in rows})
        touched: set[str] = set()
        corrected: set[tuple[str, str]] = set()  # by one before it in this round
        for row in rows:
            caller = callers.get(row["account"])
            if caller is None or (row["account"], row["id"]) in corrected:
                continue
            by = overrule if row["id"] in asked else None
            outcome = _once_more(engine, connection, row, caller, now, events, touched, by)
            if outcome.status == "applied":
                corrected.add((row["account"], row["supersedes"]))
            results[row["id"]] = outcome
        waiting = sorted({*waiting[CHUNK:], *waiting_for(connection, touched)})
    return results


def _once_more(
    engine: Engine,
    connection: Connection,
    row: Row,
    caller: Caller,
    now: datetime,
    events: list[Any],
    touched: set[str],
    overrule: str | None,
) -> Outcome:
    content = {key: row[key] for key in ("id", "seq", "type", "v", "made_at", "supersedes", "was")}
    command = read_command({**content, "payload": loads(row["body"].encode())})
    engine.deciding.load(command, caller, row["received_at"])
    batch = Batch(connection, now, [command])
    batch.overrule, batch.retried = overrule is not None, True
    try:
        with connection.begin_nested():
            fetch(batch, [command])
            outcome, effect = engine.deciding.decide(command, batch, careful=True)
            if effect is not None:
                batch.stage(effect)
                batch.stage(engine.host.record([command], batch))
            write_rows(connection, batch.inserts.values())
            write_changes(connection, batch.updates)
            remove_rows(connection, batch.removals)
            publish(connection, batch.documents.values(), now)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - it stays parked, as failed, and the operator is told
        outcome = Outcome("parked", "failed")
        engine.host.failed(command, error)
    else:
        events += batch.events
        touched |= batch.touched()
    _note(connection, row, command, outcome, now, overrule)
    return outcome


def _note(connection: Connection, row: Row, command: Command, outcome: Outcome, now: datetime, by: str | None) -> None:
    """Writes what became of it. What the rules now refuse for good is declined, with the reason, never lost."""
    values: Row = {"tried_at": now}
    detail = dumps(outcome.detail) if outcome.detail else None
    if (outcome.status, outcome.code, detail) != ("parked", row["code"], row["detail"]):
        values["status"] = "declined" if outcome.status == "rejected" else outcome.status
        values |= {"code": outcome.code, "detail": detail}
        done = outcome.status == "applied" and command.supersedes
        unwait(connection, [row["id"], command.supersedes] if done and command.supersedes else [row["id"]])
        if again := waits(command, outcome):
            connection.execute(wait_table.insert(), again)
    if outcome.status != "parked":
        values |= {"settled_at": now, "settled_by": by}
    if outcome.status == "applied" or outcome.code == "erased":
        values["body"] = None
    connection.execute(update(command_table).where(command_table.c.id == row["id"]).values(**values))
    if (values.get("status", "parked"), values.get("code", row["code"])) != ("parked", row["code"]):
        publish(connection, [document({**row, **values}, command.caller)], now)


def decline(engine: Engine, connection: Connection, id: str, by: str, reason: str, now: datetime) -> bool:
    """A person at the desk says no, with a word to the author. False where it is not parked any more."""
    c = command_table.c
    query = select(command_table).where(c.id == id, c.status == "parked").with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        return False
    values: Row = {"status": "declined", "code": "declined", "detail": None, "reason": reason}
    values |= {"settled_at": now, "settled_by": by}
    connection.execute(update(command_table).where(c.id == id).values(**values))
    unwait(connection, [id])
    callers = engine.host.callers(connection, [row["account"]])
    if row["account"] in callers:
        publish(connection, [document({**row, **values}, callers[row["account"]])], now)
    return True
