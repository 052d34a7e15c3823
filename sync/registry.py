"""What an application declares: its commands and their rules; and the words handlers and engine use between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from marshmallow import Schema
from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from .batch import Batch


@dataclass(frozen=True)
class Caller:
    """Who speaks: an account on a device, and what it may read.

    ``home`` is the feed in which what concerns this account alone is numbered; ``reads`` are pairs of a feed and an
    audience in it: a role in one organisation opens nothing in another. ``rights`` belongs to the application and is
    not looked
    into here.
    """

    account: str
    device: str
    home: str
    reads: frozenset[tuple[str, str]]
    language: str = "zh"
    suspended: bool = False
    rights: Any = None

    @cached_property
    def feeds(self) -> tuple[str, ...]:
        return tuple(sorted({feed for feed, _ in self.reads}))

    def audiences_in(self, feed: str) -> list[str]:
        return sorted(audience for one, audience in self.reads if one == feed)

    def sees(self, feed: str, audience: str) -> bool:
        return (feed, audience) in self.reads


@dataclass
class Command:
    """One thing that a person did. ``payload`` is loaded by the schema, ``content`` is what was sent, as parsed."""

    id: str
    seq: int
    type: str
    v: int
    made_at: str
    supersedes: str | None
    content: dict[str, Any]
    digest: str
    payload: dict[str, Any] = field(default_factory=dict)
    was: str | None = None
    fault: Outcome | None = None  # what form and schema say, found before any lock is taken
    received_at: datetime = field(default=None)  # type: ignore[assignment]
    caller: Caller = field(default=None)  # type: ignore[assignment]
    kind: CommandType | None = None
    traceless: bool = False
    body: str | None = None  # the payload's text, for the ledger
    doubtful: bool = False  # its text holds something that calls for a closer look
    size_bytes: int = 0
    unknown: tuple[str, ...] = ()  # fields that no command has

    def makes(self) -> tuple[str, ...]:
        """The id of the row that it makes, if it makes one that the payload names."""
        return (self.payload[self.kind.creates[1]],) if self.kind and self.kind.creates else ()


@dataclass
class Outcome:
    """``status`` applied, rejected or parked; ``detail`` goes into the answer beside it (fields, state, level …)."""

    status: str
    code: str | None = None
    detail: dict[str, Any] | None = None


class Rejected(Exception):
    """The rules say no, for good. ``code`` is a problem code, ``detail`` goes into the outcome."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class Missing(Exception):
    """It refers to an id that is not here, or not in sight; one answer for both. Parked, tried again when it comes."""

    def __init__(self, *ids: str) -> None:
        super().__init__(*ids)
        self.ids = ids


class OutOfScope(Exception):
    """Its author was once allowed to and no longer is. Parked for a person at the desk."""


@dataclass(frozen=True)
class Ref:
    """A row that a payload refers to, read once for the whole batch. ``needed``: without it the command waits."""

    table: Table
    id: str
    needed: bool = True
    changes: bool = False  # the handler will change it: it is locked while the transaction lasts
    outlived: bool = False  # the command holds also where that row was erased


@dataclass
class Document:
    """The newest state of one entity and who sees it: ``places`` are (feed, audience); none means that it is gone.

    ``new`` says that the id was never a document before, which saves a look. ``later`` keeps it back until the hourly
    release, in random order. ``adds`` says that others publish it to places of their own, which stay.
    """

    collection: str
    id: str
    doc: dict[str, Any] | None
    places: Iterable[tuple[str, str]]
    new: bool = False
    later: bool = False
    erased: bool = False
    adds: bool = False


@dataclass
class Effect:
    """What a command changes: rows in, rows changed (table, id, values), rows out, documents, and events."""

    rows: list[tuple[Table, dict[str, Any]]] = field(default_factory=list)
    changes: list[tuple[Table, str, dict[str, Any]]] = field(default_factory=list)
    removals: list[tuple[Table, str]] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)

    def add(self, other: Effect) -> Effect:
        self.rows += other.rows
        self.changes += other.changes
        self.removals += other.removals
        self.documents += other.documents
        self.events += other.events
        return self


Handler = Callable[[Command, "Batch"], Effect]
Permit = Callable[[Command, "Batch"], None]
Subscriber = Callable[[Any, Command, "Batch"], Effect]
Sight = Callable[[dict[str, Any], Caller, "Batch"], bool]
Erased = Callable[[Connection, list[str]], set[str]]


def _nothing(_payload: dict[str, Any]) -> list[Ref]:
    return []


def _never(_payload: dict[str, Any]) -> bool:
    return False


@dataclass(frozen=True)
class CommandType:
    """One kind of command: its name and version, its schema (one instance, reused) and its rules."""

    name: str
    v: int
    schema: Schema
    handler: Handler
    permit: Permit
    refs: Callable[[dict[str, Any]], list[Ref]] = _nothing
    creates: tuple[Table, str] | None = None  # the table and the payload's field that holds the new row's id
    traceless: Callable[[dict[str, Any]], bool] = _never
    urgent: Callable[[dict[str, Any]], bool] = _never
    help: str = ""


class Registry:
    """All commands, collections, subscriptions and sights of one application."""

    def __init__(self) -> None:
        self.commands: dict[tuple[str, int], CommandType] = {}
        self.collections: dict[str, Schema] = {}
        self.sights: dict[str, Sight] = {}
        self.erased: Erased = lambda _connection, _ids: set()
        self._subscribers: dict[type, list[Subscriber]] = {}

    def command(
        self, name: str, schema: Schema, *, permit: Permit, v: int = 1, **rules: Any
    ) -> Callable[[Handler], Handler]:
        """Declares the decorated handler as the command ``name``; its docstring is the command's documentation."""

        def declare(handler: Handler) -> Handler:
            if (name, v) in self.commands:
                raise ValueError(f"{name} v{v} is declared twice")
            self.commands[name, v] = CommandType(name, v, schema, handler, permit, help=handler.__doc__ or "", **rules)
            return handler

        return declare

    def collection(self, name: str, schema: Schema) -> None:
        """Declares a collection and the shape of its documents."""
        if name in self.collections:
            raise ValueError(f"{name} is declared twice")
        self.collections[name] = schema

    def sight(self, table: Table) -> Callable[[Sight], Sight]:
        """Declares who may refer to a row of ``table``. Without one, everybody."""

        def declare(rule: Sight) -> Sight:
            self.sights[table.name] = rule
            return rule

        return declare

    def erasures(self, rule: Erased) -> Erased:
        """Declares which of some ids were erased for somebody's sake, and must not come back out of any phone."""
        self.erased = rule
        return rule

    def on(self, event: type) -> Callable[[Subscriber], Subscriber]:
        """Runs the decorated function in the transaction of each ``event``; what it returns is written with it."""

        def declare(subscriber: Subscriber) -> Subscriber:
            self._subscribers.setdefault(event, []).append(subscriber)
            return subscriber

        return declare

    def follow(self, effect: Effect, command: Command, batch: Batch) -> Effect:
        """The effect with those of its events' subscribers, which may raise events of their own."""
        pending = list(effect.events)
        while pending:
            event = pending.pop(0)
            for subscriber in self._subscribers.get(type(event), ()):
                more = subscriber(event, command, batch)
                pending += more.events
                effect.add(more)
        return effect

    def is_traceless(self, name: str, payload: dict[str, Any]) -> bool:
        """Whether a payload that no schema has seen is to leave no trace, by any version of its command."""
        return any(kind.traceless(payload) for (n, _), kind in self.commands.items() if n == name)

    def knows(self, name: str) -> bool:
        return any(n == name for n, _ in self.commands)
