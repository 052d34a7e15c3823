"""Commands that wait: for an id that is not here yet, for an upgrade, or for a person at the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, or_, select, update

from .batch import Batch
from .columns import Row, iso
from .feeds import publish
from .ledger import command_table, remove_rows, wait_table, write_changes, write_rows
from .registry import Caller, Command, Document, Effect, Outcome, Rejected
from .wire import loads, read_command

if TYPE_CHECKING:
    from .engine import Engine

PARKED_MOST = 10_000  # one account's parked commands (PROTOCOL, outcomes)
SETTLED_SHOWN_DAYS = 30  # how long its author is shown what became of a parked command


def count(connection: Connection, account: str) -> int:
    c = command_table.c
    return int(connection.execute(select(func.count()).where(c.status == "parked", c.account == account)).scalar_one())


def waits(fresh: Iterable[tuple[Command, Outcome]]) -> list[Row]:
    """Which id each command parked as ``missing`` waits for."""
    return [
        {"ref": ref, "command": command.id}
        for command, outcome in fresh
        if outcome.status == "parked" and outcome.code == "missing" and outcome.detail
        for ref in dict.fromkeys(outcome.detail["missing"])
    ]


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


def supersede(command: Command, batch: Batch) -> Effect:
    """A correction of a parked command settles that one as declined; of an applied one it comes too late: ``stale``."""
    row = batch.get(command_table, command.supersedes)
    if row is None or row["account"] != command.caller.account or row["status"] in ("rejected", "declined"):
        return Effect()
    if row["status"] == "applied":
        raise Rejected("stale")
    values = {"status": "declined", "code": "superseded", "settled_at": batch.now, "settled_by": command.caller.account}
    return Effect(changes=[(command_table, row["id"], values)], documents=[document({**row, **values}, command.caller)])


def wake(engine: Engine, connection: Connection, new: list[str], created: list[str] | None, now: datetime, events: list[Any]) -> None:
    """Tries again what waited for ids that have just come. Costs one look where nothing waits."""
    if connection.execute(select(wait_table.c.command).limit(1)).first() is None:
        return
    w = wait_table.c
    ids: set[str] = set()
    if created is None:  # the careful pass: what was made is not listed, so whatever waits and is not of this batch
        ids.update(connection.execute(select(w.command).where(w.command.not_in(new))).scalars())
    else:
        for start in range(0, len(created), 500):
            ids.update(connection.execute(select(w.command).where(w.ref.in_(created[start : start + 500]))).scalars())
    retry(engine, connection, ids, now, events)


def due(connection: Connection, now: datetime) -> list[str]:
    """Parked commands that may go by themselves: in the first day always, later if not tried for a night."""
    c = command_table.c
    ready = c.code.in_(("missing", "restored", "unknown_type"))
    young = c.parked_at >= now - timedelta(days=1)
    rested = or_(c.tried_at.is_(None), c.tried_at <= now - timedelta(hours=20))
    return list(connection.execute(select(c.id).where(c.status == "parked", ready, young | rested).order_by(c.received_at)).scalars())


def retry(
    engine: Engine, connection: Connection, ids: Iterable[str], now: datetime, events: list[Any], overrule: str | None = None
) -> dict[str, Outcome]:
    """Runs parked commands once more, by their authors' present rights, until no further one succeeds.

    ``overrule`` is the account of a person at the desk who has decided to apply them: permissions are not asked then.
    """
    waiting = sorted(set(ids))
    results: dict[str, Outcome] = {}
    while waiting:
        c = command_table.c
        query = select(command_table).where(c.id.in_(waiting[:500]), c.status == "parked").order_by(c.received_at, c.seq)
        rows = [dict(row) for row in connection.execute(query).mappings()]
        callers = engine.host.callers(connection, {row["account"] for row in rows})
        created: list[str] = []
        for row in rows:
            if (caller := callers.get(row["account"])) is not None:
                results[row["id"]] = _once_more(engine, connection, row, caller, now, events, created, overrule)
        rest = waiting[500:]
        w = wait_table.c
        more = connection.execute(select(w.command).where(w.ref.in_(created[:500]))).scalars() if created else ()
        waiting = rest + sorted(set(more) - set(rest))
    return results


def _once_more(
    engine: Engine, connection: Connection, row: Row, caller: Caller, now: datetime, events: list[Any], created: list[str], overrule: str | None
) -> Outcome:
    content = {key: row[key] for key in ("id", "seq", "type", "v", "made_at", "supersedes")}
    command = read_command({**content, "payload": loads(row["body"].encode())})
    engine._load(command, caller, row["received_at"])
    command.was = "applied" if row["code"] == "restored" else None
    batch = Batch(connection, now, [command])
    batch.overrule = overrule is not None
    try:
        with connection.begin_nested():
            batch.fetch_refs([command])
            outcome, effect = engine._decide(command, batch, careful=True)
            if effect is not None:
                batch.stage(effect)
                batch.stage(engine.host.record([command], batch))
            write_rows(connection, batch.inserts.values())
            write_changes(connection, batch.updates)
            remove_rows(connection, batch.removals)
            publish(connection, batch.documents.values(), now)
    except Exception as error:
        if getattr(error, "connection_invalidated", False):
            raise
        outcome = Outcome("parked", "failed")
        engine.host.failed(command, error)
    else:
        events += batch.events
        created += batch.created
    _note(connection, row, outcome, caller, now, overrule)
    return outcome


def _note(connection: Connection, row: Row, outcome: Outcome, caller: Caller, now: datetime, by: str | None) -> None:
    """Writes what became of it. A command that the rules now refuse for good is declined, with the reason, never lost."""
    values: Row = {"tried_at": now}
    if outcome.status != "parked" or outcome.code != row["code"]:
        values["status"] = "declined" if outcome.status == "rejected" else outcome.status
        values["code"] = outcome.code
    if outcome.status != "parked":
        values |= {"settled_at": now, "settled_by": by}
        connection.execute(delete(wait_table).where(wait_table.c.command == row["id"]))
    connection.execute(update(command_table).where(command_table.c.id == row["id"]).values(**values))
    if len(values) > 1:
        publish(connection, [document({**row, **values}, caller)], now)


def decline(engine: Engine, connection: Connection, id: str, by: str, reason: str, now: datetime) -> bool:
    """A person at the desk says no, with a word to the author. False where it is not parked any more."""
    row = connection.execute(select(command_table).where(command_table.c.id == id, command_table.c.status == "parked")).mappings().first()
    if row is None:
        return False
    values = {"status": "declined", "code": "declined", "settled_at": now, "settled_by": by, "reason": reason}
    connection.execute(update(command_table).where(command_table.c.id == id).values(**values))
    connection.execute(delete(wait_table).where(wait_table.c.command == id))
    callers = engine.host.callers(connection, [row["account"]])
    if row["account"] in callers:
        publish(connection, [document({**row, **values}, callers[row["account"]])], now)
    return True
