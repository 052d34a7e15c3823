"""Doors come in all or none, once, with their codes, their documents and a line of who did it."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import event, func, select

from webapp.db import db, reading
from webapp.people.models import AuditLine
from webapp.places import importing
from webapp.places.import_words import Told
from webapp.places.models import Cell, Household, HouseholdPerson
from webapp.visits.models import Visit

from .. import make
from ..cast import GRID1, GRID2, OTHER_GRID
from ..phones import sign_in
from . import sheets

UNIT = f"{OTHER_GRID}-07-2"
PERSONAL = ("住户甲", "13900000000")


def rows_of(app, *columns, **where):
    with app.app_context(), reading() as connection:
        return connection.execute(select(*columns).filter_by(**where)).all()


def counts(result):
    return result.added, result.changed, result.faulty


@pytest.fixture
def other(take, cast):
    """Brings doors into the estate that has one grid, with building 1 in it."""

    def bring(*rows, **options):
        return take(*rows, estate=cast.other_estate, **options)

    return bring


def test_doors_get_their_codes(app, cast, other, doors):
    assert counts(other(("7号楼", "2单元", 5, 502), (7, 2, 5, "501"), (8, 1, -1, "B01"))) == (3, 0, 0)
    found = doors(cast.other_estate)
    assert {(UNIT, "502"), (UNIT, "501"), (f"{OTHER_GRID}-08-1", "B01")} <= found.keys()
    assert (found[UNIT, "502"].floor, found[f"{OTHER_GRID}-08-1", "B01"].floor) == (5, -1)
    cells = dict(rows_of(app, Cell.grid_code, Cell.kind, estate_id=cast.other_estate))
    assert cells[UNIT] == "unit" and cells[f"{OTHER_GRID}-07"] == "building" and cells[f"{OTHER_GRID}-08-1"] == "unit"


def test_the_same_file_twice_changes_nothing(app, cast, other):
    rows = [(7, 2, floor, f"{floor}0{nth}", *PERSONAL, 89.5) for floor in range(1, 7) for nth in (1, 2)]
    assert counts(other(*rows, head=sheets.WHOLE_HEAD)) == (12, 0, 0)
    before = rows_of(app, Household), rows_of(app, HouseholdPerson)
    for _ in range(2):
        assert counts(other(*rows, head=sheets.WHOLE_HEAD)) == (0, 0, 0)
    content = sheets.csv_bytes(*rows, head=sheets.WHOLE_HEAD, encoding="gb18030")
    assert counts(other(content=content)) == (0, 0, 0)
    assert (rows_of(app, Household), rows_of(app, HouseholdPerson)) == before
    assert len(rows_of(app, AuditLine, action="places.import")) == 1, "what changes nothing leaves no line"


def test_all_or_nothing(app, cast, other, doors):
    before = doors(cast.other_estate), rows_of(app, Cell), rows_of(app, HouseholdPerson)
    result = other((7, 2, 5, "501", "甲"), (7, 2, 5, "501", "乙"), (7, 200, 5, "503", "丙"), (7, 2, "=1", "504", "丁"),
                   head=(*sheets.HEAD, "户主"))  # fmt: skip
    assert counts(result) == (0, 0, 3) and not result.done
    assert [(fault.cell, fault.code) for fault in result.faults] == [("D3", "twice"), ("B4", "unit"), ("C5", "formula")]
    assert (doors(cast.other_estate), rows_of(app, Cell), rows_of(app, HouseholdPerson)) == before


def test_a_failure_half_way_leaves_nothing(app, cast, other, doors, monkeypatch):
    before = doors(cast.other_estate), rows_of(app, Cell)
    monkeypatch.setattr(importing, "publish_estate", lambda *_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        other((7, 2, 5, "501"))
    assert (doors(cast.other_estate), rows_of(app, Cell)) == before


def test_a_look_says_the_same_and_writes_nothing(app, cast, other, doors):
    listed = importing.listed(sheets.xlsx((7, 2, 5, "501"), (7, 2, 5, "502")))
    before = doors(cast.other_estate)
    with app.app_context(), reading() as connection:
        result = importing.look(connection, cast.other_estate, listed)
    assert counts(result) == (2, 0, 0) and not result.done
    assert doors(cast.other_estate) == before


@pytest.mark.parametrize(("content", "code"), [
    (b"\x00\x01", "not_spreadsheet"), (sheets.xlsx(), "empty"),
    (sheets.xlsx(head=("楼栋", "单元", "楼层")), "header_missing"),
], ids=["noise", "nothing", "columns"])  # fmt: skip
def test_a_file_that_cannot_be_read(take, content, code):
    result = take(content=content)
    assert counts(result) == (0, 0, 1) and [fault.code for fault in result.faults] == [code] and not result.done


def test_a_fault_counts_a_row_once():
    missing = Told("", "header_missing", {"column": "x"})
    faults = [Told("A2", "unit"), Told("B2", "unit"), Told("A3:A9", "merged"), missing]
    assert importing.Result(faults=faults).faulty == 3


def test_what_the_database_knows_better(take):
    """The cast's estate has two grids, with buildings 3, 4 and 5 in them."""
    result = take((3, 1, 1, "103"), (9, 1, 1, "101"))
    assert [(fault.cell, fault.code) for fault in result.faults] == [("A3", "grid_needed")]
    result = take((3, 1, 1, "103", ""), (9, 1, 1, "101", GRID2), head=(*sheets.HEAD, "网格"))
    assert counts(result) == (2, 0, 0)


def test_a_grid_of_another_estate_is_none_of_this_one(take):
    result = take((9, 1, 1, "101", OTHER_GRID), head=(*sheets.HEAD, "网格"))
    assert [fault.code for fault in result.faults] == ["grid", "grid_needed"]
    assert OTHER_GRID not in result.faults[0].values["grids"]


def test_a_household_of_another_estate_is_not_moved(cast, take):
    elsewhere = cast.doors[f"{OTHER_GRID}-01-1"][0]
    result = take((3, 1, 1, "103", elsewhere), head=(*sheets.HEAD, "编号"))
    assert [fault.code for fault in result.faults] == ["id"]


# --- households that move ---


def test_it_keeps_its_id_and_its_people(app, cast, take, doors):
    take((3, 1, 1, "101", *PERSONAL), head=(*sheets.HEAD, "户主", "电话"))
    id = cast.doors[f"{GRID1}-03-1"][0]
    result = take((3, 2, 7, "701", id), head=(*sheets.HEAD, "编号"))
    assert counts(result) == (0, 1, 0)
    found = doors()[f"{GRID1}-03-2", "701"]
    assert (found.id, found.floor) == (id, 7) and (f"{GRID1}-03-1", "101") not in doors()
    assert rows_of(app, HouseholdPerson.holder, household_id=id) == [("住户甲",)]


def test_two_change_places(cast, take, doors):
    first, second = cast.doors[f"{GRID1}-03-1"]
    result = take((3, 1, 1, "102", first), (3, 1, 1, "101", second), head=(*sheets.HEAD, "编号"))
    assert counts(result) == (0, 2, 0)
    assert (doors()[f"{GRID1}-03-1", "102"].id, doors()[f"{GRID1}-03-1", "101"].id) == (first, second)


def test_by_the_door_alone_and_it_is_told(cast, take, doors):
    id = cast.doors[f"{GRID1}-03-1"][0]
    result = take((3, 9, 1, "101"), (3, 1, 1, "102"), (3, 2, 1, "101"), (3, 2, 1, "102"))
    assert counts(result) == (0, 1, 0) and ("B2", "moved") in [(note.cell, note.code) for note in result.notes]
    assert doors()[f"{GRID1}-03-9", "101"].id == id


def test_a_building_goes_to_another_grid(app, cast, take, doors, clock):
    """Its old codes stay known, for what waits on phones, and are in nobody's grid any more."""
    grid1, grid2 = sign_in(app, cast["grid1"]), sign_in(app, cast["grid2"])
    codes = {doc["grid_code"] for doc in grid1.holds("units").values()}
    assert codes == {f"{GRID1}-0{building}-{unit}" for building in (3, 4) for unit in (1, 2)}
    result = take((4, 1, 1, "101", "2"), head=(*sheets.HEAD, "网格"))
    assert counts(result) == (0, 4, 0) and "building_moved" in [note.code for note in result.notes]
    assert doors()[f"{GRID2}-04-1", "101"].id == cast.doors[f"{GRID1}-04-1"][0]
    assert {doc["grid_code"] for doc in grid1.holds("units").values()} == {f"{GRID1}-03-1", f"{GRID1}-03-2"}
    assert f"{GRID2}-04-2" in {doc["grid_code"] for doc in grid2.holds("units").values()}
    retired = dict(rows_of(app, Cell.grid_code, Cell.retired_at))
    assert retired[f"{GRID1}-04"] and retired[f"{GRID1}-04-1"] and not retired[f"{GRID2}-04"]
    outcome = grid1.record("opinion.record", make.opinion(grid_code=f"{GRID1}-04-1"))
    assert outcome["status"] == "applied", "what was written under the old code is taken"
    assert counts(take((4, 1, 1, "101", "1"), head=(*sheets.HEAD, "网格"))) == (0, 4, 0)
    assert not dict(rows_of(app, Cell.grid_code, Cell.retired_at))[f"{GRID1}-04-1"], "and back again"


def test_a_visit_that_waited_while_the_household_moved(app, cast, take, clock):
    """Within the worker's cells it is recorded where the household is now; beyond them a person decides."""
    grid1, id = sign_in(app, cast["grid1"]), cast.doors[f"{GRID1}-03-1"][0]
    take((4, 9, 1, "101", id), head=(*sheets.HEAD, "编号"))
    visit = make.visit(grid_code=f"{GRID1}-03-1", household=id)
    assert grid1.record("visit.record", visit)["status"] == "applied"
    assert rows_of(app, Visit.grid_code) == [(f"{GRID1}-04-9",)]
    take((5, 9, 1, "101", id), head=(*sheets.HEAD, "编号"))
    later = grid1.record("visit.record", make.visit(grid_code=f"{GRID1}-03-1", household=id))
    assert (later["status"], later["code"]) == ("parked", "out_of_scope")


# --- what phones and the desk get of it ---


def test_phones_get_the_doors_with_the_next_exchange(app, cast, take, clock):
    grid1 = sign_in(app, cast["grid1"])
    grid1.pull()
    take((3, 1, 2, "201"), (3, 7, 1, "101"))
    answer = grid1.exchange().get_json()
    assert answer["reset"] == "sweep", "a unit is new to this person"
    units = {doc["grid_code"]: doc["doors"] for doc in grid1.holds("units").values()}
    assert [door[1:] for door in units[f"{GRID1}-03-1"]] == [[1, "101"], [1, "102"], [2, "201"]]
    assert [door[1:] for door in units[f"{GRID1}-03-7"]] == [[1, "101"]]


def test_phones_get_nothing_personal(app, cast, take, clock):
    take((3, 1, 1, "101", *PERSONAL, 89.5), head=sheets.WHOLE_HEAD)
    assert rows_of(app, HouseholdPerson.holder, HouseholdPerson.phone, HouseholdPerson.area_m2) == [(*PERSONAL, 89.5)]
    with app.app_context(), reading() as connection:
        everything = " ".join(
            str(tuple(row))
            for table in db.metadata.sorted_tables if table.name != "household_person"
            for row in connection.execute(select(table))
        )  # fmt: skip
    assert not any(words in everything for words in PERSONAL)
    for login in ("grid1", "secretary", "patrol1", "resident1", "property", "community"):
        held = str(sign_in(app, cast[login]).pull())
        assert not any(words in held for words in PERSONAL)


def test_who_brought_it_in_is_on_record(app, cast, take):
    take((3, 1, 1, "103"), by=cast["secretary"].id)
    take((3, 1, 1, "104"))
    columns = (AuditLine.account_id, AuditLine.subject_id, AuditLine.detail)
    assert rows_of(app, *columns, action="places.import") == [
        (cast["secretary"].id, cast.estate, "1 added, 0 changed"), (None, cast.estate, "1 added, 0 changed"),
    ]  # fmt: skip


def test_an_empty_cell_leaves_what_is_known(app, take):
    head = (*sheets.HEAD, "户主", "电话")
    take((3, 1, 1, "101", *PERSONAL), head=head)
    assert counts(take((3, 1, 1, "101", "", "13900000001"), head=head)) == (0, 1, 0)
    assert counts(take((3, 1, 1, "101"))) == (0, 0, 0)
    assert rows_of(app, HouseholdPerson.holder, HouseholdPerson.phone) == [("住户甲", "13900000001")]


# --- its cost ---


def big(households):
    rows = [
        (building, unit, floor, f"{floor}{nth:02d}", *PERSONAL, 89.5)
        for building in range(10, 99) for unit in range(1, 6) for floor in range(1, 16) for nth in (1, 2)
    ]  # fmt: skip
    return sheets.xlsx(*rows[:households], head=sheets.WHOLE_HEAD)


def test_three_thousand_households_take_less_than_ten_seconds(app, cast, other):
    content = big(3_000)
    began = time.perf_counter()
    assert counts(other(content=content)) == (3_000, 0, 0)
    took = time.perf_counter() - began
    assert took < 10, took
    assert len(rows_of(app, Household.id, estate_id=cast.other_estate)) == 3_004


def test_the_database_is_asked_no_more_for_many(app, other):
    """Statements, not rows: each is of many rows at once, and the units' documents go out in pieces of 200."""
    asked = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listener := lambda *given: asked.append(given[2]))
    try:
        other(content=big(150))
        few, asked[:] = len(asked), []
        other(content=big(1_500))
        assert len(asked) <= few + 10, (few, len(asked))
    finally:
        event.remove(engine, "before_cursor_execute", listener)


def test_doors_of_before_are_counted_in(app, cast, other):
    with app.app_context(), reading() as connection:
        assert connection.execute(select(func.count(Household.id))).scalar() == 16
    result = other((7, 2, 5, "501"))
    assert [(note.code, note.values) for note in result.notes] == [("stays", {"n": 4})]
