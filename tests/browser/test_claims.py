"""A resident asks at the door, without a network; the office does it; the worker's phone says so."""

from __future__ import annotations

import os

from .steps import go, rows, sign_in, wait

STATE = "SELECT right, words, state FROM claim"


def choose(page, right: str) -> None:
    page.locator("#building").select_option(index=1)
    page.locator("[name=door]").nth(1).check()
    page.locator(f"[name=right][value={right}]").check()


def answer_at_the_desk(phone, silian, words: str, answer: str) -> None:
    """The secretary opens the door's page from the list of what was asked for, and answers."""
    desk = phone.context.new_page()
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.goto(f"{phone.url}/desk/privacy")
    desk.get_by_label("登录名").fill("secretary")
    desk.get_by_label("密码").fill(silian.password)
    desk.keyboard.press("Enter")
    desk.get_by_role("heading", name="居民在门口提出的").wait_for()
    picture(desk, "desk-claims")
    ((door,),) = rows(silian, "SELECT household_id FROM claim WHERE words = ?", words)
    desk.locator(f"tr a[href*='{door}']").first.click()
    sheet = desk.locator("section", has_text=words).first
    sheet.get_by_label("回一句话").fill(answer)
    picture(desk, "desk-claim")
    sheet.get_by_role("button", name="办好了").click()
    desk.get_by_text("网格员的手机上会看到").wait_for()
    desk.close()


def picture(page, name: str) -> None:
    """For whoever wants to look: SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_from_the_door_to_the_office_and_back(phone, silian):
    sign_in(phone, silian, "grid1")
    page = phone.page
    phone.offline()
    go(phone, "#/visit")
    page.get_by_role("link", name="居民要查、改、删自己的资料").click()
    choose(page, "correct")
    page.locator("button.band").click()
    page.get_by_text("还差一样：请写哪里不对").wait_for()
    page.locator("#text").fill("户主换成了女儿")
    page.locator("button.band").click()
    page.get_by_text("记下了，等办公室办").wait_for()
    page.get_by_role("button", name="提过的要求").click()
    page.locator("li .meta", has_text="存好了").wait_for()
    phone.online()
    assert wait(lambda: ("correct", "户主换成了女儿", "open") in rows(silian, STATE))
    page.locator("li .meta", has_text="等办公室办").wait_for()
    answer_at_the_desk(phone, silian, "户主换成了女儿", "已经改好")
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    page.locator("li", has_text="办好了").get_by_text("办公室回话：已经改好").wait_for()
    assert not phone.errors
