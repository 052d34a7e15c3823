"""PROTOCOL, Commands: the order of checks, and the form that a command must have to be kept at all.

stored → gap → invalid (form) → too_large → id known → unknown_type → schema → missing → the author's posts → the rules
of the domain, stale
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from .client import Phone, uuid7
from .payloads import advance, case, escalate, scan, visit
from .serving import ELSEWHERE, Server

LARGEST_BYTES = 128 * 1024
LARGE = {"q": "x" * LARGEST_BYTES}


def told(outcome: dict[str, Any]) -> str:
    return outcome.get("code") or outcome["status"]


def nested(depth: int) -> dict[str, Any]:
    """A payload's field that brings the payload to this depth."""
    value: Any = {}
    for _ in range(depth - 2):
        value = {"x": value}
    return value


def deep(depth: int) -> dict[str, Any]:
    return visit(answers=nested(depth))


class TestOrder:
    def test_stored_comes_before_everything(self, new):
        """Even where the rest of the envelope would be a gap, or what is sent again has lost its form."""
        phone = new("grid1")
        command = phone.record("visit.record", visit())
        phone.send()
        broken = command | {"payload": visit(note="\x00")}
        assert told(phone.exchange([broken]).json["outcomes"][0]) == "id_reused"
        assert told(phone.exchange([command]).json["outcomes"][0]) == "applied"

    def test_gap_before_form(self, new):
        phone = new("grid1")
        phone.record("visit.record", visit())
        second = phone.record("visit.record", visit(note="\x00"))
        assert phone.exchange([second]).code == "gap"

    def test_form_before_size(self, new):
        assert told(new("grid1").say("visit.record", visit(note="\x00", answers=LARGE))) == "invalid"

    def test_size_before_a_known_id(self, new):
        phone = new("grid1")
        command = phone.record("visit.record", visit())
        phone.send()
        assert told(phone.say("visit.record", visit(answers=LARGE), id=command["id"])) == "too_large"
        assert told(phone.exchange([phone.journal[1].command]).json["outcomes"][0]) == "too_large"

    def test_form_before_a_known_id(self, new):
        phone = new("grid1")
        command = phone.record("visit.record", visit())
        phone.send()
        outcome = phone.say("visit.record", visit(note="\x00"), id=command["id"])
        assert told(outcome) == "invalid"
        assert phone.exchange([phone.journal[1].command]).json["outcomes"][0] == outcome

    def test_a_known_id_before_an_unknown_type(self, new):
        phone = new("grid1")
        command = phone.record("visit.record", visit())
        phone.send()
        assert told(phone.say("visit.later", {}, id=command["id"])) == "id_reused"

    def test_an_unknown_type_before_the_schema(self, new):
        phone = new("grid1")
        assert told(phone.say("visit.later", {"visit_id": 1})) == "unknown_type"
        assert told(phone.say("visit.record", {"visit_id": 1}, v=2)) == "unknown_type"

    def test_the_schema_before_what_is_missing(self, new):
        assert told(new("patrol1").say("patrol.scan", scan(uuid7(), uuid7(), by="ear"))) == "invalid"

    def test_what_is_missing_before_the_posts(self, new):
        """Or an answer would tell whether something is there."""
        assert told(new("resident1").say("patrol.scan", scan(uuid7(), uuid7()))) == "missing"

    def test_the_posts_before_the_rules(self, new, at):
        payload = case()
        at("grid1").say("case.raise", payload)
        at("secretary").say("case.advance", advance(payload["case_id"], "accepted"))
        assert told(new("building_head").say("case.escalate", escalate(payload["case_id"]))) == "forbidden"
        assert told(new("grid1").say("visit.record", visit(grid_code=ELSEWHERE, consent=False))) == "forbidden"


BAD_VALUES = {
    "nought": "a\x00b",
    "a lone surrogate": "a\ud800b",
    "a lone low surrogate": "\udc00",
    "beyond 2⁵³": 2**53 + 1,
    "far beyond": 10**30,
    "below -2⁵³": -(2**53) - 1,
    "as a float": 1.0e17,
    "infinite": float("1e308"),
    "in a list": [1, [2**60]],
    "in an object's name": {"a\x00": 1},
    "a surrogate in a name": {"\ud800": 1},
}


def as_sent(phone: Phone, commands: list[dict[str, Any]]) -> bytes:
    """JSON with everything escaped, lone surrogates too, as a broken phone might write it."""
    return json.dumps(phone.envelope(commands)).replace("1e+308", "1e999").encode()


class TestForm:
    @pytest.mark.parametrize("name", BAD_VALUES)
    def test_a_value_that_cannot_be_kept(self, name, new):
        """It is refused by itself; whatever else is in the batch goes through."""
        phone = new("grid1")
        phone.record("visit.record", visit())
        phone.record("visit.record", visit(answers={"q": BAD_VALUES[name]}))
        phone.record("visit.record", visit())
        answer = phone.post(as_sent(phone, phone.queue()))
        assert [told(one) for one in answer.json["outcomes"]] == ["applied", "invalid", "applied"]
        assert answer.json["outcomes"][1]["fields"]
        assert phone.post(as_sent(phone, phone.queue())).json["outcomes"] == answer.json["outcomes"]

    @pytest.mark.parametrize("name", BAD_VALUES)
    def test_the_same_in_a_type_that_is_not_known(self, name, new):
        phone = new("grid1")
        phone.record("later.command", {"q": BAD_VALUES[name]})
        assert told(phone.post(as_sent(phone, phone.queue())).json["outcomes"][0]) == "invalid"

    @pytest.mark.parametrize("value", [2**53, -(2**53), 0.1, -1.5e10, "\u2028", "é", "\ud83c\udfe0", "\x01\x7f", ""])
    def test_a_value_that_can(self, value, new):
        phone = new("grid1")
        payload = visit(answers={"q": value})
        phone.record("visit.record", payload)
        assert told(phone.post(as_sent(phone, phone.queue())).json["outcomes"][0]) == "applied"
        kept = phone.doc("visits", payload["visit_id"])["answers"]["q"]
        assert kept == (value.encode("utf-16", "surrogatepass").decode("utf-16") if isinstance(value, str) else value)

    @pytest.mark.parametrize(("depth", "code"), [(32, "applied"), (33, "invalid"), (500, "invalid")])
    def test_nesting(self, depth, code, new):
        assert told(new("grid1").say("visit.record", deep(depth))) == code

    def test_nesting_beyond_all_bounds_harms_nobody_else(self, new):
        phone = new("grid1")
        phone.record("visit.record", visit())
        phone.record("visit.record", visit(answers={"q": "HERE"}))
        well = "[" * 5000 + "]" * 5000
        body = json.dumps(phone.envelope(phone.queue())).replace('"HERE"', well).encode()
        answer = phone.post(body)
        assert answer.status in (200, 400)  # 400: the phone halves the batch and finds the one
        if answer.status == 200:
            assert [told(one) for one in answer.json["outcomes"]] == ["applied", "invalid"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("type", None), ("type", 1), ("type", ""), ("type", "x" * 61), ("type", "visit\x00record"),
            ("v", None), ("v", "1"), ("v", 0), ("v", -1), ("v", 1.0), ("v", True), ("v", 1001),
            ("made_at", None), ("made_at", 1), ("made_at", ""), ("made_at", "x" * 41), ("made_at", "\x00"),
            ("supersedes", 1), ("supersedes", ""), ("supersedes", "x"), ("supersedes", {}),
            ("payload", None), ("payload", []), ("payload", "x"), ("payload", 1),
        ],
    )  # fmt: skip
    def test_a_command_that_is_none(self, field, value, new, server: Server):
        phone = new("grid1")
        command = phone.record("visit.record", visit()) | {field: value}
        outcome = phone.exchange([command]).json["outcomes"][0]
        assert told(outcome) == "invalid"
        assert list(outcome["fields"]) == [field]
        assert len(server.rows("sync_command", id=command["id"])) == 1

    @pytest.mark.parametrize("field", ["type", "v", "made_at", "payload"])
    def test_a_command_that_lacks_something(self, field, new):
        phone = new("grid1")
        command = phone.record("visit.record", visit())
        del command[field]
        outcome = phone.exchange([command]).json["outcomes"][0]
        assert (told(outcome), list(outcome["fields"])) == ("invalid", [field])

    @pytest.mark.parametrize("was", [1, "", "declined", None, {}])
    def test_a_status_that_no_phone_holds_is_ignored(self, was, new):
        assert told(new("grid1").say("visit.record", visit(), was=was)) == "applied"


class TestSize:
    def content_bytes(self, command: dict[str, Any]) -> int:
        names = ("made_at", "payload", "supersedes", "type", "v")
        content = {name: command.get(name) for name in names}
        return len(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())

    @pytest.mark.parametrize(("over", "code"), [(0, "applied"), (1, "too_large")])
    def test_128_kib_of_content(self, over, code, new):
        phone = new("grid1")
        payload = visit(answers={"q": ""})
        command = phone.record("visit.record", payload)
        payload["answers"]["q"] = "四" * 1000 + "x" * (LARGEST_BYTES - self.content_bytes(command) - 3000 + over)
        assert self.content_bytes(command) == LARGEST_BYTES + over
        outcome = phone.send()[0]
        assert told(outcome) == code
        if over:
            assert phone.send(command)[0] == outcome
            assert outcome["message"]
