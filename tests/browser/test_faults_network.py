"""Networks that answer in the server's place, and clocks that are years off."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from . import proxy
from .steps import enter, go, heard, rows, say, sign_in, take_photo, wait, waiting, write

PAGE = ("Content-Type", "text/html; charset=utf-8")
JSON = {"Content-Type": "application/json"}


def claims(change):
    """JSON that looks right: an answer of the protocol, but not to what was asked."""

    def answer(request, to_server):
        body = {
            "outcomes": [{"id": "0192e4a0-0000-7000-8000-000000000000", "seq": 1, "status": "applied"}],
            "last_seq": 1, "changes": [], "cursor": "somebody's", "more": False, "reset": "wipe", "revoked": False,
            "now": "2026-11-24T10:00:00.000Z", **change,
        }  # fmt: skip
        return proxy.Answer(200, list(JSON.items()), json.dumps(body).encode())

    return answer


PORTALS = {
    "a page": proxy.portal,
    "a redirect": proxy.answers(302, {"Location": "/healthz"}),
    "a redirect to a page elsewhere": proxy.answers(302, {"Location": "http://localhost:9/login"}),
    "JSON of its own": proxy.answers(200, JSON, b'{"ok": true, "login": "https://wifi.example/"}'),
    "a page labelled as JSON": proxy.answers(200, JSON, "<!doctype html><p>请先登录无线网络".encode()),
    "nothing at all": proxy.answers(200, JSON, b""),
    "an answer to others": claims({}),
    "an answer to others that suspends": claims({"revoked": True, "reset": False}),
    "its own 401": proxy.answers(401, dict([PAGE]), b"<p>Login"),
    "its own 403": proxy.answers(403, JSON, b'{"error": "blocked"}'),
    "511": proxy.answers(511, dict([PAGE]), b"<p>Login"),
}


@pytest.fixture(scope="module")
def matters():
    return "() => document.querySelectorAll(\"a[href*='matters/']\").length"


@pytest.mark.parametrize("portal", PORTALS)
def test_a_portal_s_answer_changes_nothing(phone, silian, matters, portal):
    sign_in(phone, silian, "grid1")
    before = phone.page.evaluate(matters)
    assert before
    phone.proxy.misbehave("/sync/exchange", PORTALS[portal], times=1000)
    say(phone, f"在门户后面：{portal}")
    go(phone, "#/today")
    phone.until("() => /没有信号|那头暂时没人接|待上传/.test(document.querySelector('.sync').innerText)")
    assert waiting(phone) == [f"在门户后面：{portal}"]
    assert phone.page.evaluate(matters) == before
    phone.proxy.behave()
    phone.page.reload()
    assert wait(lambda: heard(silian, f"在门户后面：{portal}") == 1)
    phone.until("() => document.querySelector('.sync')?.innerText.includes('都送到了')")
    assert waiting(phone) == [] and phone.page.evaluate(matters) == before
    assert not phone.errors


def test_a_portal_does_not_take_a_photo(phone, silian):
    sign_in(phone, silian, "grid1")
    phone.proxy.misbehave("/sync/blobs/", proxy.portal, times=1000)
    write(phone, "照片不能丢")
    take_photo(phone)
    phone.page.get_by_role("button", name="存下来").click()
    assert wait(lambda: heard(silian, "照片不能丢") == 1)
    ready = "SELECT ready FROM opinion WHERE body ->> 'text' = '照片不能丢'"
    phone.page.wait_for_timeout(1000)
    assert rows(silian, ready) == [(0,)]
    go(phone, "#/records")
    phone.page.get_by_text("照片还有 1 张").wait_for()
    phone.proxy.behave()
    phone.page.reload()
    assert wait(lambda: rows(silian, ready) == [(1,)])


def test_signing_in_behind_a_portal_says_that_there_is_no_network(phone, silian):
    phone.open()
    phone.proxy.misbehave("/auth/", proxy.portal, times=1000)
    page = phone.page
    page.get_by_label("登录名").fill("grid1")
    page.get_by_label("密码").fill(silian.password)
    page.locator("button.band").click()
    page.get_by_text("没有网络，现在登录不了").wait_for()
    phone.proxy.behave()
    enter(phone, silian, "grid1")


@pytest.mark.parametrize("year", [2001, 2099])
def test_a_clock_that_is_years_off_changes_neither_order_nor_acceptance(phone, silian, year):
    sign_in(phone, silian, "grid1")
    say(phone, f"{year} 先写的")
    assert wait(lambda: heard(silian, f"{year} 先写的") == 1)
    phone.page.clock.set_system_time(datetime(year, 1, 1, tzinfo=UTC))
    say(phone, f"{year} 后写的")
    assert wait(lambda: heard(silian, f"{year} 后写的") == 1)
    order = "SELECT body ->> 'text', made_at FROM opinion WHERE body ->> 'text' LIKE ? ORDER BY received_at"
    found = rows(silian, order, f"{year} %")
    assert [text for text, _ in found] == [f"{year} 先写的", f"{year} 后写的"]
    assert str(found[1][1]).startswith(str(year))  # told, and decides nothing
    go(phone, "#/today")
    phone.until("() => document.querySelector('.sync')?.innerText.includes('都送到了')")
    phone.page.reload()
    phone.until("() => document.querySelector('.sync')?.innerText.includes('都送到了')")
    assert not phone.errors


def test_a_clock_set_back_while_the_phone_waits_to_try_again_holds_nothing_up(phone, silian):
    sign_in(phone, silian, "grid1")
    phone.proxy.misbehave("/sync/exchange", proxy.answers(503))
    say(phone, "先等一等")
    phone.page.get_by_text("那头暂时没人接").wait_for()
    phone.page.clock.set_system_time(datetime(2006, 1, 1, tzinfo=UTC))
    assert wait(lambda: heard(silian, "先等一等") == 1, seconds=15)
