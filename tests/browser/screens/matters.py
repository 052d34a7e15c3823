"""Matters: as the secretary moves them, as a resident follows them, and as somebody sees them who has none."""

from __future__ import annotations

from playwright.sync_api import Page

from ..phone import Phone
from ..served import Silian
from .hands import Stop, press, sign_in

OTHERS = """
Object.defineProperty(navigator, 'userAgent', { get: () => '%s', configurable: true });
delete window.PushManager;
"""
OTHER_BROWSERS = {"wechat": "Android MicroMessenger/8.0", "iphone": "iPhone Safari"}


def moving(phone: Phone, silian: Silian, stop: Stop) -> None:
    page = sign_in(phone, silian, "secretary")
    stop("today-turn")
    phone.open("#/inbox")
    page.locator(".rows").wait_for()
    stop("inbox-new")
    page.locator("#push").scroll_into_view_if_needed()
    stop("inbox-push")
    phone.open("#/matters")
    page.locator(".rows a.row").first.wait_for()
    stop("matters")
    _open(page, "井盖")
    stop("matter-escalated")
    matter = _to(phone, page, "飞线充电")
    stop("matter")
    phone.open(f"{matter}/join")
    page.locator("#name").wait_for()
    stop("move-join")
    at_work = _to(phone, page, "门禁时好时坏")
    phone.open(f"{at_work}/nudge")
    page.locator("#note").wait_for()
    stop("move-nudge")
    phone.open(f"{at_work}/extend")
    page.locator("#due").wait_for()
    stop("move-extend")
    raised = _to(phone, page, "门关不严")
    stop("matter-raised")
    for move in ("accept", "decline", "escalate"):
        phone.open(f"{raised}/{move}")
        page.locator("#note").wait_for()
        stop(f"move-{move}")
    press(page)
    page.locator("#note-wrong").wait_for()
    stop("move-escalate-missing")
    phone.open(f"{raised}/progress")
    page.locator(".blank").wait_for()
    stop("move-moved")
    accepted = _to(phone, page, "旧家具")
    phone.open(f"{accepted}/assign")
    page.locator("#lead").wait_for()
    stop("move-assign")
    phone.open("#/matters")
    page.locator("a[href*='#/raise/']").first.click()
    page.locator("#title").wait_for()
    stop("raise")
    phone.open("#/matters/00000000-0000-7000-8000-000000000000")
    page.locator(".blank").wait_for()
    stop("matter-gone")


def following(phone: Phone, silian: Silian, stop: Stop) -> None:
    page = sign_in(phone, silian, "resident1")
    stop("today-resident")
    phone.open("#/raise")
    page.locator("#title").wait_for()
    stop("raise-resident")
    phone.open("#/matters")
    page.locator(".rows a.row").first.wait_for()
    stop("matters-resident")
    bench = _to(phone, page, "长椅")
    stop("matter-appraising")
    phone.open(f"{bench}/appraise")
    page.locator("[name=verdict]").first.check()
    stop("move-appraise")
    phone.open("#/opinion")
    page.locator("#text").wait_for()
    stop("opinion-resident")
    _to(phone, page, "垃圾桶")
    stop("matter-closed")


def nothing(phone: Phone, silian: Silian, stop: Stop) -> None:
    """The grid worker of another estate sees nothing of this one."""
    page = sign_in(phone, silian, "other")
    stop("today-empty")
    for name in ("records", "matters", "inbox"):
        phone.open(f"#/{name}")
        page.locator(".blank").wait_for()
        stop(f"{name}-empty")
    phone.open("#/today")
    page.locator("main > .note .btn").click()
    page.evaluate("dispatchEvent(new Event('beforeinstallprompt'))")
    page.locator("main .offer").scroll_into_view_if_needed()
    stop("today-install")
    for name, agent in OTHER_BROWSERS.items():
        phone.context.add_init_script(OTHERS % agent)
        phone.open("#/inbox")
        page.reload()
        page.locator("#push").wait_for()
        stop(f"inbox-{name}")


def _open(page: Page, words: str) -> str:
    page.locator("a.row", has_text=words).first.click()
    page.locator(".line").wait_for()
    return "#" + page.url.split("#")[1]


def _to(phone: Phone, page: Page, words: str) -> str:
    phone.open("#/matters")
    return _open(page, words)
