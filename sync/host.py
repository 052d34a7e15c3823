"""What the engine asks of the application that it is built into."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import Connection

from .batch import Batch
from .registry import Caller, Command, Effect


class Host(Protocol):
    """What the application does for the engine."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection in one consistent snapshot."""

    def writing(self, patient: bool = True) -> AbstractContextManager[Connection]:
        """A connection whose transaction may write from its start; commits at the end, rolls back on an exception.

        Who is not patient gives up soon where another holds the database: what can as well be written later.
        """

    def callers(self, connection: Connection, accounts: Iterable[str]) -> dict[str, Caller]:
        """The callers of these accounts by their present rights, for commands that are tried again."""

    def record(self, applied: list[Command], batch: Batch) -> Effect:
        """What is written beside applied commands: the audit lines."""

    def say(self, code: str, language: str, detail: dict[str, Any]) -> dict[str, Any]:
        """``message`` for a code and, where the detail has ``fields``, those in words."""

    def committed(self, events: list[Any]) -> None:
        """Called after the commit with the events of the batch."""

    def failed(self, command: Command, error: Exception) -> None:
        """An unexpected failure in a handler, for the operator's log."""
