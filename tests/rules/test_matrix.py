"""Every command × who says it, every collection × who is given its documents. A new one without a row fails.

What is asked is about the grid worker's stairs, or what the grid worker made there. ``ok`` is applied; ``missing``
stands for what is not there and for what is not in sight alike; ``reused`` says that it is there, under that id.
"""

from __future__ import annotations

from typing import Any

import pytest

from webapp.db import registry
from webapp.people.permissions import PERMISSIONS

from .. import make
from ..phones import Phone, sign_in
from .scene import STAIRS, build

ACTORS = ("resident1", "grid1", "patrol1", "secretary", "property", "community", "other")
KEYS = {"p256dh": "B" * 87, "auth": "A" * 22}
STATE = {"state": "raised", "level": "grid"}

# command, its payload, with the scene's ids put in; then what the actors are answered.
COMMANDS: tuple[tuple[str, Any, str], ...] = (
    ("patrol.start", {"patrol_id": "{new}", "route_id": None}, "forbidden ok ok forbidden forbidden forbidden ok"),
    ("patrol.scan", {"patrol_id": "{patrol}", "checkpoint_id": "{checkpoint}", "by": "tap"},
     "missing ok missing forbidden missing missing missing"),
    ("patrol.track", {"patrol_id": "{patrol}", "points": []},
     "missing ok missing forbidden missing missing missing"),
    ("patrol.finding", make.finding(grid_code=STAIRS), "forbidden ok ok forbidden forbidden forbidden forbidden"),
    ("patrol.finish", {"patrol_id": "{patrol}"}, "missing ok missing forbidden missing missing missing"),
    ("visit.record", make.visit(grid_code=STAIRS), "forbidden ok forbidden forbidden forbidden forbidden forbidden"),
    ("opinion.record", make.opinion(grid_code=STAIRS), "ok ok ok ok ok ok forbidden"),
    ("claim.record", make.claim(grid_code=STAIRS, household="{door}"),
     "forbidden ok forbidden forbidden forbidden forbidden missing"),
    ("case.raise", make.case(grid_code=STAIRS), "forbidden ok forbidden ok ok ok forbidden"),
    ("case.join", {"case_id": "{join}", "reporter": None}, "missing ok missing ok missing missing missing"),
    ("case.escalate", {"case_id": "{escalate}", "expects": STATE, "reason": "x"},
     "missing ok missing ok missing missing missing"),
    ("case.advance", {"case_id": "{advance}", "expects": STATE, "to": "accepted"},
     "missing forbidden missing ok missing missing missing"),
    ("case.extend", {"case_id": "{extend}", "expects": STATE, "due_at": "2026-12-24T00:00:00Z", "reason": "x"},
     "missing forbidden missing ok missing missing missing"),
    ("case.nudge", {"case_id": "{nudge}", "note": "x"}, "missing forbidden missing ok missing missing missing"),
    ("record.amend", {"kind": "visit", "id": "{visit}", "changes": {"note": "x"}, "reason": "x"},
     "missing ok missing forbidden missing missing missing"),
    ("alert.subscribe", {"endpoint": "https://updates.push.services.mozilla.com/{new}", "keys": KEYS},
     "ok ok ok ok ok ok ok"),
    ("alert.unsubscribe", {"endpoint": "https://updates.push.services.mozilla.com/nobody"}, "ok ok ok ok ok ok ok"),
    ("alert.test", {}, "ok ok ok ok ok ok ok"),
)  # fmt: skip

# collection; then how many of the scene's documents each actor is given.
COLLECTIONS: dict[str, str] = {
    "organisations": "4 4 4 4 4 1 4",
    "units": "6 4 6 6 6 0 2",
    "people": "0 8 8 8 8 0 1",
    "categories": "12 12 12 12 12 0 12",
    "purposes": "6 6 6 6 6 0 6",
    "routes": "0 1 1 1 0 0 0",
    "checkpoints": "0 3 3 3 0 0 0",
    "patrols": "0 1 0 1 0 0 0",
    "findings": "0 1 0 1 0 0 0",
    "visits": "0 2 0 2 0 0 0",
    "opinions": "0 1 0 1 0 0 0",
    "claims": "0 2 0 0 0 0 0",
    "cases": "1 7 0 7 0 0 0",
    "alerts": "0 1 0 7 0 0 0",
    "commands": "0 0 0 0 0 0 0",
}


@pytest.fixture
def scene(app, cast, clock):
    """As the routes have it, with a round under way, a finding and an opinion beside."""
    made = build(app, cast)
    worker = sign_in(app, cast["grid1"])
    patrol, visit = make.id4(), make.visit(grid_code=STAIRS)
    told = [
        worker.record("patrol.start", {"patrol_id": patrol, "route_id": cast.route, "track": True}),
        worker.record("visit.record", visit),
        worker.record("patrol.finding", make.finding(grid_code=STAIRS, patrol=patrol)),
        worker.record("opinion.record", make.opinion(grid_code=STAIRS)),
        worker.record("claim.record", make.claim(grid_code=STAIRS, household=made.ids["door"])),
    ]
    for move in ("join", "escalate", "advance", "extend", "nudge"):
        raised = make.case(grid_code=STAIRS)
        told.append(worker.record("case.raise", raised))
        made.ids[move] = raised["case_id"]
    assert [one["status"] for one in told] == ["applied"] * 10, told
    made.ids |= {"patrol": patrol, "visit": visit["visit_id"], "checkpoint": cast.checkpoints[0]}
    return made


def filled(payload: Any, ids: dict[str, str]) -> Any:
    if isinstance(payload, str):
        return payload.format(**ids, new=make.id4()) if "{" in payload else payload
    if isinstance(payload, dict):
        return {key: filled(value, ids) for key, value in payload.items()}
    return payload


def answer(phone: Phone, name: str, payload: Any) -> str:
    outcome = phone.record(name, payload)
    return "ok" if outcome["status"] == "applied" else outcome["code"]


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_say_what(actor, app, cast, scene):
    """Each move is about a matter of its own, so that one does not decide about the next."""
    wrong = {}
    for name, payload, expected in COMMANDS:
        wanted = expected.split()[ACTORS.index(actor)]
        if (got := answer(sign_in(app, cast[actor]), name, filled(payload, scene.ids))) != wanted:
            wrong[name] = got
    assert not wrong


@pytest.mark.parametrize("actor", ACTORS)
def test_who_is_given_what(actor, app, cast, scene):
    held = [collection for collection, _id in sign_in(app, cast[actor]).pull()]
    wanted = {name: int(counts.split()[ACTORS.index(actor)]) for name, counts in COLLECTIONS.items()}
    assert {name: held.count(name) for name in COLLECTIONS} == wanted


def test_every_command_has_its_row():
    rows = {name for name, *_ in COMMANDS}
    assert {name for name, _ in registry.commands} == rows
    assert rows <= PERMISSIONS.keys()


def test_every_collection_has_its_row():
    assert {*registry.collections, "commands"} == COLLECTIONS.keys()
