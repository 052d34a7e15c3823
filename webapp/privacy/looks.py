"""Who looked at somebody's data: the audit lines that name it, but for the person's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from sync.columns import iso
from webapp.people.audit import TOLD, audit_table
from webapp.people.posts import account_table, post_table
from webapp.privacy.subject import Subject

LOOKS_SHOWN_DAYS: Final = 180
LOOKS_MOST: Final = 200
ACTIONS: Final = ("desk.view", "places.export", "privacy.view", "privacy.export", TOLD)
a = audit_table.c


def looks_at(connection: Connection, subject: Subject, ids: list[str], now: datetime) -> list[dict[str, Any]]:
    """Newest first: when, who in which post, and in what way."""
    since = iso(max(filter(None, (subject.since, now - timedelta(days=LOOKS_SHOWN_DAYS)))))
    named = [*ids, *filter(None, (subject.account_id, subject.household_id))]
    there = or_(a.subject_id.in_(named), and_(a.action == TOLD, _holds(ids)))
    query = select(a.at, a.account_id, a.action).where(a.at >= since, a.action.in_(ACTIONS), there)
    if mine := subject.account_id or subject.reader:
        query = query.where(or_(a.account_id.is_(None), a.account_id != mine))
    rows = connection.execute(query.distinct().order_by(a.at.desc()).limit(LOOKS_MOST)).all()
    people = _people(connection, {row.account_id for row in rows} - {None})
    nobody = {"who": None, "role": None}
    return [{"at": row.at, "how": row.action, **people.get(row.account_id, nobody)} for row in rows]


def _holds(ids: list[str]) -> ColumnElement[bool]:
    """Whether the ids of an exchange's line name one of these."""
    return or_(false(), *(a.detail.contains(f'"{id}"', autoescape=True) for id in ids))


def _people(connection: Connection, ids: set[str]) -> dict[str, dict[str, Any]]:
    names = select(account_table.c.id, account_table.c.name).where(account_table.c.id.in_(ids))
    found = {row.id: {"who": row.name, "role": None} for row in connection.execute(names)}
    posts = select(post_table.c.account_id, post_table.c.role).where(post_table.c.account_id.in_(ids))
    for row in connection.execute(posts.order_by(post_table.c.starts_at)):
        found[row.account_id]["role"] = row.role
    return found
