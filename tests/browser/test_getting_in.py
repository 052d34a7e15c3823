"""Getting in without ever having had an account: an invitation, six digits, in. And back in on the same phone."""

from __future__ import annotations

import pytest

from .phone import Phone
from .steps import SIGN_IN_AGAIN, go, heard, invite, rows, say, wait

PIN = "314159"
TAPS_MOST = 4
COUNT_TAPS = """() => {
    window.taps = 0;
    addEventListener('pointerdown', () => window.taps++, true);
}"""


def come_in(phone: Phone, fragment: str, pin: str = PIN) -> None:
    page = phone.open(fragment)
    page.locator("#pin").fill(pin)
    page.locator("button.band").tap()
    page.get_by_role("heading", level=1, name="今天").wait_for()


def sign_out(phone: Phone) -> None:
    go(phone, "#/settings")
    phone.page.get_by_role("button", name="退出登录").click()
    phone.page.get_by_role("button", name="退出", exact=True).click()
    phone.page.locator("#pin").wait_for()


def test_from_the_qr_code_to_today_with_one_pin_and_few_taps(phone, silian):
    """The field is tapped as a person would; digits come from the phone's own keys, which are not counted as taps."""
    fragment = invite(silian, "newcomer")
    page = phone.open(fragment)
    page.locator("#pin").wait_for()
    page.evaluate(COUNT_TAPS)
    page.locator("#pin").tap()
    page.keyboard.type(PIN)
    page.locator("button.band").tap()
    page.get_by_role("heading", level=1, name="今天").wait_for()
    taps = page.evaluate("window.taps")
    assert 1 <= taps <= TAPS_MOST, taps
    assert page.locator("#pin").count() == 0 and not phone.errors
    assert "activate" not in page.evaluate("location.href")


def test_an_easy_pin_and_a_used_invitation_are_said_in_words(new_phone, silian):
    fragment, first = invite(silian, "careful"), new_phone()
    page = first.open(fragment)
    page.locator("#pin").fill("１２３ ４５６")
    assert page.locator("#pin").input_value() == "123456"
    page.locator("button.band").tap()
    page.get_by_text("这个太好猜了").wait_for()
    come_in(first, fragment, "271828")
    page = new_phone(locale="en-GB").open(fragment)
    page.locator("#pin").fill(PIN)
    page.locator("button.band").tap()
    page.get_by_text("used or has expired").wait_for()


def test_back_in_by_the_pin_and_the_queue_goes_out(phone, silian):
    come_in(phone, invite(silian, "backagain"))
    phone.page.get_by_text("都送到了").first.wait_for()
    phone.offline()
    say(phone, "用 PIN 回来的")
    phone.context.clear_cookies()
    phone.online()
    phone.page.get_by_text(SIGN_IN_AGAIN).first.wait_for()
    phone.page.get_by_text(SIGN_IN_AGAIN).first.click()
    page = phone.page
    page.locator("#pin").fill("000001")
    page.locator("button.band").tap()
    page.get_by_text("数字密码不对").wait_for()
    assert page.locator("#pin").input_value() == ""
    page.locator("#pin").fill(PIN)
    page.locator("button.band").tap()
    assert wait(lambda: heard(silian, "用 PIN 回来的")) == 1
    assert not phone.errors


def test_two_people_on_one_phone_each_with_a_pin_and_nothing_mixes(phone, silian):
    come_in(phone, invite(silian, "firstone", name="头一个"), PIN)
    phone.page.get_by_text("都送到了").first.wait_for()
    phone.offline()
    say(phone, "头一个人的话")
    sign_out(phone)
    phone.online()
    come_in(phone, invite(silian, "secondone", name="第二个"), "271828")
    go(phone, "#/records")
    phone.page.get_by_text("还没有记录").wait_for()
    assert phone.page.get_by_text("头一个人的话").count() == 0
    sign_out(phone)
    page = phone.page
    page.get_by_label("头一个").check()
    page.locator("#pin").fill("271828")
    page.locator("button.band").tap()
    page.get_by_text("数字密码不对").wait_for()
    page.locator("#pin").fill(PIN)
    page.locator("button.band").tap()
    page.get_by_role("heading", level=1, name="今天").wait_for()
    assert wait(lambda: heard(silian, "头一个人的话")) == 1
    author = "SELECT a.login FROM opinion o JOIN account a ON a.id = o.account_id WHERE o.body ->> 'text' = ?"
    assert rows(silian, author, "头一个人的话") == [("firstone",)]
    assert not phone.errors


@pytest.mark.parametrize("elder", [False, True])
def test_the_field_is_large_enough_to_tap(phone, silian, elder):
    page = phone.open(invite(silian, "taps"))
    page.locator("#pin").wait_for()
    if elder:
        page.locator("button.elder").tap()
    assert page.locator("#pin").bounding_box()["height"] >= (60 if elder else 48)
    assert page.locator("#pin").get_attribute("inputmode") == "numeric"
    assert page.locator("#pin").get_attribute("autocomplete") == "new-password"
