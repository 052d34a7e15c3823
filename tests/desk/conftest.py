"""At the desk of the cast's estate: who sits there, and matters that were raised from a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from webapp.cases.tables import case_table
from webapp.db import reading

from .. import make
from ..cast import GRID1, Cast
from ..phones import Phone, sign_in
from .office import Office, sit_down

UNIT = f"{GRID1}-03-2"


@pytest.fixture
def office(app: Flask, cast: Cast, clock: object) -> Callable[[str], Office]:
    """``office("secretary")``: that person at the desk, always the same one in a test."""
    known: dict[str, Office] = {}

    def sit(login: str) -> Office:
        if login not in known:
            known[login] = sit_down(app, cast[login])
        return known[login]

    return sit


@pytest.fixture
def phone(app: Flask, cast: Cast, clock: object) -> Callable[[str], Phone]:
    known: dict[str, Phone] = {}

    def take(login: str) -> Phone:
        if login not in known:
            known[login] = sign_in(app, cast[login])
        return known[login]

    return take


@pytest.fixture
def raised(phone: Callable[[str], Phone]) -> Callable[..., str]:
    """A matter raised by the grid worker of the place, unless somebody else is named; its id."""

    def raise_case(by: str = "grid1", *, grid_code: str | None = UNIT, **more: Any) -> str:
        payload = make.case(grid_code=grid_code, **more)
        outcome = phone(by).record("case.raise", payload)
        assert outcome["status"] == "applied", outcome
        return str(payload["case_id"])

    return raise_case


@pytest.fixture
def state(app: Flask) -> Callable[[str], dict[str, Any]]:
    """A matter's row as it is now."""

    def look(case_id: str) -> dict[str, Any]:
        with app.app_context(), reading() as connection:
            row = connection.execute(select(case_table).where(case_table.c.id == case_id)).mappings().one()
            return dict(row)

    return look


@pytest.fixture
def assigned(office, raised):
    """A matter that the property company is to handle."""
    case_id = raised()
    office("secretary").move(case_id, "accept")
    office("secretary").move(case_id, "assign", lead="property_company")
    return case_id


@pytest.fixture
def handled(office, assigned):
    """A matter of which the property company says that it is done."""
    office("property").move(assigned, "begin")
    office("property").move(assigned, "handled", note="换了灯泡")
    return assigned
