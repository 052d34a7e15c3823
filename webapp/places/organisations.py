"""Organisations of four levels: who stands above whom, and changing that."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from webapp.places.models import KINDS, Organisation
from webapp.places.rights import estates_below, organisation_table

NAME_MOST, PHONE_MOST = 80, 30
MISPLACED: Final[dict[str, tuple[str, str]]] = {
    "cycle": ("不能放到自己或自己的下级下面", "It cannot stand below itself, nor below what stands below it"),
    "level": ("要放到高一级的下面", "It has to stand below an organisation of the level above its own"),
    "name": (f"名称写 1 到 {NAME_MOST} 个字", f"A name has 1 to {NAME_MOST} characters"),
    "phone": (f"电话最多 {PHONE_MOST} 个字", f"A telephone number has at most {PHONE_MOST} characters"),
}
o = organisation_table.c


class Misplaced(Exception):
    """An organisation that cannot be so; ``code`` stands in ``MISPLACED``, with its words in both languages."""

    def __init__(self, code: str) -> None:
        super().__init__(MISPLACED[code][1])
        self.code = code


def at_level(connection: Connection, code: str, kind: str) -> Row[str, str | None, str] | None:
    """The organisation with this code, or what stands above it at this level; id, parent_id and kind."""
    columns = select(Organisation.id, Organisation.parent_id, Organisation.kind)
    found = connection.execute(columns.where(Organisation.code == code)).first()
    while found is not None and found.kind != kind:
        found = connection.execute(columns.where(Organisation.id == found.parent_id)).first()
    return found


def rename(connection: Connection, id: str, *, name: str | None = None, phone: str | None = None) -> None:
    """What it is called, and how it is reached; an empty telephone is none."""
    values: dict[str, Any] = {}
    if name is not None:
        values["name"] = name.strip()
        if not 1 <= len(values["name"]) <= NAME_MOST:
            raise Misplaced("name")
    if phone is not None:
        values["phone"] = phone.strip() or None
        if len(phone.strip()) > PHONE_MOST:
            raise Misplaced("phone")
    if values:
        connection.execute(update(organisation_table).where(o.id == id).values(**values))


def move(connection: Connection, id: str, parent_id: str) -> None:
    """Puts an organisation below another one, of the level above. A ring is refused."""
    rows = connection.execute(select(o.id, o.parent_id, o.kind).with_for_update()).all()
    known = {row.id: row for row in rows}
    above: str | None = parent_id
    while above is not None:
        if above == id:
            raise Misplaced("cycle")
        above = known[above].parent_id
    if KINDS.index(known[parent_id].kind) + 1 != KINDS.index(known[id].kind):
        raise Misplaced("level")
    connection.execute(update(organisation_table).where(o.id == id).values(parent_id=parent_id))


def estates_of(connection: Connection, id: str) -> list[str]:
    """The estates at or below an organisation: those whose documents say something about it."""
    kind = connection.execute(select(o.kind).where(o.id == id)).scalar()
    return [id] if kind == "estate" else sorted(estates_below(connection, id))
