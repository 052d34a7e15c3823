"""The grid: codes of an estate's grids, buildings and units (DOMAIN.md), and making them known."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from webapp.places.models import Cell

KINDS: Final = ("grid", "building", "unit")  # by how many segments a code has
GRID_DIGITS: Final = 3  # the last of a grid's 15: its number within the community
NewId = Callable[[str], str]


def random_id(_name: str) -> str:
    return str(uuid.uuid4())


def building_code(grid: str, building: int) -> str:
    return f"{grid}-{building:02d}"


def unit_code(grid: str, building: int, unit: int) -> str:
    return f"{building_code(grid, building)}-{unit}"


def next_grid(connection: Connection, community_code: str) -> str:
    """The first grid code of the community that nobody has yet."""
    grids = select(func.max(Cell.grid_code)).where(Cell.kind == "grid", Cell.grid_code.startswith(community_code))
    last = connection.execute(grids).scalar()
    return f"{community_code}{int(last[-GRID_DIGITS:]) + 1 if last else 1:0{GRID_DIGITS}d}"


def add_cells(connection: Connection, estate_id: str, codes: Iterable[str], new_id: NewId = random_id) -> None:
    """Makes grid codes known: grids, buildings or units, by how many segments they have."""
    rows = [
        {"id": new_id(f"cell:{code}"), "grid_code": code, "kind": KINDS[code.count("-")], "estate_id": estate_id}
        for code in codes
    ]
    if rows:
        connection.execute(insert(Cell), rows)


def retire(connection: Connection, codes: Iterable[str], now: datetime | None) -> None:
    """Marks codes as left behind; with None as standing again."""
    for code in codes:
        connection.execute(update(Cell).where(Cell.grid_code == code).values(retired_at=now))
