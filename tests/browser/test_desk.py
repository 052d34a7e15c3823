"""The desk in a real Chromium: from the keyboard and without JavaScript, under its own policy, at two widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from .chromium import FLAGS
from .served import Silian, serving

pytestmark = pytest.mark.xdist_group("desk")
TABS_MOST = 80


@pytest.fixture(scope="module")
def silian(tmp_path_factory, demo_estate) -> Iterator[Silian]:
    """A server of their own: they move matters that are on the pictures of the phone."""
    with serving(tmp_path_factory.mktemp("desk") / "instance", demo_estate) as served:
        yield served


@pytest.fixture(scope="module")
def chromium(playwright, browser) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=str(browser), args=list(FLAGS))
    yield started
    started.close()


@pytest.fixture
def window(chromium, silian) -> Iterator[Callable[..., Page]]:
    """``window(width=800, java_script_enabled=False)``; what the pages complained of is in ``page.complaints``."""
    contexts = []

    def open_window(width: int = 1280, **options) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"{silian.url}/desk/")
        return page

    yield open_window
    for context in contexts:
        context.close()


def sign_in(page, silian, login="secretary"):
    """As a person without a mouse: the field for the name has the focus already."""
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(silian.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/matters")


def tab_to(page, words):
    """Tabs until the link or button that says this has the focus."""
    for _ in range(TABS_MOST):
        page.keyboard.press("Tab")
        at = page.locator(":focus")
        if at.count() and at.inner_text().strip() == words:
            return
    raise AssertionError(f"no way to {words} from the keyboard")


def test_a_matter_moves_from_the_keyboard_without_javascript(window, silian):
    page = window(java_script_enabled=False)
    sign_in(page, silian)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.goto(f"{silian.url}/desk/matters?show=mine")
    row = page.locator("tbody tr", has_text="等受理").first
    title = row.locator("a").inner_text()
    tab_to(page, title)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/matters/*")
    assert page.locator("h2").inner_text() == title
    tab_to(page, "不受理")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=accept*")
    assert "受理了" in page.locator("[role=status]").inner_text()
    tab_to(page, "派出去")
    page.keyboard.press("Enter")
    page.wait_for_url("**do=assign*")
    page.select_option("#lead", "property_company")
    page.locator("#note").fill("请物业来办")
    tab_to(page, "派出去")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=assign*")
    assert "派给物业公司" in page.locator(".side").inner_text()


def test_every_page_keeps_to_the_policy_and_to_its_width(window, silian):
    for width, cookies in ((1280, ()), (800, ()), (1280, ("on",))):
        page = window(width=width)
        sign_in(page, silian)
        for value in cookies:
            page.context.add_cookies([{"name": "silian-desk-elder", "value": value, "url": f"{silian.url}/desk"}])
        lists = ("matters", "matters?show=over", "matters?q=楼", "records", "parked", "people")
        for path in (*lists, "people/invite", "raise"):
            page.goto(f"{silian.url}/desk/{path}")
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"
            assert page.evaluate("document.querySelectorAll('h1').length") == 1
        assert page.complaints == []


def test_an_invitation_is_shown_once(window, silian):
    """From the keyboard; what the browser asks for again is not made again, and its code is gone."""
    page = window(width=800, java_script_enabled=False)
    sign_in(page, silian)
    page.goto(f"{silian.url}/desk/people")
    page.get_by_text("请一个人进来").click()
    page.fill("#name", "新来的")
    page.select_option("#role", "unit_head")
    page.get_by_label("2号楼 1单元").check()
    tab_to(page, "存下来，出邀请")
    page.keyboard.press("Enter")
    link = page.locator("#link")
    assert link.input_value().startswith(f"{silian.url}/#/activate/") and page.locator(".card-qr svg").is_visible()
    assert "activate" not in page.url
    page.reload()
    assert link.count() == 0 and "没有再办一次" in page.locator("main").inner_text()
    page.goto(f"{silian.url}/desk/people")
    assert page.get_by_role("row").filter(has_text="新来的").count() == 1


def test_a_narrow_window_shows_the_list_or_the_matter(window, silian):
    page = window(width=800)
    sign_in(page, silian)
    assert page.locator("#list").is_visible() and not page.locator(".side").is_visible()
    page.locator("tbody a").first.click()
    assert page.locator(".side").is_visible() and not page.locator("#list").is_visible()
    page.get_by_text("回到列表").click()
    assert page.locator("#list").is_visible()
