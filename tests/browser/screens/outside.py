"""Before anybody is signed in."""

from __future__ import annotations

from ..phone import Phone
from ..served import Silian
from .hands import Stop, press


def outside(phone: Phone, silian: Silian, stop: Stop) -> None:
    page = phone.open()
    page.locator("#login").wait_for()
    stop("sign-in")
    press(page)
    page.locator("#login-wrong").wait_for()
    stop("sign-in-missing")
    page.locator("#login").fill("patrol1")
    page.locator("#password").fill("not-this-one")
    press(page)
    page.locator(".alarm").wait_for()
    stop("sign-in-refused")
    page = phone.open("#/activate/AAAA-BBBB")
    page.locator("#pin").wait_for()
    stop("activation")
    page.locator("#pin").fill("123456")
    press(page)
    page.locator("#pin-wrong").wait_for()
    stop("activation-missing")
    phone.open("#/activate")
    page.reload()
    page.locator(".blank").wait_for()
    stop("activation-nocode")
