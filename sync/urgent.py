"""Help does not wait behind a queue: a copy of an urgent command goes ahead of it (PROTOCOL, POST /sync/urgent)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlalchemy.sql import text

from . import ledger, parked
from .batch import Batch
from .columns import Row, UtcDateTime
from .engine import Engine
from .registry import Caller, Command, Effect, Missing, OutOfScope, Rejected
from .wire import read_command

_put = text(
    "INSERT INTO sync_urgent (command, device, received_at) VALUES (:command, :device, :received_at) "
    "ON CONFLICT DO NOTHING"
).bindparams(bindparam("received_at", type_=UtcDateTime()))


def hear(
    engine: Engine, item: Row, caller: Caller, now: datetime, raise_alert: Callable[[Command, Batch], Effect]
) -> Row | None:
    """A copy of an urgent command, ahead of its queue: the alert is raised once. None, or a refusing outcome.

    A reference that is not here yet does not silence it: what it refers to is behind it in the same queue. Nothing
    but the alert is written, and where there is none the copy counts as not heard.
    """
    command = read_command(item)
    engine.deciding.load(command, caller, now)
    events: list[Any] = []
    with engine.host.writing() as connection:
        # Its own exchange may be on its way too: one of the two is first, and the other finds it in the ledger.
        ledger.device_of(connection, caller.device, lock=True)
        if ledger.stored_by_id(connection, [command.id]):
            return None
        if command.fault is None and (command.kind is None or not command.kind.urgent(command.payload)):
            raise Rejected("not_urgent")
        batch = Batch(connection, now, [command])
        parked.fetch(batch, [command])
        outcome, _ = engine.deciding.decide(command, batch, careful=True)
        if outcome.status == "rejected":
            return engine.say(command, outcome, caller.language)
        if outcome.status == "applied" or (outcome.code == "missing" and _permitted(command, batch)):
            effect = raise_alert(command, batch)
            alerted = effect.rows or effect.documents or effect.events
            if alerted and _heard_first(connection, command, now):
                alert = Batch(connection, now, [command])
                alert.stage(effect)
                engine.write(connection, alert, [], now)
                events = alert.events
    engine.host.committed(events)
    return None


def _heard_first(connection: Connection, command: Command, now: datetime) -> bool:
    """Whether no other copy was heard before this one."""
    row = {"command": command.id, "device": "" if command.traceless else command.caller.device, "received_at": now}
    return connection.execute(_put, row).rowcount == 1


def _permitted(command: Command, batch: Batch) -> bool:
    """Whether its author's posts allow a command whose references are missing."""
    assert command.kind is not None
    if command.caller.suspended:
        return False
    try:
        command.kind.permit(command, batch)
    except (Missing, OutOfScope, Rejected):
        return False
    return True
