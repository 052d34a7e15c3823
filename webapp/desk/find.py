"""Searching: what was typed may be a title's words, a place in words, or the number that was said on the telephone."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import and_, or_, true

from webapp.cases.tables import case_table
from webapp.desk.scope import Condition

QUERY_MOST: Final = 80
UNFIT: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
NUMBER: Final = re.compile(r"\d{3} ?\d{3}\Z")
PLACE: Final = re.compile(  # 3号楼 2单元, 3号楼, Building 3, unit 2
    r"(?:building *)?(?P<building>\d{1,2}) *(?:号楼|栋|楼|,|，)? *(?:(?:unit *)?(?P<unit>\d{1,2}) *(?:单元)?)?\Z",
    re.IGNORECASE,
)
c = case_table.c


def tidy(typed: str) -> str:
    """One line, of a sensible length, of characters that a database takes."""
    return " ".join(UNFIT.sub(" ", typed).split())[:QUERY_MOST]


def matching(typed: str) -> Condition:
    """Matters with this number, with all these words in title or place, or at this building or unit."""
    if NUMBER.match(typed):
        return c.number == typed.replace(" ", "")
    by_words = and_(true(), *(_has(word) for word in typed.split()))
    place = PLACE.match(typed)
    return or_(by_words, _at(place)) if place else by_words


def _has(word: str) -> Condition:
    where = c.place["text"].as_string()
    return or_(c.title.contains(word, autoescape=True), where.contains(word, autoescape=True))


def _at(place: re.Match[str]) -> Condition:
    """A code of the right building, or of the right unit in it, in whichever grid."""
    building = f"-{int(place['building']):02d}"
    if place["unit"]:
        return c.grid_code.endswith(f"{building}-{int(place['unit'])}", autoescape=True)
    return or_(c.grid_code.endswith(building, autoescape=True), c.grid_code.like(f"%{building}-%"))
