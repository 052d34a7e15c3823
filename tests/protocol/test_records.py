"""PROTOCOL, Core commands: ``visit.record``, ``opinion.record`` and ``record.amend``."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .client import MADE_AT, uuid7
from .payloads import POSITION, REPORTER, amend, finding, opinion, place, visit
from .serving import ELSEWHERE, GRID1, HOUSE, STAIRS, Server


def sees(at, collection: str, id: str) -> set[str]:
    logins = (
        "secretary",
        "grid1",
        "grid2",
        "building_head",
        "patrol1",
        "owners",
        "property",
        "resident1",
        "community",
        "other",
    )
    return {login for login in logins if at(login).doc(collection, id)}


class TestVisit:
    def test_its_document(self, new, at, server: Server):
        phone, door = new("grid1"), server.door(STAIRS)
        payload = visit(household_id=door, answers={"q1": ["a", 1, None]})
        phone.say("visit.record", payload)
        doc = phone.doc("visits", payload["visit_id"])
        assert {key: doc[key] for key in payload if key != "visit_id"} == {
            k: v for k, v in payload.items() if k != "visit_id"
        }
        assert (doc["state"], doc["by"], doc["made_at"], doc["ready"]) == ("recorded", phone.account, MADE_AT, True)
        assert sees(at, "visits", payload["visit_id"]) == {"secretary", "grid1", "building_head"}

    @pytest.mark.parametrize("outcome", ["met", "not_home", "declined"])
    def test_each_outcome(self, outcome, new):
        assert new("grid1").say("visit.record", visit(outcome=outcome))["status"] == "applied"

    @pytest.mark.parametrize("purpose", ["routine", "follow_up", "care", "survey", "service", "other"])
    def test_each_purpose(self, purpose, new):
        assert new("grid1").say("visit.record", visit(purpose=purpose))["status"] == "applied"

    def test_without_consent_only_that_somebody_came(self, new):
        phone, payload = new("grid1"), visit(consent=False, note="")
        assert phone.say("visit.record", payload)["status"] == "applied"
        for more in ({"note": "说了什么"}, {"photos": ["0" * 64]}, {"answers": {"q": 1}}):
            outcome = phone.say("visit.record", visit(consent=False, note="") | more)
            assert list(outcome["fields"]) == list(more)

    def test_a_door_outside_ones_cells_waits_for_a_person(self, new, server: Server):
        """The household was moved under another building while the visit waited in the phone."""
        outcome = new("building_head").say("visit.record", visit(household_id=server.door(f"{GRID1}-04-1")))
        assert (outcome["status"], outcome["code"]) == ("parked", "out_of_scope")

    def test_an_unknown_door_waits(self, new):
        assert new("grid1").say("visit.record", visit(household_id=uuid7()))["code"] == "missing"


class TestOpinion:
    def test_its_document(self, new, at):
        phone = new("resident1")
        payload = opinion(place=place(STAIRS, position=POSITION, text="门口"), reporter=REPORTER, urgent=False)
        phone.say("opinion.record", payload)
        doc = phone.doc("opinions", payload["opinion_id"])
        assert {key: doc[key] for key in payload if key != "opinion_id"} == {
            k: v for k, v in payload.items() if k != "opinion_id"
        }
        assert (doc["state"], doc["by"], doc["made_at"], doc["ready"]) == ("recorded", phone.account, MADE_AT, True)
        assert sees(at, "opinions", payload["opinion_id"]) == {"secretary", "grid1", "building_head", "resident1"}

    def test_heard_on_a_visit(self, new):
        phone, heard = new("grid1"), visit()
        phone.record("visit.record", heard)
        payload = phone.record("opinion.record", opinion(visit_id=heard["visit_id"]))["payload"]
        assert [one["status"] for one in phone.send()] == ["applied", "applied"]
        assert phone.doc("opinions", payload["opinion_id"])["visit_id"] == heard["visit_id"]

    @pytest.mark.parametrize("text", ["", " ", "x" * 4001])
    def test_a_text_of_1_to_4000(self, text, new):
        assert list(new("resident1").say("opinion.record", opinion(text=text))["fields"]) == ["text"]
        assert new("resident1").say("opinion.record", opinion(text="四" * 4000))["status"] == "applied"

    CATEGORIES = (
        "security", "fire", "fire_charging", "fire_passage", "sanitation", "facilities", "property_fee", "neighbours",
        "dogs_noise", "hardship", "suggestion", "other",
    )  # fmt: skip

    def test_the_categories_to_begin_with(self, new):
        phone = new("resident1")
        for category in self.CATEGORIES:
            phone.record("opinion.record", opinion(category=category))
        assert {one["status"] for one in phone.send()} == {"applied"}
        held = sorted(phone.holds("categories").values(), key=lambda one: one["order"])
        assert tuple(one["code"] for one in held) == self.CATEGORIES
        assert all(one["names"].keys() == {"zh", "en"} and one["active"] for one in held)


RECORDS = {
    "visit": ("visit.record", "visits", "visit_id", visit, {"note": "更正", "purpose": "care"}),
    "opinion": ("opinion.record", "opinions", "opinion_id", opinion, {"text": "更正", "category": "fire"}),
    "finding": ("patrol.finding", "findings", "finding_id", finding, {"note": "更正", "category": "fire"}),
}


class TestAmend:
    @pytest.mark.parametrize("kind", RECORDS)
    def test_the_earlier_wording_is_kept(self, kind, new, at):
        type, collection, key, make, changes = RECORDS[kind]
        phone, payload = new("grid1"), make()
        phone.say(type, payload)
        assert phone.say("record.amend", amend(kind, payload[key], **changes))["status"] == "applied"
        doc = at("secretary").doc(collection, payload[key])
        assert {name: doc[name] for name in changes} == changes
        assert doc["amended_at"]
        (earlier,) = doc["earlier"]
        assert {name: earlier[name] for name in changes} == {name: payload[name] for name in changes}
        assert earlier["reason"] == "写错了"
        assert doc["made_at"] == MADE_AT

    @pytest.mark.parametrize("kind", RECORDS)
    def test_twice(self, kind, new):
        type, collection, key, make, changes = RECORDS[kind]
        phone, payload, field = new("grid1"), make(), next(iter(changes))
        phone.say(type, payload)
        for wording in ("第二", "第三"):
            phone.say("record.amend", amend(kind, payload[key], **{field: wording}))
        doc = phone.doc(collection, payload[key])
        assert [one[field] for one in doc["earlier"]] == [payload[field], "第二"]
        assert doc[field] == "第三"

    @pytest.mark.parametrize("kind", RECORDS)
    @pytest.mark.parametrize(
        "changes", [{}, {"place": None}, {"by": "x"}, {"ready": True}, {"state": "gone"}, {"photos": []}]
    )
    def test_only_what_may_be_amended(self, kind, changes, new):
        type, collection, key, make, _ = RECORDS[kind]
        phone, payload = new("grid1"), make()
        phone.say(type, payload)
        outcome = phone.say("record.amend", amend(kind, payload[key], **changes))
        assert (outcome["status"], outcome["code"]) == ("rejected", "invalid")
        assert all(name.startswith("changes") for name in outcome["fields"])
        assert "earlier" not in phone.doc(collection, payload[key])

    @pytest.mark.parametrize(
        ("kind", "changes", "field"),
        [
            ("visit", {"outcome": "perhaps"}, "changes.outcome"),
            ("visit", {"note": 5}, "changes.note"),
            ("visit", {"consent": False}, "changes.note"),
            ("visit", {"purpose": "pilgrimage"}, "changes.purpose"),
            ("opinion", {"text": ""}, "changes.text"),
            ("opinion", {"category": "weather"}, "changes.category"),
            ("opinion", {"reporter": {"who": "x"}}, "changes.reporter"),
            ("finding", {"category": "weather"}, "changes.category"),
        ],
    )
    def test_what_it_says_afterwards_is_looked_at_as_at_first(self, kind, changes, field, new):
        type, _, key, make, _ = RECORDS[kind]
        phone, payload = new("grid1"), make()
        phone.say(type, payload)
        outcome = phone.say("record.amend", amend(kind, payload[key], **changes))
        assert (outcome["code"], list(outcome["fields"])) == ("invalid", [field])

    def test_consent_that_is_withdrawn_takes_what_was_said_with_it(self, new, picture, server: Server):
        phone, data = new("grid1"), picture()
        payload = visit(photos=[picture.digest(data), "0" * 64], answers={"q": "a"})
        phone.say("visit.record", payload)
        phone.put(data)
        assert phone.looks(picture.digest(data)).status == 200
        assert (
            phone.say("record.amend", amend("visit", payload["visit_id"], consent=False, note=""))["status"]
            == "applied"
        )
        doc = phone.doc("visits", payload["visit_id"])
        assert (doc["consent"], doc["note"], doc["photos"], doc["answers"]) == (False, "", [], None)
        assert doc["ready"] is True
        assert phone.looks(picture.digest(data)).status == 404

    def test_withdrawn_before_it_was_sent(self, new, picture):
        phone, data = new("grid1"), picture()
        phone.put(data)
        payload = phone.record("visit.record", visit(photos=[picture.digest(data)]))["payload"]
        phone.record("record.amend", amend("visit", payload["visit_id"], consent=False, note=""))
        assert [one["status"] for one in phone.send()] == ["applied", "applied"]
        assert phone.doc("visits", payload["visit_id"])["photos"] == []
        assert phone.looks(picture.digest(data)).status == 404

    def test_by_its_author_alone(self, new):
        author, office, payload = new("building_head"), new("secretary"), visit()
        author.say("visit.record", payload)
        outcome = office.say("record.amend", amend("visit", payload["visit_id"], note="别的"))
        assert (outcome["status"], outcome["code"]) == ("rejected", "forbidden")

    def test_within_seven_days_between_receipts(self, server: Server, clock):
        """The phone's clock has no say in it."""
        login = server.hire("grid_worker", cells=(GRID1,))
        phone, payload = server.phone(login), visit()
        phone.say("visit.record", payload, made_at="2020-01-01T00:00:00Z")
        clock.shift(timedelta(days=6, hours=23))
        assert (
            phone.say("record.amend", amend("visit", payload["visit_id"], note="一"), made_at="2030-01-01T00:00:00Z")[
                "status"
            ]
            == "applied"
        )
        clock.shift(timedelta(hours=2))
        late = phone.say("record.amend", amend("visit", payload["visit_id"], note="二"), made_at=MADE_AT)
        assert (late["status"], late["code"]) == ("parked", "out_of_scope")
        command = phone.journal[-1].command["id"]
        assert server.decide(command, apply=True, by=server.account("secretary")) == "applied"
        assert phone.doc("visits", payload["visit_id"])["note"] == "二"

    def test_of_what_has_not_come_yet_it_waits(self, new):
        phone, payload = new("grid1"), visit()
        assert phone.say("record.amend", amend("visit", payload["visit_id"], note="更正"))["code"] == "missing"
        phone.say("visit.record", payload)
        assert phone.doc("visits", payload["visit_id"])["note"] == "更正"

    def test_a_kind_must_be_its_own(self, new):
        """A visit's id under ``opinion`` is no opinion."""
        phone, payload = new("grid1"), visit()
        phone.say("visit.record", payload)
        assert phone.say("record.amend", amend("opinion", payload["visit_id"], text="x"))["code"] == "missing"
        assert phone.say("record.amend", amend("case", payload["visit_id"], title="x"))["code"] == "invalid"


def test_stored_text_stays_text(new):
    """It is never HTML, and never a formula: what was typed comes back as it was typed."""
    phone = new("grid1")
    for text in (
        "<script>alert(1)</script>",
        '=HYPERLINK("x")',
        "'; DROP TABLE visit; --",
        "{{7*7}}",
        "\u202eabc",
        "%00",
    ):
        payload = visit(note=text)
        phone.say("visit.record", payload)
        assert phone.doc("visits", payload["visit_id"])["note"] == text


def test_places_of_every_coarseness(new, at):
    """A record stands where its code says: a stairwell's, a building's, a grid's, or nowhere in particular."""
    phone = new("patrol1")
    seen = {}
    for code in (STAIRS, HOUSE, GRID1, f"{GRID1}-04", None):
        payload = opinion(place=place(code))
        phone.say("opinion.record", payload)
        seen[code] = sees(at, "opinions", payload["opinion_id"]) - {"patrol1"}
    assert seen == {
        STAIRS: {"secretary", "grid1", "building_head"},
        HOUSE: {"secretary", "grid1", "building_head"},
        GRID1: {"secretary", "grid1"},
        f"{GRID1}-04": {"secretary", "grid1"},
        None: {"secretary"},
    }
    assert phone.say("opinion.record", opinion(place=place(ELSEWHERE)))["code"] == "forbidden"
