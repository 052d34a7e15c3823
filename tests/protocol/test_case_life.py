"""DOMAIN, A case's life: who may make which move in which state – raise, discuss, handle, appraise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from .matters import Matter
from .payloads import advance

# A applied, F forbidden, I invalid (no such move from here), M not in sight; "rest" is every move that is not named.
MOVES = """
state       to          secretary property owners grid1 resident1 building_head
raised      accepted    A         M        M      F     F         F
raised      declined    A         M        M      F     F         F
raised      rest        I         M        M      F     F         F
accepted    discussing  A         M        M      F     F         F
accepted    assigned    A         M        M      F     F         F
accepted    declined    A         M        M      F     F         F
accepted    rest        I         M        M      F     F         F
discussing  assigned    A         M        M      F     F         F
discussing  rest        I         M        M      F     F         F
assigned    handling    F         A        F      F     F         F
assigned    accepted    F         A        F      F     F         F
assigned    rest        I         I        F      F     F         F
handling    handling    F         A        A      F     F         F
handling    handled     F         A        F      F     F         F
handling    accepted    F         A        F      F     F         F
handling    rest        I         I        F      F     F         F
appraising  closed      F         F        F      F     A         F
appraising  handling    F         F        F      F     A         F
appraising  appraising  A         F        F      A     F         F
appraising  rest        I         I        F      F     F         F
escalated   accepted    A         M        M      F     F         F
escalated   discussing  A         M        M      F     F         F
escalated   assigned    A         M        M      F     F         F
escalated   declined    A         M        M      F     F         F
escalated   rest        I         M        M      F     F         F
declined    rest        I         M        M      F     F         F
closed      rest        I         I        F      F     F         F
"""
TARGETS = (
    "raised", "accepted", "declined", "discussing", "assigned", "handling", "handled", "escalated", "appraising",
    "closed",
)  # fmt: skip
TOLD = {
    "A": ("applied", None),
    "F": ("rejected", "forbidden"),
    "I": ("rejected", "invalid"),
    "M": ("parked", "missing"),
}
HEAD, *LINES = (line.split() for line in MOVES.strip().splitlines())
STATES = list(dict.fromkeys(line[0] for line in LINES))


def expected(state: str) -> dict[tuple[str, str], str]:
    """(to, login) → what is answered."""
    named = {line[1]: line[2:] for line in LINES if line[0] == state}
    rest = named.pop("rest")
    return {(to, login): named.get(to, rest)[nth] for to in TARGETS for nth, login in enumerate(HEAD[2:])}


@pytest.mark.parametrize("state", STATES)
def test_who_may_move_it_where(state, at):
    matter, answers = Matter(at).until(state), expected(state)
    wrong = {}
    for login in HEAD[2:]:
        phone = at(login)
        refused = [to for to in TARGETS if answers[to, login] != "A"]
        outcomes = phone.send(*(phone.record("case.advance", matter.step(to)) for to in refused))
        told = dict(zip(refused, outcomes, strict=True))
        told |= {to: Matter(at).until(state).tries(login, to) for to in TARGETS if to not in refused}
        for to, outcome in told.items():
            if (outcome["status"], outcome.get("code")) != TOLD[answers[to, login]]:
                wrong[to, login] = outcome
    assert not wrong
    assert matter.doc()["state"] == state  # whatever was refused has moved nothing


def test_the_usual_road_and_what_each_step_writes(at):
    matter = Matter(at)
    assert matter.doc()["number"].isdigit()
    seen = [matter.doc()]
    for login, to in Matter.WAY:
        matter.goes(login, to)
        seen.append(matter.doc())
    assert [one["state"] for one in seen] == [
        "raised", "accepted", "discussing", "assigned", "handling", "appraising", "closed"
    ]  # fmt: skip
    line = matter.doc()["timeline"]
    assert [(one["kind"], one["from"], one["to"], one["role"]) for one in line] == [
        ("raise", None, "raised", "resident"),
        ("advance", "raised", "accepted", "secretary"),
        ("advance", "accepted", "discussing", "secretary"),
        ("advance", "discussing", "assigned", "secretary"),
        ("advance", "assigned", "handling", "property_company"),
        ("advance", "handling", "handled", "property_company"),
        ("advance", "handled", "appraising", "property_company"),
        ("advance", "appraising", "closed", "resident"),
    ]
    assert [one["at"] for one in line] == sorted(one["at"] for one in line)
    assert line[1]["note"] == "写明了"
    end = matter.doc()
    assert (end["settled"], end["satisfied"], end["due_at"]) == (True, True, None)
    assert end["closed_at"]


def test_everybody_concerned_reads_the_same(at):
    matter = Matter(at).until("handling")
    docs = [matter.doc(login) for login in ("secretary", "grid1", "building_head", "property", "owners", "resident1")]
    assert all(one == docs[0] for one in docs)
    assert (docs[0]["lead"], docs[0]["assisting"]) == ("property_company", ["owners_committee"])


class TestWhatAMoveMustSay:
    @pytest.mark.parametrize(
        ("state", "login", "to", "lacks", "field"),
        [
            ("raised", "secretary", "declined", {"refer_to": None}, "refer_to"),
            ("raised", "secretary", "declined", {"note": " "}, "note"),
            ("accepted", "secretary", "assigned", {"lead": None}, "lead"),
            ("accepted", "secretary", "assigned", {"lead": "the caretaker"}, "lead"),
            ("accepted", "secretary", "assigned", {"assisting": ["the caretaker"]}, "assisting"),
            ("assigned", "property", "accepted", {"note": ""}, "note"),
            ("handling", "property", "handled", {"note": ""}, "note"),
            ("handling", "property", "accepted", {"note": ""}, "note"),
            ("appraising", "resident1", "closed", {"settled": None}, "settled"),
            ("appraising", "secretary", "appraising", {"note": ""}, "note"),
        ],
    )
    def test_else_it_is_invalid(self, state, login, to, lacks, field, at):
        outcome = Matter(at).until(state).tries(login, to, **lacks)
        assert (outcome["status"], outcome["code"], list(outcome["fields"])) == ("rejected", "invalid", [field])

    def test_where_to_go_instead(self, at):
        doc = Matter(at).goes("secretary", "declined", note="不归小区", refer_to="信访窗口").doc("resident1")
        assert (doc["state"], doc["refer_to"], doc["due_at"]) == ("declined", "信访窗口", None)
        assert doc["timeline"][-1]["note"] == "不归小区"

    def test_until_when(self, at):
        matter = Matter(at)
        raised, accepted = matter.doc(), matter.goes("secretary", "accepted").doc()
        assert datetime.fromisoformat(raised["due_at"]) - datetime.fromisoformat(raised["received_at"]) == timedelta(
            hours=2
        )
        assert datetime.fromisoformat(accepted["due_at"]) > datetime.now(UTC) + timedelta(days=4)
        later = "2031-01-02T03:04:05+08:00"
        due = matter.goes("secretary", "assigned", due_at=later).doc()["due_at"]
        assert datetime.fromisoformat(due) == datetime.fromisoformat(later)


class TestTwoPeopleAtOnce:
    def test_the_second_is_told_where_it_stands(self, at):
        matter = Matter(at)
        first, second = at("secretary"), at("grid1")
        one = first.record("case.advance", advance(matter.id, "accepted"))
        other = second.record(
            "case.escalate", {"case_id": matter.id, "expects": one["payload"]["expects"], "reason": "急"}
        )
        assert first.send(one)[0]["status"] == "applied"
        outcome = second.send(other)[0]
        assert (outcome["status"], outcome["code"]) == ("rejected", "stale")
        assert (outcome["state"], outcome["level"]) == ("accepted", "grid")

    def test_the_other_way_round(self, at):
        matter = Matter(at)
        matter.escalates("grid1")
        outcome = at("secretary").say("case.advance", advance(matter.id, "accepted"))
        assert (outcome["code"], outcome["state"], outcome["level"]) == ("stale", "escalated", "estate")

    def test_before_what_it_lacks(self, at):
        """Somebody who looks at an old state is shown the new one, not asked for a field."""
        matter = Matter(at).until("assigned")
        outcome = at("secretary").say("case.advance", advance(matter.id, "declined", state="raised"))
        assert outcome["code"] == "stale"

    def test_in_one_batch_the_first_counts(self, at, new):
        matter, phone = Matter(at), new("secretary")
        phone.record("case.advance", advance(matter.id, "accepted"))
        phone.record("case.advance", advance(matter.id, "declined", note="不归", refer_to="法院"))
        phone.record("case.advance", advance(matter.id, "discussing", state="accepted"))
        assert [one.get("code") for one in phone.send()] == [None, "stale", None]


def test_returned_with_a_reason_it_has_no_lead(at):
    doc = Matter(at).until("assigned").goes("property", "accepted", note="线路在墙里").doc()
    assert (doc["state"], doc["lead"], doc["assisting"]) == ("accepted", None, [])
    assert doc["timeline"][-1]["note"] == "线路在墙里"


def test_a_person_may_lead(at, server):
    lead = server.account("patrol1")
    matter = Matter(at).until("accepted").goes("secretary", "assigned", lead=lead, assisting=[])
    assert matter.doc("patrol1")["lead"] == lead
    assert matter.tries("property", "handling")["code"] == "missing"
    matter.goes("patrol1", "handling").goes("patrol1", "handled")
    assert matter.doc("patrol1")["state"] == "appraising"
