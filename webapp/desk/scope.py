"""Which matters a person sees at the desk, and which of them wait for that person: conditions for the database.

Sight is that of the phone (``cases.feeds``): by cells for those who read what is recorded there, by the organisations a
matter has reached for the upper levels, by name for units and persons. For the last two the feeds' rows tell quickly
which matters may be meant, and the matter's present columns decide; the feeds alone would not do, since they let go of
what is old.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, false, or_, select

from sync import Caller
from sync.documents import standing
from webapp.cases.stages import INSIDE, LEVEL_OF_ROLE
from webapp.cases.tables import case_table, reporter_table
from webapp.people.permissions import READERS, UPPER
from webapp.places.rights import Holding, Rights

Condition = ColumnElement[bool]
c = case_table.c


def within(cells: tuple[str, ...], column: Any) -> Condition:
    """Whether a grid code lies in one of these cells, by ``-`` segments."""
    return or_(false(), *(or_(column == cell, column.startswith(f"{cell}-", autoescape=True)) for cell in cells))


def read_by_cells(post: Holding, feeds: tuple[str, ...], estate: Any, code: Any) -> Condition:
    """What a reader of records sees at a place; what stands at none is the secretary's."""
    estates = sorted(post.estates & set(feeds))
    here = within(post.cells, code) if post.cells else code.is_not(None)
    if post.role == "secretary":
        here = or_(here, code.is_(None))
        return estate.in_(estates) if not post.cells else and_(estate.in_(estates), here)
    return and_(estate.in_(estates), here)


def seen(caller: Caller) -> Condition:
    """The matters that this person may see."""
    rights: Rights = caller.rights
    readers = [post for post in rights.now if post.role in READERS]
    wide = [read_by_cells(post, caller.feeds, c.estate_id, c.grid_code) for post in readers]
    return or_(false(), *wide, _by_name(caller))


def _by_name(caller: Caller) -> Condition:
    """Those that this account, its roles as units, or its organisations are named in."""
    rights: Rights = caller.rights
    r = standing.c
    audiences = [f"account:{caller.account}", *sorted(f"role:{role}" for role in rights.roles())]
    shown = select(r.id).where(r.feed.in_(caller.feeds), r.audience.in_(audiences), r.collection == "cases")
    reports = exists().where(reporter_table.c.case_id == c.id, reporter_table.c.account_id == caller.account)
    named = [c.account_id == caller.account, _unit(caller.account), reports]
    for post in rights.now:
        if post.role in UPPER:
            named.append(_holds(c.reached, post.organisation_id))
        named.append(and_(_unit(post.role), c.estate_id == post.organisation_id))
    return and_(c.id.in_(shown), or_(*named))


def _unit(name: str) -> Condition:
    """Leads it, or assists whoever does."""
    return or_(c.lead == name, and_(c.lead.is_not(None), _holds(c.assisting, name)))


def _holds(column: Any, text: str) -> Condition:
    """Whether a list of ids or roles, kept as JSON, holds this one."""
    return cast(column, String).contains(f'"{text}"', autoescape=True)


def held(caller: Caller) -> Condition:
    """``cases.ladder.is_office``: the matters that this person's office decides on at present."""
    rights: Rights = caller.rights
    parts = []
    for post in rights.now:
        if post.role == "secretary":
            parts.append(and_(c.estate_id.in_(sorted(post.estates)), c.level.in_(INSIDE)))
        elif post.role in UPPER:
            parts.append(and_(c.organisation_id == post.organisation_id, c.level == LEVEL_OF_ROLE[post.role]))
    return or_(false(), *parts)


def led(caller: Caller) -> Condition:
    """``cases.ladder.is_unit`` for the lead: the matters that this person, or this person's unit, is to handle."""
    rights: Rights = caller.rights
    parts = [c.lead == caller.account]
    for post in rights.now:
        here = within(post.cells, c.grid_code) if post.cells else None
        where = c.estate_id.in_(sorted(post.estates | {post.organisation_id}))
        parts.append(and_(c.lead == post.role, where, *([here] if here is not None else [])))
    return or_(*parts)


def waiting(caller: Caller) -> Condition:
    """The matters whose next step is this person's."""
    decides = and_(c.state.in_(("raised", "accepted", "discussing", "escalated")), held(caller))
    return or_(decides, and_(c.state.in_(("assigned", "handling")), led(caller)))


def passed_up(caller: Caller) -> Condition:
    """The matters that wait for an answer from somewhere else."""
    return and_(c.state == "escalated", ~held(caller))
