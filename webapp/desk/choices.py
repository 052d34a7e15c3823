"""What can be chosen in the forms: who leads or assists, kinds of matters, places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from sync import Batch
from webapp.cases.stages import INSIDE, STAFF_OF_LEVEL
from webapp.desk.places import code_words
from webapp.desk.visitor import Visitor
from webapp.desk.words import cap, code, say
from webapp.people.posts import account_table, holders
from webapp.places.lists import names
from webapp.places.rights import cell_table, organisation_table

PARTIES: Final = ("property_company", "owners_committee", "grid_worker", "secretary")


@dataclass(frozen=True)
class Option:
    value: str
    words: str


@dataclass(frozen=True)
class Group:
    """Options under one heading; none over the first."""

    words: str
    options: list[Option]


@dataclass(frozen=True)
class Units:
    roles: list[Option]
    people: list[Option]

    def values(self) -> set[str]:
        return {option.value for option in (*self.roles, *self.people)}


def units_for(connection: Connection, batch: Batch, row: dict[str, Any], visitor: Visitor) -> Units:
    """The roles that somebody holds here today, and the post-holders by name; a resident handles nothing."""
    here = [one for one in holders(batch, row["estate_id"]) if one.role not in ("resident", "patrol_volunteer")]
    wanted: tuple[str, ...] = PARTIES
    if row["level"] not in INSIDE:
        here += holders(batch, row["organisation_id"])
        wanted = (STAFF_OF_LEVEL[row["level"]], *PARTIES)
    held = {one.role for one in here}
    said = visitor.language
    roles = [Option(role, cap(code(said, "role", role))) for role in wanted if role in held]
    a = account_table.c
    ids = {one.account_id for one in here}
    known = {one.id: one.name for one in connection.execute(select(a.id, a.name).where(a.id.in_(ids)))}
    people = [
        Option(one.account_id, say(said, "unit.person", name=known[one.account_id], role=code(said, "role", one.role)))
        for one in sorted(here, key=lambda one: (one.role, known[one.account_id]))
    ]
    return Units(roles, list({option.value: option for option in people}.values()))


def units_of_case(connection: Connection, row: dict[str, Any], visitor: Visitor) -> Units:
    """The same outside a page."""
    return units_for(connection, Batch(connection, visitor.times.now, []), row, visitor)


def categories_for(batch: Batch, estate_id: str, language: str) -> list[Option]:
    known = names(batch, estate_id, "categories")
    return [Option(code, said.get(language) or said.get("zh") or code) for code, said in known.items()]


def category_words(batch: Batch, estate_id: str, category: str, language: str) -> str:
    said = names(batch, estate_id, "categories").get(category, {})
    return said.get(language) or said.get("zh") or category


def estates_for(connection: Connection, visitor: Visitor, action: str) -> list[Option]:
    """The estates in which this person may do this."""
    posts = [post for post in visitor.rights.now if visitor.rights.allows([post], action, post.organisation_id, None)]
    ids = {estate for post in posts for estate in post.estates}
    o = organisation_table.c
    rows = connection.execute(select(o.id, o.name).where(o.id.in_(ids)).order_by(o.code))
    return [Option(row.id, row.name) for row in rows]


def places_for(connection: Connection, visitor: Visitor, estate_id: str, *,
               grid_words: str = "raise.place.grid") -> list[Group]:  # fmt: skip
    """The buildings and units of an estate in which this person may raise a matter, a heading a building."""
    c = cell_table.c
    here = select(c.grid_code, c.kind).where(c.estate_id == estate_id, c.retired_at.is_(None))
    rows = connection.execute(here).all()
    codes = [(row.grid_code, row.kind) for row in rows if visitor.may("case.raise", estate_id, row.grid_code)]
    said = visitor.language
    grids = [Option(grid, say(said, grid_words, n=int(grid[-3:]))) for grid, kind in codes if kind == "grid"]
    groups: dict[str, list[Option]] = {}
    for grid_code, kind in sorted((one for one in codes if one[1] != "grid"), key=lambda one: _order(one[0])):
        building = "-".join(grid_code.split("-")[:2])
        words = code_words(grid_code, said)
        if kind == "building":
            words = say(said, "raise.place.building", n=int(building.split("-")[1]))
        groups.setdefault(building, []).append(Option(grid_code, words))
    found = [Group(code_words(building, said), options) for building, options in groups.items()]
    return [Group("", sorted(grids, key=lambda option: option.value)), *found]


def _order(grid_code: str) -> tuple[int, ...]:
    """Building, then unit, as numbers: 10号楼 comes after 9号楼."""
    grid, building, unit = (grid_code.split("-") + ["0"])[:3]
    return int(building), int(unit), int(grid)
