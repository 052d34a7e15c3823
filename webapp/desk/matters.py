"""The list of matters: its filters with their counts, one page of it, and a single matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, select

from webapp.cases.stages import OPEN
from webapp.cases.tables import case_table, reporter_table
from webapp.desk import scope
from webapp.desk.find import matching
from webapp.desk.scope import Condition
from webapp.desk.visitor import Visitor
from webapp.people.models import Account
from webapp.people.permissions import ROLES

PAGE: Final = 50
COUNTED: Final = ("open", "today", "late", "mine", "appraising", "up")
SHOWS: Final = (*COUNTED, "over")
c = case_table.c


@dataclass(frozen=True)
class Wanted:
    """What the address asks for. With words to find and no filter, all matters are looked at, closed ones too."""

    show: str | None
    q: str
    page: int

    @property
    def named(self) -> str:
        return self.show or "open"

    def args(self) -> dict[str, Any]:
        """The parts of an address that keep filter, words and page."""
        page = self.page if self.page > 1 else None
        return {key: value for key, value in (("show", self.show), ("q", self.q), ("page", page)) if value}


@dataclass(frozen=True)
class Listed:
    """One page of matters, and how many there are in all."""

    rows: list[dict[str, Any]]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def conditions(visitor: Visitor) -> dict[str, Condition]:
    """The filters. A matter that waits for an answer from above is neither late nor due: its clock is not ours."""
    up = scope.passed_up(visitor.caller)
    now, midnight = visitor.times.now, visitor.times.end_of_today
    return {
        "open": c.state.in_(OPEN),
        "today": and_(c.due_at >= now, c.due_at < midnight, ~up, c.state.in_(OPEN)),
        "late": and_(c.due_at < now, ~up, c.state.in_(OPEN)),
        "mine": scope.waiting(visitor.caller),
        "appraising": c.state == "appraising",
        "up": up,
        "over": c.state.in_(("closed", "declined")),
    }


def counts(connection: Connection, visitor: Visitor) -> dict[str, int]:
    """How many there are behind each filter: one query over what is open and in sight."""
    filters = conditions(visitor)
    columns = [func.count().filter(filters[name]).label(name) for name in COUNTED]
    query = select(*columns).select_from(case_table).where(scope.seen(visitor.caller), c.state.in_(OPEN))
    return dict(connection.execute(query).mappings().one())


def listed(connection: Connection, visitor: Visitor, wanted: Wanted, counted: dict[str, int]) -> Listed:
    """A page of the list: what is due first on top, what waits for others below it."""
    where: list[Condition] = [scope.seen(visitor.caller)]
    if wanted.show or not wanted.q:
        where.append(conditions(visitor)[wanted.named])
    if wanted.q:
        where.append(matching(wanted.q))
    if wanted.q or wanted.named not in counted:
        total = int(connection.execute(select(func.count()).select_from(case_table).where(*where)).scalar_one())
    else:
        total = counted[wanted.named]
    page = min(wanted.page, max(1, -(-total // PAGE)))
    order = _order(wanted, scope.passed_up(visitor.caller))
    # The ids first: sorting carries what it has selected, and whole rows are wide.
    query = select(c.id).where(*where).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    ids = list(connection.execute(query).scalars())
    rows = connection.execute(select(case_table).where(c.id.in_(ids))).mappings()
    known = {row["id"]: dict(row) for row in rows}
    return Listed([known[id] for id in ids], total, page)


def _order(wanted: Wanted, up: Condition) -> list[ColumnElement[Any]]:
    if wanted.show == "over":
        return [c.closed_at.desc(), c.id]
    by_time = [up, c.due_at.asc().nulls_last(), c.moved_at.desc(), c.id]
    return [c.closed_at.is_not(None), *by_time] if wanted.q and not wanted.show else by_time


def one(connection: Connection, visitor: Visitor, case_id: str) -> dict[str, Any] | None:
    """The matter, if this person may see it."""
    query = select(case_table).where(c.id == case_id, scope.seen(visitor.caller))
    row = connection.execute(query).mappings().first()
    return dict(row) if row else None


def reporters_of(connection: Connection, case_ids: list[str]) -> dict[str, int]:
    """How many people have reported each of these."""
    r = reporter_table.c
    query = select(r.case_id, func.count().label("n")).where(r.case_id.in_(case_ids)).group_by(r.case_id)
    return {row.case_id: row.n for row in connection.execute(query)}


def names_of(connection: Connection, units: set[str]) -> dict[str, str]:
    """The names of those leads and helpers that are persons; roles have words of their own."""
    ids = sorted(units - set(ROLES))
    if not ids:
        return {}
    return {row.id: row.name for row in connection.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))}
