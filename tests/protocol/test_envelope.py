"""PROTOCOL, POST /sync/exchange: the envelope, what comes back, and how it is packed."""

from __future__ import annotations

import gzip
import json
from datetime import datetime

import pytest

from webapp.host import engine

from .client import uuid7
from .payloads import unsubscribe, visit
from .serving import Server

ANSWER = {"outcomes", "last_seq", "changes", "cursor", "more", "reset", "revoked", "now"}
QUIET = unsubscribe("https://updates.push.services.mozilla.com/wpush/v2/none")  # applied, and nothing else happens


def test_the_answer_has_its_fields_and_no_others(new):
    answer = new("owners").exchange().json
    assert answer.keys() == ANSWER
    assert answer["outcomes"] == []
    assert answer["last_seq"] == 0
    assert answer["reset"] == "sweep"
    assert answer["more"] is False
    assert answer["revoked"] is False
    assert datetime.fromisoformat(answer["now"]).tzinfo is not None
    for change in answer["changes"]:
        assert change.keys() == {"collection", "id", "rev", "doc"}


def test_an_answer_names_its_question(at):
    """By it a phone knows an answer to an earlier one, whatever stands between; a problem does so, too."""
    phone = at("grid1")
    assert phone.post(phone.envelope([]), X_Silian_Ask="1764000000000.7").headers["x-silian-ask"] == "1764000000000.7"
    wrong = phone.post({"device": 1}, X_Silian_Ask="1764000000001.8")
    assert (wrong.status, wrong.headers["x-silian-ask"]) == (400, "1764000000001.8")
    assert "x-silian-ask" not in phone.post(phone.envelope([])).headers


def test_outcomes_come_in_order_and_do_not_repeat_payloads(new):
    phone = new("grid1")
    good, bad = (
        phone.record("visit.record", visit(note="a secret")),
        phone.record("visit.record", visit(note="a secret", outcome="?")),
    )
    answer = phone.exchange(phone.queue())
    first, second = answer.json["outcomes"]
    assert first == {"id": good["id"], "seq": 1, "status": "applied"}
    assert (second["id"], second["seq"], second["status"], second["code"]) == (bad["id"], 2, "rejected", "invalid")
    assert second["fields"]["outcome"]
    assert answer.json["last_seq"] == 2
    assert b"a secret" not in answer.body


def test_what_was_recorded_comes_back_in_the_same_answer(new):
    phone = new("grid1")
    payload = visit()
    phone.record("visit.record", payload)
    changes = phone.exchange(phone.queue(), limit=2000).json["changes"]
    (doc,) = [one["doc"] for one in changes if one["id"] == payload["visit_id"]]
    assert doc["note"] == payload["note"]


@pytest.mark.parametrize("field", ["app", "now", "acked", "oldest", "waiting", "cursor", "limit", "commands"])
def test_what_may_be_left_out(field, at):
    phone = at("grid1")
    body = phone.envelope([])
    del body[field]
    assert phone.post(body).status == 200


@pytest.mark.parametrize("more", [{"later": 1}, {"Commands": [1]}, {"": None}, {"was": {"deep": []}}])
def test_unknown_fields_of_the_envelope_are_ignored(more, at):
    assert at("grid1").exchange(**more).status == 200


@pytest.mark.parametrize(
    "more", [{"later": 1}, {"Payload": {}}, {"Was": "applied"}, {"supersede": None}, {"status": "applied"}, {"": 1}]
)
def test_unknown_fields_of_a_command_are_not(more, new):
    outcome = new("grid1").say("alert.unsubscribe", QUIET, **more)
    assert (outcome["status"], outcome["code"]) == ("rejected", "invalid")
    assert outcome["fields"]


def test_unknown_fields_of_a_payload_are_not(new):
    outcome = new("grid1").say("visit.record", visit(weather="fine"))
    assert (outcome["status"], outcome["code"]) == ("rejected", "invalid")
    assert list(outcome["fields"]) == ["weather"]


class TestLimit:
    def test_500_if_left_out(self, server: Server):
        phone = server.phone("secretary")
        body = phone.envelope([])
        del body["limit"]
        assert len(phone.post(body).json["changes"]) == len(phone.exchange(limit=500).json["changes"])

    def test_nought_reads_nothing_and_moves_nothing(self, new):
        phone = new("grid1")
        assert phone.exchange(limit=0).json["cursor"] is None
        phone.pull()
        for cursor in (None, phone.cursor, "garbage"):
            answer = phone.exchange(limit=0, cursor=cursor).json
            assert answer["changes"] == []
            assert answer["cursor"] == cursor
            assert answer["reset"] is False
            assert answer["more"] is True

    @pytest.mark.parametrize("limit", [1, 7, 2000])
    def test_at_most_so_many(self, limit, new):
        phone = new("grid1")
        answer = phone.exchange(limit=limit).json
        assert len(answer["changes"]) <= limit
        assert answer["more"] is (limit != 2000)


class TestPacking:
    def test_an_answer_is_packed_for_who_takes_it(self, at):
        phone = at("grid1")
        packed = phone.post(phone.envelope([], cursor=None), Accept_Encoding="gzip")
        plain = phone.post(phone.envelope([], cursor=None), Accept_Encoding="identity")
        assert packed.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["vary"]
        assert "content-encoding" not in plain.headers
        assert len(packed.body) < len(plain.body) / 2
        assert json.loads(gzip.decompress(packed.body))["changes"] == plain.json["changes"]

    def test_a_packed_request_is_taken(self, new):
        phone = new("grid1")
        body = json.dumps(phone.envelope([phone.record("visit.record", visit(note="雪后路滑"))])).encode()
        answer = phone.post(gzip.compress(body), Content_Encoding="gzip")
        assert answer.json["outcomes"][0]["status"] == "applied"

    def test_a_letter_outside_ascii_is_itself(self, new):
        phone = new("grid1")
        payload = visit(note="四联 – naïve 🏠 \u2028 \\u0041")
        phone.say("visit.record", payload)
        assert phone.doc("visits", payload["visit_id"])["note"] == payload["note"]

    def test_answers_are_kept_by_nobody(self, at):
        assert "no-store" in at("grid1").exchange().headers["cache-control"]


class TestContact:
    def test_a_poll_takes_no_write_lock(self, server: Server, at):
        """A writer that takes its time does not stop those who only ask what is new."""
        phone = at("grid1")
        phone.pull()
        with server.writes():
            assert phone.exchange(limit=500).status == 200
            assert phone.exchange(limit=0).status == 200

    def test_what_waits_and_which_app_is_noted_with_commands(self, server: Server):
        phone = server.phone("grid1")
        phone.record("alert.unsubscribe", QUIET)
        phone.record("alert.unsubscribe", QUIET)
        phone.exchange(phone.queue()[:1], app="9.9.9", waiting=2)
        (row,) = server.rows("sync_device", id=phone.device)
        assert row["app"] == "9.9.9"
        assert row["waiting"] == 1
        assert row["contacted_at"]

    def test_contacts_are_written_together_and_seldom(self, server: Server, clock):
        engine.forget()  # other tests have been in the future
        phone, other = server.phone("grid1"), server.phone("grid2")
        clock.shift(3600)
        phone.exchange(waiting=7)  # it is time: what was gathered is written
        assert server.rows("sync_device", id=phone.device)[0]["waiting"] == 7
        other.exchange(waiting=5)
        phone.exchange(waiting=3)
        assert server.rows("sync_device", id=other.device)[0]["contacted_at"] is None
        assert server.rows("sync_device", id=phone.device)[0]["waiting"] == 7
        clock.shift(601)
        phone.exchange(waiting=3)
        assert server.rows("sync_device", id=other.device)[0]["waiting"] == 5
        assert server.rows("sync_device", id=phone.device)[0]["waiting"] == 3


def test_a_device_is_never_registered_by_an_exchange(at, server):
    phone = at("grid1")
    stranger = uuid7()
    for headers in ({}, {"X_Silian_Device": stranger}):
        assert phone.post(phone.envelope([], device=stranger), **headers).status == 403
    assert not server.rows("sync_device", id=stranger)
