"""Signing in at the desk: who is let in, on which device, and what the pages before it remember."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from sync import device_table
from webapp import clock as clocks
from webapp.db import reading, writing
from webapp.people.models import Account

from ..cast import PASSWORD
from ..phones import sign_in
from .office import Office, Page, sit_down

AT_THE_DESK = ("secretary", "owners", "property", "community", "street", "district")
NOT_THERE = ("grid1", "grid2", "building_head", "patrol1", "resident1", "other")


@pytest.mark.parametrize("login", AT_THE_DESK)
def test_who_may_read_here_gets_to_the_matters(office, login):
    page = office(login).get("/desk/", follow_redirects=True)
    assert page.status == 200
    assert page.html.count("<h1") == 1 and "事项" in page.words


@pytest.mark.parametrize("login", NOT_THERE)
def test_others_get_a_sentence_and_the_way_to_the_phone_app(office, login):
    for path in ("/desk/matters", "/desk/records", "/desk/parked", "/desk/people", "/desk/raise"):
        page = office(login).get(path)
        assert page.status == 403
        assert "手机版" in page.words and "/" in page.links


def test_without_a_session_every_page_leads_to_the_sign_in_and_back(app, cast, clock):
    office = Office(app.test_client(), cast["secretary"])
    page = office.get("/desk/records?kind=visit", follow_redirects=True)
    assert page.answer.request.path == "/desk/sign-in"
    done = office.post(page.form("/sign-in"), login="secretary", password=PASSWORD)
    assert done.answer.request.path == "/desk/records" and done.answer.request.args["kind"] == "visit"


@pytest.mark.parametrize(
    "onward", ["https://elsewhere.example/", "//elsewhere.example", "/desk//elsewhere.example", "/desk/\\x", "/", ""]
)
def test_the_way_back_never_leads_elsewhere(app, cast, clock, onward):
    office = Office(app.test_client(), cast["secretary"])
    form = office.get("/desk/sign-in", query_string={"next": onward}).form("/sign-in")
    done = office.post(form, follow=False, login="secretary", password=PASSWORD, next=onward)
    assert done.answer.headers["Location"] == "/desk/matters"


def test_a_wrong_password_keeps_the_name_and_never_the_password(app, cast, clock):
    office = Office(app.test_client(), cast["secretary"])
    form = office.get("/desk/sign-in").form("/sign-in")
    page = office.post(form, login="secretary", password="not this one")
    assert page.status == 401
    assert 'value="secretary"' in page.html and "not this one" not in page.html
    assert 'role="alert"' in page.html


@pytest.mark.parametrize(("login", "password", "says"), [("", "x", "登录名"), ("secretary", "", "密码")])
def test_what_is_missing_is_said(app, cast, clock, login, password, says):
    office = Office(app.test_client(), cast["secretary"])
    page = office.post(office.get("/desk/sign-in").form("/sign-in"), login=login, password=password)
    assert page.status == 422 and f"还差一样：请写{says}" in page.words


@pytest.mark.parametrize("login", ["a\x00b", "x" * 61, "\ud800"])
def test_names_that_nobody_has_are_only_wrong(app, cast, clock, login):
    office = Office(app.test_client(), cast["secretary"])
    form = office.get("/desk/sign-in").form("/sign-in")
    data = dict(form.fields) | {"login": login.encode("utf-8", "surrogatepass"), "password": PASSWORD}
    assert office.client.post(form.action, data=data).status_code == 401


def test_guessing_is_made_slow(app, cast, clock):
    office = Office(app.test_client(), cast["secretary"])
    form = office.get("/desk/sign-in").form("/sign-in")
    for _ in range(10):
        assert office.post(form, login="secretary", password="a guess").status == 401
    page = office.post(form, login="secretary", password=PASSWORD)
    assert page.status == 429 and "分钟" in page.words and page.answer.headers["Retry-After"]


def test_without_a_form_token_nobody_signs_in(app, cast, clock):
    client = app.test_client()
    answer = client.post("/desk/sign-in", data={"login": "secretary", "password": PASSWORD})
    assert answer.status_code == 400
    assert client.get("/desk/matters").status_code == 303


def devices(app, member):
    with app.app_context(), reading() as connection:
        query = select(device_table.c.id, device_table.c.kind).where(device_table.c.account == member.id)
        return {row.id: row.kind for row in connection.execute(query)}


def test_one_computer_is_one_device_for_each_person(app, cast, clock):
    office = sit_down(app, cast["secretary"])
    for login in ("property", "secretary"):
        office.post(office.get("/desk/matters").form("/sign-out"))
        form = office.get("/desk/sign-in").form("/sign-in")
        assert office.post(form, follow=False, login=login, password=PASSWORD).status == 303
    assert list(devices(app, cast["secretary"]).values()) == ["desk"]
    assert list(devices(app, cast["property"]).values()) == ["desk"]
    assert not devices(app, cast["secretary"]).keys() & devices(app, cast["property"]).keys()


def test_signing_out_ends_it(office):
    secretary = office("secretary")
    secretary.post(secretary.get("/desk/matters").form("/sign-out"))
    assert secretary.get("/desk/matters").status == 303


def test_the_phone_apps_session_does_not_open_the_desk(app, cast, clock):
    """Nor under the desk's own cookie: that device numbers its own commands."""
    phone = sign_in(app, cast["secretary"])
    assert phone.client.get("/desk/matters").status_code == 303
    token = phone.client.get_cookie("silian").value
    phone.client.set_cookie("silian-office", token)
    assert phone.client.get("/desk/matters").status_code == 303


def test_a_suspended_person_is_told_so(app, cast, office):
    secretary = office("secretary")
    with app.app_context(), writing() as connection:
        connection.execute(update(Account).where(Account.id == cast["secretary"].id).values(suspended_at=clocks.now()))
    assert secretary.get("/desk/matters").status == 403


def test_language_and_large_type_are_kept_without_javascript(office):
    secretary = office("secretary")
    form = secretary.get("/desk/records?kind=visit").form("/look")
    assert dict(form.fields)["next"] == "/desk/records?kind=visit"
    page = secretary.post(form, language="en")
    assert 'lang="en"' in page.html and "Records" in page.words
    page = secretary.post(page.form("/look"), elder="on")
    assert "data-elder" in page.html and 'aria-pressed="true"' in page.html
    page = secretary.post(page.form("/look"), elder="off")
    assert "data-elder" not in page.html


def test_the_session_cookie_is_strict_over_https(app, cast, clock):
    client = app.test_client()
    page = Page(client.get("/desk/sign-in", base_url="https://silian.example"))
    data = dict(page.form("/sign-in").fields) | {"login": "secretary", "password": PASSWORD}
    answer = client.post("/desk/sign-in", data=data, base_url="https://silian.example")
    cookies = [cookie for cookie in answer.headers.getlist("Set-Cookie") if "form" not in cookie]
    assert cookies and all(cookie.startswith("__Host-") for cookie in cookies)
    assert all("Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)
