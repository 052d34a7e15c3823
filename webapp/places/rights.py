"""What an account's posts allow and show: the caller that the exchange works with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, select

from sync import Batch, Caller, Command, OutOfScope, Rejected
from webapp.db import registry
from webapp.people.permissions import PERMISSIONS, READERS, UPPER, covers
from webapp.people.posts import account_table, holders, post_table
from webapp.places.models import Cell, Organisation

cell_table = cast(Table, Cell.__table__)
organisation_table = cast(Table, Organisation.__table__)


@dataclass(frozen=True)
class Holding:
    """One post: a role at an organisation, over ``cells`` (none: all of it), and the estates that this reaches."""

    role: str
    organisation_id: str
    cells: tuple[str, ...]
    estates: frozenset[str]

    def reaches(self, estate_id: str, grid_code: str | None) -> bool:
        if estate_id not in self.estates and estate_id != self.organisation_id:
            return False
        return not self.cells or (grid_code is not None and any(covers(cell, grid_code) for cell in self.cells))


@dataclass(frozen=True)
class Rights:
    """An account's posts of today and of earlier."""

    account_id: str
    now: tuple[Holding, ...] = ()
    past: tuple[Holding, ...] = ()
    home: str = ""
    valid_until: datetime | None = field(default=None, compare=False)

    def holds(self, role: str, estate_id: str, grid_code: str | None = None) -> bool:
        return any(post.role == role and post.reaches(estate_id, grid_code) for post in self.now)

    def roles(self) -> set[str]:
        return {post.role for post in self.now}

    def allows(self, posts: Iterable[Holding], action: str, estate_id: str | None, grid_code: str | None) -> bool:
        scopes = PERMISSIONS[action]
        for post in posts:
            scope = scopes.get(post.role)
            if scope is None:
                continue
            if estate_id is None or scope in ("own", "level", "table"):
                return True
            if grid_code is None and scope == "cells" and estate_id in post.estates | {post.organisation_id}:
                return True
            if scope == "estate" and (estate_id in post.estates or estate_id == post.organisation_id):
                return True
            if scope == "cells" and post.reaches(estate_id, grid_code):
                return True
        return False


def require(command: Command, action: str, estate_id: str | None = None, grid_code: str | None = None) -> None:
    """Passes where a post of today allows it; ``OutOfScope`` where one of earlier did; else ``forbidden``."""
    rights: Rights = command.caller.rights
    if rights.allows(rights.now, action, estate_id, grid_code):
        return
    if rights.allows(rights.past, action, estate_id, grid_code):
        raise OutOfScope
    raise Rejected("forbidden")


def estates_below(connection: Connection, organisation_id: str) -> frozenset[str]:
    """The estates under an organisation of an upper level."""
    found: set[str] = set()
    level = [organisation_id]
    o = organisation_table.c
    while level:
        rows = connection.execute(select(o.id, o.kind).where(o.parent_id.in_(level))).all()
        found.update(row.id for row in rows if row.kind == "estate")
        level = [row.id for row in rows if row.kind != "estate"]
    return frozenset(found)


_a, _p, _o, _c = account_table.c, post_table.c, organisation_table.c, cell_table.c
# Built once: these are read at every request, and building a statement costs more than running it.
_posts = (
    select(
        _a.id,
        _a.home_id,
        _a.language,
        _a.suspended_at,
        _p.role,
        _p.organisation_id,
        _p.cells,
        _p.starts_at,
        _p.ends_at,
        _o.kind,
    )
    .outerjoin_from(account_table, post_table, _p.account_id == _a.id)
    .outerjoin(organisation_table, _o.id == _p.organisation_id)
    .where(_a.id.in_(bindparam("ids", expanding=True)))
)
_codes = select(_c.grid_code, _c.estate_id).where(_c.estate_id.in_(bindparam("estates", expanding=True)))


def read_callers(connection: Connection, accounts: Iterable[str], now: datetime) -> dict[str, Caller]:
    """The callers of these accounts, by their posts at ``now``; devices are filled in by who speaks."""
    people: dict[str, list[Any]] = {}
    for row in connection.execute(_posts, {"ids": sorted(set(accounts) - {""})}):
        people.setdefault(row.id, []).append(row)
    return {id: _caller(connection, rows, now) for id, rows in people.items()}


def _caller(connection: Connection, rows: list[Any], now: datetime) -> Caller:
    one = rows[0]
    today: list[Holding] = []
    past: list[Holding] = []
    edges: list[datetime] = []
    for row in rows:
        if row.role is None:
            continue
        edges += [time for time in (row.starts_at, row.ends_at) if time is not None and time > now]
        if row.starts_at > now:
            continue
        estates = (
            frozenset([row.organisation_id]) if row.kind == "estate" else estates_below(connection, row.organisation_id)
        )
        post = Holding(row.role, row.organisation_id, tuple(row.cells or ()), estates)
        (past if row.ends_at is not None and row.ends_at <= now else today).append(post)
    rights = Rights(one.id, tuple(today), tuple(past), one.home_id, min(edges, default=None))
    return Caller(
        account=one.id,
        device="",
        home=one.home_id,
        reads=_reads(connection, one.id, one.home_id, today),
        language=one.language,
        suspended=one.suspended_at is not None,
        rights=rights,
    )


def _reads(connection: Connection, account_id: str, home: str, posts: list[Holding]) -> frozenset[tuple[str, str]]:
    """Own, in the home feed; in each post's own feed those of its role, and each known code of its cells.

    A record stands under its finest code only, so that one row serves everybody who looks after the place.
    """
    found = {(home, f"account:{account_id}")}
    readers = [post for post in posts if post.role in READERS]
    for post in posts:
        found |= {(post.organisation_id, f"role:{post.role}"), (post.organisation_id, "role:all")}
        if post.role not in ("resident", *UPPER):
            found.add((post.organisation_id, "role:member"))
    if readers:
        estates = sorted({estate for post in readers for estate in post.estates})
        for grid_code, estate_id in connection.execute(_codes, {"estates": estates}):
            if any(post.reaches(estate_id, grid_code) for post in readers):
                found.add((estate_id, f"grid:{grid_code}"))
    return frozenset(found)


@registry.sight(account_table)
def _sees_person(row: dict[str, Any], caller: Caller, batch: Batch) -> bool:
    """Whether somebody belongs to where the caller holds or held a post: nobody else can be named in a record, since
    whoever is named there gets to read it."""
    rights: Rights = caller.rights
    posts = (*rights.now, *rights.past)
    if any(row["home_id"] == post.organisation_id or row["home_id"] in post.estates for post in posts):
        return True
    places = {post.organisation_id for post in posts}
    return any(holder.account_id == row["id"] for place in sorted(places) for holder in holders(batch, place))
