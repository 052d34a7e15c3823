"""Appointing people and letting them go: a post, the documents that show it, and what had waited for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from huey import crontab
from sqlalchemy import Connection, and_, or_, select

from sync import parked
from sync.ledger import command_table
from webapp import clock, jobs
from webapp.db import reading, writing
from webapp.host import engine
from webapp.people.audit import note
from webapp.people.permissions import UPPER
from webapp.people.posts import Unfit, end_post, open_post, post_table, withdraw_post
from webapp.places.feeds import household_table, publish_people
from webapp.places.rights import cell_table, organisation_table

TURNED_WITHIN: Final = timedelta(days=2)
p, o, c = post_table.c, organisation_table.c, cell_table.c


def level_of(role: str) -> str:
    """The kind of organisation at which a role has its posts."""
    return role.removesuffix("_staff") if role in UPPER else "estate"


def appoint(*, account_id: str, organisation_id: str, role: str, cells: Iterable[str] = (), starts_at: datetime,
            ends_at: datetime | None = None, by: str | None = None) -> str:  # fmt: skip
    """Begins a post; returns its id. What its person had recorded and what waited for such a post is tried again."""
    now, events = clock.now(), []  # type: ignore[var-annotated]
    with writing() as connection:
        id = begin(connection, account_id=account_id, organisation_id=organisation_id, role=role, cells=list(cells),
                   starts_at=starts_at, ends_at=ends_at, by=by, now=now)  # fmt: skip
        parked.retry(engine, connection, _waiting(connection, account_id), now, events)
    engine.host.committed(events)
    return id


def begin(connection: Connection, *, account_id: str, organisation_id: str, role: str, cells: list[str],
          starts_at: datetime, ends_at: datetime | None, by: str | None, now: datetime) -> str:  # fmt: skip
    """A post in the transaction of what else begins with it: the account of somebody new has nothing that waited."""
    kind = connection.execute(select(o.kind).where(o.id == organisation_id)).scalar()
    if kind != level_of(role):
        raise Unfit("level")
    _known(connection, organisation_id, role, cells)
    id = open_post(connection, account_id=account_id, organisation_id=organisation_id, role=role, cells=cells,
                   starts_at=starts_at, ends_at=ends_at)  # fmt: skip
    _changed(connection, "post.open", id, organisation_id, by, now)
    return id


def dismiss(post_id: str, ends_at: datetime, by: str | None = None) -> None:
    """Ends a post. From the next exchange its person sees less; what they record beyond that is kept for a decision."""
    now = clock.now()
    with writing() as connection:
        end_post(connection, post_id, ends_at, now)
        _changed(connection, "post.end", post_id, _organisation(connection, post_id), by, now)


def withdraw(post_id: str, by: str | None = None) -> None:
    """Takes back a post that has not begun."""
    now = clock.now()
    with writing() as connection:
        organisation_id = _organisation(connection, post_id)
        withdraw_post(connection, post_id, now)
        _changed(connection, "post.withdraw", post_id, organisation_id, by, now)


def _known(connection: Connection, organisation_id: str, role: str, cells: list[str]) -> None:
    """Cells are codes of this organisation that stand; for a resident a household's id; the levels above have none.

    Where somebody lives opens what is held about that door: one door at a time, so that each has its own beginning.
    """
    if role == "resident":
        h = household_table.c
        lives = select(h.id).where(h.estate_id == organisation_id, h.id.in_(cells))
        if len(cells) > 1 or set(cells) - set(connection.execute(lives).scalars()):
            raise Unfit("household")
        return
    here = select(c.grid_code).where(c.estate_id == organisation_id, c.grid_code.in_(cells), c.retired_at.is_(None))
    if set(cells) - set(connection.execute(here).scalars()):
        raise Unfit("cells")


def _organisation(connection: Connection, post_id: str) -> str:
    found = connection.execute(select(p.organisation_id).where(p.id == post_id)).scalar()
    if found is None:
        raise Unfit("missing")
    return str(found)


def _changed(connection: Connection, action: str, post_id: str, organisation_id: str, by: str | None,
             now: datetime) -> None:  # fmt: skip
    """On record, and on the phones of those who work there."""
    note(connection, by, action, [post_id], now)
    publish_people(connection, organisation_id, now)


def _waiting(connection: Connection, account_id: str) -> list[str]:
    """What this person recorded about things that were not in sight (PROTOCOL: tried again when a post changes)."""
    k = command_table.c
    mine = select(k.id).where(k.account == account_id, k.status == "parked", k.code == "missing")
    return list(connection.execute(mine).scalars())


@jobs.job("posts.turn", when=crontab(minute="*/5"))
def show_turned() -> None:
    """Posts begin and end by the clock, too; the list of people then says so. What a post allows needs no job."""
    now = clock.now()
    turned = or_(*(and_(time > now - TURNED_WITHIN, time <= now) for time in (p.starts_at, p.ends_at)))
    with reading() as connection:
        places = connection.execute(select(p.organisation_id).where(turned).distinct()).scalars().all()
    for organisation_id in sorted(places):
        with writing() as connection:
            publish_people(connection, organisation_id, now)
