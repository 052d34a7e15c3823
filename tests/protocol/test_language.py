"""PROTOCOL: every error is ``{"code", "message"}``, and a message is in the person's language."""

from __future__ import annotations

import re

import pytest

from webapp.problems import PROBLEMS

from .client import uuid4
from .payloads import visit
from .serving import ELSEWHERE, GRID1, STAIRS

HAN = re.compile("[\u4e00-\u9fff]")


def speaks(language: str, message: str) -> bool:
    return bool(message) and bool(HAN.search(message)) == (language == "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_outcomes_and_their_fields(language, server):
    phone = server.phone(server.hire("grid_worker", cells=(GRID1,), language=language))
    said = [
        phone.say("visit.record", visit(purpose="no such purpose")),  # invalid, one field: it leads
        phone.say("visit.record", visit(purpose=1, outcome=2)),  # invalid, two fields
        phone.say("visit.record", visit(grid_code=ELSEWHERE)),  # forbidden
        phone.say("patrol.finish", {"patrol_id": uuid4(), "note": ""}),  # missing
        phone.say("no.such", {}),  # unknown_type
    ]
    assert [one["code"] for one in said] == ["invalid", "invalid", "forbidden", "missing", "unknown_type"]
    for outcome in said:
        assert speaks(language, outcome["message"]), outcome
        for words in outcome.get("fields", {}).values():
            assert all(speaks(language, word) for word in words), outcome


@pytest.mark.parametrize("language", ["zh", "en"])
def test_refused_requests(language, server):
    phone = server.phone(server.hire("grid_worker", cells=(GRID1,), language=language))
    answers = [
        phone.post(b"{"),
        phone.exchange([], account=uuid4()),
        phone.post(phone.envelope([]), X_Silian_Device=""),
        phone.post(phone.envelope([]), Content_Type="text/plain"),
        phone.exchange([{"id": uuid4(), "seq": 5, "type": "void", "v": 1, "made_at": "x", "payload": {}}]),
        phone.put(b"no picture"),
        phone.looks("0" * 64),
    ]
    assert [one.status for one in answers] == [400, 403, 403, 415, 409, 415, 404]
    for answer in answers:
        assert answer.headers["content-type"] == "application/json"
        assert speaks(language, answer.json["message"]), answer.body
        assert answer.code in PROBLEMS


@pytest.mark.parametrize(
    ("asked", "language"), [("zh-CN,zh;q=0.9", "zh"), ("en-GB,en;q=0.9", "en"), ("", "zh"), ("fr", "zh")]
)
def test_before_the_sign_in_the_browser_says_which(asked, language, server):
    answer = server.browser().web.ask("GET", "/auth/me", headers={"Accept-Language": asked})
    assert (answer.status, answer.code) == (401, "sign_in")
    assert speaks(language, answer.json["message"])


@pytest.mark.parametrize("path", ["/auth/none", "/sync/none", "/alerts/none", "/blobs/none/none"])
def test_what_is_not_there_is_json_too(path, server):
    answer = server.browser().web.ask("GET", path)
    assert answer.status == 404
    assert answer.json.keys() >= {"code", "message"}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/sync/exchange"), ("PUT", "/auth/me"), ("DELETE", "/sync/urgent")]
)
def test_a_wrong_method_is_json_too(method, path, at):
    answer = at("grid1").web.ask(method, path)
    assert (answer.status, answer.code) == (405, "method")
    assert answer.headers["allow"]


def test_changing_language_needs_no_new_sign_in(server):
    login = server.hire("grid_worker", cells=(GRID1,))
    phone = server.phone(login)
    server.change("account", {"login": login}, language="en")
    assert speaks("en", phone.say("visit.record", visit(grid_code=ELSEWHERE))["message"])


def test_a_name_in_the_fields_is_the_fields_path(at):
    said = at("grid1").say("visit.record", visit(grid_code=STAIRS, outcome="perhaps"))
    assert list(said["fields"]) == ["outcome"]
    assert said["message"] == said["fields"]["outcome"][0]
