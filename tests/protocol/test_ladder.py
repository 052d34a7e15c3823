"""DOMAIN, the ladder: unit head → building head → grid worker → micro-complex → community → street → district."""

from __future__ import annotations

import pytest

from .matters import Matter
from .payloads import CALL, case, escalate, expects, opinion, place, visit
from .serving import ELSEWHERE, GRID1, GRID2, HOUSE, STAIRS, YARD, Server

LADDER = (
    ("building_head", "building"),
    ("grid1", "grid"),
    ("secretary", "estate"),
    ("community", "community"),
    ("street", "street"),
    ("district", "district"),
)


class TestStart:
    @pytest.mark.parametrize(
        ("login", "level"),
        [*LADDER, ("owners", "estate"), ("property", "estate"), ("resident1", "grid")],
    )
    def test_at_its_raisers_level(self, login, level, at):
        payload = case(place=place(STAIRS), **{"from": CALL})
        at(login).say("case.raise", payload)
        doc = at(login).doc("cases", payload["case_id"])
        assert (doc["state"], doc["level"], doc["by"]) == ("raised", level, at(login).account)
        assert doc["left"] is None

    def test_without_a_place_a_residents_starts_at_the_estate(self, at):
        payload = case(place=None, **{"from": CALL})
        at("resident1").say("case.raise", payload)
        assert at("secretary").doc("cases", payload["case_id"])["level"] == "estate"

    @pytest.mark.parametrize("kind", ["opinion", "finding", "visit"])
    def test_a_resident_raises_by_a_call_alone(self, kind, at):
        said = opinion()
        at("resident1").say("opinion.record", said)
        for source in (None, {"kind": kind, "id": None}, {"kind": "opinion", "id": said["opinion_id"]}):
            outcome = at("resident1").say("case.raise", case(**{"from": source}))
            assert (outcome["status"], outcome["code"]) == ("rejected", "forbidden")

    def test_from_a_visit(self, at):
        heard = visit()
        at("grid1").say("visit.record", heard)
        payload = case(**{"from": {"kind": "visit", "id": heard["visit_id"]}})
        at("grid1").say("case.raise", payload)
        assert at("grid1").doc("cases", payload["case_id"])["from"] == payload["from"]


def test_up_to_the_top(at):
    payload = case(place=place(STAIRS), **{"from": None})
    at("building_head").say("case.raise", payload)
    for nth, (login, level) in enumerate(LADDER[:-1]):
        state = "raised" if not nth else "escalated"
        above, to = LADDER[nth + 1]
        if nth >= 2:  # what stands in an upper feed alone is read there once it has come
            assert at(above).doc("cases", payload["case_id"]) is None
        step = escalate(payload["case_id"], state, level)
        assert at(login).say("case.escalate", step)["status"] == "applied"
        doc = at(above).doc("cases", payload["case_id"])
        assert (doc["state"], doc["level"]) == ("escalated", to)
        assert doc["left"] == {"state": state, "level": level}
        line = doc["timeline"][-1]
        assert (line["kind"], line["level"], line["note"]) == ("escalate", to, step["reason"])
    top = at("district").say("case.escalate", escalate(payload["case_id"], "escalated", "district"))
    assert (top["status"], top["code"]) == ("rejected", "forbidden")


def test_and_back_down_to_the_state_it_left(at):
    matter = Matter(at).until("accepted").escalates("grid1").escalates("secretary").escalates("community")
    assert matter.doc("street")["level"] == "street"
    matter.goes("street", "escalated", note="请社区再问")
    doc = matter.doc("community")
    assert (doc["state"], doc["level"], doc["left"]) == (
        "escalated",
        "community",
        {"state": "escalated", "level": "estate"},
    )
    matter.goes("community", "escalated", note="问过了")
    assert (matter.doc()["level"], matter.doc()["left"]) == ("estate", {"state": "accepted", "level": "grid"})
    matter.goes("secretary", "accepted", note="回访")
    doc = matter.doc()
    assert (doc["state"], doc["level"], doc["left"]) == ("accepted", "grid", None)
    assert (
        doc == matter.doc("community") == matter.doc("street")
    )  # those above who had it in hand still read how it ends


def test_an_answer_is_needed(at):
    matter = Matter(at).until("accepted").escalates("grid1").escalates("secretary")
    outcome = matter.tries("community", "escalated", note=" ")
    assert (outcome["code"], list(outcome["fields"])) == ("invalid", ["note"])


def test_an_upper_level_sends_back_and_does_nothing_else(at):
    matter = Matter(at).until("accepted").escalates("grid1").escalates("secretary")
    for to in ("accepted", "assigned", "discussing", "handling", "handled", "appraising", "closed", "declined"):
        assert matter.tries("community", to)["code"] == "invalid", to
    assert matter.tries("secretary", "escalated")["code"] == "forbidden"
    assert matter.tries("street", "escalated")["code"] == "missing"


@pytest.mark.parametrize("state", ["raised", "accepted", "discussing", "assigned", "handling", "escalated"])
def test_from_any_step(state, at):
    assert Matter(at).until(state).escalates("secretary").doc()["state"] == "escalated"


@pytest.mark.parametrize("state", ["appraising", "closed", "declined"])
def test_not_from_where_nothing_is_to_be_done(state, at):
    matter = Matter(at).until(state)
    outcome = at("secretary").say(
        "case.escalate", {"case_id": matter.id, "expects": expects(state, "grid"), "reason": "急"}
    )
    assert (outcome["status"], outcome["code"]) == ("rejected", "invalid")


def test_a_level_without_a_post_holder_is_skipped_and_said(server: Server):
    """Building 7 has no head: from the stairwell's head it goes to the grid worker."""
    head = server.phone(server.hire("unit_head", cells=(f"{YARD}-1",)))
    payload = case(place=place(f"{YARD}-1"))
    head.say("case.raise", payload)
    assert head.doc("cases", payload["case_id"])["level"] == "unit"
    head.say("case.escalate", escalate(payload["case_id"], level="unit"))
    doc = server.phone("grid2").doc("cases", payload["case_id"])
    assert doc["level"] == "grid"
    assert [(line["kind"], line["level"]) for line in doc["timeline"][1:]] == [
        ("skip", "building"),
        ("escalate", "grid"),
    ]


def test_several_levels_without_a_post_holder(server: Server):
    """An estate without a micro-complex, in a community without staff: the street hears of it."""
    phone, payload = server.phone("other"), case(place=place(ELSEWHERE))
    phone.say("case.raise", payload)
    phone.say("case.escalate", escalate(payload["case_id"]))
    doc = server.phone("street").doc("cases", payload["case_id"])
    skipped = [line["level"] for line in doc["timeline"] if line["kind"] == "skip"]
    assert (doc["level"], skipped) == ("street", ["estate", "community"])


def test_with_nobody_above_at_all_it_stays(server: Server):
    """An organisation of its own, without anybody over it."""
    place_id = server.found("孤立小区", "990102001001")
    phone = server.phone(server.hire("secretary", at=place_id))
    payload = case(place=None)
    phone.say("case.raise", payload)
    outcome = phone.say("case.escalate", escalate(payload["case_id"], level="estate"))
    assert (outcome["status"], outcome["code"]) == ("rejected", "forbidden")
    assert phone.doc("cases", payload["case_id"])["state"] == "raised"


def test_those_above_read_cases_and_nothing_else_of_the_estate(at, server: Server):
    """The row in the upper organisation's feed is all that its staff's phones read."""
    Matter(at).until("accepted").escalates("grid1").escalates("secretary").escalates("community").escalates("street")
    for login in ("community", "street", "district"):
        phone = server.phone(login)
        phone.pull()
        names = {name for name, _ in phone.documents} - {"alerts", "commands"}
        others = {
            name
            for name in names
            if any(one.doc.get("by") != phone.account for (n, _), one in phone.documents.items() if n == name)
        }
        assert others <= {"cases", "organisations"}


def test_who_covers_the_place_stands_on_the_level(server: Server, at):
    matter = Matter(at)
    other_head = server.phone(server.hire("building_head", cells=(f"{GRID1}-04",)))
    assert other_head.say("case.escalate", escalate(matter.id))["code"] == "missing"
    both = server.phone(server.hire("grid_worker", cells=(GRID2, HOUSE)))
    assert both.say("case.escalate", escalate(matter.id))["status"] == "applied"
