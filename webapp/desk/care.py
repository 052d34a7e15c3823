"""Whom an office looks after: those at home in its estates or with a post there, today or to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select
from werkzeug.exceptions import NotFound

from webapp.desk.crew import PostShown, post_shown
from webapp.desk.visitor import Visitor
from webapp.people.permissions import GIVES
from webapp.people.posts import account_table, post_table
from webapp.places import doors
from webapp.places.feeds import household_table

a, p, h = account_table.c, post_table.c, household_table.c


@dataclass(frozen=True)
class Person:
    """``places`` and ``roles`` are those of home and of posts, everywhere."""

    name: str
    places: frozenset[str]
    roles: frozenset[str]


def given_by(visitor: Visitor) -> list[str]:
    """The roles that this office gives, by the permission table."""
    return list(dict.fromkeys(role for held, _place in visitor.posts for role in GIVES.get(held, ())))


def stands(visitor: Visitor) -> ColumnElement[bool]:
    return or_(p.ends_at.is_(None), p.ends_at > visitor.times.now)


def in_care(connection: Connection, visitor: Visitor, id: str, action: str) -> Person:
    """Whoever is in the care of this office for this action; there is nobody else."""
    row = connection.execute(select(a.name, a.home_id).where(a.id == id)).first()
    held = select(p.organisation_id, p.role).where(p.account_id == id, stands(visitor))
    posts = connection.execute(held).all()
    places = frozenset(post.organisation_id for post in posts) | ({row.home_id} if row else set())
    if row is None or not places & set(visitor.organisations_for(action)):
        raise NotFound
    return Person(row.name, places, frozenset(post.role for post in posts))


def posts_in_care(connection: Connection, visitor: Visitor, account_id: str) -> list[PostShown]:
    """Somebody's posts, of today and to come, that this office may end."""
    mine = select(p.id.label("post_id"), p.role, p.cells, p.starts_at, p.ends_at).where(p.account_id == account_id)
    here = p.organisation_id.in_(visitor.organisations_for("post.change")) & p.role.in_(given_by(visitor))
    rows = connection.execute(mine.where(here, stands(visitor)).order_by(p.starts_at, p.id)).all()
    return [shown(connection, visitor, row) for row in rows]


def shown(connection: Connection, visitor: Visitor, row: Any) -> PostShown:
    """In words; for a resident the door."""
    if row.role != "resident":
        return post_shown(row, visitor.times)
    found = connection.execute(select(h.grid_code, h.door).where(h.id.in_(row.cells)))
    return post_shown(row, visitor.times, [doors.short(one.grid_code, one.door) for one in found])
