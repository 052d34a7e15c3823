"""Looking at personal data is on record: who looked, at which record, when."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from webapp.db import writing
from webapp.desk.visitor import Visitor
from webapp.people import audit

VIEW = "desk.view"


def looked(visitor: Visitor, what: str, ids: Iterable[str] = ()) -> None:
    """One line for each record that the page shows; one without a subject where it shows people as such."""
    subjects: list[str | None] = list(ids)
    if not subjects and what != "people":
        return
    with writing() as connection:
        note(connection, visitor, VIEW, subjects or [None], what)


def note(connection: Connection, visitor: Visitor, action: str, subjects: list[str | None], detail: str) -> None:
    audit.note(connection, visitor.caller.account, action, subjects, visitor.times.now, detail)
