"""Builders of rows and payloads. Arguments are named; whatever a test does not say, it does not care about."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from webapp.patrols.models import Checkpoint, Route
from webapp.people import passwords
from webapp.people.models import Account, Post
from webapp.places.grid import add_cells
from webapp.places.lists import CATEGORIES, PURPOSES
from webapp.places.models import Cell, Choice, Household, Organisation


def id4() -> str:
    return str(uuid.uuid4())


def organisation(connection: Connection, *, kind: str, code: str, now: datetime, parent: str | None = None,
                 name: str | None = None, time_zone: str = "Asia/Shanghai") -> str:  # fmt: skip
    row = {"id": id4(), "kind": kind, "code": code, "parent_id": parent, "name": name or f"{kind} {code}"}
    connection.execute(insert(Organisation).values(**row, time_zone=time_zone, created_at=now))
    return row["id"]


def cells(connection: Connection, *, estate: str, codes: Sequence[str]) -> None:
    """Makes grid codes known; those that are known already stay as they are."""
    known = set(connection.execute(select(Cell.grid_code).where(Cell.grid_code.in_(codes))).scalars())
    if fresh := [code for code in codes if code not in known]:
        add_cells(connection, estate, fresh)


def doors(connection: Connection, *, estate: str, unit: str, names: Iterable[str]) -> list[str]:
    rows = [
        {"id": id4(), "estate_id": estate, "grid_code": unit, "floor": int(name[:-2]), "door": name} for name in names
    ]
    connection.execute(insert(Household), rows)
    return [row["id"] for row in rows]


def lists(connection: Connection, *, estate: str) -> None:
    rows = [
        {"id": id4(), "estate_id": estate, "list": name, "code": code, "names": {"zh": zh, "en": en}, "position": nth}
        for name, entries in (("categories", CATEGORIES), ("purposes", PURPOSES))
        for nth, (code, zh, en) in enumerate(entries)
    ]
    connection.execute(insert(Choice), [{**row, "active": True} for row in rows])


def route(connection: Connection, *, estate: str, points: int, grid_code: str | None = None) -> tuple[str, list[str]]:
    rows = [
        {"id": id4(), "estate_id": estate, "name": f"point {nth}", "hint": "", "grid_code": grid_code}
        for nth in range(points)
    ]
    connection.execute(insert(Checkpoint), rows)
    ids, id = [row["id"] for row in rows], id4()
    row = {"id": id, "estate_id": estate, "name": "round", "minutes": 60, "checkpoint_ids": ids, "active": True}
    connection.execute(insert(Route).values(**row))
    return id, ids


def person(connection: Connection, *, login: str | None, role: str | None, at: str, now: datetime,
           cells: Sequence[str] = (), password: str | None = None, name: str | None = None, language: str = "zh",
           suspended_at: datetime | None = None, demo: bool = False) -> str:  # fmt: skip
    """An account, with a post unless ``role`` is None."""
    id = id4()
    kept = passwords.hashed(password) if password is not None else None
    row = {"id": id, "login": login, "name": name or f"name of {login}", "language": language, "password_hash": kept}
    row |= {"home_id": at, "created_at": now, "suspended_at": suspended_at, "demo": demo}
    connection.execute(insert(Account).values(**row))
    if role is not None:
        post(connection, account=id, role=role, at=at, starts_at=now, cells=cells)
    return id


def post(connection: Connection, *, account: str, role: str, at: str, starts_at: datetime, cells: Sequence[str] = (),
         ends_at: datetime | None = None) -> str:  # fmt: skip
    row = {"id": id4(), "account_id": account, "organisation_id": at, "role": role, "cells": list(cells)}
    connection.execute(insert(Post).values(**row, starts_at=starts_at, ends_at=ends_at))
    return row["id"]


def place(grid_code: str | None = None, *, text: str | None = None) -> dict[str, Any]:
    return {"grid_code": grid_code, "position": None, "text": text}


def opinion(*, grid_code: str | None, anonymous: bool = False, text: str = "楼道灯不亮", **more: Any) -> dict[str, Any]:
    """The payload of ``opinion.record``."""
    payload = {"opinion_id": id4(), "visit_id": None, "place": place(grid_code), "category": "facilities", "text": text}
    payload |= {"anonymous": anonymous, "reporter": None, "photos": [], "recordings": [], "urgent": False}
    return payload | more


def visit(*, grid_code: str, household: str | None = None, **more: Any) -> dict[str, Any]:
    """The payload of ``visit.record``."""
    payload = {"visit_id": id4(), "household_id": household, "grid_code": grid_code, "purpose": "routine"}
    payload |= {"outcome": "met", "consent": True, "note": "都好", "photos": []}
    return payload | more


def claim(*, grid_code: str, household: str, right: str = "correct", words: str = "电话换了") -> dict[str, Any]:
    """The payload of ``claim.record``."""
    return {"claim_id": id4(), "household_id": household, "grid_code": grid_code, "right": right, "words": words}


def finding(*, grid_code: str | None, patrol: str | None = None, urgent: bool = False, **more: Any) -> dict[str, Any]:
    """The payload of ``patrol.finding``."""
    payload = {"finding_id": id4(), "patrol_id": patrol, "category": "fire", "note": "楼道堆物"}
    payload |= {"place": place(grid_code), "photos": [], "recordings": [], "urgent": urgent}
    return payload | more


def case(*, grid_code: str | None, source: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The payload of ``case.raise``."""
    payload = {"case_id": id4(), "from": source, "title": "灯不亮", "category": "facilities", "place": place(grid_code)}
    return payload | {"urgent": False} | more
