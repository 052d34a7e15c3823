"""The page of matters: filters, the list, and the chosen matter beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from sqlalchemy import Connection
from werkzeug.exceptions import NotFound

from webapp.db import reading
from webapp.desk import matters
from webapp.desk.detail import Detail, detail_of
from webapp.desk.find import tidy
from webapp.desk.matters import SHOWS, Listed, Wanted
from webapp.desk.shown import Line, line_of
from webapp.desk.visitor import Visitor
from webapp.people.permissions import UPPER


@dataclass
class Board:
    wanted: Wanted
    counts: dict[str, int]
    listed: Listed
    lines: list[Line]
    detail: Detail | None
    opened: bool  # the matter was asked for by its address: a narrow window shows it instead of the list
    decides: bool  # this person decides about matters; others handle them
    said: str = ""  # what has been done, where the matter itself has left the list

    def list_url(self, **changes: Any) -> str:
        return url_for("desk.matters", **(self.wanted.args() | changes))

    def page_url(self, page: int) -> str:
        return self.list_url(page=page)

    def matter_url(self, case_id: str, **changes: Any) -> str:
        return url_for("desk.matter", case_id=case_id, **(self.wanted.args() | changes))

    def move_url(self, case_id: str, name: str) -> str:
        return url_for("desk.move", case_id=case_id, name=name, **self.wanted.args())


def wanted_here() -> Wanted:
    """What this request's address asks for; nonsense in it is taken as not said."""
    show = request.args.get("show")
    return Wanted(show if show in SHOWS else None, tidy(request.args.get("q", "")), page_number())


def page_number() -> int:
    page = request.args.get("page", "1")
    return max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1


def board_of(visitor: Visitor, case_id: str | None, do: str | None = None) -> Board:
    """``do`` opens the form of a move. Raises ``NotFound`` for a matter that is not there or not in sight."""
    wanted = wanted_here()
    with reading() as connection:
        counts = matters.counts(connection, visitor)
        listed = matters.listed(connection, visitor, wanted, counts)
        row = matters.one(connection, visitor, case_id) if case_id else next(iter(listed.rows), None)
        if case_id and row is None:
            raise NotFound
        lines = _lines(connection, visitor, listed.rows)
        detail = detail_of(connection, visitor, row, do) if row else None
    g.counts = counts
    wanted = Wanted(wanted.show, wanted.q, listed.page)
    decides = any(role == "secretary" or role in UPPER for role, _place in visitor.posts)
    return Board(wanted, counts, listed, lines, detail, case_id is not None, decides)


def _lines(connection: Connection, visitor: Visitor, rows: list[dict[str, Any]]) -> list[Line]:
    reporters = matters.reporters_of(connection, [row["id"] for row in rows])
    names = matters.names_of(connection, {row["lead"] for row in rows if row["lead"]})
    return [line_of(row, reporters.get(row["id"], 0), names, visitor) for row in rows]
