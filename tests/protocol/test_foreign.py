"""What is another estate's is not there: ``other`` sees nothing of the first one, in any collection or by any id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .client import Phone, uuid7
from .payloads import (
    CALL,
    REPORTER,
    advance,
    amend,
    case,
    escalate,
    finding,
    join,
    opinion,
    patrol,
    place,
    scan,
    track,
    visit,
)
from .serving import ELSEWHERE, GRID1, GRID2, OTHER_GRID, STAIRS, Server

Json = dict[str, Any]


@pytest.fixture(scope="module")
def everything(server: Server) -> dict[tuple[str, str], Json]:
    """What anybody of the first estate holds."""
    found: dict[tuple[str, str], Json] = {}
    for login in ("secretary", "grid1", "grid2", "patrol1", "resident1", "owners", "property"):
        phone = server.phone(login)
        phone.pull()
        found |= {key: one.doc for key, one in phone.documents.items()}
    return found


class TestOther:
    def test_holds_none_of_its_documents(self, server: Server, everything):
        phone = server.phone("other")
        phone.pull()
        shared = phone.documents.keys() & everything.keys()
        assert {name for name, _ in shared} == {"organisations"}
        assert {everything[key]["kind"] for key in shared} == {"street", "district"}

    def test_nor_any_word_of_them(self, server: Server):
        phone = server.phone("other")
        phone.pull()
        text = str([one.doc for one in phone.documents.values()])
        assert OTHER_GRID in text
        for word in (GRID1, GRID2, "和顺苑", "网格员甲", "支部书记", server.places["estate"], server.account("grid1")):
            assert word not in text

    def test_by_no_id_either(self, server: Server, everything):
        """Every id there is, asked for in every way there is: each answer is the one for an id that nobody has."""
        phone, ids = server.phone("other"), {}
        for (collection, id), _ in everything.items():
            ids.setdefault(collection, []).append(id)
        asked: list[tuple[str, Json]] = []
        for id in ids["cases"][:40]:
            asked += [
                ("case.advance", advance(id, "accepted")),
                ("case.escalate", escalate(id)),
                ("case.join", join(id)),
            ]
        for id in ids["patrols"][:20]:
            asked += [("patrol.finish", {"patrol_id": id, "note": ""}), ("patrol.track", track(id))]
        for kind in ("visit", "opinion", "finding"):
            for id in ids[f"{kind}s"][:30]:
                asked.append(("record.amend", amend(kind, id, note="x")))
                asked.append(("case.raise", case(place=None, **{"from": {"kind": kind, "id": id}})))
        asked += [("patrol.start", patrol(route_id=id)) for id in ids["routes"]]
        asked += [("visit.record", visit(grid_code=ELSEWHERE, household_id=door[0])) for door in doors(everything)[:20]]
        for type, payload in asked:
            phone.record(type, payload)
        nowhere = phone.record("case.advance", advance(uuid7(), "accepted"))
        outcomes = phone.send()
        assert {(one["status"], one["code"], one["message"]) for one in outcomes} == {
            ("parked", "missing", outcomes[-1]["message"])
        }
        assert outcomes[-1]["id"] == nowhere["id"]

    def test_its_urgent_copy_reaches_nobody_there(self, server: Server):
        phone = server.phone("other")
        before = {row["id"] for row in server.rows("alert")}
        command = phone.record("opinion.record", opinion(urgent=True, place=place(STAIRS)))
        assert phone.post(phone.envelope([command]), "/sync/urgent").status == 422
        assert {row["id"] for row in server.rows("alert")} == before


def doors(everything: dict[tuple[str, str], Json]) -> list[list[Any]]:
    return [door for (name, _), doc in everything.items() if name == "units" for door in doc["doors"]]


class Foreign:
    """Ids of the other estate, for somebody of the first."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.phone = server.phone("other")
        self.account = self.phone.account

    def made(self, type: str, payload: Json) -> Json:
        assert self.phone.say(type, payload)["status"] == "applied"
        return payload

    def visit(self) -> str:
        return str(self.made("visit.record", visit(grid_code=ELSEWHERE))["visit_id"])

    def opinion(self) -> str:
        return str(self.made("opinion.record", opinion(place=place(ELSEWHERE)))["opinion_id"])

    def case(self) -> str:
        return str(self.made("case.raise", case(place=place(ELSEWHERE)))["case_id"])

    def round(self) -> str:
        return str(self.made("patrol.start", patrol())["patrol_id"])

    def door(self) -> str:
        return self.server.door(ELSEWHERE)


FOREIGN: dict[str, tuple[str, str, Callable[[Foreign], Json]]] = {
    "a companion": ("patrol1", "patrol.start", lambda it: patrol(companions=[it.account])),
    "a round to scan on": ("patrol1", "patrol.scan", lambda it: scan(it.round(), uuid7())),
    "a round to track": ("patrol1", "patrol.track", lambda it: track(it.round())),
    "a round to finish": ("patrol1", "patrol.finish", lambda it: {"patrol_id": it.round(), "note": ""}),
    "a round to find something on": ("patrol1", "patrol.finding", lambda it: finding(patrol_id=it.round())),
    "a door": ("grid1", "visit.record", lambda it: visit(household_id=it.door())),
    "a visit on which it was said": ("grid1", "opinion.record", lambda it: opinion(visit_id=it.visit())),
    "a reporter": (
        "grid1",
        "opinion.record",
        lambda it: opinion(reporter={"account_id": it.account, "wants_news": True}),
    ),
    "an opinion to raise": (
        "grid1",
        "case.raise",
        lambda it: case(**{"from": {"kind": "opinion", "id": it.opinion()}}),
    ),
    "a visit to raise": ("grid1", "case.raise", lambda it: case(**{"from": {"kind": "visit", "id": it.visit()}})),
    "a case to join": ("grid1", "case.join", lambda it: join(it.case())),
    "a case to escalate": ("grid1", "case.escalate", lambda it: escalate(it.case())),
    "a case to move": ("secretary", "case.advance", lambda it: advance(it.case(), "accepted")),
    "a visit to amend": ("grid1", "record.amend", lambda it: amend("visit", it.visit(), note="x")),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_id_is_not_there(name, server: Server):
    login, type, make = FOREIGN[name]
    outcome = server.phone(login).say(type, make(Foreign(server)))
    assert (outcome["status"], outcome["code"]) == ("parked", "missing")


class TestNamingSomebody:
    """Whoever is named in a record gets to read it: nobody can be named who has nothing to do with the place."""

    def own(self, new, **more: Any) -> tuple[Phone, str]:
        phone, payload = new("grid1"), case(**more)
        phone.say("case.raise", payload)
        return phone, str(payload["case_id"])

    def test_as_one_more_reporter(self, new, server: Server):
        phone, id = self.own(new)
        for account in (server.account("other"), uuid7()):
            assert phone.say("case.join", join(id, reporter=REPORTER | {"account_id": account}))["code"] == "missing"
        assert server.phone("other").doc("cases", id) is None

    def test_as_lead_or_assisting(self, new, server: Server):
        _, id = self.own(new)
        office, stranger = new("secretary"), server.account("other")
        office.say("case.advance", advance(id, "accepted"))
        for more in ({"lead": stranger}, {"lead": "grid_worker", "assisting": [stranger]}):
            assert office.say("case.advance", advance(id, "assigned", state="accepted", **more))["code"] == "missing"
        assert server.phone("other").doc("cases", id) is None

    def test_as_a_reporter_afterwards(self, new, server: Server):
        phone, payload = new("grid1"), opinion()
        phone.say("opinion.record", payload)
        changed = amend("opinion", payload["opinion_id"], reporter={"account_id": server.account("other")})
        assert phone.say("record.amend", changed)["code"] == "missing"

    def test_a_neighbour_may_be_named(self, new, server: Server):
        phone, id = self.own(new)
        neighbour = server.phone("resident1")
        joined = join(id, reporter=REPORTER | {"account_id": neighbour.account, "wants_news": True})
        assert phone.say("case.join", joined)["status"] == "applied"
        assert neighbour.doc("cases", id)["reporters"] == 1

    def test_somebody_cross_appointed_may_be_named(self, server: Server, new):
        """At home elsewhere, with a post here."""
        login = server.hire("patrol_volunteer", at="other")
        server.appoint(login, "patrol_volunteer")
        payload = patrol(companions=[server.account(login)])
        assert new("patrol1").say("patrol.start", payload)["status"] == "applied"
        assert server.phone(login).doc("patrols", payload["patrol_id"])


def test_two_estates_of_one_street_do_not_mix_above(server: Server):
    """What was escalated from one is in the street's feed; the other estate's people read none of it."""
    phone, payload = server.phone("other"), case(place=place(ELSEWHERE), **{"from": CALL})
    phone.say("case.raise", payload)
    phone.say("case.escalate", escalate(payload["case_id"]))
    assert server.phone("street").doc("cases", payload["case_id"])["level"] == "street"
    for login in ("secretary", "grid1", "community", "property"):
        assert server.phone(login).doc("cases", payload["case_id"]) is None
