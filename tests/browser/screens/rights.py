"""A person's own: what is held about them, what a resident asks for at the door, and what keeps others out."""

from __future__ import annotations

from playwright.sync_api import Page

from ..phone import Phone
from ..served import Silian
from ..steps import give_chip, invite
from .hands import Stop, press, sign_in

PIN = "314159"
IDLE = "localStorage.setItem('silian.used', String(Date.now() - 299_000))"
NO_PUSH = "PushManager.prototype.getSubscription = async () => null"  # there is nobody to unsubscribe at
SETTLED = 500  # milliseconds; a saved record settles into its list in 220


def rights(phone: Phone, silian: Silian, stop: Stop) -> None:
    page = sign_in(phone, silian, "grid2")
    _claim(phone, page, stop)
    _own(phone, page, stop)
    _keys(phone, page, stop)
    _lock(phone, page, stop)
    _by_pin(phone, silian, page, stop)


def _claim(phone: Phone, page: Page, stop: Stop) -> None:
    phone.open("#/claim")
    page.locator("#building").wait_for()
    press(page)
    page.locator(".wrong").first.wait_for()
    stop("claim-missing")
    page.locator("#building").select_option(index=1)
    page.locator("[name=door]").nth(3).check()
    page.locator("[name=right][value=correct]").check()
    page.locator("#text").fill("电话换了，新的是 13800000000")
    stop("claim")
    press(page)
    page.locator("#saved").wait_for()
    page.wait_for_timeout(SETTLED)
    stop("claim-saved")
    page.locator(".btn.text").last.click()
    page.locator("#earlier").wait_for()
    page.locator(".meta", has_text="等办公室办").wait_for()
    page.locator(".rows").last.scroll_into_view_if_needed()
    stop("claim-earlier")


def _own(phone: Phone, page: Page, stop: Stop) -> None:
    phone.open("#/mydata")
    page.locator("#held").wait_for()
    stop("mydata")
    page.locator("[aria-labelledby=erase] .btn").click()
    page.locator(".ask").wait_for()
    stop("mydata-erase")


def _keys(phone: Phone, page: Page, stop: Stop) -> None:
    give_chip(phone)
    phone.open("#/settings")
    page.get_by_role("button", name="设一把通行密钥").click()
    page.get_by_text("还没用过").first.wait_for()
    page.locator("#devices").scroll_into_view_if_needed()
    stop("settings-passkeys")
    page.get_by_role("button", name="去掉").first.click()
    page.locator(".ask").wait_for()
    stop("settings-passkey-away")
    page.locator(".ask .btn.solid").click()
    page.locator(".ask").wait_for(state="detached")


def _lock(phone: Phone, page: Page, stop: Stop) -> None:
    phone.open("#/lock/first")
    page.locator("#pin").wait_for()
    stop("lock-choose")
    page.locator("#pin").fill("111111")
    press(page)
    page.locator("#pin-wrong").wait_for()
    stop("lock-choose-missing")
    page.locator("#pin").fill(PIN)
    press(page)
    page.locator("#card").wait_for()
    page.evaluate(IDLE)
    page.get_by_role("heading", level=1, name="先打开锁").wait_for()
    stop("lock")
    page.locator("#pin").fill("271828")
    press(page)
    page.locator(".alarm").wait_for()
    stop("lock-wrong")
    page.locator("#pin").fill(PIN)
    press(page)
    page.locator("#card").wait_for()


def _by_pin(phone: Phone, silian: Silian, page: Page, stop: Stop) -> None:
    """Two people of one phone, each with a PIN."""
    for login, name in (("pin-one", "巡逻员丙"), ("pin-two", "巡逻员丁")):
        _sign_out(phone, page)
        phone.open(invite(silian, login, name=name))
        page.locator("#pin").fill(PIN)
        press(page)
        page.locator(".bar").wait_for()
    _sign_out(phone, page)
    page.locator("#who").wait_for()
    stop("sign-in-pin")
    press(page)
    page.locator(".wrong").first.wait_for()
    stop("sign-in-pin-missing")


def _sign_out(phone: Phone, page: Page) -> None:
    page.locator(".sync.sent", has_text=":").wait_for()
    phone.open("#/settings")
    page.evaluate(NO_PUSH)
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("button", name="退出", exact=True).click()
    page.locator("#login, #pin").first.wait_for()
