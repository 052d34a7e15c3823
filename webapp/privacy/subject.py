"""Whose data it is, and which rows say something about that person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select

from sync.wire import loads
from webapp.cases.tables import case_table, reporter_table
from webapp.opinions.commands import opinion_table
from webapp.patrols.commands import finding_table, patrol_table
from webapp.people.posts import account_table, post_table
from webapp.places.feeds import household_table
from webapp.places.models import HouseholdPerson
from webapp.privacy.claims import claim_table
from webapp.visits.commands import visit_table

person_table = cast(Table, HouseholdPerson.__table__)
OVER = ("closed", "declined")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Subject:
    """A person who signs in, or those behind a door: households have no account of their own.

    ``since``: of a household only what came since, for a resident who has lived there so long; ``reader`` is that
    resident's account.
    """

    account_id: str | None = None
    household_id: str | None = None
    since: datetime | None = None
    reader: str | None = None

    def estate(self, connection: Connection) -> str | None:
        """Where the request is kept; None where there is no such person or door."""
        if self.account_id is not None:
            query = select(account_table.c.home_id).where(account_table.c.id == self.account_id)
        else:
            query = select(household_table.c.estate_id).where(household_table.c.id == self.household_id)
        found = connection.execute(query).scalar()
        return None if found is None else str(found)


    def answers(self, connection: Connection, holder: str | None) -> bool:
        """Whether the person who answers for the door is the one who asks; at the office everybody is shown."""
        if self.since is None:
            return True
        name = connection.execute(select(account_table.c.name).where(account_table.c.id == self.reader)).scalar()
        return name is not None and name == holder


@dataclass
class Found:
    """The rows about a subject, by kind. ``own`` are those that a post-holder made on duty."""

    visits: Rows
    opinions: Rows
    cases: Rows
    findings: Rows
    patrols: Rows
    claims: Rows

    def split(self, connection: Connection, subject: Subject) -> tuple[Rows, Rows]:
        """Opinions that are the person's own words, and those that a post-holder wrote down for others."""
        p, id = post_table.c, subject.account_id
        held = select(p.id).where(p.account_id == id, p.role != "resident").limit(1)
        if id is None or connection.execute(held).first() is None:
            return self.opinions, []
        own = [row for row in self.opinions if (row["said"].get("reporter") or {}).get("account_id") == id]
        return own, [row for row in self.opinions if row not in own]

    def ids(self) -> list[str]:
        every = (self.visits, self.opinions, self.cases, self.findings, self.patrols, self.claims)
        return [row["id"] for rows in every for row in rows]


def find(connection: Connection, subject: Subject) -> Found:
    if subject.household_id is not None:
        return _of_household(connection, subject.household_id, subject.since)
    assert subject.account_id is not None
    return _of_account(connection, subject.account_id)


def _rows(connection: Connection, table: Table, condition: ColumnElement[bool]) -> Rows:
    query = select(table).where(condition).order_by(table.c.id)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    for row in rows:
        if "body" in row:
            row["said"] = loads(row["body"].encode())
    return rows


def _of_household(connection: Connection, id: str, since: datetime | None) -> Found:
    """Visits at the door, what was said there under a name, and what became of it."""
    visits = _rows(connection, visit_table, _at_door(visit_table, id, since))
    o, c = opinion_table.c, case_table.c
    opinions = _rows(connection, opinion_table, o.visit_id.in_([row["id"] for row in visits]))
    origins = [row["id"] for row in (*visits, *opinions)]
    cases = _rows(connection, case_table, and_(c.from_id.is_not(None), c.from_id.in_(origins)))
    claims = _rows(connection, claim_table, _at_door(claim_table, id, since))
    return Found(visits, opinions, cases, [], [], claims)


def _at_door(table: Table, household_id: str, since: datetime | None) -> ColumnElement[bool]:
    here = table.c.household_id == household_id
    return here if since is None else and_(here, table.c.received_at >= since)


def _of_account(connection: Connection, id: str) -> Found:
    """What this person recorded, and where it is named as the one who spoke. An anonymous opinion is nobody's."""
    o, c, r = opinion_table.c, case_table.c, reporter_table.c
    estate = select(account_table.c.home_id).where(account_table.c.id == id).scalar_subquery()
    named = and_(o.estate_id == estate, o.body.contains(f'"account_id":"{id}"', autoescape=True))
    reported = select(r.case_id).where(r.account_id == id)
    opinions = _rows(connection, opinion_table, or_(o.account_id == id, named))
    became = c.from_id.in_([row["id"] for row in opinions])
    return Found(
        _rows(connection, visit_table, visit_table.c.account_id == id),
        opinions,
        _rows(connection, case_table, or_(c.account_id == id, c.id.in_(reported), became)),
        _rows(connection, finding_table, finding_table.c.account_id == id),
        _rows(connection, patrol_table, patrol_table.c.account_id == id),
        _rows(connection, claim_table, claim_table.c.account_id == id),
    )
