"""Passkeys with Chromium's own virtual authenticator: made in the settings, at an invitation and at the desk; used."""

from __future__ import annotations

from .phone import Phone
from .steps import give_chip, go, invite, rows, sign_in


def sign_out(phone: Phone) -> None:
    go(phone, "#/settings")
    phone.page.get_by_role("button", name="退出登录").click()
    phone.page.get_by_role("button", name="退出", exact=True).click()
    phone.page.get_by_role("button", name="用通行密钥登录").wait_for()


def test_made_in_the_settings_and_signed_in_with_on_the_same_device(phone, silian):
    sign_in(phone, silian, "grid2")
    chip, id = give_chip(phone)
    go(phone, "#/settings")
    phone.page.get_by_text("就是这部").wait_for()
    phone.page.get_by_role("button", name="设一把通行密钥").click()
    phone.page.get_by_text("通行密钥：1 把").wait_for()
    phone.page.get_by_role("button", name="设一把通行密钥").click()
    phone.page.get_by_text("已经有一把了").wait_for()
    devices = "SELECT d.id FROM sync_device d JOIN account a ON a.id = d.account WHERE a.login = 'grid2'"
    known = rows(silian, devices)
    sign_out(phone)
    phone.page.get_by_role("button", name="用通行密钥登录").click()
    phone.page.get_by_role("heading", level=1, name="今天").wait_for()
    phone.page.get_by_text("都送到了").first.wait_for()
    assert rows(silian, devices) == known
    sign_out(phone)
    chip.send("WebAuthn.setUserVerified", {"authenticatorId": id, "isUserVerified": False})
    chip.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": id, "enabled": True})
    phone.page.get_by_role("button", name="用通行密钥登录").click()
    phone.page.locator(".alarm").wait_for()
    assert not phone.errors


def test_taken_away_after_a_second_question(phone, silian):
    sign_in(phone, silian, "building_head")
    give_chip(phone)
    go(phone, "#/settings")
    page = phone.page
    page.get_by_role("button", name="设一把通行密钥").click()
    page.get_by_text("还没用过").first.wait_for()
    page.get_by_role("button", name="去掉").click()
    page.get_by_text("用它就登录不了了").wait_for()
    page.get_by_role("button", name="去掉", exact=True).click()
    page.get_by_text("通行密钥：0 把").wait_for()
    mine = "SELECT count(*) FROM passkey k JOIN account a ON a.id = k.account_id WHERE a.login = 'building_head'"
    assert rows(silian, mine) == [(0,)] and not phone.errors


def test_an_invitation_and_a_passkey(phone, silian):
    phone.open(invite(silian, "keyholder"))
    give_chip(phone)
    phone.page.get_by_role("button", name="改用通行密钥").click()
    phone.page.get_by_role("heading", level=1, name="今天").wait_for()
    assert not phone.errors


def test_cancelled_is_said_and_the_other_ways_stay(phone, silian):
    phone.open("#/today")
    phone.page.get_by_role("button", name="用通行密钥登录").wait_for()
    phone.page.evaluate("""() => {
        navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    }""")
    phone.page.get_by_role("button", name="用通行密钥登录").click()
    phone.page.get_by_text("没有认出来。请再按一次").wait_for()
    assert phone.page.get_by_label("登录名").count() == 1


def test_at_the_desk_it_is_sign_in_and_second_step_in_one(phone, silian):
    page = phone.page
    page.goto(f"{phone.url}/desk/sign-in")
    give_chip(phone)
    page.locator("#login").fill("secretary")
    page.locator("#password").fill(silian.password)
    page.locator("button.band").click()
    page.wait_for_url("**/desk/matters")
    page.goto(f"{phone.url}/desk/second-step")
    page.locator("form[data-passkey=create] button").click()
    page.wait_for_url("**/desk/matters")
    page.locator("form[action$=sign-out] button").click()
    page.wait_for_url("**/desk/sign-in")
    page.locator("form[data-passkey=get] button").click()
    page.wait_for_url("**/desk/matters")
    assert not phone.errors
