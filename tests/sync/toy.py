"""A toy application on the engine: notes on shelves. Shelves are audiences; a lifted note is in an upper feed too."""

from __future__ import annotations

import json
import uuid
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, String, Table, delete, insert, select
from sqlalchemy import Engine as DatabaseEngine

from sync import (
    Batch,
    Caller,
    Command,
    Document,
    Effect,
    Engine,
    OutOfScope,
    Ref,
    Registry,
    Rejected,
    metadata,
    read_envelope,
    register_device,
)

from .. import databases

Backup = dict[Table, list[dict[str, Any]]]

toys = MetaData()  # of its own: the application's tables are compared with its migrations
note_table = Table(
    "toy_note",
    toys,
    Column("id", String(36), primary_key=True),
    Column("shelf", String(20)),
    Column("text", String(200)),
    Column("times", Integer),
    Column("lifted", Boolean),
)
line_table = Table(
    "toy_line",
    toys,
    Column("n", Integer, primary_key=True),
    Column("type", String(40)),
    Column("body", String),
)
HOME = "00000000-0000-4000-8000-000000000001"
UPPER = "00000000-0000-4000-8000-000000000002"
MADE_AT = "2026-11-24T10:00:00+08:00"
START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


class NoteAdd(Schema):
    note_id = fields.String(required=True)
    shelf = fields.String(required=True)
    text = fields.String(required=True, validate=validate.Length(max=200, error="length"))
    anonymous = fields.Boolean(load_default=False)


class NoteBump(Schema):
    note_id = fields.String(required=True)
    by = fields.Integer(load_default=1)


class NoteLift(Schema):
    note_id = fields.String(required=True)
    up = fields.Boolean(required=True)


registry = Registry()


def document(row: dict[str, Any], new: bool = False, later: bool = False) -> Document:
    doc = {"shelf": row["shelf"], "text": row["text"], "times": row["times"]}
    places = [(HOME, f"shelf:{row['shelf']}")]
    if row["lifted"]:
        places += [(HOME, "role:upper"), (UPPER, "role:upper")]
    return Document("notes", row["id"], doc, places, new=new, later=later)


def _shown(row: dict[str, Any], **values: Any) -> Effect:
    """The note's row with these values, and its document."""
    return Effect(changes=[(note_table, row["id"], values)], documents=[document({**row, **values})])


def _may(command: Command, batch: Batch) -> None:
    rights: Rights = command.caller.rights
    shelf = command.payload.get("shelf") or (batch.get(note_table, command.payload["note_id"]) or {}).get("shelf")
    if shelf not in rights.now:
        raise OutOfScope if shelf in rights.ever else Rejected("forbidden")


@registry.command(
    "note.add",
    NoteAdd(),
    permit=_may,
    creates=(note_table, "note_id"),
    traceless=lambda p: p.get("anonymous") is True,
    urgent=lambda p: p.get("text") == "help",
)
def add(command: Command, batch: Batch) -> Effect:
    """Puts a note on a shelf."""
    p = command.payload
    if p["text"] == "boom":
        raise RuntimeError("boom")
    row = {"id": p["note_id"], "shelf": p["shelf"], "text": p["text"], "times": 0, "lifted": False}
    return Effect(rows=[(note_table, row)], documents=[document(row, new=True, later=p["anonymous"])])


def _note(payload: dict[str, Any]) -> list[Ref]:
    return [Ref(note_table, payload["note_id"], changes=True)]


@registry.command("note.bump", NoteBump(), permit=_may, refs=_note)
def bump(command: Command, batch: Batch) -> Effect:
    """Counts up; a note that has reached 100 does not move."""
    row = batch.get(note_table, command.payload["note_id"])
    assert row is not None
    if row["times"] >= 100:
        raise Rejected("stale", times=row["times"])
    return _shown(row, times=row["times"] + command.payload["by"])


def _anyone(command: Command, batch: Batch) -> None:
    pass


@registry.command("note.move", NoteAdd(only=("note_id", "shelf")), permit=_anyone, refs=_note)
def move(command: Command, batch: Batch) -> Effect:
    """Puts a note on another shelf, where others see it."""
    row = batch.get(note_table, command.payload["note_id"])
    assert row is not None
    return _shown(row, shelf=command.payload["shelf"])


@registry.command("note.lift", NoteLift(), permit=_anyone, refs=_note)
def lift(command: Command, batch: Batch) -> Effect:
    """Shows a note in the upper feed, or there no more."""
    row = batch.get(note_table, command.payload["note_id"])
    assert row is not None
    return _shown(row, lifted=command.payload["up"])


@registry.sight(note_table)
def sees(row: dict[str, Any], caller: Caller, batch: Batch) -> bool:
    return caller.sees(HOME, f"shelf:{row['shelf']}") or (row["lifted"] and caller.sees(UPPER, "role:upper"))


class Rights:
    def __init__(self, shelves: Iterable[str]) -> None:
        self.now = set(shelves)
        self.ever = set(shelves)
        self.upper = False


_idle: list[DatabaseEngine] = []


def _database(engines_own: list[Table]) -> DatabaseEngine:
    """One with empty tables: of a world that is no more where there is one, since making tables takes longest."""
    if not _idle:
        made = databases.toy_engine()
        metadata.create_all(made, tables=engines_own)
        toys.create_all(made)
        return made
    used = _idle.pop()
    with used.begin() as connection:
        for table in (*engines_own, *toys.sorted_tables):
            connection.execute(delete(table))
    return used


def _give_back(used: DatabaseEngine) -> None:
    used.dispose()
    if used.dialect.name != "sqlite":  # there the connection was the database, and a new one costs little
        _idle.append(used)


class World:
    """One database, its people, and the engine: ``say`` gives codes back, so that tests read codes."""

    def __init__(self) -> None:
        engines_own = [table for name, table in metadata.tables.items() if name.startswith("sync_")]
        self.tables = engines_own + toys.sorted_tables
        self.db = _database(engines_own)
        weakref.finalize(self, _give_back, self.db)
        self.rights: dict[str, Rights] = {}
        self.suspended: set[str] = set()
        self.engine = Engine(registry, self)
        self.now = START
        self.events: list[Any] = []
        self.failures: list[Exception] = []

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        snapshot = {} if self.db.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with self.db.execution_options(**snapshot).connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, patient: bool = True) -> Iterator[Connection]:
        with self.db.connect() as connection, connection.begin():
            yield connection

    def backup(self) -> Backup:
        """Every row there is."""
        with self.reading() as connection:
            return {table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in self.tables}

    def restore(self, backup: Backup) -> None:
        """The rows of a backup, of this world or another, in the place of what is there."""
        with self.writing() as connection:
            for table, rows in backup.items():
                connection.execute(delete(table))
                if rows:
                    connection.execute(insert(table), rows)
            databases.count_on(connection, self.tables)

    def caller(self, account: str, device: str = "") -> Caller:
        rights = self.rights.setdefault(account, Rights([]))
        audiences = {f"account:{account}"} | {f"shelf:{shelf}" for shelf in rights.now}
        upper = {(HOME, "role:upper"), (UPPER, "role:upper")} if rights.upper else set()
        reads = {(HOME, audience) for audience in audiences} | upper
        return Caller(account, device, HOME, frozenset(reads), suspended=account in self.suspended, rights=rights)

    def callers(self, connection: Connection, accounts: Iterable[str]) -> dict[str, Caller]:
        return {account: self.caller(account) for account in accounts if account}

    def record(self, applied: list[Command], batch: Batch) -> Effect:
        """A line for each, as an audit has: what was applied, told by nobody but the transaction itself."""
        told = [command for command in applied if not command.traceless]
        return Effect(rows=[(line_table, {"type": one.type, "body": json.dumps(one.payload)}) for one in told])

    def say(self, code: str, language: str, detail: dict[str, Any]) -> dict[str, Any]:
        return {}

    def committed(self, events: list[Any]) -> None:
        self.events += events

    def failed(self, command: Command, error: Exception) -> None:
        self.failures.append(error)

    def phone(self, account: str, shelves: Iterable[str] = ("a",)) -> Phone:
        self.rights.setdefault(account, Rights(shelves))
        device = str(uuid.uuid4())
        with self.writing() as connection:
            register_device(connection, device, account, "phone", self.now)
        return Phone(self, account, device)

    def notes(self) -> dict[str, tuple[str, str, int]]:
        with self.reading() as connection:
            return {row.id: (row.shelf, row.text, row.times) for row in connection.execute(select(note_table))}


class Phone:
    """Numbers and keeps commands; sends what it is told to; applies changes as PROTOCOL.md says."""

    def __init__(self, world: World, account: str, device: str) -> None:
        self.world, self.account, self.device = world, account, device
        self.journal: list[dict[str, Any]] = []
        self.cursor: str | None = None
        self.docs: dict[tuple[str, str], dict[str, Any]] = {}
        self.generation = 0
        self.held: dict[tuple[str, str], int] = {}

    def record(self, type: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        command = {"id": str(uuid.uuid4()), "seq": len(self.journal) + 1, "type": type, "v": 1, "made_at": MADE_AT}
        command |= {"payload": payload, **more}
        self.journal.append(command)
        return command

    def note(self, text: str = "hello", shelf: str = "a", **more: Any) -> dict[str, Any]:
        return self.record("note.add", {"note_id": str(uuid.uuid4()), "shelf": shelf, "text": text, **more})

    def exchange(self, commands: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
        sent = self.journal if commands is None else commands
        oldest = sent[0]["seq"] if sent else len(self.journal) + 1
        body = {"device": self.device, "account": self.account, "acked": 0, "oldest": min(oldest, 1) or 1}
        body |= {"cursor": self.cursor, "commands": sent, **more}
        envelope = read_envelope(json.dumps(body).encode())
        answer = self.world.engine.exchange(envelope, self.world.caller(self.account, self.device), self.world.now)
        said: dict[str, Any] = json.loads(answer.text())
        return said

    def pull(self, limit: int = 500) -> dict[str, Any]:
        """Reads until there is no more."""
        while (answer := self.page(limit))["more"]:
            pass
        return answer

    def page(self, limit: int = 500) -> dict[str, Any]:
        """Reads one page, keeping documents by generation."""
        answer = self.exchange([], limit=limit)
        if answer["reset"]:
            self.generation += 1
            if answer["reset"] == "wipe":
                self.docs.clear()
        for change in answer["changes"]:
            key = (change["collection"], change["id"])
            if change["doc"] is None:
                self.docs.pop(key, None)
            else:
                self.docs[key], self.held[key] = change["doc"], self.generation
        self.cursor = answer["cursor"]
        if not answer["more"]:
            for key in [key for key in self.docs if self.held[key] < self.generation]:
                del self.docs[key]
        return answer

    def texts(self) -> set[str]:
        return {doc["text"] for (collection, _), doc in self.docs.items() if collection == "notes"}


DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
