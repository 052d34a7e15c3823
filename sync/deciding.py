"""What becomes of one command: its schema, the order of checks, and what is said where it was known before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.exc import IntegrityError

from . import parked
from .batch import Batch
from .columns import Row
from .host import Host
from .outcomes import again_row, flat, outcome_of, same_content, settle_traceless
from .registry import Caller, Command, CommandType, Effect, Missing, Outcome, OutOfScope, Registry, Rejected


class Deciding:
    """Decides and writes nothing: what a command changes is handed back as its effect."""

    def __init__(self, registry: Registry, host: Host) -> None:
        self.registry, self.host = registry, host

    def load(self, command: Command, caller: Caller, now: datetime) -> None:
        """Form and schema, before any lock is taken: neither needs the database."""
        command.caller, command.received_at = caller, now
        kind = self.registry.commands.get((command.type, command.v))
        if command.fault is not None or kind is None:
            # Refused by its form, or of a newer version: what was said without a name leaves no trace all the same.
            payload = command.content["payload"]
            command.traceless = isinstance(payload, dict) and self.registry.is_traceless(command.type, payload)
            command.body = None if command.traceless else command.body
        if command.fault is not None or command.type == "void":
            if command.type == "void" and command.fault is None and (command.v != 1 or command.content["payload"]):
                command.fault = Outcome("rejected", "invalid", {"fields": {"payload": ["invalid"]}})
            return
        if kind is None:
            return
        command.kind = kind
        try:
            self._load_payload(command, kind)
        except ValidationError as error:
            command.fault = Outcome("rejected", "invalid", {"fields": flat(error.messages)})
        except Exception as error:  # noqa: BLE001 - a schema's own failure; its command alone is parked
            self.host.failed(command, error)
            command.fault = Outcome("parked", "failed")

    def _load_payload(self, command: Command, kind: CommandType) -> None:
        content = command.content["payload"]
        command.traceless = kind.traceless(content)
        command.payload = kind.schema.load(content)
        # "true" is not true, but a schema may take it for that, and so will the handler.
        command.traceless = command.traceless or kind.traceless(command.payload)
        command.body = None if command.traceless else command.body

    def decide(self, command: Command, batch: Batch, careful: bool = False) -> tuple[Outcome, Effect | None]:
        """The outcome of one new command and what it changes, in the protocol's order of checks."""
        if command.fault is not None:
            if command.fault.code == "invalid" and command.kind is not None:  # by its schema, an older one perhaps
                return self._refuse(command, Rejected("invalid", **command.fault.detail or {}), batch), None
            return settle_traceless(command, command.fault), None
        if command.was == "rejected":
            return Outcome("rejected", "again"), None
        if command.type == "void":
            return Outcome("applied"), None
        kind = command.kind
        if kind is None:
            return self._park(command, Outcome("parked", "unknown_type"), batch), None
        refs, erased = kind.refs(command.payload), batch.erased(self.registry.erased)
        if erased and erased & {command.id, *command.makes(), *(one.id for one in refs if not one.outlived)}:
            return Outcome("rejected", "erased"), None  # also what had been applied before the server went back
        try:
            lacking = batch.lacks([one for one in refs if one.id not in erased], command.caller, self.registry.sights)
            if lacking:
                raise Missing(*lacking)
            if command.caller.suspended and not batch.overrule:
                raise OutOfScope
            if not batch.overrule:
                kind.permit(command, batch)
            settled = parked.supersede(command, batch)
            effect = self.registry.follow(kind.handler(command, batch), command, batch)
            # Last, since at first only the unique key knows it: the careful pass must not say another thing.
            if kind.creates and batch.taken(kind.creates[0], command.payload[kind.creates[1]], look=careful):
                raise Rejected("id_reused")
            return Outcome("applied"), effect.add(settled)
        except Missing as missing:
            outcome = Outcome("parked", "missing", {"missing": list(missing.ids)})
        except OutOfScope:
            outcome = Outcome("parked", "out_of_scope")
        except Rejected as no:
            return self._refuse(command, no, batch), None
        return self._park(command, outcome, batch), None

    def _refuse(self, command: Command, no: Rejected, batch: Batch) -> Outcome:
        """The rules say no; but what had been applied before the server went back is kept for a person."""
        if command.was == "applied":
            return self._park(command, Outcome("parked", "restored", {"because": no.code}), batch)
        return Outcome("rejected", no.code, no.detail or None)

    def _park(self, command: Command, outcome: Outcome, batch: Batch) -> Outcome:
        """Parks, unless it must leave no trace or its author has too many parked already. What is parked stays so."""
        if command.traceless or batch.retried:
            return settle_traceless(command, outcome)
        account = command.caller.account
        count = batch.once(("parked", account), lambda: [parked.count(batch.connection, account)])
        if count[0] >= parked.PARKED_MOST:
            return Outcome("rejected", "too_many")
        count[0] += 1
        return outcome

    def known(self, command: Command, stored: Any, seen: tuple[Command, Outcome] | None) -> tuple[Outcome, list[Row]]:
        """A known id under another number: the same outcome for the same content of the same account, else id_reused.

        Nothing is written down where the stored one left no trace: the number would say whose it was.
        """
        if command.fault is not None and command.kind is None:  # by its form, which is looked at first
            return command.fault, [] if command.traceless else [again_row(command, command.fault.code)]
        if stored is not None:
            same = stored.account in ("", command.caller.account) and same_content(stored, command)
            outcome, traceless = outcome_of(stored), stored.account == ""
        else:
            assert seen is not None
            same, outcome, traceless = seen[0].digest == command.digest, seen[1], seen[0].traceless
        if same:
            return outcome, [] if traceless else [again_row(command, None)]
        return Outcome("rejected", "id_reused"), [again_row(command, "id_reused")]

    def unforeseen(self, command: Command, batch: Batch, error: Exception) -> Outcome:
        """Another transaction was first with the entity's id, or something is wrong with the handler."""
        creates = command.kind.creates if command.kind else None
        clash = isinstance(error, IntegrityError) and command.fault is None
        if clash and creates and batch.taken(creates[0], command.payload[creates[1]], look=True):
            return self._refuse(command, Rejected("id_reused"), batch)
        self.host.failed(command, error)
        return settle_traceless(command, Outcome("parked", "failed"))
