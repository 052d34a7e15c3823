"""The phone's storage fails as phones' storage does: full, closed while asleep, upgraded under an open window."""

from __future__ import annotations

import pytest

from . import newer
from .phone import Phone
from .steps import (
    Tab,
    go,
    heard,
    journal,
    loaded,
    loads_of,
    save,
    say,
    sign_in,
    take_photo,
    texts,
    wait,
    waiting,
    write,
)

QUOTA_BYTES = 3_000_000
ROOM_BYTES = 60_000  # enough for words, not for a photo
FILL = """() => new Promise((done, failed) => {
  const opening = indexedDB.open("filler", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("bytes", { autoIncrement: true });
  opening.onsuccess = () => {
    const more = () => {
      const writing = opening.result.transaction("bytes", "readwrite");
      // random: equal bytes would be packed to nothing
      writing.objectStore("bytes").put(crypto.getRandomValues(new Uint8Array(64 * 1024)));
      writing.oncomplete = more;
      writing.onabort = () => (writing.error.name === "QuotaExceededError" ? done() : failed(writing.error));
    };
    more();
  };
})"""
HANDLES = """
window.handles = [];
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...given) {
  const request = open.apply(this, given);
  request.addEventListener("success", () => window.handles.push(request.result));
  return request;
};
"""


@pytest.fixture
def small_phone(phone: Phone, silian) -> Phone:
    """Signed in, offline, with little room from the beginning: Chromium asks only now and then how much there is."""
    phone.cdp().send("Storage.overrideQuotaForOrigin", {"origin": phone.url, "quotaSize": QUOTA_BYTES})
    sign_in(phone, silian, "grid1")
    phone.offline()
    return phone


CLOSE = "() => (window.handles.forEach((handle) => handle.close()), window.handles.length)"
# A window that hears of an upgrade and does nothing.
HOLD = """() => new Promise((done) => {
  indexedDB.open("silian-journal").onsuccess = ({ target }) => done((window.held = target.result) && true);
})"""


def fill_up(phone: Phone) -> None:
    phone.page.evaluate(FILL)
    leave(phone, ROOM_BYTES)


def leave(phone: Phone, room: int) -> None:
    cdp = phone.cdp()
    used = cdp.send("Storage.getUsageAndQuota", {"origin": phone.url})["usage"]
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": phone.url, "quotaSize": int(used) + room})


def test_a_phone_that_fills_up_between_photo_and_record_says_so_and_keeps_every_word(small_phone, silian):
    phone = small_phone
    write(phone, "墙上裂了一条缝")
    take_photo(phone)
    fill_up(phone)
    save(phone)
    alarm = phone.page.get_by_role("alert")
    alarm.get_by_text("手机满了，存不下。请先删几张旧照片").wait_for()
    alarm.get_by_role("button", name="复制文字").wait_for()
    assert phone.page.locator("#text").input_value() == "墙上裂了一条缝"
    assert phone.page.locator(".shot img").count() == 1
    assert texts(phone) == []  # neither the words without the photo nor the photo without the words
    leave(phone, QUOTA_BYTES)
    save(phone)
    phone.page.get_by_text("存好了，在手机里").wait_for()
    phone.online()
    assert wait(lambda: heard(silian, "墙上裂了一条缝") == 1)
    assert not phone.errors


def test_words_alone_still_fit_when_a_photo_does_not(small_phone):
    phone = small_phone
    write(phone, "先记字")
    take_photo(phone)
    fill_up(phone)
    save(phone)
    phone.page.get_by_role("alert").get_by_text("手机满了").wait_for()
    phone.page.locator(".shot button").click()
    save(phone)
    phone.page.get_by_text("存好了，在手机里").wait_for()
    assert texts(phone) == ["先记字"]


def test_connections_that_a_sleeping_phone_has_closed_are_opened_again(phone, silian):
    phone.page.add_init_script(HANDLES)
    sign_in(phone, silian, "grid1")
    phone.offline()
    for text in ("睡醒了第一条", "睡醒了第二条"):
        assert phone.page.evaluate(CLOSE) >= 2
        say(phone, text)
    phone.page.evaluate(CLOSE)
    write(phone, "半句话")
    phone.page.wait_for_timeout(500)
    phone.page.reload()
    phone.page.locator("#text").wait_for()
    assert phone.page.locator("#text").input_value() == "半句话"  # the draft too
    phone.online()
    assert wait(lambda: heard(silian, "睡醒了第二条") == 1)
    assert heard(silian, "睡醒了第一条") == 1 and not phone.errors


@pytest.fixture
def with_a_new_store(tmp_path):
    """The next release: one more store in the journal's database."""
    now = 'name: "silian-journal",\n  version: 3,\n  stores: {'
    then = 'name: "silian-journal",\n  version: 4,\n  stores: {\n    later: ["key"],'
    return newer.build(tmp_path / "newer", {"static/field/store.ts": (now, then)})


def test_an_upgrade_of_the_store_finds_a_queue_and_a_second_window_that_is_being_written_in(
    phone, silian, with_a_new_store
):
    sign_in(phone, silian, "grid1")
    phone.page.reload()  # the worker is in charge from here on
    phone.proxy.misbehave("/sync/", lambda request, to_server: None, times=1000)
    say(phone, "升级以前的")
    write(phone, "升级时正在写的")
    loads = loads_of(phone)
    newer.put_on(phone.proxy, with_a_new_store)
    other = Tab(phone, "#/today")
    other.page.evaluate("async () => { await (await navigator.serviceWorker.ready).update() }")
    reloads = loads_of(other)
    other.page.get_by_role("button", name="换新版").click()
    assert loaded(other, reloads)
    other.until("async () => (await indexedDB.databases()).find(({ name }) => name === 'silian-journal').version === 4")
    go(other, "#/records")
    other.page.get_by_text("升级以前的").first.wait_for()
    # the older window was not reloaded over somebody's words, and still saves
    assert loads == [] and phone.page.locator("#text").input_value() == "升级时正在写的"
    save(phone)
    phone.page.get_by_text("存好了，在手机里").wait_for()
    assert wait(lambda: waiting(other) == ["升级以前的", "升级时正在写的"])
    assert [entry["seq"] for entry in journal(other)] == [1, 2] and loads == []
    go(phone, "#/settings")
    assert loaded(phone, loads)  # nothing is written any more and "saved" was read: it comes along
    phone.page.get_by_text(newer.VERSION).wait_for()
    assert len(loads) == 1
    assert not phone.errors


def test_a_window_that_does_not_let_go_of_the_store_is_named_and_waited_for(phone, silian, with_a_new_store):
    sign_in(phone, silian, "grid1")
    phone.offline()
    say(phone, "在旧窗口里")
    phone.online()
    phone.page.goto(f"{phone.url}/healthz")
    phone.page.evaluate(HOLD)
    newer.put_on(phone.proxy, with_a_new_store)
    other = Tab(phone)
    other.page.evaluate("async () => { await (await navigator.serviceWorker.ready).update() }")
    other.page.get_by_role("button", name="换新版").click()
    other.page.get_by_text("请把别的四联窗口都关掉").wait_for()
    phone.page.goto("about:blank")
    other.page.get_by_role("heading", level=1, name="今天").wait_for()
    assert "在旧窗口里" in texts(other)
