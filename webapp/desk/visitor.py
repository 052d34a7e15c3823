"""Who stands at the desk: signed in on a device of kind ``desk``, with a post that may read here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast
from zoneinfo import ZoneInfo

from flask import g, request
from sqlalchemy import Connection, select

from sync import Caller, device_table
from webapp import clock
from webapp.db import reading
from webapp.desk import look
from webapp.desk.times import Times
from webapp.people.permissions import ROLES, STAFF
from webapp.people.posts import account_table
from webapp.people.sign_in import SignedIn, current
from webapp.places.rights import Rights, organisation_table, read_callers


@dataclass(frozen=True)
class Place:
    """An organisation as the frame of a page names it."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True)
class Visitor:
    who: SignedIn
    caller: Caller
    times: Times
    elder: bool
    posts: tuple[tuple[str, Place], ...]  # role and organisation

    @property
    def language(self) -> str:
        return self.times.language

    @property
    def rights(self) -> Rights:
        return cast(Rights, self.caller.rights)

    def may(self, action: str, organisation_id: str | None = None, grid_code: str | None = None) -> bool:
        return self.rights.allows(self.rights.now, action, organisation_id, grid_code)

    def organisations_for(self, action: str) -> list[str]:
        """The organisations of this person's posts in which the permission table allows this."""
        posts = [post for post in self.rights.now if self.rights.allows([post], action, post.organisation_id, None)]
        return list(dict.fromkeys(post.organisation_id for post in posts))


def here() -> Visitor:
    """The visitor of this request, whom ``door.before`` has let in."""
    return cast(Visitor, g.visitor)


def known() -> Visitor | None:
    found: Visitor | None = g.get("visitor")
    return found


def look_up() -> Visitor | None:
    """Who asks; None where nobody is signed in at this desk."""
    who = current()
    if who is None:
        return None
    now = clock.now()
    with reading() as connection:
        if connection.execute(select(device_table.c.kind).where(device_table.c.id == who.device_id)).scalar() != "desk":
            return None  # the phone app's session in the same browser: its device numbers its own commands
        caller = read_callers(connection, [who.account_id], now)[who.account_id]
        zone = _zone(connection, who.account_id)
        posts = _posts(connection, caller.rights)
    language = look.language(request, who.language)
    caller = replace(caller, device=who.device_id, suspended=who.suspended, language=language)
    return Visitor(who, caller, Times(language, ZoneInfo(zone), now), look.elder(request), posts)


def _zone(connection: Connection, account_id: str) -> str:
    a, o = account_table.c, organisation_table.c
    query = select(o.time_zone).join_from(account_table, organisation_table, o.id == a.home_id)
    return str(connection.execute(query.where(a.id == account_id)).scalar_one())


def _posts(connection: Connection, rights: Rights) -> tuple[tuple[str, Place], ...]:
    """Posts in the order of the permission table's roles, staff first."""
    o = organisation_table.c
    ids = {post.organisation_id for post in rights.now}
    rows = connection.execute(select(o.id, o.name, o.kind).where(o.id.in_(ids)))
    places = {row.id: Place(row.id, row.name, row.kind) for row in rows}
    held = {(post.role, post.organisation_id) for post in rights.now}
    order = {role: position for position, role in enumerate((*STAFF, *ROLES))}
    return tuple((role, places[id]) for role, id in sorted(held, key=lambda pair: (order.get(pair[0], 99), pair[1])))
