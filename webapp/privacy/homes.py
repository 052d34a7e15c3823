"""A resident's own household: what is held about it since the resident's post there began, and nothing before.

Who lived behind the door earlier is somebody else; and a telephone of whoever answers for the door is shown to that
person alone.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from webapp.people.posts import post_table
from webapp.places.feeds import household_table
from webapp.privacy import consents
from webapp.privacy.erasing import erase
from webapp.privacy.held import held
from webapp.privacy.looks import LOOKS_MOST
from webapp.privacy.subject import Subject

MERGED: Final = ("visits", "opinions", "cases", "claims", "consents", "looks")


def homes_of(connection: Connection, account_id: str, now: datetime) -> list[Subject]:
    """The households of somebody's resident posts of today, each since its post began."""
    p, h = post_table.c, household_table.c
    held_now = select(p.cells, p.starts_at).where(p.account_id == account_id, p.role == "resident", p.starts_at <= now)
    rows = connection.execute(held_now.where(or_(p.ends_at.is_(None), p.ends_at > now)).order_by(p.starts_at))
    since: dict[str, datetime] = {}
    for row in rows:
        for cell in row.cells or ():
            since.setdefault(cell, row.starts_at)
    known = connection.execute(select(h.id).where(h.id.in_(since)).order_by(h.id)).scalars().all()
    return [Subject(household_id=id, since=since[id], reader=account_id) for id in known]


def all_held(connection: Connection, account_id: str, now: datetime) -> dict[str, Any]:
    """What is held about a person, and about the household in which this person is a resident."""
    mine = held(connection, Subject(account_id), now)
    homes = [held(connection, home, now) for home in homes_of(connection, account_id, now)]
    if not homes:
        return mine
    for kind in MERGED:
        for home in homes:
            known = {_key(row) for row in mine[kind]}
            mine[kind] += [row for row in home[kind] if _key(row) not in known]
    mine["looks"] = sorted(mine["looks"], key=lambda one: one["at"], reverse=True)[:LOOKS_MOST]
    return mine | {"household": [home["household"] for home in homes]}


def _key(row: dict[str, Any]) -> Any:
    return row["id"] if "id" in row else tuple(sorted((name, str(value)) for name, value in row.items()))


def withdraw_all(connection: Connection, account_id: str, now: datetime) -> int:
    subjects = [Subject(account_id), *homes_of(connection, account_id, now)]
    return sum(consents.withdraw(connection, subject, account_id, now) for subject in subjects)


def erase_all(connection: Connection, account_id: str, now: datetime) -> dict[str, Any]:
    """Deletes both; the report is one."""
    subjects = [Subject(account_id), *homes_of(connection, account_id, now)]
    reports = [erase(connection, subject, account_id, now).report() for subject in subjects]
    deleted: Counter[str] = Counter()
    for report in reports:
        deleted.update(report["deleted"])
    stays = {(one["kind"], one["id"], one["why"]): one for report in reports for one in report["stays"]}
    return {"deleted": dict(sorted(deleted.items())), "stays": list(stays.values())}
