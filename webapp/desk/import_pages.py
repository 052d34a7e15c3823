"""What the pages of doors and grids show: an estate's grids and latest lists, and one list with its faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select

from webapp.desk.places import code_words
from webapp.desk.visitor import Visitor
from webapp.desk.words import say
from webapp.people.posts import account_table
from webapp.places import import_runs
from webapp.places.feeds import household_table
from webapp.places.import_runs import run_table
from webapp.places.rights import cell_table

RUNS_SHOWN: Final = 10
FAULTS_A_PAGE: Final = 200
r, a = run_table.c, account_table.c
LIGHT: Final = tuple(column for column in r if column.name not in ("content", "result"))


@dataclass(frozen=True)
class RunLine:
    id: str
    name: str
    when: str
    who: str
    how: str


@dataclass(frozen=True)
class Grid:
    code: str
    words: str


@dataclass(frozen=True)
class Overview:
    doors: int
    grids: list[Grid]
    runs: list[RunLine]


@dataclass(frozen=True)
class Run:
    """A list that was handed in. ``told`` are cell and words of a page of its faults."""

    id: str
    name: str
    state: str
    rows_read: int
    rows_of: int | None
    added: int
    changed: int
    faulty: int
    told: list[tuple[str, str]]
    notes: list[tuple[str, str]]
    page: int
    pages: int

    @property
    def running(self) -> bool:
        return self.state in import_runs.RUNNING


def overview(connection: Connection, visitor: Visitor, mine: list[str], estate_id: str) -> Overview:
    assert estate_id in mine
    c = cell_table.c
    doors = select(func.count()).where(household_table.c.estate_id == estate_id)
    grids = select(c.grid_code).where(c.estate_id == estate_id, c.kind == "grid", c.retired_at.is_(None))
    codes = connection.execute(grids.order_by(c.grid_code)).scalars()
    runs = select(*LIGHT, a.name.label("who")).join_from(run_table, account_table, a.id == r.account_id)
    runs = runs.where(r.estate_id == estate_id).order_by(r.created_at.desc(), r.id).limit(RUNS_SHOWN)
    said = visitor.language
    lines = [
        RunLine(row["id"], row["file_name"], visitor.times.when(row["created_at"]), row["who"],
                say(said, f"doors.state.{row['state']}"))
        for row in connection.execute(runs).mappings()
    ]  # fmt: skip
    shown = [Grid(code, code_words(code, said)) for code in codes]
    return Overview(int(connection.execute(doors).scalar_one()), shown, lines)


def row_of(connection: Connection, mine: list[str], id: str) -> dict[str, Any] | None:
    """A run of one of these estates, without its file."""
    row = connection.execute(select(*LIGHT, r.result).where(r.id == id, r.estate_id.in_(mine))).mappings().first()
    return dict(row) if row else None


def run_of(connection: Connection, visitor: Visitor, mine: list[str], id: str, page: int) -> Run | None:
    row = row_of(connection, mine, id)
    if row is None:
        return None
    result, said = import_runs.result_of(row), visitor.language
    pages = max(1, -(-len(result.faults) // FAULTS_A_PAGE))
    page = min(page, pages)
    some = result.faults[(page - 1) * FAULTS_A_PAGE : page * FAULTS_A_PAGE]
    told, notes = ([(one.cell, one.say(said)) for one in every] for every in (some, result.notes))
    return Run(row["id"], row["file_name"], row["state"], row["rows_read"], row["rows_of"], result.added,
               result.changed, result.faulty, told, notes, page, pages)  # fmt: skip
