"""PROTOCOL, Core commands, column "who": every login of the demo × every command.

A applied, F forbidden, M missing: not in this person's sight, which is the same answer as not there at all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from webapp.db import registry

from .client import Phone
from .payloads import (
    CALL,
    advance,
    amend,
    case,
    claim,
    escalate,
    extend,
    finding,
    join,
    opinion,
    patrol,
    place,
    scan,
    subscribe,
    track,
    unsubscribe,
    visit,
)
from .serving import ELSEWHERE, HOUSE, LOGINS, STAIRS, Server

Json = dict[str, Any]

# What is asked about lies in grid1's and building_head's building 3; other is of another estate.
MATRIX = """
                      secretary grid1 grid2 building_head patrol1 patrol2 owners property resident1 resident2 community street district other
patrol.start          F         A     A     F             A       A       F      F        F         F         F         F      F        A
patrol.start route    F         A     A     F             A       A       F      F        F         F         F         F      F        M
patrol.scan           F         M     M     M             A       A       M      M        M         M         M         M      M        M
patrol.track          F         M     M     M             A       A       M      M        M         M         M         M      M        M
patrol.finish         F         M     M     M             A       A       M      M        M         M         M         M      M        M
patrol.finding        F         A     A     F             A       A       F      F        F         F         F         F      F        F
patrol.finding round  F         M     M     M             A       A       M      M        M         M         M         M      M        M
visit.record          F         A     F     A             F       F       F      F        F         F         F         F      F        F
visit.record door     F         A     F     A             F       F       F      F        F         F         F         F      F        M
claim.record          F         A     F     F             F       F       F      F        F         F         F         F      F        M
opinion.record        A         A     F     A             A       A       A      A        A         A         A         A      A        F
opinion.record away   F         F     F     F             F       F       F      F        F         F         F         A      A        A
opinion.record none   A         A     A     A             A       A       A      A        A         A         A         A      A        A
case.raise            A         A     F     A             F       F       A      A        F         F         A         A      A        F
case.raise call       A         A     F     A             F       F       A      A        A         A         A         A      A        F
case.raise opinion    A         A     M     A             M       M       M      M        M         M         M         M      M        M
case.join             A         A     M     A             M       M       M      M        M         M         M         M      M        M
case.escalate         A         A     M     F             M       M       M      M        M         M         M         M      M        M
case.advance accepted A         F     M     F             M       M       M      M        M         M         M         M      M        M
case.extend           A         F     M     F             M       M       M      M        M         M         M         M      M        M
case.nudge            A         F     M     F             M       M       M      M        M         M         M         M      M        M
record.amend visit    F         A     M     F             M       M       M      M        M         M         M         M      M        M
record.amend opinion  F         A     M     F             M       M       M      M        M         M         M         M      M        M
alert.subscribe       A         A     A     A             A       A       A      A        A         A         A         A      A        A
alert.unsubscribe     A         A     A     A             A       A       A      A        A         A         A         A      A        A
alert.test            A         A     A     A             A       A       A      A        A         A         A         A      A        A
"""  # noqa: E501 - a table: a line is a row

TOLD = {"A": ("applied", None), "F": ("rejected", "forbidden"), "M": ("parked", "missing")}


def read(table: str) -> dict[tuple[str, str], str]:
    head, *lines = table.strip("\n").splitlines()
    logins = head.split()
    assert tuple(logins) == LOGINS
    return {
        (" ".join(line.split()[: -len(logins)]), login): line.split()[-len(logins) :][nth]
        for line in lines
        for nth, login in enumerate(logins)
    }


CELLS = read(MATRIX)
ROWS = sorted({row for row, _ in CELLS})


class Scene:
    """What the commands are about, made by whoever may make it."""

    def __init__(self, server: Server, at: Callable[[str], Phone]) -> None:
        self.server, self.at = server, at

    def made(self, login: str, type: str, payload: Json) -> Json:
        outcome = self.at(login).say(type, payload)
        assert outcome["status"] == "applied", outcome
        return payload

    def round(self) -> str:
        together = patrol(companions=[self.server.account("patrol2")])
        return str(self.made("patrol1", "patrol.start", together)["patrol_id"])

    def point(self) -> str:
        return next(iter(self.at("patrol1").holds("checkpoints")))

    def route(self) -> str:
        return next(iter(self.at("patrol1").holds("routes")))

    def case(self) -> str:
        return str(self.made("grid1", "case.raise", case(place=place(STAIRS)))["case_id"])

    def payload(self, row: str) -> Json:
        return self.MAKERS[row](self)

    MAKERS: dict[str, Callable[[Scene], Json]] = {
        "patrol.start": lambda it: patrol(),
        "patrol.start route": lambda it: patrol(route_id=it.route()),
        "patrol.scan": lambda it: scan(it.round(), it.point()),
        "patrol.track": lambda it: track(it.round()),
        "patrol.finish": lambda it: {"patrol_id": it.round(), "note": ""},
        "patrol.finding": lambda it: finding(),
        "patrol.finding round": lambda it: finding(patrol_id=it.round()),
        "visit.record": lambda it: visit(),
        "visit.record door": lambda it: visit(household_id=it.server.door(STAIRS)),
        "claim.record": lambda it: claim(it.server.door(STAIRS)),
        "opinion.record": lambda it: opinion(),
        "opinion.record away": lambda it: opinion(place=place(ELSEWHERE)),
        "opinion.record none": lambda it: opinion(place=None),
        "case.raise": lambda it: case(),
        "case.raise call": lambda it: case(**{"from": CALL}),
        "case.raise opinion": lambda it: case(**{"from": {"kind": "opinion", "id": it.opinion()}}),
        "case.join": lambda it: join(it.case()),
        "case.escalate": lambda it: escalate(it.case()),
        "case.advance accepted": lambda it: advance(it.case(), "accepted"),
        "case.extend": lambda it: extend(it.case()),
        "case.nudge": lambda it: {"case_id": it.case(), "note": ""},
        "record.amend visit": lambda it: amend(
            "visit", it.made("grid1", "visit.record", visit())["visit_id"], note="更正"
        ),
        "record.amend opinion": lambda it: amend("opinion", it.opinion(), text="更正"),
        "alert.subscribe": lambda it: subscribe(),
        "alert.unsubscribe": lambda it: unsubscribe(subscribe()["endpoint"]),
        "alert.test": lambda it: {},
    }

    def opinion(self) -> str:
        return str(self.made("grid1", "opinion.record", opinion(place=place(HOUSE)))["opinion_id"])


@pytest.mark.parametrize("row", ROWS)
def test_who_may(row, server: Server, at, monkeypatch):
    monkeypatch.setattr("webapp.alerts.commands.TESTS_EVERY", timedelta(0))
    scene = Scene(server, at)
    wrong, payload = {}, None
    for login in LOGINS:
        payload = scene.payload(row) if payload is None else payload
        outcome = at(login).say(row.split()[0], payload)
        if outcome["status"] == "applied":
            payload = None  # used up: the next one needs another
        if (outcome["status"], outcome.get("code")) != TOLD[CELLS[row, login]]:
            wrong[login] = outcome
    assert not wrong


def test_every_core_command_has_a_row():
    assert {row.split()[0] for row in ROWS} == {name for name, _ in registry.commands}


def test_without_any_post_nothing_is_allowed(server: Server):
    """Somebody whose posts have all ended: what was once allowed waits for a person, the rest is refused."""
    login = server.hire("patrol_volunteer")
    phone = server.phone(login)
    server.dismiss(login)
    told = {
        "patrol.start": phone.say("patrol.start", patrol()),
        "opinion.record": phone.say("opinion.record", opinion()),
        "visit.record": phone.say("visit.record", visit()),
        "case.raise": phone.say("case.raise", case()),
    }
    assert {name: one["code"] for name, one in told.items()} == {
        "patrol.start": "out_of_scope",
        "opinion.record": "out_of_scope",
        "visit.record": "forbidden",
        "case.raise": "forbidden",
    }
