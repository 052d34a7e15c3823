"""Post-holders and their phones: who holds which post since when, and whether something still waits on a phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select

from sync.ledger import device_table, lost_table
from webapp.desk.places import code_words
from webapp.desk.times import Times
from webapp.desk.visitor import Visitor
from webapp.desk.words import cap, code, say
from webapp.people.models import SignIn
from webapp.people.permissions import GIVES, ROLES, UPPER
from webapp.people.posts import account_table, post_table

GIVEN: Final = {role for roles in GIVES.values() for role in roles}


@dataclass(frozen=True)
class PostShown:
    id: str
    code: str
    role: str
    cells: str
    since: str

    @property
    def givable(self) -> bool:
        """Whether it is of a role that an office of an estate gives, and takes."""
        return self.code in GIVEN


@dataclass(frozen=True)
class DeviceShown:
    kind: str
    facts: list[str]
    lost: list[str]
    waits: bool
    id: str
    here: bool  # the computer at which this is read
    suspended: bool


@dataclass
class Person:
    id: str
    name: str
    suspended: bool
    posts: list[PostShown] = field(default_factory=list)
    devices: list[DeviceShown] | None = None  # None: not this person's to see

    @property
    def givable(self) -> bool:
        """Whether each post here is of a role that an office of an estate gives."""
        return all(post.givable for post in self.posts)


def sees_devices(visitor: Visitor, organisation_id: str) -> bool:
    """Whoever settles what is kept for others looks after the phones; an upper office after its own."""
    own = any(post.role in UPPER and post.organisation_id == organisation_id for post in visitor.rights.now)
    return own or visitor.may("parked.settle", organisation_id)


def crew_of(connection: Connection, visitor: Visitor, organisation_id: str) -> list[Person]:
    """Everyone who holds a post here today, by role and name; residents are not listed."""
    a, p, now = account_table.c, post_table.c, visitor.times.now
    query = (
        select(a.id, a.name, a.suspended_at, p.id.label("post_id"), p.role, p.cells, p.starts_at, p.ends_at)
        .join_from(post_table, account_table, a.id == p.account_id)
        .where(p.organisation_id == organisation_id, p.role != "resident", p.starts_at <= now)
        .where(or_(p.ends_at.is_(None), p.ends_at > now))
        .order_by(a.name, a.id)
    )
    people: dict[str, Person] = {}
    order = {role: position for position, role in enumerate(ROLES)}
    for row in sorted(connection.execute(query), key=lambda row: order.get(row.role, len(order))):
        person = people.setdefault(row.id, Person(row.id, row.name, row.suspended_at is not None))
        person.posts.append(post_shown(row, visitor.times))
    if sees_devices(visitor, organisation_id):
        devices = _devices(connection, set(people), visitor)
        for id, person in people.items():
            person.devices = devices.get(id, [])
    return list(people.values())


def post_shown(row: Any, times: Times, where: list[str] | None = None) -> PostShown:
    """A row's post in words; ``where`` for cells that are no grid codes."""
    said = times.language
    since = times.date(times.local(row.starts_at).date())
    if row.ends_at:
        last = times.local(row.ends_at - timedelta(microseconds=1)).date()  # a midnight is the end of the day before
        until = say(said, "people.until", date=times.date(last))
        since = say(said, "comma").join((since, until))
    cells = say(said, "list.comma").join(where or [code_words(cell, said) for cell in row.cells or ()])
    if cells and where is None:
        cells = say(said, "people.cells", places=cells)
    return PostShown(row.post_id, row.role, cap(code(said, "role", row.role)), cells, since)


def _devices(connection: Connection, accounts: set[str], visitor: Visitor) -> dict[str, list[DeviceShown]]:
    d = device_table.c
    used = select(SignIn.device_id, func.max(SignIn.used_at).label("used_at")).group_by(SignIn.device_id).subquery()
    every = select(device_table, used.c.used_at).outerjoin(used, used.c.device_id == d.id)
    newest = every.where(d.account.in_(accounts)).order_by(d.kind.desc(), d.contacted_at.desc().nulls_last(), d.id)
    rows = connection.execute(newest).mappings().all()
    lost: dict[str, list[Any]] = {}
    query = select(lost_table).where(lost_table.c.device.in_([row["id"] for row in rows]))
    for one in connection.execute(query.order_by(lost_table.c.first)):
        lost.setdefault(one.device, []).append(one)
    found: dict[str, list[DeviceShown]] = {}
    for row in rows:
        found.setdefault(row["account"], []).append(_device(dict(row), lost.get(row["id"], []), visitor))
    return found


def _device(row: dict[str, Any], lost: list[Any], visitor: Visitor) -> DeviceShown:
    times, said = visitor.times, visitor.language
    contact: datetime | None = max(filter(None, (row["contacted_at"], row["used_at"])), default=None)
    facts = [
        say(said, "device.contact", when=times.when(contact)) if contact else say(said, "device.contact.never"),
    ]
    if row["kind"] == "phone":
        waiting = row["waiting"]
        facts.append(say(said, "device.waiting", n=waiting) if waiting else say(said, "device.waiting.none"))
        facts += [say(said, "device.app", app=row["app"])] if row["app"] else []
    if row["suspended_at"]:
        facts.append(say(said, "device.suspended"))
    told = [say(said, "device.lost", when=times.when(one.noticed_at), n=one.last - one.first + 1) for one in lost]
    return DeviceShown(code(said, "device", row["kind"]), facts, [cap(words) for words in told], row["waiting"] > 0,
                       row["id"], row["id"] == visitor.who.device_id, row["suspended_at"] is not None)  # fmt: skip
