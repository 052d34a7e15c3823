"""Finding the door or the person that somebody at the office asks about, and what came of an earlier deletion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from webapp.desk.visitor import Visitor
from webapp.desk.words import cap
from webapp.people.posts import account_table
from webapp.places import doors
from webapp.places.feeds import household_table
from webapp.privacy.models import Erasure
from webapp.privacy.subject import Subject, person_table
from webapp.privacy.words import say

FOUND_MOST: Final = 50


@dataclass(frozen=True)
class Hit:
    kind: str
    id: str
    name: str
    place: str


@dataclass(frozen=True)
class Asked:
    """A request made at a door, in words."""

    id: str
    household_id: str
    place: str
    right: str
    words: str
    name: str
    since: str


def told(visitor: Visitor, rows: list[Any]) -> list[Asked]:
    return [
        Asked(row.id, row.household_id, doors.short(row.grid_code, row.door),
              cap(say(visitor.language, f"right.{row.right}")), row.words, row.name,
              cap(visitor.times.when(row.received_at)))
        for row in rows
    ]  # fmt: skip


def found_by(connection: Connection, estates: list[str], q: str) -> list[Hit]:
    """Doors by number or householder, people by name or login."""
    h, p, a = household_table.c, person_table.c, account_table.c
    like = p.holder.contains(q, autoescape=True)
    if at := doors.said(q):
        unit, door = at
        like = or_(like, h.grid_code.endswith(unit, autoescape=True) & (h.door == door))
    found = select(h.id, h.grid_code, h.door, p.holder).outerjoin_from(household_table, person_table)
    found = found.where(h.estate_id.in_(estates), like).order_by(h.grid_code, h.door).limit(FOUND_MOST)
    rows = connection.execute(found)
    hits = [Hit("door", row.id, row.holder or "", doors.short(row.grid_code, row.door)) for row in rows]
    named = or_(a.name.contains(q, autoescape=True), a.login == q)
    people = select(a.id, a.name).where(a.home_id.in_(estates), named).order_by(a.name, a.id).limit(FOUND_MOST)
    return hits + [Hit("person", row.id, row.name, "") for row in connection.execute(people)]


def last_erasure(connection: Connection, subject: Subject, language: str) -> dict[str, Any] | None:
    """What was deleted and what stayed, in words; None where nothing was ever asked for."""
    mine = Erasure.account_id == subject.account_id if subject.account_id else (
        Erasure.household_id == subject.household_id
    )  # fmt: skip
    query = select(Erasure.report).where(mine).order_by(Erasure.asked_at.desc()).limit(1)
    report = connection.execute(query).scalar()
    if report is None:
        return None
    deleted = [f"{say(language, kind)} {n}" for kind, n in report["deleted"].items()]
    stays = sorted({(one["kind"], one["why"]) for one in report["stays"]})
    return {"deleted": deleted, "stays": [(say(language, kind), say(language, f"why.{why}")) for kind, why in stays]}
