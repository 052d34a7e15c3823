"""PROTOCOL, Core commands: ``patrol.*`` – a round in a pair, from its start to what comes after its finish."""

from __future__ import annotations

import pytest

from .client import MADE_AT, Phone, uuid7
from .payloads import POSITION, finding, patrol, place, scan, track
from .serving import HOUSE, STAIRS, YARD, Server


@pytest.fixture
def pair(server: Server) -> tuple[Phone, Phone]:
    return server.phone("patrol1"), server.phone("patrol2")


def started(first: Phone, second: Phone, **more: object) -> str:
    payload = patrol(companions=[second.account], **more)
    assert first.say("patrol.start", payload)["status"] == "applied"
    return str(payload["patrol_id"])


def points(phone: Phone) -> list[str]:
    return sorted(phone.holds("checkpoints"))


class TestStart:
    def test_its_document(self, pair):
        first, second = pair
        route = next(iter(first.holds("routes")))
        id = started(first, second, route_id=route, track=True)
        doc = first.doc("patrols", id)
        assert (doc["route_id"], doc["companions"], doc["track"]) == (route, [second.account], True)
        assert (doc["state"], doc["note"], doc["scans"], doc["finished_at"]) == ("started", "", [], None)
        assert (doc["by"], doc["made_at"], doc["ready"]) == (first.account, MADE_AT, True)
        assert second.doc("patrols", id) == doc

    def test_who_walks_is_told_once_each(self, pair):
        first, second = pair
        payload = patrol(companions=[second.account, first.account, second.account])
        first.say("patrol.start", payload)
        assert first.doc("patrols", payload["patrol_id"])["companions"] == [second.account]

    def test_seen_by_its_pair_and_the_secretary_alone(self, pair, at):
        id = started(*pair)
        seen = {
            login
            for login in ("secretary", "grid1", "building_head", "resident1", "owners", "community", "other")
            if at(login).doc("patrols", id)
        }
        assert seen == {"secretary"}

    def test_alone_and_without_a_route(self, new):
        phone, payload = new("grid1"), patrol()
        phone.say("patrol.start", payload)
        assert phone.doc("patrols", payload["patrol_id"])["route_id"] is None

    def test_no_round_where_one_walks_none(self, server: Server):
        """Volunteer in one estate, resident of another: the other's route is in sight, and still not theirs."""
        login = server.hire("patrol_volunteer", at="other")
        server.appoint(login, "resident")
        route = next(iter(server.phone("patrol1").holds("routes")))
        outcome = server.phone(login).say("patrol.start", patrol(route_id=route))
        assert (outcome["status"], outcome["code"]) == ("rejected", "forbidden")


class TestScan:
    @pytest.mark.parametrize("by", ["qr", "nfc", "place", "tap"])
    def test_each_way(self, by, pair):
        first, second = pair
        id, point = started(first, second), points(first)[0]
        assert second.say("patrol.scan", scan(id, point, by=by, position=POSITION))["status"] == "applied"
        (reached,) = first.doc("patrols", id)["scans"]
        assert reached == {"checkpoint_id": point, "by": by, "at": MADE_AT, "account_id": second.account}

    def test_the_second_time_counts_no_more(self, pair):
        first, second = pair
        id, point = started(first, second), points(first)[0]
        for phone in (first, second, first):
            assert phone.say("patrol.scan", scan(id, point))["status"] == "applied"
        assert [one["account_id"] for one in first.doc("patrols", id)["scans"]] == [first.account]

    def test_in_one_batch(self, pair):
        first, second = pair
        payload = patrol(companions=[second.account])
        first.record("patrol.start", payload)
        for point in points(first):
            first.record("patrol.scan", scan(payload["patrol_id"], point))
        assert {one["status"] for one in first.send()} == {"applied"}
        assert [one["checkpoint_id"] for one in first.doc("patrols", payload["patrol_id"])["scans"]] == points(first)


class TestTrack:
    def test_it_is_the_senders_alone(self, pair, server: Server):
        """Whereabouts are sensitive: no document holds them, not even the sender's own."""
        first, second = pair
        id = started(first, second, track=True)
        for phone in pair:
            assert phone.say("patrol.track", track(id))["status"] == "applied"
            assert phone.say("patrol.track", track(id, points=[[30, 36.7, 101.8, 5]]))["status"] == "applied"
        rows = server.rows("track_piece", patrol_id=id)
        assert sorted(row["account_id"] for row in rows) == sorted([first.account] * 2 + [second.account] * 2)
        for row in server.rows("sync_document"):
            assert "36.621,101.771" not in (row["text"] or "")

    def test_it_appends_and_never_replaces(self, pair, server: Server):
        first, second = pair
        id = started(first, second)
        command = first.record("patrol.track", track(id))
        first.send()
        first.exchange([command])
        assert len(server.rows("track_piece", patrol_id=id)) == 1

    @pytest.mark.parametrize(
        "bad",
        [[[0, 36, 101]], [[0, 91, 101, 5]], [[-1, 36, 101, 5]], [[0, 36, 101, 5, 1]], [["0", 36, 101, 5]], [[]], [5]],
    )
    def test_a_point_that_is_none(self, bad, pair):
        first, second = pair
        outcome = first.say("patrol.track", track(started(first, second), points=bad))
        assert (outcome["status"], outcome["code"]) == ("rejected", "invalid")


class TestFinish:
    def test_nothing_found_is_fine(self, pair):
        first, second = pair
        id = started(first, second)
        assert second.say("patrol.finish", {"patrol_id": id, "note": ""})["status"] == "applied"
        doc = first.doc("patrols", id)
        assert (doc["state"], doc["note"]) == ("finished", "")
        assert doc["finished_at"]

    def test_a_second_finish_has_no_effect(self, pair):
        first, second = pair
        id = started(first, second)
        first.say("patrol.finish", {"patrol_id": id, "note": "走完了"})
        before = first.doc("patrols", id)
        assert second.say("patrol.finish", {"patrol_id": id, "note": "我也走完了"})["status"] == "applied"
        assert first.doc("patrols", id) == before

    def test_what_comes_later_from_the_other_phone_is_still_applied(self, pair):
        first, second = pair
        id, point = started(first, second), points(first)[3]
        second.record("patrol.scan", scan(id, point))
        found = second.record("patrol.finding", finding(patrol_id=id))["payload"]
        second.record("patrol.track", track(id))
        first.say("patrol.finish", {"patrol_id": id, "note": ""})
        assert {one["status"] for one in second.send()} == {"applied"}
        doc = first.doc("patrols", id)
        assert [one["checkpoint_id"] for one in doc["scans"]] == [point]
        assert doc["state"] == "finished"
        assert second.doc("findings", found["finding_id"])


class TestFinding:
    def test_its_document(self, pair, at):
        first, second = pair
        payload = finding(patrol_id=started(first, second), place=place(STAIRS, position=POSITION, text="二楼"))
        first.say("patrol.finding", payload)
        doc = first.doc("findings", payload["finding_id"])
        assert {key: doc[key] for key in payload if key != "finding_id"} == {
            k: v for k, v in payload.items() if k != "finding_id"
        }
        assert (doc["state"], doc["by"], doc["case_id"], doc["ready"]) == ("recorded", first.account, None, True)
        seen = {
            login
            for login in ("secretary", "grid1", "grid2", "building_head", "patrol2", "property", "other")
            if at(login).doc("findings", payload["finding_id"])
        }
        assert seen == {"secretary", "grid1", "building_head"}

    def test_without_a_place_it_is_the_secretarys(self, pair, at):
        payload = finding(place=None)
        pair[0].say("patrol.finding", payload)
        seen = {
            login for login in ("secretary", "grid1", "patrol2") if at(login).doc("findings", payload["finding_id"])
        }
        assert seen == {"secretary"}

    def test_an_urgent_one_becomes_a_case_by_itself(self, pair, at):
        payload = finding(urgent=True, place=place(YARD))
        pair[0].say("patrol.finding", payload)
        found = pair[0].doc("findings", payload["finding_id"])
        case = at("grid2").doc("cases", found["case_id"])
        assert case["from"] == {"kind": "finding", "id": payload["finding_id"]}
        assert (case["state"], case["urgent"], case["category"]) == ("raised", True, payload["category"])
        assert case["place"]["grid_code"] == YARD
        assert case["level"] == "grid"  # a volunteer's matter starts with the grid worker of the place
        assert case["by"] == pair[0].account
        (line,) = case["timeline"]
        assert (line["kind"], line["to"], line["by"]) == ("raise", "raised", pair[0].account)
        assert at("grid1").doc("cases", found["case_id"]) is None

    def test_a_note_may_be_empty(self, pair):
        assert pair[0].say("patrol.finding", finding(note="", place=place(HOUSE)))["status"] == "applied"

    def test_of_a_round_that_is_not_ones_own(self, pair, new):
        outcome = new("grid1").say("patrol.finding", finding(patrol_id=started(*pair)))
        assert outcome["code"] == "missing"


def test_a_round_of_somebody_unknown(new):
    outcome = new("patrol1").say("patrol.start", patrol(companions=[uuid7()]))
    assert (outcome["status"], outcome["code"]) == ("parked", "missing")
