"""/openapi.json describes every address that speaks JSON, and nothing that is not there."""

from __future__ import annotations

import re

import pytest

from ..phones import sign_in

jsonschema = pytest.importorskip("jsonschema")
SPOKEN = ("/auth/", "/sync/", "/alerts/", "/blobs/", "/healthz")


def described(app) -> dict:
    return app.test_client().get("/openapi.json").get_json()


def test_every_route_is_described_and_no_other(app):
    routes = {
        (re.sub("<[^>]*>", "{}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(SPOKEN)
        for method in rule.methods - {"OPTIONS"}
        if method != "HEAD" or "GET" not in rule.methods
    }
    paths = described(app)["paths"]
    told = {(re.sub("{[^}]*}", "{}", path), method) for path, methods in paths.items() for method in methods}
    assert told == routes


def test_it_refers_only_to_what_it_holds(app):
    document = described(app)
    assert document["openapi"] == "3.1.0"
    names = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert names <= set(document["components"]["schemas"])


def test_every_operation_may_answer_503(app):
    for path, methods in described(app)["paths"].items():
        for method, operation in methods.items():
            assert "503" in operation["responses"], (path, method)
            assert operation["summary"] and operation["tags"]


@pytest.mark.parametrize(("name", "ask"), [("Me", lambda phone: phone.client.get("/auth/me")),
                                           ("Answer", lambda phone: phone.exchange())])  # fmt: skip
def test_answers_are_as_described(app, cast, name, ask):
    answer = ask(sign_in(app, cast["grid1"])).get_json()
    document = described(app)
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(answer)
