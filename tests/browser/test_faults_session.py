"""Who works on the phone: the session ends with a queue here, two people share it, somebody signs out too early."""

from __future__ import annotations

import pytest

from . import proxy
from .phone import Phone
from .steps import SIGN_IN_AGAIN, enter, go, heard, journal, rows, say, sign_in, texts, wait, waiting

EVERY_SCREEN = (
    "today", "patrol", "patrol/nowhere", "finding", "visit", "opinion", "raise",
    "records", "matters", "matters/nowhere", "inbox", "settings", "nowhere",
)  # fmt: skip


@pytest.fixture
def lost(phone: Phone, silian) -> Phone:
    """Two records wait, and the server knows of no session any more."""
    sign_in(phone, silian, "grid1")
    phone.offline()
    say(phone, "会话没了一")
    say(phone, "会话没了二")
    phone.context.clear_cookies()
    phone.online()
    phone.page.get_by_text(SIGN_IN_AGAIN).first.wait_for()
    return phone


def test_a_lost_session_is_said_on_every_screen_and_signing_in_again_sends_all_once(lost, silian):
    phone = lost
    for screen in EVERY_SCREEN:
        go(phone, f"#/{screen}")
        phone.page.locator("h1").first.wait_for()
        phone.page.get_by_text(SIGN_IN_AGAIN).wait_for()
        assert phone.page.get_by_text(SIGN_IN_AGAIN).count() == 1, screen
    go(phone, "#/records")
    phone.page.get_by_text("待上传 2 条").wait_for()
    phone.page.get_by_text(SIGN_IN_AGAIN).click()
    phone.page.get_by_role("heading", level=1, name="再登录一次").wait_for()
    enter(phone, silian, "grid1")
    phone.until("() => document.querySelector('.sync').innerText.includes('都送到了')")
    assert (heard(silian, "会话没了一"), heard(silian, "会话没了二")) == (1, 1)
    assert phone.page.get_by_text(SIGN_IN_AGAIN).count() == 0 and not phone.errors


# As a browser does that knows the password: in the moment in which the fields are there.
FILLED_AT_ONCE = """() => new Promise((done) => {
  const fill = () => {
    const field = document.querySelector('#login');
    if (!field) return;
    watch.disconnect();
    field.value = 'grid1';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    setTimeout(() => done(field.value), 500);
  };
  const watch = new MutationObserver(fill);
  watch.observe(document.body, { childList: true, subtree: true });
  location.hash = '#/sign-in';
})"""


def test_what_is_filled_in_at_once_when_asked_again_stays(lost, silian):
    assert lost.page.evaluate(FILLED_AT_ONCE) == "grid1"
    lost.page.get_by_label("密码").fill(silian.password)
    lost.page.locator("button.band").click()
    lost.page.locator("nav.bar").wait_for()
    assert not lost.errors


def test_after_a_restart_too_and_work_goes_on_meanwhile(lost, silian):
    phone = lost
    phone.restart()
    phone.open("#/records")
    phone.page.get_by_text(SIGN_IN_AGAIN).wait_for()
    say(phone, "会话没了三")
    assert waiting(phone) == ["会话没了一", "会话没了二", "会话没了三"]
    assert [entry["seq"] for entry in journal(phone)] == [1, 2, 3]


def sign_out(phone: Phone) -> None:
    go(phone, "#/settings")
    phone.page.get_by_role("button", name="退出登录").click()
    phone.page.get_by_role("button", name="退出", exact=True).click()
    phone.page.get_by_label("登录名").wait_for()


def account(silian, login: str) -> object:
    return rows(silian, "SELECT id FROM account WHERE login = ?", login)[0][0]


def authors(silian, text: str) -> list[object]:
    return [author for (author,) in rows(silian, "SELECT account_id FROM opinion WHERE body ->> 'text' = ?", text)]


def test_two_people_on_one_phone_are_two_journals_and_nothing_mixes(phone, silian):
    sign_in(phone, silian, "grid1")
    unreachable = 1000
    phone.proxy.misbehave("/sync/", proxy.drop_request, times=unreachable)
    say(phone, "头一个人写的")
    sign_out(phone)
    enter(phone, silian, "patrol1")
    go(phone, "#/records")
    phone.page.get_by_text("还没有记录").wait_for()
    assert phone.page.get_by_text("头一个人写的").count() == 0
    say(phone, "第二个人写的")
    phone.proxy.behave()
    go(phone, "#/today")
    phone.page.reload()
    assert wait(lambda: heard(silian, "第二个人写的") == 1)
    phone.page.get_by_text("都送到了").wait_for()
    assert heard(silian, "头一个人写的") == 0  # nobody sends it but its author
    assert {entry["account"] for entry in journal(phone)} == {account(silian, "grid1"), account(silian, "patrol1")}
    assert len({entry["device"] for entry in journal(phone)}) == 2
    sign_out(phone)
    enter(phone, silian, "grid1")
    assert wait(lambda: heard(silian, "头一个人写的") == 1)
    assert authors(silian, "头一个人写的") == [account(silian, "grid1")]
    assert authors(silian, "第二个人写的") == [account(silian, "patrol1")]
    assert not phone.errors


def test_another_one_s_draft_is_not_shown(phone, silian):
    sign_in(phone, silian, "grid1")
    go(phone, "#/opinion")
    phone.page.locator("#text").fill("还没写完的话")
    phone.page.wait_for_timeout(500)
    sign_out(phone)
    enter(phone, silian, "patrol1")
    go(phone, "#/opinion")
    phone.page.locator("#text").wait_for()
    assert phone.page.locator("#text").input_value() == ""
    sign_out(phone)
    enter(phone, silian, "grid1")
    go(phone, "#/opinion")
    phone.until("() => document.querySelector('#text')?.value === '还没写完的话'")


def test_signing_out_with_a_queue_asks_keeps_it_and_the_next_sign_in_sends_it(phone, silian):
    sign_in(phone, silian, "grid1")
    phone.offline()
    say(phone, "退出以前写的")
    go(phone, "#/settings")
    phone.page.get_by_role("button", name="退出登录").click()
    phone.page.get_by_text("还有 1 条没送到。退出后它们留在手机里").wait_for()
    phone.page.get_by_role("button", name="不退出").click()
    assert phone.page.get_by_label("登录名").count() == 0
    sign_out(phone)
    assert texts(phone) == ["退出以前写的"]
    documents = """() => new Promise((done) => {
        indexedDB.open("silian").onsuccess = ({ target }) => {
            const all = target.result.transaction("documents").objectStore("documents").count();
            all.onsuccess = () => (target.result.close(), done(all.result));
        };
    })"""
    assert phone.page.evaluate(documents) == 0  # what others wrote is gone from the phone
    phone.page.get_by_label("登录名").fill("grid1")
    phone.page.get_by_label("密码").fill(silian.password)
    phone.page.locator("button.band").click()
    phone.page.get_by_text("没有网络，现在登录不了").wait_for()
    phone.online()
    enter(phone, silian, "grid1")
    assert wait(lambda: heard(silian, "退出以前写的") == 1)
    assert not phone.errors
