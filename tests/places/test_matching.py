"""Which row is which household: by place, by id, and by the door alone only where there is no doubt."""

from __future__ import annotations

import pytest

from webapp.places.columns import Head
from webapp.places.matching import NOTES_OF_A_KIND, Estate, Known, plan_of, shortened
from webapp.places.rows import Row

GRID1, GRID2 = "630102001001001", "630102001001002"
HEAD = Head(1, {"building": 0, "unit": 1, "floor": 2, "door": 3, "grid": 4, "id": 5})


def known(*places, grid=GRID1):
    """Households by building, unit, door; their ids are these three with dashes."""
    return [Known("-".join(map(str, place)), grid, *place[:2], int(place[2][:-2]), place[2]) for place in places]


def plan(rows, households=(), grids=(GRID1,), empty=None):
    """``rows`` are (building, unit, door) with whatever else is named."""
    made = [
        Row(nth, place[0], place[1], int(place[2][:-2]), place[2], **(place[3] if len(place) > 3 else {}))
        for nth, place in enumerate(rows, start=2)
    ]
    return plan_of(made, HEAD, Estate({one.id: one for one in households}, list(grids), empty or {}))


def told(found):
    return [(one.cell, one.code) for one in found]


def moves(found):
    """Which household goes where."""
    return {change.old.id: (change.grid[-3:], *change.row.place) for change in found.changed}


def test_new_doors_go_into_the_only_grid():
    found = plan([(3, 2, "501"), (3, 2, "502")])
    assert [(one.old, one.grid, one.row.place) for one in found.added] == [
        (None, GRID1, (3, 2, "501")), (None, GRID1, (3, 2, "502")),
    ]  # fmt: skip
    assert not found.changed and not found.faults and not found.notes


def test_what_is_known_stays_as_it_is():
    found = plan([(3, 2, "501")], known((3, 2, "501"), (3, 2, "502")))
    assert not found.added and not found.changed
    assert [(note.code, note.values) for note in found.notes] == [("stays", {"n": 1})]


def test_the_same_door_twice():
    found = plan([(3, 2, "501"), (3, 1, "501"), (3, 2, "501")])
    assert [(fault.cell, fault.code, fault.values) for fault in found.faults] == [("D4", "twice", {"row": 2})]


# --- grids ---


def test_with_two_grids_each_building_says_once_which():
    rows = [(3, 1, "101", {"grid": "002"}), (3, 1, "102"), (4, 1, "101", {"grid": GRID1})]
    found = plan([*rows, (5, 1, "101", {"grid": "2网格"})], grids=(GRID1, GRID2))
    assert [one.grid for one in found.added] == [GRID2, GRID2, GRID1, GRID2] and not found.faults


def test_without_it_a_new_building_is_asked_about_once():
    found = plan([(3, 1, "101"), (3, 1, "102"), (4, 1, "101")], known((4, 1, "102"), grid=GRID2), grids=(GRID1, GRID2))
    assert [(fault.cell, fault.code, fault.values) for fault in found.faults] == [
        ("E2", "grid_needed", {"building": 3, "n": 2}),
    ]


def test_a_building_without_doors_is_where_its_code_is():
    found = plan([(3, 1, "101")], grids=(GRID1, GRID2), empty={3: {GRID2}})
    assert [one.grid for one in found.added] == [GRID2]


def test_grids_that_contradict_or_are_not_there():
    rows = [(3, 1, "101", {"grid": "001"}), (3, 1, "102", {"grid": "002"}), (4, 1, "101", {"grid": "9"})]
    found = plan(rows, grids=(GRID1, GRID2))
    assert told(found.faults) == [("E4", "grid"), ("E3", "grid_differs"), ("E4", "grid_needed")]
    assert found.faults[0].values["grids"] == f"{GRID1} {GRID2}"
    assert found.faults[1].values == {"building": 3, "row": 2}


def test_the_row_that_is_alone_with_its_grid_is_at_fault():
    rows = [(3, 1, f"{n}01", {"grid": "001" if n == 1 else "002"}) for n in range(1, 5)]
    assert told(plan(rows, grids=(GRID1, GRID2)).faults) == [("E2", "grid_differs")]


def test_a_building_that_stands_in_two_grids():
    found = plan([(3, 1, "101")], known((3, 1, "101")) + known((3, 2, "101"), grid=GRID2), grids=(GRID1, GRID2))
    assert told(found.faults) == [("A2", "two_grids")]


def test_a_building_moves_to_another_grid_as_a_whole():
    found = plan([(3, 1, "101", {"grid": "002"})], known((3, 1, "101"), (3, 1, "102"), (4, 1, "101")), (GRID1, GRID2))
    assert moves(found) == {"3-1-101": ("002", 3, 1, "101"), "3-1-102": ("002", 3, 1, "102")}
    assert found.regridded == {3: (GRID1, GRID2)} and ("", "building_moved") in told(found.notes)


# --- a household that moves ---


def test_by_its_id_it_moves_anywhere():
    found = plan([(5, 1, "101", {"id": "3-1-101"})], known((3, 1, "101"), (3, 1, "102")))
    assert moves(found) == {"3-1-101": ("001", 5, 1, "101")} and not found.added
    assert ("B2", "moved") in told(found.notes)


def test_two_change_places():
    rows = [(3, 1, "102", {"id": "3-1-101"}), (3, 1, "101", {"id": "3-1-102"})]
    found = plan(rows, known((3, 1, "101"), (3, 1, "102")))
    assert moves(found) == {"3-1-101": ("001", 3, 1, "102"), "3-1-102": ("001", 3, 1, "101")} and not found.faults


def test_another_moves_in_where_one_has_left():
    found = plan([(3, 2, "101", {"id": "3-1-101"}), (3, 1, "101")], known((3, 1, "101")))
    assert moves(found) == {"3-1-101": ("001", 3, 2, "101")}
    assert [one.row.place for one in found.added] == [(3, 1, "101")]


def test_not_where_somebody_stays():
    found = plan([(3, 1, "102", {"id": "3-1-101"})], known((3, 1, "101"), (3, 1, "102")))
    assert told(found.faults) == [("D2", "taken")] and found.faults[0].values == {"place": [3, 1, "102"]}


def test_ids_that_are_not_there_or_there_twice():
    rows = [(3, 1, "101", {"id": "elsewhere"}), (3, 1, "102", {"id": "3-1-101"}), (3, 1, "103", {"id": "3-1-101"})]
    assert told(plan(rows, known((3, 1, "101"))).faults) == [("F2", "id"), ("F4", "id_twice")]


def test_by_the_door_alone_where_the_building_is_listed_anew():
    """101 went from unit 1, one 101 came to unit 2, and nothing else of the building is missing."""
    found = plan([(3, 2, "101"), (3, 1, "102")], known((3, 1, "101"), (3, 1, "102")))
    assert moves(found) == {"3-1-101": ("001", 3, 2, "101")} and not found.added
    assert told(found.notes) == [("B2", "moved")]


@pytest.mark.parametrize(("rows", "households"), [
    ([(3, 2, "101")], [(3, 1, "101")]),  # a part of the building: unit 2 may be new
    ([(3, 2, "101"), (3, 1, "102")], [(3, 1, "101"), (3, 1, "102"), (3, 1, "103")]),  # 103 is missing too
    ([(3, 2, "101"), (3, 3, "101"), (3, 1, "102")], [(3, 1, "101"), (3, 1, "102")]),  # two of them came
    ([(3, 3, "101"), (3, 1, "102")], [(3, 1, "101"), (3, 2, "101"), (3, 1, "102")]),  # two of them went
    ([(4, 1, "101"), (4, 1, "102")], [(3, 1, "101"), (4, 1, "102")]),  # another building
])  # fmt: skip
def test_where_there_is_a_doubt_it_is_taken_for_new_and_told(rows, households):
    found = plan(rows, known(*households))
    assert found.added and not found.changed
    assert ("alike" in [note.code for note in found.notes]) == (rows[0][0] == 3)


def test_only_the_floor_changes():
    found = plan_of([Row(2, 3, 1, 9, "101")], HEAD, Estate({one.id: one for one in known((3, 1, "101"))}, [GRID1], {}))
    assert moves(found) == {"3-1-101": ("001", 3, 1, "101")} and not found.notes


def test_an_empty_cell_about_the_person_changes_nothing():
    one = Known("h", GRID1, 3, 1, 1, "101", {"holder": "甲", "phone": "13900000000", "area": 89.5})

    def person(**given):
        found = plan_of([Row(2, 3, 1, 1, "101", **given)], HEAD, Estate({"h": one}, [GRID1], {}))
        return [change.person for change in found.changed]

    assert person() == [] and person(holder="甲", area=89.5) == []
    assert person(holder="乙", area=89.5) == [{"holder": "乙"}]


def test_many_notes_of_a_kind_are_counted():
    every = plan([(3, 2, f"{n}01") for n in range(1, 99)], known(*((3, 1, f"{n}01") for n in range(1, 99)))).notes
    assert len([note for note in every if note.code == "alike"]) == 98
    short = shortened(every)
    assert [note.code for note in short] == ["alike"] * NOTES_OF_A_KIND + ["more", "stays"]
    assert short[NOTES_OF_A_KIND].values == {"n": 98 - NOTES_OF_A_KIND}
