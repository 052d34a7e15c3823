"""What is held about a resident, on the resident's own phone: read, corrected, deleted."""

from __future__ import annotations

import os

import pytest

from .screens.hands import sign_in
from .steps import rows, wait


@pytest.fixture
def page(phone, silian):
    page = sign_in(phone, silian, "resident2")
    phone.open("#/settings")
    page.get_by_role("link", name="我的数据").click()
    page.get_by_role("heading", name="存着什么").wait_for()
    return page


def picture(page, name: str) -> None:
    """For whoever wants to look: SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_it_is_read_corrected_and_deleted(page, phone, silian):
    assert page.locator("dl.facts dt", has_text="民情").count() == 1
    picture(page, "mydata")
    page.locator("#my-name").fill("居民乙乙")
    page.get_by_role("button", name="改正").click()
    assert wait(lambda: rows(silian, "SELECT name FROM account WHERE login = 'resident2'") == [("居民乙乙",)])
    opinions = "SELECT count(*) FROM opinion o JOIN account a ON a.id = o.account_id WHERE a.login = 'resident2'"
    ((before,),) = rows(silian, opinions)
    page.get_by_role("button", name="删除我的数据").click()
    page.get_by_role("button", name="删除", exact=True).click()
    page.get_by_text("已删除：").wait_for()
    picture(page, "mydata-deleted")
    ((after,),) = rows(silian, opinions)
    assert before > 0 and after == 0
    page.get_by_role("link", name="一条条看").click()
    page.get_by_role("heading", name="这里存着您的什么").wait_for()
    picture(page, "mydata-page")
    assert not phone.errors


def test_without_a_network_it_says_so(page, phone):
    phone.offline()
    phone.open("#/settings")
    phone.open("#/mydata")
    page.get_by_role("alert").wait_for()
    phone.online()
    page.get_by_role("button", name="再试一次").click()
    page.get_by_role("heading", name="存着什么").wait_for()
