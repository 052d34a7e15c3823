"""Founding an estate: its organisations, its first grid and its lists, as rows and then as documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from webapp.patrols.feeds import publish_routes
from webapp.people.models import Account, Post
from webapp.places.feeds import publish_estate
from webapp.places.grid import NewId, add_cells, next_grid, random_id
from webapp.places.lists import CATEGORIES, PURPOSES
from webapp.places.models import Choice, Organisation

LEVELS = ("district", "street", "community")
DIGITS = {"district": 6, "street": 9, "community": 12}  # DOMAIN: 6 county + 3 street + 3 community


@dataclass(frozen=True)
class Names:
    """What the organisations above an estate are called; the desk can change it."""

    district: str = "区党群服务中心"
    street: str = "街道党群中心"
    community: str = "社区服务中心"


class Taken(Exception):
    """There is such an estate already; the message is its code."""


def found_estate(connection: Connection, name: str, community_code: str, names: Names, now: datetime,
                 new_id: NewId = random_id) -> str:  # fmt: skip
    """Makes an estate in a community (12 digits), with what is missing above it, and one grid; returns its id."""
    parent: str | None = None
    for kind in LEVELS:
        code = community_code[: DIGITS[kind]]
        parent = _organisation(connection, kind, code, getattr(names, kind), parent, now, new_id)
    o = Organisation
    estates = connection.execute(select(o.name, o.code).where(o.parent_id == parent, o.kind == "estate")).all()
    for estate in estates:
        if estate.name == name:
            raise Taken(estate.code)
    code = f"{community_code}-{len(estates) + 1}"
    estate_id = _organisation(connection, "estate", code, name, parent, now, new_id)
    add_cells(connection, estate_id, [next_grid(connection, community_code)], new_id)
    _lists(connection, estate_id, new_id)
    return estate_id


def _organisation(connection: Connection, kind: str, code: str, name: str, parent: str | None, now: datetime,
                  new_id: NewId) -> str:  # fmt: skip
    found = connection.execute(select(Organisation.id).where(Organisation.code == code)).scalar()
    if found is not None:
        return str(found)
    id = new_id(f"organisation:{code}")
    row = {"id": id, "parent_id": parent, "kind": kind, "name": name, "code": code, "time_zone": "Asia/Shanghai"}
    connection.execute(insert(Organisation).values(**row, created_at=now))
    return id


def _lists(connection: Connection, estate_id: str, new_id: NewId) -> None:
    rows = []
    for list_name, entries in (("categories", CATEGORIES), ("purposes", PURPOSES)):
        for position, (code, zh, en) in enumerate(entries):
            id = new_id(f"{estate_id}:{list_name}:{code}")
            row = {"id": id, "estate_id": estate_id, "list": list_name, "code": code, "position": position}
            rows.append({**row, "names": {"zh": zh, "en": en}, "active": True})
    connection.execute(insert(Choice), rows)


def add_person(connection: Connection, *, login: str, name: str, role: str, organisation_id: str, home_id: str,
               cells: list[str], now: datetime, new_id: NewId = random_id, demo: bool = False,
               language: str = "zh") -> str:  # fmt: skip
    """An account with its first post, still without a password; returns the account's id."""
    id = add_account(connection, login=login, name=name, home_id=home_id, language=language, now=now, demo=demo,
                     new_id=new_id)  # fmt: skip
    post = {"id": new_id(f"post:{login}"), "account_id": id, "organisation_id": organisation_id, "role": role}
    connection.execute(insert(Post).values(**post, cells=cells, starts_at=now))
    return id


def add_account(connection: Connection, *, login: str, name: str, home_id: str, language: str, now: datetime,
                demo: bool = False, new_id: NewId = random_id) -> str:  # fmt: skip
    """Somebody who has no post and no way in yet; returns the account's id."""
    id = new_id(f"account:{login}")
    account = {"id": id, "login": login, "name": name, "language": language, "home_id": home_id, "demo": demo}
    connection.execute(insert(Account).values(**account, created_at=now))
    return id


def publish(connection: Connection, estate_id: str, now: datetime) -> None:
    """Makes documents of the rows: what changed reaches the phones with their next exchange."""
    publish_estate(connection, estate_id, now)
    publish_routes(connection, estate_id, now)
