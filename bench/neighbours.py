"""The rest of a city around the measured estate: 2,000 estates in the tree of levels, and 20,000 people with posts,
phones and sessions. Whoever is measured must not notice them.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from sync import device_table
from webapp.people.models import Account, Post, SignIn
from webapp.places.models import Cell, Organisation

ESTATES, PEOPLE = 2_000, 20_000
COMMUNITY_OF, STREET_OF = 10, 100  # estates in a community, in a street
BUILDINGS, UNITS = 8, 5
CHUNK = 5_000
SPACE = uuid.UUID("5111b000-0000-4000-8000-000000000000")


def _id(kind: str, n: int) -> str:
    return str(uuid.uuid5(SPACE, f"{kind} {n}"))


def surround(connection: Connection, now: datetime) -> None:
    """Writes them all."""
    for table, rows in (
        (Organisation, _organisations(now)),
        (Cell, _cells()),
        (Account, _accounts(now)),
        (Post, _posts(now)),
        (device_table, _devices(now)),
        (SignIn, _sessions(now)),
    ):
        chunk: list[dict[str, Any]] = []
        for row in rows:
            chunk.append(row)
            if len(chunk) == CHUNK:
                connection.execute(insert(table), chunk)
                chunk = []
        if chunk:
            connection.execute(insert(table), chunk)


def _organisations(now: datetime) -> Iterator[dict[str, Any]]:
    def one(kind: str, n: int, parent: str | None, code: str) -> dict[str, Any]:
        row = {"id": _id(kind, n), "parent_id": parent, "kind": kind, "name": f"{kind} {n}", "code": code}
        return {**row, "time_zone": "Asia/Shanghai", "created_at": now}

    yield one("district", 0, None, "640100")
    for n in range(ESTATES // STREET_OF):
        yield one("street", n, _id("district", 0), f"640100{n:03d}")
    for n in range(ESTATES // COMMUNITY_OF):
        yield one("community", n, _id("street", n * COMMUNITY_OF // STREET_OF), f"640100{n:06d}")
    for n in range(ESTATES):
        yield one("estate", n, _id("community", n // COMMUNITY_OF), _grid(n))


def _grid(estate: int) -> str:
    return f"640100{estate:09d}"


def _cells() -> Iterator[dict[str, Any]]:
    kinds = ("grid", "building", "unit")
    for n in range(ESTATES):
        grid = _grid(n)
        buildings = [f"{grid}-{building:02d}" for building in range(1, BUILDINGS + 1)]
        units = [f"{building}-{unit}" for building in buildings for unit in range(1, UNITS + 1)]
        for code in (grid, *buildings, *units):
            kind = kinds[code.count("-")]
            yield {"id": str(uuid.uuid5(SPACE, code)), "grid_code": code, "kind": kind, "estate_id": _id("estate", n)}


def _accounts(now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(PEOPLE):
        row = {"id": _id("account", n), "login": f"neighbour{n}", "name": "网格员", "language": "zh", "demo": True}
        yield {**row, "home_id": _id("estate", n % ESTATES), "created_at": now}


def _posts(now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(PEOPLE):
        estate = n % ESTATES
        row = {"id": _id("post", n), "account_id": _id("account", n), "organisation_id": _id("estate", estate)}
        yield {**row, "role": "grid_worker", "cells": [_grid(estate)], "starts_at": now}


def _devices(now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(PEOPLE):
        row = {"id": _id("device", n), "account": _id("account", n), "kind": "phone", "last_seq": 0, "app": "1.0.0"}
        yield {**row, "waiting": 0, "registered_at": now}


def _sessions(now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(PEOPLE):
        digest = hashlib.sha256(f"neighbour {n}".encode()).hexdigest()
        row = {"id": digest, "account_id": _id("account", n), "device_id": _id("device", n)}
        yield {**row, "created_at": now, "used_at": now}
