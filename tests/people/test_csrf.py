"""What another site's page can make a browser send gets nowhere (PROMISES, Security)."""

from __future__ import annotations

import uuid

import pytest

from ..cast import PASSWORD
from ..phones import post_json, sign_in

GOOD = {"login": "grid1", "password": PASSWORD}
DEVICE = "0192e4a0-0000-7000-8000-000000000001"


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://localhost:1", "https://localhost", ""])
def test_a_foreign_origin_is_refused(app, cast, origin):
    phone = sign_in(app, cast["grid1"])
    for path in ("/auth/sign-in", "/auth/activate", "/auth/sign-out", "/sync/exchange", "/sync/urgent"):
        answer = post_json(phone.client, path, GOOD, device=phone.device, headers={"Origin": origin})
        assert (path, answer.status_code, answer.get_json()["code"]) == (path, 403, "origin")
    assert phone.client.get("/auth/me").status_code == 200, "still signed in"


@pytest.mark.parametrize(
    ("base", "origin"), [("http://localhost", "http://localhost"), ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
                         ("https://silian.example", "https://silian.example")]
)  # fmt: skip
def test_our_own_origin_and_none_are_fine(app, cast, base, origin):
    for headers in ({"Origin": origin}, {}):
        answer = post_json(app.test_client(), "/auth/sign-in", GOOD, device=DEVICE, base_url=base, headers=headers)
        assert answer.status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_json_under_another_name_is_refused(app, cast, content_type):
    """Those are the types that a page may send to another site without asking first."""
    headers = {"X-Silian-Device": DEVICE}
    body = '{"login": "grid1", "password": "' + PASSWORD + '"}'
    answer = app.test_client().post("/auth/sign-in", data=body, content_type=content_type, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (415, "media_type")


def test_json_with_a_charset_is_json(app, cast):
    body = '{"login": "grid1", "password": "' + PASSWORD + '"}'
    headers = {"X-Silian-Device": str(uuid.uuid4())}
    kind = "application/json; charset=utf-8"
    assert app.test_client().post("/auth/sign-in", data=body, content_type=kind, headers=headers).status_code == 200


def test_every_route_that_changes_something_looks_at_the_origin(app, cast):
    phone = sign_in(app, cast["secretary"])
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}:
            path = rule.rule.replace("<", "").replace(">", "")
            headers = {"Origin": "https://elsewhere.example", "X-Silian-Device": phone.device}
            answer = phone.client.open(path, method=method, headers=headers)
            assert (rule.rule, method, answer.status_code) == (rule.rule, method, 403)
