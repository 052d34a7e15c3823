"""The second step at the desk: a code of now, once, or a passkey; set up at the first sign-in, reset at the server."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from webapp import settings
from webapp.db import reading, writing
from webapp.people import one_time, sealed, second_step
from webapp.people.key_models import OneTimeCode
from webapp.people.models import AuditLine

from ..conftest import NOW
from ..people.authenticator import Authenticator
from ..phones import post_json, sign_in
from .office import Office, Page, sit_down


@pytest.fixture
def strict(app):
    """The desk asks, as it does wherever there is no demo estate."""
    usual = app.config["SILIAN"]
    app.config["SILIAN"] = replace(usual, second_step=True)
    yield app
    app.config["SILIAN"] = usual


@pytest.fixture
def secretary(strict, cast, clock) -> Office:
    return sit_down(strict, cast["secretary"])


def secret_of(page: Page) -> str:
    return page.html.split('id="secret">')[1].split("<")[0].replace(" ", "")


def code(secret: str, *, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(NOW + timedelta(seconds=seconds))


def set_up(office: Office) -> str:
    page = office.get("/desk/second-step")
    secret = secret_of(page)
    done = office.post(page.form("/code"), code=code(secret))
    assert done.answer.request.path == "/desk/matters", done.words
    return secret


def lines(app, action: str) -> list[str | None]:
    with app.app_context(), reading() as connection:
        return list(connection.execute(select(AuditLine.detail).where(AuditLine.action == action)).scalars())


def test_the_first_sign_in_leads_to_setting_one_up_and_on_to_where_it_was_going(secretary):
    page = secretary.get("/desk/records", follow_redirects=True)
    assert page.answer.request.path == "/desk/second-step" and "再设一道锁" in page.words
    assert "<svg" in page.html
    secret = secret_of(page)
    assert secret_of(secretary.get("/desk/second-step")) == secret, "looking twice is no new secret"
    done = secretary.post(page.form("/code"), code=code(secret))
    assert done.answer.request.path == "/desk/records"


@pytest.mark.parametrize("path", ["/desk/", "/desk/matters", "/desk/people", "/desk/import", "/desk/parked"])
def test_no_page_opens_before_it(secretary, path):
    answer = secretary.client.get(path)
    assert answer.status_code == 303 and "/desk/second-step" in answer.headers["Location"]


def test_nothing_is_sent_before_it(secretary):
    form = secretary.get("/desk/second-step").form("/code")
    for path in ("/desk/raise", "/desk/import"):
        answer = secretary.client.post(path, data=dict(form.fields))
        assert answer.status_code == 303 and "/desk/second-step" in answer.headers["Location"]


def test_later_sign_ins_ask_and_show_no_secret(strict, cast, clock, secretary):
    secret = set_up(secretary)
    clock.shift(60)
    again = sit_down(strict, cast["secretary"])
    page = again.get("/desk/second-step")
    assert "还有一步" in page.words and 'id="secret"' not in page.html and secret not in page.html.replace(" ", "")
    assert not page.has_form("/passkey/new"), "a password alone adds no key"
    done = again.post(page.form("/code"), code=code(secret, seconds=60))
    assert done.answer.request.path == "/desk/matters"


def test_a_code_is_good_once_whoever_looks_over_the_shoulder(strict, cast, clock, secretary):
    secret = set_up(secretary)
    again = sit_down(strict, cast["secretary"])
    page = again.post(again.get("/desk/second-step").form("/code"), code=code(secret))
    assert page.status == 401 and "用过了" in page.words
    assert again.get("/desk/matters").status == 303
    assert lines(strict, "second_step.failed") == ["code_used"]


@pytest.mark.parametrize(("seconds", "status", "says"), [(30, 200, "事项"), (-30, 401, "用过了"), (90, 401, "钟不准"),
                                                         (-600, 401, "钟不准"), (3600, 401, "不对")])  # fmt: skip
def test_a_clock_that_is_off(strict, cast, clock, secretary, seconds, status, says):
    """By a step it is taken; by more it is said. The step before the one that was used is used up with it."""
    secret = set_up(secretary)
    again = sit_down(strict, cast["secretary"])
    page = again.post(again.get("/desk/second-step").form("/code"), code=code(secret, seconds=seconds))
    assert (page.status, says in page.words) == (status, True), page.words


@pytest.mark.parametrize("typed", ["", "12345", "١٢٣٤٥٦", "x" * 5000, "\x00", "🙂"])
def test_other_things_are_wrong(secretary, typed):
    page = secretary.post(secretary.get("/desk/second-step").form("/code"), code=typed)
    assert page.status == 401 and 'role="alert"' in page.html


def test_full_width_and_spaced_codes_are_codes(secretary):
    page = secretary.get("/desk/second-step")
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code(secret_of(page)))
    assert secretary.post(page.form("/code"), code=f" {wide[:3]} {wide[3:]}").answer.request.path == "/desk/matters"


def test_guessing_is_made_slow(secretary):
    form = secretary.get("/desk/second-step").form("/code")
    for _ in range(5):
        assert secretary.post(form, code="000000").status == 401
    page = secretary.post(form, code="000000")
    assert page.status == 429 and page.answer.headers["Retry-After"] == "60"


def options(page: Page, ending: str):
    text = page.html.split(f'action="{ending}"')[1].split('data-options="')[1].split('"')[0]
    return json.loads(text.replace("&#34;", '"').replace("&amp;", "&"))


def test_a_passkey_instead(strict, cast, clock, secretary):
    page, key = secretary.get("/desk/second-step"), Authenticator()
    given = key.create(options(page, "/desk/second-step/passkey/new"))
    done = secretary.post(page.form("/passkey/new"), credential=given)
    assert done.answer.request.path == "/desk/matters"
    again = sit_down(strict, cast["secretary"])
    page = again.get("/desk/second-step")
    assert not page.has_form("/code")
    key.verifies = False
    refused = again.post(page.form("/passkey"), credential=key.get(options(page, "/desk/second-step/passkey")))
    assert refused.status == 403 and lines(strict, "second_step.failed") == ["passkey_unverified"]
    key.verifies = True
    done = again.post(refused.form("/passkey"), credential=key.get(options(refused, "/desk/second-step/passkey")))
    assert done.answer.request.path == "/desk/matters"


def test_a_passkey_alone_signs_in(strict, cast, clock, secretary):
    page, key = secretary.get("/desk/second-step"), Authenticator()
    secretary.post(page.form("/passkey/new"), credential=key.create(options(page, "/desk/second-step/passkey/new")))
    office = Office(strict.test_client(), cast["secretary"])
    form = office.get("/desk/sign-in").form("/sign-in/passkey")
    asked = office.client.post("/auth/passkey/ask", json={}).get_json()
    assert office.post(form, credential=key.get(asked)).answer.request.path == "/desk/matters"


def test_somebody_elses_passkey_is_none(strict, cast, clock, secretary):
    other = sit_down(strict, cast["property"])
    key = Authenticator()
    page = other.get("/desk/second-step")
    other.post(page.form("/passkey/new"), credential=key.create(options(page, "/desk/second-step/passkey/new")))
    set_up(secretary)
    again = sit_down(strict, cast["secretary"])
    fields = dict(again.get("/desk/second-step").form("/code").fields)
    asked = again.client.post("/auth/passkey/ask", json={}).get_json()
    page = Page(again.client.post("/desk/second-step/passkey", data=fields | {"credential": key.get(asked)}))
    assert page.status == 401 and again.get("/desk/matters").status == 303


def test_a_password_alone_adds_nothing_to_what_is_set_up(strict, cast, clock, secretary):
    set_up(secretary)
    thief = sit_down(strict, cast["secretary"])
    fields = dict(thief.get("/desk/second-step").form("/code").fields)
    offered = thief.client.post("/auth/passkey/offer", json={})
    assert offered.status_code == 401, "the desk's session is none of the phone's"
    page = Page(thief.client.post("/desk/second-step/passkey/new", data=fields | {"credential": "{}"}))
    assert page.status == 401 and thief.get("/desk/matters").status == 303


def test_a_demo_estate_goes_without_and_says_so(strict, tmp_path):
    demo = settings.from_environment({}, instance=tmp_path)
    assert demo.asks_second_step
    (tmp_path / "demo-password").write_text("x")
    assert not demo.asks_second_step
    assert "第二步" in settings.DEMO_BANNER["zh"] and "second step" in settings.DEMO_BANNER["en"]


def test_a_reset_at_the_server_takes_all_away_and_is_on_record(strict, cast, clock, secretary):
    secret = set_up(secretary)
    with strict.app_context(), writing() as connection:
        second_step.reset(connection, cast["secretary"].id, NOW)
    assert secretary.get("/desk/matters").status == 303, "the session that had taken the step is over"
    page = sit_down(strict, cast["secretary"]).get("/desk/second-step")
    assert "再设一道锁" in page.words and secret_of(page) != secret
    assert len(lines(strict, "second_step.reset")) == 1


def test_the_database_does_not_hold_the_secret(secretary, app):
    secret = set_up(secretary)
    with app.app_context(), reading() as connection:
        kept = connection.execute(select(OneTimeCode.secret)).scalars().all()
    assert len(kept) == 1 and secret not in kept[0]
    assert base64.b32decode(secret) not in base64.urlsafe_b64decode(kept[0])


def test_a_sealed_secret_fits_no_other_row_and_no_other_key(app):
    with app.app_context():
        text = sealed.seal(b"x" * one_time.SECRET_BYTES, "one")
        assert len(text) <= 64 and sealed.unseal(text, "one") == b"x" * one_time.SECRET_BYTES
        assert sealed.unseal(text, "two") is None
        app.config["SILIAN"], usual = replace(app.config["SILIAN"], secret_key="k" * 40), app.config["SILIAN"]
        assert sealed.unseal(text, "one") is None
        app.config["SILIAN"] = usual


def test_nor_does_a_password_on_a_phone(strict, cast, clock, secretary):
    """A passkey made there would open the desk, second step and all."""
    set_up(secretary)
    thief = sign_in(strict, cast["secretary"])
    for path, body in (("offer", {}), ("keep", {"credential": "{}"}), ("remove", {"key": "x"})):
        answer = post_json(thief.client, f"/auth/passkey/{path}", body, device=thief.device)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "step_first"), path
    worker = sign_in(strict, cast["grid1"])
    assert post_json(worker.client, "/auth/passkey/offer", {}).status_code == 200, "whom no desk lets in"


def add_key(office: Office) -> None:
    page, key = office.get("/desk/second-step"), Authenticator()
    office.post(page.form("/passkey/new"), credential=key.create(options(page, "/desk/second-step/passkey/new")))


def take_away(office: Office) -> Page:
    """The first of one's passkeys, after the second question."""
    link = next(link for link in office.get("/desk/second-step").links if "remove=" in link)
    asked = office.get(link)
    assert "用它就登录不了了" in asked.words
    return office.post(asked.form("/passkey/remove"))


def test_a_passkey_is_taken_away_after_a_second_question(strict, cast, clock, secretary):
    set_up(secretary)
    add_key(secretary)
    assert "今天 10:00 设的，还没用过" in secretary.get("/desk/second-step").words
    assert "通行密钥：0 把" in take_away(secretary).words
    assert len(lines(strict, "passkey.removed")) == 1


def test_the_last_second_step_stays(strict, cast, clock, secretary):
    add_key(secretary)
    page = take_away(secretary)
    assert page.status == 409 and "最后一个登录的办法" in page.words and "通行密钥：1 把" in page.words


def test_a_session_that_has_not_taken_the_step_sees_none(strict, cast, clock, secretary):
    add_key(secretary)
    thief = sit_down(strict, cast["secretary"])
    page = thief.get("/desk/second-step")
    assert "remove=" not in page.html
    fields = dict(page.form("/sign-out").fields)
    assert thief.client.post("/desk/second-step/passkey/remove", data=fields | {"key": "x"}).status_code == 403
