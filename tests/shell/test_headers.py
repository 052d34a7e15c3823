"""Every answer says what a browser may do with it; plain http off this machine shows no form."""

from __future__ import annotations

import re

import pytest

from webapp.security import is_this_machine

from ..phones import post_json, sign_in

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def addresses(app):
    """Every address of the app, with something in the place of its variables."""
    known = {re.sub("<[^>]*>", "x", rule.rule) for rule in app.url_map.iter_rules()}
    return sorted(known | {"/nowhere", "/sync/nowhere"})


@pytest.mark.parametrize("base", ["http://localhost", "https://silian.example"])
def test_every_answer_has_the_headers(app, cast, base):
    phone = sign_in(app, cast["secretary"])
    for client in (phone.client, app.test_client()):
        for address in addresses(app):
            headers = client.get(address, base_url=base).headers
            policy = headers["Content-Security-Policy"]
            assert policy.startswith(POLICY) and "object-src 'none'" in policy, address
            assert "unsafe" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
            assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert "Cache-Control" in headers


def test_personal_answers_are_not_kept(app, cast):
    phone = sign_in(app, cast["grid1"])
    for answer in (phone.client.get("/auth/me"), phone.exchange(), app.test_client().get("/auth/me")):
        assert answer.headers["Cache-Control"] == "no-store"


def test_https_is_promised_except_where_it_would_lock_out_other_things(app):
    def promise(base):
        return app.test_client().get("/manifest.webmanifest", base_url=base).headers.get("Strict-Transport-Security")

    assert promise("https://silian.example") == "max-age=31536000"
    assert promise("https://localhost:8443") is None
    assert promise("http://localhost") is None


@pytest.mark.parametrize("base", ["http://192.168.1.20:8000", "http://silian.example", "http://localhost.example",
                                  "http://127.0.0.1.example", "http://[fd00::1]:8000"])  # fmt: skip
def test_plain_http_off_this_machine_says_why_not_and_shows_no_form(app, cast, base):
    client = app.test_client()
    for address in addresses(app):
        if address in ("/healthz", "/ca.crt"):
            continue
        answer = client.get(address, base_url=base)
        assert answer.status_code == 403, address
        assert "没有加密" in answer.text and "not encrypted" in answer.text
        assert "<form" not in answer.text and "<input" not in answer.text and "Set-Cookie" not in answer.headers
    body = {"login": "grid1", "password": cast["grid1"].password}
    refused = post_json(client, "/auth/sign-in", body, device="0192e4a0-0000-7000-8000-000000000001", base_url=base)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "origin")


def test_health_and_the_authority_are_open_in_the_clear(app):
    client = app.test_client()
    assert client.get("/healthz", base_url="http://192.168.1.20").status_code == 200
    assert client.get("/ca.crt", base_url="http://192.168.1.20").status_code == 404, "none was made here"


def test_a_forwarded_header_is_not_believed(app):
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "localhost", "Forwarded": "proto=https;host=localhost"}
    assert app.test_client().get("/", base_url="http://192.168.1.20", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("host", "own"),
    [("localhost", True), ("localhost:8000", True), ("a.localhost", True), ("127.0.0.1", True), ("127.8.8.8:80", True),
     ("[::1]:8000", True), ("LOCALHOST", True), ("localhost.", True), ("10.0.0.1", False), ("0.0.0.0", False),
     ("notlocalhost", False), ("localhost.example", False), ("", False)],
)  # fmt: skip
def test_which_hosts_are_this_machine(host, own):
    assert is_this_machine(host) is own
