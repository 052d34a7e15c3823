"""PROTOCOL, Core commands: ``alert.subscribe``, ``alert.unsubscribe``, and receipts at ``/alerts/<id>/seen``."""

from __future__ import annotations

import pytest

from webapp.alerts.telling import token_of

from .client import Phone, uuid7
from .matters import Matter
from .payloads import opinion, subscribe, unsubscribe
from .serving import GRID1, Server
from .web import Answer


class TestSubscription:
    def test_subscribing_moves_an_endpoint(self, server: Server, new):
        """Somebody else signs in on this browser: what is the first one's is not shown there any more."""
        first, second, payload = new("grid1"), new("grid2"), subscribe()
        for phone in (first, second, second):
            assert phone.say("alert.subscribe", payload)["status"] == "applied"
            (row,) = server.rows("subscription", endpoint=payload["endpoint"])
            assert (row["account_id"], row["device_id"]) == (phone.account, phone.device)

    def test_taken_off_by_its_owner_alone(self, server: Server, new):
        first, second, payload = new("grid1"), new("grid2"), subscribe()
        first.say("alert.subscribe", payload)
        assert second.say("alert.unsubscribe", unsubscribe(payload["endpoint"]))["status"] == "applied"
        assert server.rows("subscription", endpoint=payload["endpoint"])
        assert first.say("alert.unsubscribe", unsubscribe(payload["endpoint"]))["status"] == "applied"
        assert not server.rows("subscription", endpoint=payload["endpoint"])

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://updates.push.services.mozilla.com/x", "https://127.0.0.1/x", "https://[::1]/x",
            "https://localhost/x", "https://10.0.0.1/x", "https://169.254.169.254/latest", "https://2130706433/x",
            "https://evil.example/x", "https://updates.push.services.mozilla.com.evil.example/x",
            "https://updates.push.services.mozilla.com:8443/x", "https://user@updates.push.services.mozilla.com/x",
            "ftp://fcm.googleapis.com/x", "javascript:alert(1)", "x",
        ],
    )  # fmt: skip
    def test_an_address_that_is_none(self, endpoint, new, server: Server):
        outcome = new("grid1").say("alert.subscribe", subscribe(endpoint=endpoint))
        assert (outcome["code"], list(outcome["fields"])) == ("invalid", ["endpoint"])
        assert not server.rows("subscription", endpoint=endpoint)


class TestInbox:
    def test_an_alert_is_a_document_of_its_person(self, at):
        matter = Matter(at).until("accepted").escalates("grid1")
        (alert,) = [
            one
            for one in at("secretary").holds("alerts").values()
            if one["case_id"] == matter.id and one["kind"] == "escalated"
        ]
        assert alert["path"] == f"/#/matters/{matter.id}"
        assert alert["title"] == "3号楼设施：请您接手"  # of category and building, never of what was typed
        assert alert["opened_at"] is None
        assert not [
            one
            for one in at("grid1").holds("alerts").values()
            if one["case_id"] == matter.id and one["kind"] == "escalated"
        ]


@pytest.fixture
def told(server: Server) -> tuple[Phone, str, str]:
    """Somebody who was told something: phone, the alert's id and its token."""
    worker = server.phone(server.hire("grid_worker", cells=(GRID1,)))
    server.phone("resident1").say("opinion.record", opinion(urgent=True))
    id = next(id for id, one in worker.holds("alerts").items() if one["kind"] == "urgent")
    return worker, id, token_of(id, server.app.config["SECRET_KEY"].encode())


def seen(server: Server, id: str, **body: object) -> Answer:
    """As a service worker without a session posts it."""
    said = {"what": "shown", "at": "2026-11-24T10:00:00+08:00", **body}
    return server.browser().web.ask("POST", f"/alerts/{id}/seen", said)


class TestSeen:
    def test_a_receipt_needs_no_session_and_may_be_repeated(self, told, server: Server):
        worker, id, token = told
        for what in ("shown", "shown", "opened", "opened", "shown"):
            answer = seen(server, id, token=token, what=what)
            assert (answer.status, answer.body) == (204, b"")
        assert worker.doc("alerts", id)["opened_at"]
        (row,) = server.rows("alert", id=id)
        assert row["shown_at"]

    def test_unknown_and_wrong_are_one_answer(self, told, server: Server):
        _, id, token = told
        unknown, wrong, none = (
            seen(server, uuid7(), token=token),
            seen(server, id, token="0" * 32),
            seen(server, "x", token=token),
        )
        assert {(one.status, one.code, one.json["message"]) for one in (unknown, wrong, none)} == {
            (404, "not_found", unknown.json["message"])
        }
        assert server.rows("alert", id=id)[0]["shown_at"] is None

    @pytest.mark.parametrize(
        "body", [{"what": "eaten"}, {"at": "yesterday"}, {"token": None}, {"token": 1}, {"what": None}]
    )
    def test_a_body_that_is_none(self, body, told, server: Server):
        _, id, token = told
        answer = seen(server, id, **({"token": token} | body))
        assert (answer.status, answer.code) == (400, "malformed")

    def test_as_json_alone(self, told, server: Server):
        _, id, token = told
        web = server.browser().web
        assert web.ask("POST", f"/alerts/{id}/seen", b"token=x", {"Content-Type": "text/plain"}).status == 415
        assert web.ask("POST", f"/alerts/{id}/seen", {"token": token, "pad": "x" * 5000}).status == 413
