"""What makes a page an app: installed, opened by a shortcut or a shared photo, awake on a round, honest on its icon."""

from __future__ import annotations

import base64
import json

import pytest
import requests

from .phone import Phone
from .steps import ACTIVE, enter, go, heard, picture, say, sign_in, wait

# What the app asks of the browser, written down before it asks.
LISTEN = """
window.asked = [];
const note = (name, object, method) => {
  const real = object[method];
  object[method] = function (...given) { window.asked.push([name, ...given]); return real.apply(this, given); };
};
note("badge", Navigator.prototype, "setAppBadge");
note("unbadge", Navigator.prototype, "clearAppBadge");
note("persist", StorageManager.prototype, "persist");
note("wake", WakeLock.prototype, "request");
"""
SHARE = """async ([name, type, bytes]) => {
  const form = document.createElement("form");
  Object.assign(form, { method: "POST", action: "/share", enctype: "multipart/form-data" });
  const input = Object.assign(document.createElement("input"), { type: "file", name: "photo" });
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
  input.files = files.files;
  form.append(input);
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture
def listening(phone: Phone) -> Phone:
    phone.page.add_init_script(LISTEN)
    return phone


def asked(phone: Phone, name: str) -> list[list[object]]:
    return [one for one in phone.page.evaluate("window.asked") if one[0] == name]


def allow(phone: Phone, name: str) -> None:
    phone.cdp().send("Browser.setPermission", {"permission": {"name": name}, "setting": "granted", "origin": phone.url})


def test_the_manifest_is_whole_and_the_browser_would_install_it(phone, silian):
    phone.open()
    phone.until(ACTIVE)
    phone.page.reload()
    cdp = phone.cdp()
    found = cdp.send("Page.getAppManifest")
    assert found["errors"] == [] and found["url"] == f"{phone.url}/manifest.webmanifest"
    assert cdp.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    assert cdp.send("Page.getAppId")["appId"] == f"{phone.url}/"
    manifest = json.loads(found["data"])
    named = [*manifest["icons"], *manifest["screenshots"], *manifest["shortcuts"][0]["icons"]]
    for one in named:
        answer = requests.get(phone.url + one["src"], timeout=5)
        assert answer.ok and answer.headers["Content-Type"].startswith(one.get("type", "image/png")), one
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert [shortcut["url"] for shortcut in manifest["shortcuts"]] == ["/#/patrol", "/#/visit", "/#/opinion"]


def test_what_the_first_screen_needs_is_asked_for_at_once(phone, silian):
    page = phone.open()
    hints = page.evaluate("[...document.querySelectorAll('link[rel=modulepreload]')].map((link) => link.href)")
    fetched = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert len(hints) >= 2 and set(hints) <= set(fetched)
    page.get_by_label("登录名").wait_for()


@pytest.mark.parametrize(("login", "heading"), [("grid1", "发现问题"), ("resident1", "记民情")])
def test_a_photo_shared_from_the_gallery_opens_the_form_with_it(phone, silian, login, heading):
    sign_in(phone, silian, login)
    phone.page.reload()
    phone.offline()  # in a basement too
    shot = picture()
    bytes_ = base64.b64encode(shot["buffer"]).decode()
    phone.page.evaluate(SHARE, [shot["name"], shot["mimeType"], bytes_])
    phone.page.get_by_role("heading", level=1, name=heading).wait_for()
    phone.page.locator(".shot img").wait_for()
    phone.page.reload()  # it is in the draft by now, and comes once
    phone.page.get_by_role("heading", level=1, name=heading).wait_for()
    phone.page.locator(".shot img").wait_for()
    assert phone.page.locator(".shot img").count() == 1 and phone.page.locator(".wrong").count() == 0


def test_a_shared_photo_waits_for_whoever_has_to_sign_in_first(phone, silian):
    phone.open()
    phone.until(ACTIVE)
    phone.page.reload()
    shot = picture()
    phone.page.evaluate(SHARE, [shot["name"], shot["mimeType"], base64.b64encode(shot["buffer"]).decode()])
    phone.page.wait_for_url("**/#/finding/shared")
    page = phone.page
    page.get_by_label("登录名").fill("grid1")
    page.get_by_label("密码").fill(silian.password)
    page.locator("button.band").click()
    page.locator(".shot img").wait_for()


def test_a_shared_photo_that_found_no_room_is_missed_aloud(phone, silian):
    sign_in(phone, silian, "grid1")
    go(phone, "#/finding/shared")
    phone.page.get_by_text("分享来的照片没存下").wait_for()


def test_the_icon_counts_what_has_no_outcome(listening, silian):
    phone = listening
    sign_in(phone, silian, "grid1")
    phone.offline()
    for n in (1, 2):
        say(phone, f"图标数 {n}")
        phone.until("(n) => window.asked.findLast(([name]) => name === 'badge')?.[1] === n", n)
    told = [one for one in phone.page.evaluate("window.asked") if "badge" in one[0]]
    assert told[told.index(["badge", 1]) :] == [["badge", 1], ["badge", 2]], (
        "what cannot be sent is counted all the time"
    )
    phone.online()
    phone.until("() => window.asked.findLast(([name]) => /badge/.test(name))[0] === 'unbadge'")


def test_the_browser_is_asked_to_keep_the_records_at_the_first_of_them(listening, silian):
    phone = listening
    sign_in(phone, silian, "grid1")
    assert asked(phone, "persist") == []
    go(phone, "#/settings")
    phone.page.get_by_text("浏览器可能清掉").wait_for()
    allow(phone, "persistent-storage")
    say(phone, "第一条")
    say(phone, "第二条")
    assert len(asked(phone, "persist")) == 1
    go(phone, "#/settings")
    phone.page.get_by_text("浏览器答应不清掉这里的记录").wait_for()


def test_the_screen_stays_awake_on_a_round_and_no_longer(listening, silian):
    phone = listening
    allow(phone, "screen-wake-lock")
    sign_in(phone, silian, "patrol1")
    assert asked(phone, "wake") == []
    go(phone, "#/patrol")
    phone.page.get_by_label("晚间巡逻").check()
    phone.page.get_by_role("button", name="开始巡逻").click()
    phone.page.get_by_role("button", name="我到了").wait_for()
    assert asked(phone, "wake") == [["wake", "screen"]]


def test_storage_cleared_by_the_browser_is_noticed_at_the_next_start(phone, silian):
    sign_in(phone, silian, "grid1")
    phone.offline()
    say(phone, "还没送就没了")
    types = "indexeddb,cache_storage,service_workers"  # what a browser clears when it is short of room
    phone.cdp().send("Storage.clearDataForOrigin", {"origin": phone.url, "storageTypes": types})
    phone.online()
    phone.open()
    phone.page.reload()
    phone.page.get_by_text("浏览器清过这部手机的存储").wait_for()
    enter(phone, silian, "grid1")
    phone.page.reload()
    phone.page.get_by_role("heading", level=1, name="今天").wait_for()
    assert phone.page.get_by_text("浏览器清过这部手机的存储").count() == 0


def test_signing_out_is_no_eviction(phone, silian):
    sign_in(phone, silian, "grid1")
    go(phone, "#/settings")
    phone.page.get_by_role("button", name="退出登录").click()
    phone.page.get_by_role("button", name="退出", exact=True).click()
    phone.page.get_by_label("登录名").wait_for()
    phone.page.reload()
    phone.page.get_by_label("登录名").wait_for()
    assert phone.page.get_by_text("浏览器清过这部手机的存储").count() == 0


def test_android_s_offer_is_taken_up_in_the_app(phone, silian):
    sign_in(phone, silian, "grid1")
    offer = """() => {
        const event = new Event("beforeinstallprompt", { cancelable: true });
        event.prompt = async () => { window.prompted = true };
        dispatchEvent(event);
        return event.defaultPrevented;
    }"""
    assert phone.page.evaluate(offer)
    phone.page.get_by_text("把四联放到手机桌面").wait_for()
    phone.page.get_by_role("button", name="放到桌面").click()
    phone.until("() => window.prompted")
    assert phone.page.get_by_text("把四联放到手机桌面").count() == 0


IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148 Safari"
WECHAT = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.47"


def test_an_iphone_is_told_the_way_to_the_home_screen_and_then_to_push(new_phone, silian):
    phone = new_phone(user_agent=IPHONE)
    phone.page.add_init_script("delete window.PushManager")  # as in Safari outside the home screen
    sign_in(phone, silian, "grid1")
    phone.page.get_by_text("添加到主屏幕").wait_for()
    phone.page.locator(".offer").get_by_role("button", name="知道了").click()
    assert phone.page.get_by_text("添加到主屏幕").count() == 0
    go(phone, "#/inbox")
    phone.page.get_by_text("添加到主屏幕").wait_for()
    go(phone, "#/settings")
    phone.page.get_by_text("添加到主屏幕").wait_for()


def test_wechat_s_browser_works_while_open_and_says_the_way_out(new_phone, silian):
    phone = new_phone(user_agent=WECHAT)
    sign_in(phone, silian, "grid1")
    phone.page.get_by_text("请点右上角，选“在浏览器打开”，才能收推送").wait_for()
    say(phone, "在微信里写的")
    assert wait(lambda: heard(silian, "在微信里写的") == 1)


def test_an_address_that_is_not_encrypted_says_what_to_do(phone):
    phone.page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    phone.open()
    phone.page.get_by_text("这个地址没有加密，手机存不住记录").wait_for()


def test_the_browser_wakes_the_worker_to_send_after_the_app_was_closed(phone, silian):
    allow(phone, "background-sync")
    sign_in(phone, silian, "grid1")
    phone.offline()
    say(phone, "关了以后再送")
    phone.until("async () => (await (await navigator.serviceWorker.ready).sync.getTags()).includes('exchange')")
    phone.page.goto("about:blank")  # no page of the app is open any more
    assert heard(silian, "关了以后再送") == 0
    phone.online()
    assert wait(lambda: heard(silian, "关了以后再送") == 1), "Background Sync did not send it"


def test_without_background_sync_it_goes_when_the_app_is_opened_again(phone, silian):
    phone.page.add_init_script("window.ServiceWorkerRegistration && delete ServiceWorkerRegistration.prototype.sync")
    sign_in(phone, silian, "grid1")
    phone.offline()
    say(phone, "没有后台也送")
    phone.page.goto("about:blank")
    phone.online()
    phone.open()
    assert wait(lambda: heard(silian, "没有后台也送") == 1)
    assert not phone.errors


def test_a_shortcut_leads_the_open_window_there_and_a_plain_start_leaves_it(phone, silian):
    phone.page.add_init_script(
        "Object.defineProperty(window, 'launchQueue', { value: { setConsumer: (heard) => { window.launch = heard } } })"
    )
    sign_in(phone, silian, "grid1")
    phone.until("() => window.launch")
    phone.page.evaluate("(url) => window.launch({ targetURL: url })", f"{phone.url}/#/visit")
    phone.page.get_by_role("heading", level=1, name="走访登记").wait_for()
    phone.page.evaluate("(url) => window.launch({ targetURL: url })", f"{phone.url}/")
    assert phone.page.evaluate("location.hash") == "#/visit"
