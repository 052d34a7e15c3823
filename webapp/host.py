"""What the application does for the engine: connections, callers, audit lines, words, and what follows a commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import structlog
from sqlalchemy import Connection

from sync import Batch, Caller, Command, Effect, Engine
from sync.columns import iso
from webapp import clock, problems
from webapp.db import reading, registry, writing
from webapp.people.audit import audit_table
from webapp.places.rights import read_callers

log = structlog.get_logger()

# Called after each commit with the events of its batch; a domain adds its own.
after_commit: list[Callable[[list[Any]], None]] = []


class Host:
    """See ``sync.host.Host`` for what each method owes the engine."""

    def reading(self) -> AbstractContextManager[Connection]:
        return reading()

    def writing(self, patient: bool = True) -> AbstractContextManager[Connection]:
        return writing(patient)

    def callers(self, connection: Connection, accounts: Iterable[str]) -> dict[str, Caller]:
        return read_callers(connection, accounts, clock.now())

    def record(self, applied: list[Command], batch: Batch) -> Effect:
        """One audit line a command; of an anonymous one without account or time of day, and with the hour (unnamed)."""
        at = iso(batch.now)
        assert at is not None
        rows = []
        for command in applied:
            creates = command.kind.creates if command.kind else None
            subject = (
                command.payload[creates[1]]
                if creates
                else command.payload.get("case_id") or command.payload.get("patrol_id")
            )
            quiet = command.traceless
            if quiet and command.kind and not command.kind.urgent(command.payload):
                continue
            rows.append(
                {
                    "at": at[:10] if quiet else at,
                    "account_id": None if quiet else command.caller.account,
                    "action": command.type,
                    "subject_id": None if quiet else subject,
                }
            )
        return Effect(rows=[(audit_table, row) for row in rows])

    def say(self, code: str, language: str, detail: dict[str, Any]) -> dict[str, Any]:
        return problems.say(code, language, detail)

    def committed(self, events: list[Any]) -> None:
        if events:
            for follow in after_commit:
                follow(events)

    def failed(self, command: Command, error: Exception) -> None:
        log.error(
            "a handler failed; its command is parked", command=command.id, type=command.type, error=type(error).__name__
        )


engine = Engine(registry, Host())
