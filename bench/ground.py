"""A measured estate: 8 buildings, 40 units, one grid worker who reads all of it, and phones already signed in."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert

from bench.neighbours import surround
from sync import metadata, register_device
from webapp import clock, create_app
from webapp.db import db, writing
from webapp.people.models import Account, Post, SignIn
from webapp.places.models import Cell, Choice, Organisation

GRID = "630102001001001"
CODES = [f"{GRID}-{building:02d}-{unit}" for building in range(1, 9) for unit in range(1, 6)]
SPACE = uuid.UUID("5111a000-0000-4000-8000-000000000000")
PURPOSES, CATEGORIES = ("routine",), ("security", "fire", "sanitation", "facilities", "other")


@dataclass(frozen=True)
class Device:
    """A phone that has signed in: what it sends with every request."""

    id: str
    account: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"silian={self.token}", "X-Silian-Device": self.id}


def device(n: int) -> Device:
    return Device(_id("device", n), _id("account", n % 20), hashlib.sha256(f"token {n}".encode()).hexdigest())


def _id(kind: str, n: int) -> str:
    return str(uuid.uuid5(SPACE, f"{kind} {n}"))


def lay(instance: Path, devices: int = 400, neighbours: bool = False) -> None:
    """A fresh database with the estate, twenty grid workers and their signed-in phones; a city around it if asked."""
    app = create_app(instance=instance, log_level="error")
    now = clock.now()
    with app.app_context():
        metadata.create_all(db.engine)
        with writing() as connection:
            estate = _id("estate", 0)
            row = {
                "id": estate,
                "kind": "estate",
                "name": "和顺苑",
                "code": GRID,
                "time_zone": "Asia/Shanghai",
                "created_at": now,
            }
            connection.execute(insert(Organisation).values(row))
            cells = [GRID, *sorted({code.rsplit("-", 1)[0] for code in CODES}), *CODES]
            kinds = ("grid", "building", "unit")
            connection.execute(
                insert(Cell),
                [
                    {"id": _id("cell", n), "grid_code": c, "kind": kinds[c.count("-")], "estate_id": estate}
                    for n, c in enumerate(cells)
                ],
            )
            lists = [("purposes", code) for code in PURPOSES] + [("categories", code) for code in CATEGORIES]
            connection.execute(
                insert(Choice),
                [
                    {
                        "id": _id(name, n),
                        "estate_id": estate,
                        "list": name,
                        "code": code,
                        "names": {"zh": code, "en": code},
                        "position": n,
                        "active": True,
                    }
                    for n, (name, code) in enumerate(lists)
                ],
            )
            for n in range(20):
                account = {
                    "id": _id("account", n),
                    "login": f"worker{n}",
                    "name": "网格员",
                    "home_id": estate,
                    "language": "zh",
                    "demo": True,
                    "created_at": now,
                }
                connection.execute(insert(Account).values(account))
                post = {
                    "id": _id("post", n),
                    "account_id": _id("account", n),
                    "organisation_id": estate,
                    "role": "grid_worker",
                    "cells": [GRID],
                    "starts_at": now,
                }
                connection.execute(insert(Post).values(post))
            for n in range(devices):
                one = device(n)
                register_device(connection, one.id, one.account, "phone", now)
                digest = hashlib.sha256(one.token.encode()).hexdigest()
                session = {
                    "id": digest,
                    "account_id": one.account,
                    "device_id": one.id,
                    "created_at": now,
                    "used_at": now,
                }
                connection.execute(insert(SignIn).values(session))
            if neighbours:
                surround(connection, now)
