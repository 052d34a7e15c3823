"""Places in words: what a door plate says."""

from __future__ import annotations

from typing import Any

from webapp.desk.words import say


def code_words(grid_code: str | None, language: str) -> str:
    """A grid code: grid, building or unit."""
    if not grid_code:
        return ""
    grid, *rest = grid_code.split("-")
    if len(rest) == 2:
        return say(language, "place.unit", building=int(rest[0]), unit=int(rest[1]))
    if rest:
        return say(language, "place.building", n=int(rest[0]))
    return say(language, "place.grid", n=int(grid[-3:]))


def plate_words(place: dict[str, Any] | None, language: str) -> str:
    """On the plate: the building or unit; else what was written; else the grid, or the whole estate."""
    place = place or {}
    grid_code, text = place.get("grid_code"), (place.get("text") or "").strip()
    if grid_code and "-" in grid_code:
        return code_words(grid_code, language)
    return text or code_words(grid_code, language) or say(language, "place.whole")


def beside_plate(place: dict[str, Any] | None) -> str:
    """What was written about a place that has a plate already."""
    place = place or {}
    return (place.get("text") or "").strip() if "-" in (place.get("grid_code") or "") else ""
