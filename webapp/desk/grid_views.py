"""The public card of a grid, to be printed and put up: which grid, who looks after it, how to reach them.

Nothing about residents is on it. Its telephone is the organisation's, not the worker's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request
from markupsafe import Markup
from sqlalchemy import Connection, or_, select
from werkzeug.exceptions import NotFound

from webapp import settings
from webapp.db import reading
from webapp.desk.blueprint import blueprint
from webapp.desk.door import page
from webapp.desk.places import code_words
from webapp.desk.qr import drawn
from webapp.desk.visitor import Visitor, here
from webapp.desk.words import say
from webapp.people.permissions import covers
from webapp.people.posts import account_table, post_table
from webapp.places.bounds import outline
from webapp.places.rights import cell_table, organisation_table

OUTLINE_SIZE: Final = 100
WHERE_TO: Final = "#/opinion"  # what somebody who stands before the card has to say
c, o = cell_table.c, organisation_table.c


@dataclass(frozen=True)
class Card:
    code: str
    words: str
    estate: str
    buildings: str
    workers: list[str]
    phone: str | None
    supervision: tuple[str, str] | None  # of the organisation above: its name and telephone
    path: str | None
    link: str
    qr: Markup


@blueprint.get("/grid/<string(length=15):code>", endpoint="grid_card")
def show_card(code: str) -> Response:
    visitor = here()
    with reading() as connection:
        grid = connection.execute(select(cell_table).where(c.grid_code == code, c.kind == "grid")).mappings().first()
        if grid is None or not visitor.may("desk.read", grid["estate_id"]):
            raise NotFound
        card = _card(connection, visitor, dict(grid))
    return page("desk/grid_card.html", card=card, size=OUTLINE_SIZE)


def _card(connection: Connection, visitor: Visitor, grid: dict[str, Any]) -> Card:
    estate = connection.execute(select(organisation_table).where(o.id == grid["estate_id"])).mappings().one()
    above = connection.execute(select(o.name, o.phone).where(o.id == estate["parent_id"])).first()
    link = (settings.current().public_url or request.url_root).rstrip("/") + "/" + WHERE_TO
    return Card(
        code=grid["grid_code"],
        words=code_words(grid["grid_code"], visitor.language),
        estate=estate["name"],
        buildings=_buildings(connection, grid["grid_code"], visitor.language),
        workers=_workers(connection, visitor, grid),
        phone=estate["phone"],
        supervision=(above.name, above.phone) if above and above.phone else None,
        path=outline(grid["bounds"], OUTLINE_SIZE) if grid["bounds"] else None,
        link=link,
        qr=drawn(link),
    )


def _buildings(connection: Connection, grid_code: str, language: str) -> str:
    """1–4号楼, 6号楼: neighbours in one word."""
    mine = (c.kind == "building") & c.grid_code.startswith(f"{grid_code}-", autoescape=True) & c.retired_at.is_(None)
    numbers = sorted(int(code.split("-")[1]) for code in connection.execute(select(c.grid_code).where(mine)).scalars())
    groups: list[list[int]] = []
    for number in numbers:
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    spans = [f"{some[0]}–{some[-1]}" if len(some) > 1 else str(some[0]) for some in groups]
    words = say(language, "list.comma").join(say(language, "card.building", n=span) for span in spans)
    return words or say(language, "card.buildings.none")


def _workers(connection: Connection, visitor: Visitor, grid: dict[str, Any]) -> list[str]:
    """Grid workers of today whose cells touch this grid."""
    p, a, now = post_table.c, account_table.c, visitor.times.now
    query = (
        select(a.name, p.cells)
        .join_from(post_table, account_table, a.id == p.account_id)
        .where(p.organisation_id == grid["estate_id"], p.role == "grid_worker", a.suspended_at.is_(None))
        .where(p.starts_at <= now, or_(p.ends_at.is_(None), p.ends_at > now))
        .order_by(p.starts_at, a.id)
    )
    code = grid["grid_code"]
    found = [row.name for row in connection.execute(query)
             if not row.cells or any(covers(code, cell) for cell in row.cells)]  # fmt: skip
    return list(dict.fromkeys(found))
