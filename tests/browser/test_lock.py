"""The lock: five minutes without use hide the screen, also offline and after a reload, and never in a round."""

from __future__ import annotations

import pytest

from .phone import Phone
from .steps import enter, go, say, sign_in, waiting, write

PIN = "314159"
ALMOST = "localStorage.setItem('silian.used', String(Date.now() - 299_000))"
ON = """() => localStorage.getItem('silian.used') !== null
  && Object.keys(localStorage).some((key) => key.startsWith('silian.lock.') && localStorage[key].includes('check'))"""
LOCKED = "先打开锁"


@pytest.fixture
def locking(phone: Phone, silian) -> Phone:
    """A grid worker who has chosen six digits for the screen."""
    sign_in(phone, silian, "grid1")
    go(phone, "#/settings")
    page = phone.page
    page.get_by_label("五分钟没用就锁上").click()
    page.locator("#pin").fill("123456")
    page.locator("button.band").click()
    page.get_by_text("这个太好猜了").wait_for()
    page.locator("#pin").fill(PIN)
    page.locator("button.band").click()
    page.get_by_label("五分钟没用就锁上").wait_for()
    page.get_by_text("不给手机里的东西加密").wait_for()
    phone.until(ON)  # a slow phone takes a moment to make the digits hard to guess
    return phone


def lie_about(phone: Phone) -> None:
    """Five minutes go by."""
    phone.page.evaluate(ALMOST)
    phone.page.get_by_role("heading", level=1, name=LOCKED).wait_for()


def open_by(phone: Phone, pin: str) -> None:
    phone.page.locator("#pin").fill(pin)
    phone.page.locator("button.band").click()


def test_nothing_is_shown_behind_it_after_a_reload_offline_and_the_digits_open_it(locking):
    phone, page = locking, locking.page
    phone.offline()
    say(phone, "锁后面的话")
    go(phone, "#/records")
    page.get_by_text("锁后面的话").first.wait_for()
    lie_about(phone)
    for _ in range(2):
        assert "锁后面的话" not in page.content() and page.locator("nav.bar").count() == 0
        page.reload()
        page.get_by_role("heading", level=1, name=LOCKED).wait_for()
    go(phone, "#/today")
    page.get_by_role("heading", level=1, name=LOCKED).wait_for()
    open_by(phone, PIN)
    page.get_by_role("heading", level=1, name="今天").wait_for()
    assert waiting(phone) == ["锁后面的话"] and not phone.errors


def test_it_holds_when_the_app_was_closed_meanwhile(locking):
    phone = locking
    phone.page.evaluate("localStorage.setItem('silian.used', String(Date.now() - 301_000))")
    phone.restart()
    phone.open("#/matters")
    phone.page.get_by_role("heading", level=1, name=LOCKED).wait_for()
    assert phone.page.locator(".row").count() == 0


def test_wrong_ones_wait_and_a_reload_saves_no_try(locking):
    phone, page = locking, locking.page
    lie_about(phone)
    for _ in range(3):
        open_by(phone, "000001")
        page.get_by_text("数字密码不对").wait_for()
    page.reload()
    open_by(phone, PIN)
    page.get_by_text("请等").wait_for()
    assert page.get_by_role("heading", level=1, name=LOCKED).count() == 1


def test_what_was_being_written_is_there_afterwards(locking):
    phone, page = locking, locking.page
    write(phone, "写到一半")
    page.wait_for_timeout(1000)
    lie_about(phone)
    open_by(phone, PIN)
    page.locator("#text").wait_for()
    phone.until("() => document.querySelector('#text').value === '写到一半'")


def test_a_round_is_not_stood_in_the_way_of(locking):
    phone, page = locking, locking.page
    go(phone, "#/patrol")
    page.locator("[name=route]").first.check()
    page.get_by_role("button", name="开始巡逻").click()
    page.get_by_role("button", name="我到了").wait_for()
    page.evaluate(ALMOST)
    page.wait_for_timeout(4000)
    assert page.get_by_text(LOCKED).count() == 0
    page.reload()
    page.get_by_role("button", name="我到了").wait_for()
    # and it is over for whoever comes next: this person's rounds are on the server that all tests share
    page.get_by_role("button", name="今天就走到这里").click()
    page.locator(".sheet .btn.band").click()
    page.get_by_text("谢谢").first.wait_for()
    page.get_by_text("都送到了").first.wait_for()


def test_forgotten_digits_go_with_the_next_sign_in(locking, silian):
    phone, page = locking, locking.page
    lie_about(phone)
    page.get_by_role("link", name="忘了，重新登录").click()
    page.get_by_label("登录名").fill("grid1")
    page.get_by_label("密码").fill(silian.password)
    page.locator("button.band").click()
    page.get_by_role("heading", level=1, name="今天").wait_for()
    assert page.evaluate("localStorage.getItem('silian.used')") is None
    assert not phone.errors


WITHOUT_A_BANNER = "addEventListener('DOMContentLoaded', () => document.querySelector('body > .banner')?.remove())"
NEXT_DAY = """() => {
    const [key] = Object.keys(localStorage).filter((key) => key.startsWith('silian.lock.'));
    localStorage.setItem(key, JSON.stringify({ later: Date.now() - 21 * 3600_000 }));
}"""
ASKED = "设个屏幕密码"


@pytest.fixture
def real(phone: Phone, silian) -> Phone:
    """As it is where nobody knows the password: no demo, whose banner says so."""
    phone.context.add_init_script(WITHOUT_A_BANNER)
    page = phone.open()
    page.get_by_label("登录名").fill("grid2")
    page.get_by_label("密码").fill(silian.password)
    page.locator("button.band").click()
    page.get_by_role("heading", level=1, name=ASKED).wait_for()
    return phone


def test_staff_who_sign_in_by_password_are_asked_for_the_digits(real):
    page = real.page
    page.locator("#pin").fill(PIN)
    page.locator("button.band").click()
    page.get_by_role("heading", level=1, name="今天").wait_for()
    real.until(ON)
    lie_about(real)
    open_by(real, PIN)
    page.get_by_role("heading", level=1, name="今天").wait_for()
    assert not real.errors


def test_it_is_put_off_once(real):
    page = real.page
    page.get_by_role("button", name="以后再说").click()
    page.get_by_role("heading", level=1, name="今天").wait_for()
    page.reload()
    page.locator("#card").wait_for()
    page.wait_for_timeout(1000)
    assert page.get_by_text(ASKED).count() == 0
    page.evaluate(NEXT_DAY)
    page.reload()
    page.get_by_role("heading", level=1, name=ASKED).wait_for()
    assert page.get_by_role("button", name="以后再说").count() == 0
    page.get_by_role("button", name="不用锁").click()
    page.get_by_role("heading", level=1, name="今天").wait_for()
    go(real, "#/settings")
    assert not page.get_by_label("五分钟没用就锁上").is_checked()


def test_nobody_is_asked_in_a_round(real):
    page = real.page
    page.get_by_role("button", name="以后再说").click()
    go(real, "#/patrol")
    page.get_by_label("晚间巡逻").check()  # until it has come, a walk without points is all there is to choose
    page.get_by_role("button", name="开始巡逻").click()
    page.get_by_role("button", name="我到了").wait_for()
    page.evaluate(NEXT_DAY)
    go(real, "#/today")
    page.get_by_text("接着走").first.wait_for()
    page.wait_for_timeout(1000)
    assert page.get_by_text(ASKED).count() == 0
    page.go_back()
    page.get_by_role("button", name="今天就走到这里").click()
    page.locator(".sheet .btn.band").click()
    page.get_by_text("谢谢").first.wait_for()
    page.get_by_text("都送到了").first.wait_for()
    go(real, "#/today")
    page.get_by_role("heading", level=1, name=ASKED).wait_for()


def test_volunteers_are_not_asked(phone, silian):
    phone.context.add_init_script(WITHOUT_A_BANNER)
    phone.open()
    enter(phone, silian, "patrol1")
    phone.page.wait_for_timeout(1000)
    assert phone.page.get_by_text(ASKED).count() == 0
