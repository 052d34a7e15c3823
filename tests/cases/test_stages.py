"""A case's life, pure (DOMAIN.md, "A case's life")."""

from __future__ import annotations

import pytest

from webapp.cases.stages import ESCALATES, LEVELS, MOVES, STATES, STEP_OF, level_of, moves_from


def test_every_state_has_its_step_and_its_moves():
    assert set(STATES) == set(STEP_OF) == set(MOVES)
    assert [STEP_OF[state] for state in ("raised", "discussing", "handling", "appraising")] == [
        "raise",
        "discuss",
        "handle",
        "appraise",
    ]


def test_the_ends_are_ends():
    assert MOVES["closed"] == MOVES["declined"] == {}


def test_never_closed_by_the_handler_alone():
    assert "closed" not in MOVES["handling"] and "lead" not in MOVES["appraising"]["closed"]


def test_discussing_may_be_skipped():
    assert "assigned" in MOVES["accepted"] and "assigned" in MOVES["discussing"]


def test_what_is_being_appraised_or_is_over_does_not_climb():
    assert set(ESCALATES) == {"raised", "accepted", "discussing", "assigned", "handling", "escalated"}


@pytest.mark.parametrize("level", ["community", "street", "district"])
def test_an_upper_level_only_sends_back(level):
    assert moves_from("escalated", level, [["assigned", "estate", "e"]]) == {"assigned": ("office",)}


def test_the_micro_complex_takes_on_what_was_escalated_to_it():
    moves = moves_from("escalated", "estate", [["raised", "grid", "e"]])
    assert moves == {"raised": ("office",), "accepted": ("office",), "declined": ("office",)}


def test_escalated_twice_goes_back_one_rung_at_a_time():
    left = [["raised", "estate", "e"], ["escalated", "community", "c"]]
    assert moves_from("escalated", "street", left) == {"escalated": ("office",)}


@pytest.mark.parametrize(
    ("roles", "placed", "level"),
    [
        ({"unit_head"}, True, "unit"),
        ({"grid_worker", "unit_head"}, True, "unit"),
        ({"secretary"}, False, "estate"),
        ({"community_staff"}, True, "community"),
        ({"resident"}, True, "grid"),
        ({"patrol_volunteer"}, False, "estate"),
    ],
)
def test_a_case_starts_at_its_raisers_level(roles, placed, level):
    assert level_of(roles, placed) == level and level in LEVELS
