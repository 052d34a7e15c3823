"""The cast's estates, with two grids and with one, ways to bring doors in, and the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from webapp.db import reading, writing
from webapp.places import importing
from webapp.places.importing import Result
from webapp.places.models import Household

from ..cast import Cast
from ..conftest import NOW
from ..desk.office import Office, sit_down
from . import sheets


@pytest.fixture
def take(app: Flask, cast: Cast) -> Callable[..., Result]:
    """``take(rows…)``: brings them into the cast's estate, or into ``estate``; ``content`` is a whole file instead."""

    def bring(*rows: Any, estate: str | None = None, content: bytes | None = None, by: str | None = None,
              **options: Any) -> Result:  # fmt: skip
        listed = importing.listed(sheets.xlsx(*rows, **options) if content is None else content)
        with app.app_context(), writing() as connection:
            return importing.take_over(connection, estate or cast.estate, listed, NOW, by)

    return bring


@pytest.fixture
def doors(app: Flask, cast: Cast) -> Callable[..., dict[tuple[str, str], Household]]:
    """(grid code, door) → the household, of the cast's estate or another."""

    def look(estate: str | None = None) -> dict[tuple[str, str], Any]:
        with app.app_context(), reading() as connection:
            rows = connection.execute(select(Household.__table__).where(Household.estate_id == (estate or cast.estate)))
            return {(row.grid_code, row.door): row for row in rows}

    return look


@pytest.fixture
def office(app: Flask, cast: Cast, clock: object) -> Callable[[str], Office]:
    """``office("secretary")``: that person at the desk, always the same one in a test."""
    known: dict[str, Office] = {}

    def sit(login: str) -> Office:
        if login not in known:
            known[login] = sit_down(app, cast[login])
        return known[login]

    return sit
