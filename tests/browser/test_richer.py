"""What a record may hold beyond words, and what may be done with it later: a voice, a position, a better wording."""

from __future__ import annotations

import json
import sqlite3

import pytest

from .phone import Phone
from .screens.hands import SQUARE, press, sign_in
from .served import Silian
from .steps import wait

SPOKEN_MS = 1500


@pytest.fixture
def page(phone: Phone, silian: Silian):
    return sign_in(phone, silian, "grid1")


def speak(phone: Phone) -> None:
    page = phone.page
    page.get_by_role("button", name="说一段").click()
    page.get_by_text("正在录音").wait_for()
    page.wait_for_timeout(SPOKEN_MS)


def newest(silian: Silian, table: str) -> tuple[str, dict[str, object], int]:
    with sqlite3.connect(silian.instance / "silian.sqlite3") as database:
        id, body, ready = database.execute(
            f"SELECT id, body, ready FROM {table} ORDER BY received_at DESC LIMIT 1"
        ).fetchone()
    return id, json.loads(body), ready


def opinions(silian: Silian) -> list[dict[str, object]]:
    """All: an anonymous one has no time to be sorted by."""
    with sqlite3.connect(silian.instance / "silian.sqlite3") as database:
        return [json.loads(body) for (body,) in database.execute("SELECT body FROM opinion")]


def test_a_finding_that_is_spoken_and_where_it_was(phone, silian, page):
    phone.open("#/finding")
    page.get_by_label("其他", exact=True).check()
    page.get_by_text("具体在哪儿").fill("地下车库")
    page.get_by_role("button", name="记下位置").click()
    page.get_by_text("误差约 12 米").wait_for()
    speak(phone)
    page.get_by_role("button", name="存下来").click()  # what is being said is taken along
    page.get_by_role("heading", name="今天").wait_for()
    phone.until("() => document.body.innerText.includes('都送到了')")
    assert wait(lambda: newest(silian, "finding")[2] == 1), "the recording did not arrive"
    _, body, _ = newest(silian, "finding")
    assert len(body["recordings"]) == 1
    position = body["place"]["position"]
    assert (position["lat"], position["lon"], position["accuracy_m"]) == (SQUARE["latitude"], SQUARE["longitude"], 12)
    answer = page.evaluate(
        "async (sha) => { const a = await fetch(`/blobs/${sha}`); return [a.status, a.headers.get('content-type')]; }",
        body["recordings"][0],
    )
    assert answer == [200, "audio/webm"]


def test_an_opinion_is_spoken_with_a_name_and_never_without(phone, silian, page):
    phone.open("#/opinion")
    page.get_by_label("设施", exact=True).check()
    speak(phone)
    page.get_by_role("button", name="说完了").click()
    page.get_by_text("第 1 段").first.wait_for()
    page.get_by_label("不留名", exact=True).check()
    assert page.get_by_text("第 1 段").count() == 0
    press(page)
    page.get_by_text("请写听到了什么").wait_for()
    page.locator("#text").fill("不想说名字")
    press(page)
    page.get_by_text("存好了，在手机里").wait_for()
    assert wait(lambda: [body["recordings"] for body in opinions(silian) if body["text"] == "不想说名字"] == [[]])


def test_what_was_sent_is_put_right_and_shows_what_it_said(phone, silian, page):
    phone.open("#/opinion")
    page.locator("#text").fill("七号楼的灯不亮")
    page.get_by_label("设施", exact=True).check()
    press(page)
    page.get_by_text("存好了，在手机里").wait_for()
    phone.open("#/records")
    page.get_by_role("link", name="改一改").first.click()
    page.locator("#text").fill("八号楼的灯不亮")
    press(page)
    page.get_by_text("请写为什么改").wait_for()
    page.locator("#reason").fill("楼号写错了")
    press(page)
    page.get_by_text("改了民情").first.wait_for()
    assert wait(lambda: newest(silian, "opinion")[1]["text"] == "八号楼的灯不亮")
    page.get_by_role("link", name="改一改").first.click()
    page.get_by_text("七号楼的灯不亮").wait_for()
    page.get_by_text("楼号写错了").wait_for()
    assert not phone.errors


def test_what_was_begun_is_listed_and_goes_on(phone, page):
    phone.open("#/opinion")
    page.locator("#text").fill("写到一半")
    phone.open("#/visit")
    page.locator("#building").select_option(index=2)
    phone.open("#/records")
    page.get_by_text("还没写完 2 条").wait_for()
    page.get_by_role("link", name="记民情").click()
    assert page.locator("#text").input_value() == "写到一半"
    phone.open("#/records")
    page.locator(".row", has_text="走访登记").get_by_role("button").click()
    page.get_by_role("group").get_by_role("button", name="不要了").click()
    page.get_by_text("还没写完 1 条").wait_for()


def test_a_push_to_oneself(phone, silian, page):
    phone.open("#/inbox")
    page.get_by_role("button", name="发一条试试").click()
    page.get_by_text("发出去了").wait_for()
    page.get_by_role("link", name="测试").or_(page.locator("a.row", has_text="试")).first.wait_for()
    assert page.get_by_role("button", name="发一条试试").get_attribute("aria-disabled") == "true"
