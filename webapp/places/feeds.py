"""The grid, the people and the lists of an estate as documents. They are published whole after an import or a change of
posts; a document whose text and audiences are as before is not numbered again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, or_, select

from sync import Document
from sync.documents import standing
from sync.feeds import publish_changed
from webapp.people.posts import account_table, post_table
from webapp.places.lists import choice_table
from webapp.places.models import Household
from webapp.places.rights import cell_table, organisation_table

household_table = cast(Table, Household.__table__)


def publish_estate(connection: Connection, estate_id: str, now: datetime) -> int:
    """Publishes what has changed of an estate's places, people and lists; returns how many documents that was."""
    documents = [
        *_organisations(connection, estate_id),
        *_units(connection, estate_id),
        *_people(connection, estate_id, now),
        *_lists(connection, estate_id),
    ]
    return publish_changed(connection, documents, now)


def publish_people(connection: Connection, estate_id: str, now: datetime) -> int:
    """Who holds a post here, alone: after a change of posts."""
    return publish_changed(connection, _people(connection, estate_id, now), now)


def _organisations(connection: Connection, estate_id: str) -> list[Document]:
    """The estate and what stands above it, in the feed of each."""
    chain: list[Any] = []
    id: str | None = estate_id
    while id is not None:
        row = connection.execute(select(organisation_table).where(organisation_table.c.id == id)).mappings().one()
        chain.append(row)
        id = row["parent_id"]
    found = []
    for row in chain:
        doc = {key: row[key] for key in ("kind", "name", "code", "parent_id", "time_zone", "phone")}
        places = [(estate_id, "role:all"), (row["id"], "role:all")]
        found.append(Document("organisations", row["id"], doc, places, adds=True))
    return found


def _units(connection: Connection, estate_id: str) -> list[Document]:
    """One document a stairwell unit with its doors. Patrollers read them too: they have to say where."""
    h, c = household_table.c, cell_table.c
    doors: dict[str, list[list[Any]]] = {}
    query = select(h.id, h.grid_code, h.floor, h.door).where(h.estate_id == estate_id).order_by(h.floor, h.door)
    for row in connection.execute(query):
        doors.setdefault(row.grid_code, []).append([row.id, row.floor, row.door])
    cells = select(c.id, c.grid_code, c.retired_at).where(c.estate_id == estate_id, c.kind == "unit")
    found = []
    for id, grid_code, retired_at in connection.execute(cells).all():
        if retired_at is not None:  # the building stands under another code now
            found.append(Document("units", id, None, []))
            continue
        _, building, unit = grid_code.split("-")
        doc = {
            "grid_code": grid_code,
            "building": int(building),
            "unit": int(unit),
            "doors": doors.get(grid_code, []),
        }
        places = [
            (estate_id, f"grid:{grid_code}"),
            (estate_id, "role:patrol_volunteer"),
            (estate_id, "role:resident"),
        ]
        places += [(estate_id, "role:owners_committee"), (estate_id, "role:property_company")]
        found.append(Document("units", id, doc, places))
    return found


def _people(connection: Connection, estate_id: str, now: datetime) -> list[Document]:
    """Who holds a post here, by name and role, and who did when this was last looked at: they leave. Residents are not
    listed. Somebody with posts in two estates is one document, seen in both.
    """
    a, p, o, s = account_table.c, post_table.c, organisation_table.c, standing.c
    today = (p.starts_at <= now) & or_(p.ends_at.is_(None), p.ends_at > now) & (p.role != "resident")
    listed = select(s.id).where(s.collection == "people", s.feed == estate_id, s.gone.is_(False))
    here = select(p.account_id).where(p.organisation_id == estate_id, today)
    query = (
        select(a.id, a.name, p.role, p.organisation_id)
        .join_from(post_table, account_table, a.id == p.account_id)
        .join(organisation_table, (o.id == p.organisation_id) & (o.kind == "estate"))
        .where(a.id.in_(here.union(listed)), today)
        .order_by(a.id, p.organisation_id, p.role)
    )
    people: dict[str, dict[str, Any] | None] = dict.fromkeys(connection.execute(listed).scalars())
    for row in connection.execute(query):
        person = people.get(row.id) or {"name": row.name, "posts": []}
        person["posts"].append({"role": row.role, "organisation": row.organisation_id})
        people[row.id] = person
    return [Document("people", id, doc, _seen_by(doc)) for id, doc in sorted(people.items())]


def _seen_by(person: dict[str, Any] | None) -> list[tuple[str, str]]:
    estates = {post["organisation"] for post in person["posts"]} if person else set()
    return [(estate, "role:member") for estate in sorted(estates)]


def _lists(connection: Connection, estate_id: str) -> list[Document]:
    rows = connection.execute(select(choice_table).where(choice_table.c.estate_id == estate_id)).mappings()
    return [
        Document(
            row["list"],
            row["id"],
            {"code": row["code"], "names": row["names"], "order": row["position"], "active": row["active"]},
            [(estate_id, "role:all")],
        )
        for row in rows
    ]
