"""What each kind of database can do, and how rows are digested: the same rows give the same digest on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from webapp.db import db


class InUse(Exception):
    """A server or a worker has the database open."""


class NoTools(Exception):
    """A program is not there, or did not do its work; the message is for the operator."""


class Kind(Protocol):
    """``sqlite`` and ``postgres`` are modules of this shape."""

    def copy(self, target: Path) -> dict[str, str]:
        """Copies the live database; returns the digests of its tables at that very moment."""

    def alone(self) -> None:
        """Raises ``InUse`` where anybody else has the live database open."""

    def put(self, copy: Path, tables: dict[str, str]) -> str | None:
        """Takes the place of the live database, all or nothing; returns where that is kept now, if there was one."""

    def tables_of(self, copy: Path) -> dict[str, str]:
        """The digests of a copy's tables, read from the copy."""


def kind() -> Kind:
    """How the database at hand is copied and put back."""
    from webapp.backups import postgres, sqlite

    return sqlite if db.engine.dialect.name == "sqlite" else postgres


def rows_digest(rows: Iterable[Any]) -> str:
    """One digest over rows, which come in the order of their key."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
