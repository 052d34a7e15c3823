"""Bringing in a list of doors: look through it, then take it over whole or not at all.

``look`` and ``take_over`` find out the same; only the second one writes. Both say how it went in the same words.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from sync.bulk import insert_rows
from sync.columns import iso
from webapp.people.models import AuditLine
from webapp.places.columns import Head, head_of
from webapp.places.feeds import household_table, publish_estate
from webapp.places.grid import add_cells, building_code, retire, unit_code
from webapp.places.import_words import Told
from webapp.places.matching import Change, Estate, Known, Plan, plan_of, shortened
from webapp.places.models import HouseholdPerson
from webapp.places.rights import cell_table, organisation_table
from webapp.places.rows import Row, rows_of
from webapp.places.spreadsheet import LETTERS, Tell, Unreadable, read, silent

person_table = cast(Table, HouseholdPerson.__table__)
COLUMN_OF: Final = {"holder": "holder", "phone": "phone", "area": "area_m2"}
IMPORT: Final = "places.import"
Note = Callable[[Connection], None]


@dataclass
class Listed:
    """A file that was read: its rows, or why not."""

    head: Head | None = None
    rows: list[Row] = field(default_factory=list)
    faults: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """How it went; ``done`` says whether anything was written."""

    added: int = 0
    changed: int = 0
    faults: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    done: bool = False

    @property
    def faulty(self) -> int:
        """Rows with a fault; what concerns a column or the file as a whole counts as one each."""
        rows = {row_of(fault) or f"{fault.code} {fault.values}" for fault in self.faults}
        return len(rows)


def listed(content: bytes, tell: Tell = silent) -> Listed:
    """Reads a file; needs no database."""
    try:
        sheet = read(content, tell)
        head = head_of(sheet)
    except Unreadable as no:
        return Listed(faults=[Told("", no.code, no.values)])
    if head.faults:
        return Listed(head, faults=head.faults, notes=head.notes)
    rows, faults, notes = rows_of(sheet, head)
    if not rows and not faults:
        faults = [Told("", "empty")]
    return Listed(head, rows, faults, [*head.notes, *notes])


def look(connection: Connection, estate_id: str, file: Listed) -> Result:
    """What taking it over would do."""
    return _result(file, _plan(connection, estate_id, file), done=False)


def take_over(connection: Connection, estate_id: str, file: Listed, now: datetime, by: str | None = None) -> Result:
    """Writes it, with the phones' documents and a line of who did it; writes nothing where there is a fault."""
    # One import of an estate at a time: the second one is to see what the first one wrote.
    connection.execute(select(organisation_table.c.id).where(organisation_table.c.id == estate_id).with_for_update())
    plan = _plan(connection, estate_id, file)
    if plan is None or plan.faults or not (plan.added or plan.changed):
        return _result(file, plan, done=plan is not None and not plan.faults)
    _write(connection, estate_id, plan, now)
    publish_estate(connection, estate_id, now)
    result = _result(file, plan, done=True)
    line = {"at": iso(now), "account_id": by, "action": IMPORT, "subject_id": estate_id}
    detail = f"{result.added} added, {result.changed} changed"
    connection.execute(insert(AuditLine).values(**line, detail=detail))
    return result


def _plan(connection: Connection, estate_id: str, file: Listed) -> Plan | None:
    """None where the file itself cannot be read as it is."""
    if file.head is None or file.faults and not file.rows:
        return None
    plan = plan_of(file.rows, file.head, standing(connection, estate_id))
    plan.faults += file.faults
    return plan


def _result(file: Listed, plan: Plan | None, done: bool) -> Result:
    if plan is None:
        return Result(faults=file.faults, notes=file.notes)
    if plan.faults:
        return Result(faults=sorted(plan.faults, key=_order), notes=shortened(file.notes))
    return Result(len(plan.added), len(plan.changed), [], shortened([*file.notes, *plan.notes]), done)


def row_of(told: Told) -> int:
    """The row in which it is; 0 for the file as a whole."""
    return int(told.cell.split(":")[0].lstrip(LETTERS) or 0)


def _order(fault: Told) -> tuple[int, int, str]:
    """By row, then by column: Z comes before AA."""
    return row_of(fault), len(fault.cell), fault.cell


def standing(connection: Connection, estate_id: str) -> Estate:
    """The estate's households with what is known of their people, its grids and its buildings without doors."""
    h, p, c = household_table.c, person_table.c, cell_table.c
    query = select(h.id, h.grid_code, h.floor, h.door, p.holder, p.phone, p.area_m2)
    query = query.outerjoin_from(household_table, person_table, p.household_id == h.id).where(h.estate_id == estate_id)
    households = {}
    for door in connection.execute(query):
        grid, building, unit = door.grid_code.split("-")
        person = {"holder": door.holder, "phone": door.phone, "area": door.area_m2}
        households[door.id] = Known(door.id, grid, int(building), int(unit), door.floor, door.door, person)
    cells = select(c.grid_code, c.kind).where(c.estate_id == estate_id, c.retired_at.is_(None))
    estate = Estate(households, [], {})
    for cell in connection.execute(cells.order_by(c.grid_code)):
        if cell.kind == "grid":
            estate.grids.append(cell.grid_code)
        elif cell.kind == "building":
            grid, building = cell.grid_code.split("-")
            estate.empty_buildings.setdefault(int(building), set()).add(grid)
    return estate


def _write(connection: Connection, estate_id: str, plan: Plan, now: datetime) -> None:
    _cells(connection, estate_id, plan, now)
    moved = [change for change in plan.changed if change.old is not None and _door(change) != _stood(change.old)]
    # Doors may change places among themselves: first all leave, then all arrive.
    _update(connection, [{"_id": _old(change).id, "door": f"~{nth}"} for nth, change in enumerate(moved)])
    _update(connection, [{"_id": _old(change).id, **_door(change)} for change in moved])
    added = [(str(uuid.uuid4()), change) for change in plan.added]
    insert_rows(connection, household_table, [{"id": id, "estate_id": estate_id, **_door(one)} for id, one in added])
    _people(connection, added, plan.changed, now)


def _old(change: Change) -> Known:
    assert change.old is not None
    return change.old


def _door(change: Change) -> dict[str, Any]:
    row = change.row
    return {"grid_code": unit_code(change.grid, row.building, row.unit), "floor": row.floor, "door": row.door}


def _stood(known: Known) -> dict[str, Any]:
    code = unit_code(known.grid, known.building, known.unit)
    return {"grid_code": code, "floor": known.floor, "door": known.door}


def _update(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        names = [name for name in rows[0] if name != "_id"]
        mine = update(household_table).where(household_table.c.id == bindparam("_id"))
        connection.execute(mine.values({name: bindparam(name) for name in names}), rows)


def _cells(connection: Connection, estate_id: str, plan: Plan, now: datetime) -> None:
    """Makes the codes of all doors known, and retires those that a building leaves behind with its grid."""
    c = cell_table.c
    codes = {building_code(one.grid, one.row.building) for one in (*plan.added, *plan.changed)}
    codes |= {unit_code(one.grid, one.row.building, one.row.unit) for one in (*plan.added, *plan.changed)}
    here = select(c.grid_code, c.retired_at).where(c.estate_id == estate_id)
    known: dict[str, datetime | None] = dict(connection.execute(here).all())
    add_cells(connection, estate_id, sorted(codes - known.keys()))
    retire(connection, [code for code in codes if known.get(code) is not None], None)
    for building, (before, _after) in plan.regridded.items():
        left = building_code(before, building)
        retire(connection, [code for code in known if code == left or code.startswith(f"{left}-")], now)


def _people(
    connection: Connection, added: Iterable[tuple[str, Change]], changed: Iterable[Change], now: datetime
) -> None:
    """What is new about who answers for a door. A cell that is empty leaves what is known."""
    given = [(id, one) for id, one in added if one.person]
    given += [(_old(one).id, one) for one in changed if one.person]
    fresh, known = [], []
    for id, one in given:
        before = one.old.person if one.old else {}
        values = {column: one.person.get(name, before.get(name)) for name, column in COLUMN_OF.items()}
        if any(value is not None for value in before.values()):
            known.append({"_id": id, **values, "changed_at": now})
        else:
            fresh.append({"household_id": id, **values, "changed_at": now})
    insert_rows(connection, person_table, fresh)
    if known:
        mine = update(person_table).where(person_table.c.household_id == bindparam("_id"))
        names = (*COLUMN_OF.values(), "changed_at")
        connection.execute(mine.values({name: bindparam(name) for name in names}), known)
