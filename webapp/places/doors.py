"""Doors as people say them: building, unit and door, as 3-2-502."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import Connection, select

from webapp.places.feeds import household_table

DOOR: Final = re.compile(r"(\d{1,2})-(\d{1,2})-(\w{1,10})\Z")


def said(text: str) -> tuple[str, str] | None:
    """The end of the unit's grid code, and the door; None where this is none."""
    at = DOOR.match(text.strip())
    return (f"-{int(at[1]):02d}-{int(at[2])}", at[3]) if at else None


def short(grid_code: str, door: str) -> str:
    _, building, unit = grid_code.split("-")
    return f"{int(building)}-{unit}-{door}"


def household_at(connection: Connection, estate_id: str, text: str) -> str | None:
    """The household behind this door of an estate."""
    found = said(text)
    if found is None:
        return None
    ending, door = found
    h = household_table.c
    here = (h.estate_id == estate_id) & h.grid_code.endswith(ending, autoescape=True) & (h.door == door)
    ids = connection.execute(select(h.id).where(here)).scalars().all()
    return str(ids[0]) if len(ids) == 1 else None
