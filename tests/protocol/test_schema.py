"""PROTOCOL, GET /sync/schema: a second client's types are generated from it, so it must be right, and all of it."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from jsonschema import Draft202012Validator

from webapp.db import registry

from .client import uuid7
from .payloads import amend, examples, finding, visit
from .serving import LOGINS, Server

COMMANDS = {
    "patrol.start", "patrol.scan", "patrol.track", "patrol.finding", "patrol.finish", "visit.record", "opinion.record",
    "case.raise", "case.join", "case.escalate", "case.advance", "record.amend", "alert.subscribe", "alert.unsubscribe",
    # beyond the page's core commands
    "case.extend", "case.nudge", "alert.test", "claim.record",
}  # fmt: skip
COLLECTIONS = {
    "organisations", "units", "people", "routes", "checkpoints", "categories", "purposes", "patrols", "findings",
    "visits", "opinions", "cases", "alerts", "commands", "claims",
}  # fmt: skip


@pytest.fixture(scope="module")
def schema(server: Server) -> dict[str, Any]:
    answer = server.browser().web.ask("GET", "/sync/schema")
    assert answer.status == 200
    return answer.json


def test_it_is_json_schema_2020_12(schema):
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for one in (*(it["payload"] for it in schema["commands"].values()), *schema["collections"].values()):
        Draft202012Validator.check_schema(one)


def test_all_core_commands_and_what_the_registry_knows(schema):
    assert schema["commands"].keys() == COMMANDS == {name for name, _ in registry.commands}
    assert all(schema["commands"][name]["v"] == v for name, v in registry.commands)


def test_all_collections(schema):
    assert schema["collections"].keys() >= COLLECTIONS


def test_every_command_says_what_it_is(schema):
    assert all(len(one["description"]) > 20 for one in schema["commands"].values())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_example_is_valid_and_understood(name, schema, at):
    """By the published schema and by the server: whatever else it says against it, not that it is ``invalid``."""
    jsonschema.validate(examples()[name], schema["commands"][name]["payload"], cls=Draft202012Validator)
    outcome = at("grid1").say(name, examples()[name])
    assert outcome.get("code") != "invalid", outcome


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_example_has_all_that_the_schema_has(name, schema):
    """Else a field would be in no test."""
    assert examples()[name].keys() == schema["commands"][name]["payload"]["properties"].keys()


@pytest.mark.parametrize("login", LOGINS)
def test_every_document_of_the_demo_is_as_described(login, schema, server: Server):
    phone = server.phone(login)
    phone.say("patrol.finish", {"patrol_id": uuid7(), "note": ""})  # one that is parked, or refused
    phone.pull()
    known = {name: Draft202012Validator(one) for name, one in schema["collections"].items()}
    for (collection, id), one in phone.documents.items():
        faults = [f"{fault.message} at {fault.json_path}" for fault in known[collection].iter_errors(one.doc)]
        assert not faults, f"{collection} {id}"
        assert id not in one.doc.values()  # the id stands outside the document only


def test_documents_have_the_payloads_fields_under_the_same_names(schema, new):
    phone = new("grid1")
    for name, key, collection, payload in (
        ("visit.record", "visit_id", "visits", visit()),
        ("patrol.finding", "finding_id", "findings", finding()),
    ):
        phone.say(name, payload)
        doc = phone.doc(collection, payload[key])
        assert {field: doc[field] for field in payload if field != key} == {
            k: v for k, v in payload.items() if k != key
        }
        assert doc.keys() >= {"state", "ready", "received_at"}
        assert key not in doc


def test_what_the_server_adds_is_described_too(schema, new):
    """An amended record, a case with its timeline: what a client reads is in the schema under its name."""
    phone, payload = new("grid1"), visit()
    phone.say("visit.record", payload)
    phone.say("record.amend", amend("visit", payload["visit_id"], note="更正"))
    phone.pull()
    for (collection, _), one in phone.documents.items():
        described = schema["collections"][collection]["properties"].keys()
        assert one.doc.keys() <= described, f"{collection}: {sorted(one.doc.keys() - described)}"


def test_it_may_be_asked_for_without_a_session(server: Server):
    answer = server.browser().web.ask("GET", "/sync/schema")
    assert answer.headers["content-type"] == "application/json"
    assert "no-cache" in answer.headers["cache-control"]


class TestOpenApi:
    def test_the_whole_interface_is_described(self, server: Server):
        described = server.browser().web.ask("GET", "/openapi.json").json
        assert described["openapi"].startswith("3.1")
        paths = {(path, method) for path, methods in described["paths"].items() for method in methods}
        assert paths >= {
            ("/sync/exchange", "post"), ("/sync/urgent", "post"), ("/sync/schema", "get"),
            ("/sync/blobs/{digest}", "put"), ("/sync/blobs/{digest}", "head"), ("/blobs/{digest}", "get"),
            ("/auth/sign-in", "post"), ("/auth/activate", "post"),
            ("/auth/me", "get"), ("/auth/sign-out", "post"), ("/alerts/{id}/seen", "post"),
        }  # fmt: skip

    def test_answers_are_as_described(self, server: Server):
        described = server.browser().web.ask("GET", "/openapi.json").json
        shapes = described["components"]["schemas"]
        phone = server.sign_in("grid1")
        phone.record("visit.record", visit(outcome="?"))
        answers = {
            "Me": phone.me,
            "Exchange": phone.envelope(phone.queue()),
            "Answer": phone.exchange(phone.queue(), limit=5).json,
            "Problem": phone.post(b"{").json,
            "Gap": phone.exchange([phone.journal[0].command | {"seq": 9}]).json,
        }
        for name, value in answers.items():
            whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": shapes}}
            Draft202012Validator(whole).validate(value)
