"""Records as the desk shows them: which ones a person may see, one page of them, newest first."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy import false as never

from sync import Caller
from sync.documents import document_table
from webapp.desk.scope import Condition, read_by_cells
from webapp.opinions.commands import opinion_table
from webapp.patrols.commands import finding_table, patrol_table
from webapp.people.permissions import READERS
from webapp.places.rights import Rights
from webapp.visits.commands import visit_table

PAGE: Final = 50
TABLES: Final[dict[str, Table]] = {
    "visit": visit_table,
    "opinion": opinion_table,
    "finding": finding_table,
    "patrol": patrol_table,
}


def seen(kind: str, caller: Caller) -> Condition:
    """By cells for those who read what is recorded there, and one's own; rounds are the secretary's to read."""
    rights: Rights = caller.rights
    c = TABLES[kind].c
    parts: list[ColumnElement[bool]] = [c.account_id == caller.account]
    for post in rights.now:
        if kind == "patrol" and post.role == "secretary":
            parts.append(c.estate_id.in_(sorted(post.estates & set(caller.feeds))))
        elif kind != "patrol" and post.role in READERS:
            parts.append(read_by_cells(post, caller.feeds, c.estate_id, c.grid_code))
    found = or_(never(), *parts)
    return and_(found, _released()) if kind == "opinion" else found


def _released() -> Condition:
    """An anonymous opinion is shown once the hourly release has let it out, so that its hour tells nobody who spoke."""
    c, d = opinion_table.c, document_table.c
    published = exists().where(d.collection == "opinions", d.id == c.id)
    return or_(c.anonymous.is_(False), published)


def page_of(
    connection: Connection, caller: Caller, kinds: tuple[str, ...], page: int
) -> tuple[list[tuple[str, str]], int]:
    """(kind, id) of one page, and how many there are in all. An anonymous one stands at its day, without an hour."""
    parts = []
    for kind in kinds:
        c = TABLES[kind].c
        at = cast(c.received_at, String)
        key = func.coalesce(at, c.received_on) if kind == "opinion" else at
        parts.append(select(literal(kind).label("kind"), c.id.label("id"), key.label("at")).where(seen(kind, caller)))
    every = union_all(*parts).subquery()
    total = int(connection.execute(select(func.count()).select_from(every)).scalar_one())
    query = select(every.c.kind, every.c.id).order_by(every.c.at.desc(), every.c.id)
    rows = connection.execute(query.limit(PAGE).offset((page - 1) * PAGE))
    return [(row.kind, row.id) for row in rows], total


def rows_of(connection: Connection, found: list[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """The rows of a page, one read a table."""
    rows: dict[str, dict[str, Any]] = {}
    for kind, table in TABLES.items():
        ids = [id for one, id in found if one == kind]
        if ids:
            query = select(table).where(table.c.id.in_(ids))
            rows |= {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    return rows
