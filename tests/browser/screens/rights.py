"""A person's own: what is held about them, what a resident asks for at the door, and what keeps others out."""

from __future__ import annotations

from playwright.sync_api import Page

from ..phone import Phone
from ..served import Silian
from .hands import Stop, press, sign_in

SETTLED = 500  # milliseconds; a saved record settles into its list in 220


def rights(phone: Phone, silian: Silian, stop: Stop) -> None:
    page = sign_in(phone, silian, "grid2")
    _claim(phone, page, stop)
    _own(phone, page, stop)


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
    stop("claim-earlier")


def _own(phone: Phone, page: Page, stop: Stop) -> None:
    phone.open("#/mydata")
    page.locator("#held").wait_for()
    stop("mydata")
    page.locator("[aria-labelledby=erase] .btn").click()
    page.locator(".ask").wait_for()
    stop("mydata-erase")
