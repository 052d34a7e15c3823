"""The people of the tests, always the same.

``grid1`` looks after the first grid of an estate, ``grid2`` after another grid of the same estate, ``other`` after a
grid of another estate and must see nothing of this one. The rest of the estate and the levels above stand around them.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Table, insert, select

from webapp.db import db, reading, writing
from webapp.founding import publish

from . import make

PASSWORD = "correct horse battery"
GRID1, GRID2, OTHER_GRID = "630102001001001", "630102001001002", "630102001002001"
ROLES = (  # login, role, where, cells
    ("secretary", "secretary", "estate", ()),
    ("grid1", "grid_worker", "estate", (GRID1,)),
    ("grid2", "grid_worker", "estate", (GRID2,)),
    ("building_head", "building_head", "estate", (f"{GRID1}-03",)),
    ("patrol1", "patrol_volunteer", "estate", ()),
    ("patrol2", "patrol_volunteer", "estate", ()),
    ("owners", "owners_committee", "estate", ()),
    ("property", "property_company", "estate", ()),
    ("resident1", "resident", "estate", ()),
    ("resident2", "resident", "estate", ()),
    ("community", "community_staff", "community", ()),
    ("street", "street_staff", "street", ()),
    ("district", "district_staff", "district", ()),
    ("other", "grid_worker", "other", (OTHER_GRID,)),
)


@dataclass(frozen=True)
class Member:
    """One person: what a test needs to sign in and to recognise what is theirs."""

    id: str
    login: str
    role: str
    home: str
    password: str = PASSWORD


@dataclass
class Cast:
    """Who and what there is: ``cast["grid1"].id``, ``cast.estate``, ``cast.doors[unit]``."""

    app: Flask
    district: str
    street: str
    community: str
    estate: str
    other_estate: str
    members: dict[str, Member] = field(default_factory=dict)
    doors: dict[str, list[str]] = field(default_factory=dict)
    route: str = ""
    checkpoints: list[str] = field(default_factory=list)

    def __getitem__(self, login: str) -> Member:
        return self.members[login]


def make_cast(app: Flask, now: datetime) -> Cast:
    """Writes everybody, with the documents of their places."""
    since = now - timedelta(days=100)
    with app.app_context(), writing() as connection:
        district = make.organisation(connection, kind="district", code="630102", now=since)
        street = make.organisation(connection, kind="street", code="630102001", parent=district, now=since)
        community = make.organisation(connection, kind="community", code=GRID1[:12], parent=street, now=since)
        elsewhere = make.organisation(connection, kind="community", code=OTHER_GRID[:12], parent=street, now=since)
        estate = make.organisation(connection, kind="estate", code="E1", parent=community, now=since)
        other = make.organisation(connection, kind="estate", code="E2", parent=elsewhere, now=since)
        cast = Cast(app, district, street, community, estate, other)
        _places(connection, cast)
        where = {"district": district, "street": street, "community": community, "estate": estate, "other": other}
        for login, role, at, cells in ROLES:
            known = {"login": login, "role": role, "at": where[at], "cells": cells, "password": PASSWORD}
            id = make.person(connection, **known, now=since)
            cast.members[login] = Member(id, login, role, where[at])
        publish(connection, estate, since)
        publish(connection, other, since)
    return cast


class Troupe:
    """Writes the cast once into an app's database and puts the same rows back wherever it has been emptied since."""

    def __init__(self, app: Flask, now: datetime) -> None:
        self.app = app
        self._cast = make_cast(app, now)
        with app.app_context(), reading() as connection:
            found = [(table, connection.execute(select(table)).mappings().all()) for table in db.metadata.sorted_tables]
        self._rows: list[tuple[Table, list[dict[str, Any]]]] = [
            (table, [dict(row) for row in rows]) for table, rows in found if rows
        ]

    def again(self, kept: set[str]) -> Cast:
        """As on the first day; tables named in ``kept`` have not been emptied."""
        with self.app.app_context(), writing() as connection:
            for table, rows in self._rows:
                if table.name not in kept:
                    connection.execute(insert(table), rows)
        return self.cast()

    def cast(self) -> Cast:
        """A copy: a test may change it."""
        one = self._cast
        return replace(
            one, members=dict(one.members), doors=copy.deepcopy(one.doors), checkpoints=list(one.checkpoints)
        )


def _places(connection: Connection, cast: Cast) -> None:
    for grid, building, estate in ((GRID1, "03", cast.estate), (GRID1, "04", cast.estate), (GRID2, "05", cast.estate),
                                   (OTHER_GRID, "01", cast.other_estate)):  # fmt: skip
        make.cells(connection, estate=estate, codes=[grid, f"{grid}-{building}"])
        for unit in (1, 2):
            code = f"{grid}-{building}-{unit}"
            make.cells(connection, estate=estate, codes=[code])
            cast.doors[code] = make.doors(connection, estate=estate, unit=code, names=("101", "102"))
    for one in (cast.estate, cast.other_estate):
        make.lists(connection, estate=one)
    cast.route, cast.checkpoints = make.route(connection, estate=cast.estate, points=3, grid_code=f"{GRID1}-03")
