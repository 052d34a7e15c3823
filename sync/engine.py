"""The exchange itself. One batch is one transaction; where something unforeseen fails in it, the batch is run again,
command by command, so that the one that fails is found and nothing else suffers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from . import ledger, parked
from .audiences import Audiences
from .batch import Batch
from .bulk import insert_rows
from .columns import Row, iso
from .contacts import Contacts
from .cursor import Page, read_changes
from .deciding import Deciding
from .feeds import publish
from .host import Host
from .ledger import again_table, command_table, lost_table
from .outcomes import (
    again_row,
    holds_place,
    ledger_row,
    number_taken,
    outcome_of,
    refused_before,
    same_content,
)
from .registry import Caller, Command, Effect, Outcome, Registry
from .wire import Envelope, Gap, Sent, check_form, dumps, read_command, recognise, take_command


@dataclass
class Answer:
    outcomes: list[Row] = field(default_factory=list)
    last_seq: int = 0
    page: Page = field(default_factory=Page)
    revoked: bool = False
    now: datetime | None = None

    def text(self) -> str:
        """The answer as JSON. Changes are joined as the texts they were kept as, never parsed."""
        head = dumps({"outcomes": self.outcomes, "last_seq": self.last_seq})[:-1]
        tail = {"cursor": self.page.cursor, "more": self.page.more, "reset": self.page.reset}
        end = dumps({**tail, "revoked": self.revoked, "now": iso(self.now)})[1:]
        return head + ',"changes":[' + ",".join(self.page.changes) + "]," + end


class Engine:
    def __init__(self, registry: Registry, host: Host) -> None:
        self.registry, self.host = registry, host
        self.deciding = Deciding(registry, host)
        self._audiences, self._contacts = Audiences(host), Contacts(host)

    def forget(self) -> None:
        """What this process remembers of its database, which is another now."""
        self._audiences.forget()
        self._contacts.forget()

    # the exchange

    def exchange(self, envelope: Envelope, caller: Caller, now: datetime) -> Answer:
        """Takes the commands, if any, and reads what is new. Raises ``Gap``; database errors pass through."""
        answer = Answer(now=now, revoked=caller.suspended)
        if envelope.commands:
            answer.outcomes, answer.last_seq = self._take(envelope, caller, now)
        else:
            self._contacts.note(envelope, caller, now)
        self._audiences.remember(caller)
        if envelope.limit == 0:
            answer.page = Page(cursor=envelope.cursor, more=True)
        elif caller.suspended:
            answer.page = Page()  # the phone deletes its documents: should the person come back, all are new to it
        if envelope.limit == 0 or caller.suspended:
            if not envelope.commands:
                with self.host.reading() as connection:
                    answer.last_seq = self._last_seq(connection, caller)
            return answer
        with self.host.reading() as connection:
            if not envelope.commands:
                answer.last_seq = self._last_seq(connection, caller)
            answer.page = read_changes(connection, caller, envelope.cursor, envelope.limit, now)
        return answer

    def _last_seq(self, connection: Connection, caller: Caller) -> int:
        device = ledger.device_of(connection, caller.device)
        return device["last_seq"] if device else 0

    def _take(self, envelope: Envelope, caller: Caller, now: datetime) -> tuple[list[Row], int]:
        with self.host.reading() as connection:
            known = self._last_seq(connection, caller)
            if known >= envelope.commands[-1]["seq"]:
                sent = [recognise(one) for one in envelope.commands]
                stored = [one for one in self._stored(connection, sent, caller) if one is not None]
                if len(stored) == len(sent):
                    return [self.say(c, o, caller.language) for c, o in zip(sent, stored, strict=True)], known
        commands = [take_command(one) for one in envelope.commands]
        for command in commands:
            if command.seq > known:
                self.deciding.load(check_form(command), caller, now)
        ids = {command.id for command in commands}
        if not any(command.supersedes in ids for command in commands):
            try:
                return self._attempt(commands, envelope, caller, now, careful=False)
            except (OperationalError, Gap):
                raise
            except Exception as error:  # noqa: BLE001 - what broke the batch is found below, and told to the operator
                del error  # a unique key, a handler: going one by one, only the one command is parked that still fails
        # A correction must find in the ledger what became of a command that is sent in the same batch.
        return self._attempt(commands, envelope, caller, now, careful=True)

    def _attempt(
        self, commands: list[Command], envelope: Envelope, caller: Caller, now: datetime, careful: bool
    ) -> tuple[list[Row], int]:
        with self.host.writing() as connection:
            device = ledger.device_of(connection, caller.device, lock=True)
            if device is None:
                raise LookupError("a device that is not registered")
            last = self._mind_the_gap(connection, device["last_seq"], commands, envelope, now)
            old = [command for command in commands if command.seq <= last]
            stored = self._stored(connection, old, caller) if old else []
            outcomes = {command.seq: one for command, one in zip(old, stored, strict=True) if one is not None}
            new = [command for command in commands if command.seq not in outcomes]
            for command in new:
                if command.seq <= last and command.caller is None:
                    self.deciding.load(check_form(command), caller, now)  # given up for lost, and here it is after all
            for seq in ledger.used_without_trace(connection, caller.device, [one for one in new if one.seq <= last]):
                outcomes[seq] = number_taken()
            new = [command for command in new if command.seq not in outcomes]
            events: list[Any] = []
            results, again = self.run(connection, new, now, careful, events)
            outcomes |= {command.seq: one for command, one in zip(new, results, strict=True)}
            # The same commands may have come by another request meanwhile, and more with them: never back.
            last = max(last, commands[-1].seq)
            waiting = max(0, envelope.waiting - len(commands))
            ledger.has_spoken(connection, caller.device, last, now, envelope.app, waiting)
            if again:
                connection.execute(again_table.insert(), again)
        self.host.committed(events)
        return [self.say(command, outcomes[command.seq], caller.language) for command in commands], last

    def _mind_the_gap(
        self, connection: Connection, last: int, commands: list[Command], envelope: Envelope, now: datetime
    ) -> int:
        """The number to go on from. A range that the phone no longer holds is noted as lost; any other is a ``Gap``."""
        first = commands[0].seq
        if last + 1 < envelope.oldest:
            if first > envelope.oldest:
                raise Gap(envelope.oldest)
            row = {"device": envelope.device, "first": last + 1, "last": envelope.oldest - 1, "noticed_at": now}
            connection.execute(lost_table.insert().values(row))
            last = envelope.oldest - 1
        if first > last + 1:
            raise Gap(last + 1)
        expected = first
        for command in commands:
            if command.seq != expected:
                raise Gap(max(expected, last + 1))
            expected += 1
        return last

    # what is stored already

    def _stored(
        self, connection: Connection, commands: Sequence[Command | Sent], caller: Caller
    ) -> list[Outcome | None]:
        """What these numbers became; None where the ledger does not say, or where a void holds the place."""
        direct, again = ledger.stored_by_seq(connection, caller.device, commands[0].seq, commands[-1].seq)
        outcomes: list[Outcome | None] = []
        for command in commands:
            row = direct.get(command.seq) or again.get(command.seq)
            if row is None:
                outcomes.append(None)
            elif row.id != command.id:
                outcomes.append(number_taken())
            elif row.again_code is None and holds_place(row, command):
                outcomes.append(None)
            elif row.again_code or not same_content(row, command):
                outcomes.append(refused_before(command, row.again_code))
            else:
                outcomes.append(outcome_of(row))
        return outcomes

    # new commands

    def run(
        self, connection: Connection, commands: list[Command], now: datetime, careful: bool, events: list[Any]
    ) -> tuple[list[Outcome], list[Row]]:
        """Applies new commands in order and writes everything; returns outcomes and rows for ``sync_again``."""
        known = ledger.stored_by_id(connection, [command.id for command in commands])
        outcomes: list[Outcome] = []
        again = self._take_places(connection, commands, known)
        fresh: list[tuple[Command, Outcome]] = []
        seen: dict[str, tuple[Command, Outcome]] = {}
        batch = Batch(connection, now, commands)
        touched: set[str] = set()
        if not careful:
            parked.fetch(batch, commands)
        for command in commands:
            if command.id in known or command.id in seen:
                outcome, rows = self.deciding.known(command, known.get(command.id), seen.get(command.id))
                again += rows
            elif careful:
                outcome = self._alone(connection, command, now, events, touched)
                fresh.append((command, outcome))
            else:
                outcome, effect = self.deciding.decide(command, batch)
                if effect is not None:
                    batch.stage(effect)
                fresh.append((command, outcome))
            seen.setdefault(command.id, (command, outcome))
            outcomes.append(outcome)
        if not careful:
            self.write(connection, batch, fresh, now)
            events += batch.events
            touched = batch.touched()
        parked.wake(self, connection, touched, now, events)
        return outcomes, again

    def _take_places(self, connection: Connection, commands: list[Command], known: dict[str, Any]) -> list[Row]:
        """Takes out of ``known`` the voids whose commands are here after all; the void's number goes on to say what
        becomes of them, by a row of ``sync_again``."""
        rows: list[Row] = []
        for command in commands:
            void = known.get(command.id)
            if void is None or void.account != command.caller.account or not holds_place(void, command):
                continue
            ledger.make_room(connection, known.pop(command.id), command.caller.device, command.seq)
            if (void.device, void.seq) != (command.caller.device, command.seq) and not command.traceless:
                rows.append({**again_row(command, None), "device": void.device, "seq": void.seq})
        return rows

    def _alone(
        self, connection: Connection, command: Command, now: datetime, events: list[Any], touched: set[str]
    ) -> Outcome:
        """One command in a savepoint of its own, in the careful pass."""
        batch = Batch(connection, now, [command])
        try:
            with connection.begin_nested():
                parked.fetch(batch, [command])
                outcome, effect = self.deciding.decide(command, batch, careful=True)
                if effect is not None:
                    batch.stage(effect)
                self.write(connection, batch, [(command, outcome)], now)
            events += batch.events
            touched |= batch.touched()
            return outcome
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - the command is parked and the operator is told
            outcome = self.deciding.unforeseen(command, Batch(connection, now, [command]), error)
        self.write(connection, Batch(connection, now, [command]), [(command, outcome)], now)
        return outcome

    def write(self, connection: Connection, batch: Batch, fresh: list[tuple[Command, Outcome]], now: datetime) -> None:
        """Effects, audit, ledger, then documents with their numbers: the feed's lock is taken as late as can be."""
        applied = [command for command, outcome in fresh if outcome.status == "applied" and command.kind is not None]
        if applied:
            batch.stage(self.host.record(applied, batch))
        ledger.write_rows(connection, batch.inserts.values())
        ledger.write_changes(connection, batch.updates)
        ledger.remove_rows(connection, batch.removals)
        if fresh:
            insert_rows(connection, command_table, [ledger_row(one, outcome, now) for one, outcome in fresh])
        if waits := [row for command, outcome in fresh for row in parked.waits(command, outcome)]:
            connection.execute(ledger.wait_table.insert(), waits)
        if superseded := [command.supersedes for command in applied if command.supersedes]:
            parked.unwait(connection, superseded)
        documents = list(batch.documents.values()) + parked.documents(fresh, now)
        publish(connection, documents, now)

    # the clock

    def act(
        self,
        connection: Connection,
        id: str,
        caller: Caller,
        payload: Row,
        make: Callable[[Command, Batch], Effect],
        now: datetime,
    ) -> list[Any]:
        """Writes what nobody's command does but the clock: ``make``'s effect with its documents and whoever follows it.

        ``id`` must be the same for the same occasion: what it creates is derived from it. Returns the events.
        """
        command = Command(id, 0, "", 1, iso(now) or "", None, {}, "", payload, received_at=now, caller=caller)
        batch = Batch(connection, now, [command])
        batch.stage(self.registry.follow(make(command, batch), command, batch))
        self.write(connection, batch, [], now)
        return batch.events

    # the desk, and what was parked

    def submit(self, caller: Caller, type: str, payload: Row, id: str, made_at: str, now: datetime) -> Row:
        """One command from the desk: the same checks, handler and audit line; the same id again returns its outcome."""
        content = {"id": id, "seq": 1, "type": type, "v": 1, "made_at": made_at, "payload": payload}
        for careful in (False, True):
            try:
                with self.host.writing() as connection:
                    device = ledger.device_of(connection, caller.device, lock=True)
                    if device is None:
                        raise LookupError("a device that is not registered")
                    command = read_command({**content, "seq": device["last_seq"] + 1})
                    self.deciding.load(command, caller, now)
                    events: list[Any] = []
                    outcomes, again = self.run(connection, [command], now, careful, events)
                    if not again:
                        app, waiting = device["app"], device["waiting"]
                        ledger.has_spoken(connection, caller.device, command.seq, now, app, waiting)
                self.host.committed(events)
                return self.say(command, outcomes[0], caller.language)
            except OperationalError:
                raise
            except Exception:
                if careful:
                    raise
        raise AssertionError("unreachable")

    def say(self, command: Command | Sent, outcome: Outcome, language: str) -> Row:
        answer: Row = {"id": command.id, "seq": command.seq, "status": outcome.status}
        if outcome.code is not None:
            answer["code"] = outcome.code
            answer.update(outcome.detail or {})
            # What would be kept for a person or for later, but for leaving no trace, must not be told as kept.
            lost = outcome.status == "rejected" and outcome.code in parked.CODES
            answer.update(self.host.say("not_kept" if lost else outcome.code, language, outcome.detail or {}))
        return answer
