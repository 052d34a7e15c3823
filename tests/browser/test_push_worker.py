"""Pushes on the phone: switched on and off, shown by the worker, tapped, kept when the browser gets a new address."""

from __future__ import annotations

import json

import pytest

from .phone import Phone
from .push_service import PushService
from .served import Silian
from .steps import Tab, enter, go, journal, rows, sign_in, wait

# The browser's push client, with an address at a push service that is here. What it holds outlives the page.
CLIENT = """
if (window.PushManager) {
  const kept = () => JSON.parse(localStorage.getItem("subscription"));
  const unsubscribe = async () => { localStorage.removeItem("subscription"); return true };
  const shaped = (found) => found && { ...found, toJSON: () => found, unsubscribe };
  PushManager.prototype.getSubscription = async () => shaped(kept());
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    if (!userVisibleOnly || applicationServerKey.length !== 65) throw new TypeError("what is this key?");
    localStorage.setItem("subscription", localStorage.getItem("address"));
    return shaped(kept());
  };
}
"""
# A synthetic event may neither focus a window nor open one, so the worker's calls are written down instead.
TAP = """async (data) => {
  const seen = { focused: [], opened: [] };
  WindowClient.prototype.focus = async function () { seen.focused.push(this.url); return this };
  Clients.prototype.openWindow = async (url) => { seen.opened.push(url); return null };
  await self.registration.showNotification("四联", { data, tag: "tapped" });
  const [notification] = await self.registration.getNotifications({ tag: "tapped" });
  await self.happen(Object.assign(new NotificationEvent("notificationclick", { notification })));
  seen.left = (await self.registration.getNotifications({ tag: "tapped" })).length;
  return seen;
}"""
HAPPEN = """() => {
  self.happen = async (event) => {
    const awaited = [];
    event.waitUntil = (work) => awaited.push(work); // only the browser's own events know it
    self.dispatchEvent(event);
    await Promise.all(awaited);
  };
}"""


def in_worker(phone: Phone, script: str, given: object = None) -> object:
    worker = next(one for one in phone.context.service_workers if one.url.startswith(phone.url))
    worker.evaluate(HAPPEN)
    return worker.evaluate(script, given)


@pytest.fixture
def pushed(phone: Phone, silian: Silian, push_service: PushService) -> Phone:
    """Signed in, with a push service that knows this browser."""
    phone.page.add_init_script(CLIENT)
    sign_in(phone, silian, "grid1")
    public = phone.page.evaluate("fetch('/auth/me').then((r) => r.json()).then((me) => me.push.public_key)")
    address = push_service.subscribe(public)
    phone.page.evaluate("(address) => localStorage.setItem('address', JSON.stringify(address))", address)
    return phone


def endpoints(silian: Silian, login: str) -> list[object]:
    query = "SELECT endpoint FROM subscription JOIN account ON account.id = account_id WHERE login = ?"
    return [endpoint for (endpoint,) in rows(silian, query, login)]


def address(phone: Phone) -> str:
    return str(phone.page.evaluate("JSON.parse(localStorage.getItem('address')).endpoint"))


def switch_on(phone: Phone) -> None:
    go(phone, "#/inbox")
    phone.page.get_by_role("switch").click()
    phone.page.get_by_text("推送开着").wait_for()


def test_pushes_are_switched_on_and_off_and_the_server_follows(pushed, silian):
    phone = pushed
    switch_on(phone)
    assert wait(lambda: address(phone) in endpoints(silian, "grid1"))
    phone.page.reload()
    phone.page.get_by_text("推送开着").wait_for()
    phone.page.get_by_role("switch").click()
    phone.page.get_by_text("推送没开").wait_for()
    assert wait(lambda: address(phone) not in endpoints(silian, "grid1"))
    assert not phone.errors


def test_signing_out_ends_them_and_so_does_another_person_signing_in(pushed, silian):
    phone = pushed
    switch_on(phone)
    assert wait(lambda: address(phone) in endpoints(silian, "grid1"))
    go(phone, "#/sign-in")
    enter(phone, silian, "patrol1")
    phone.until("() => !localStorage.getItem('subscription')")  # nothing of the one before is shown to the next
    switch_on(phone)
    assert wait(lambda: address(phone) in endpoints(silian, "patrol1"))
    assert address(phone) not in endpoints(silian, "grid1")
    go(phone, "#/settings")
    phone.page.get_by_role("button", name="退出登录").click()
    phone.page.get_by_role("button", name="退出", exact=True).click()
    phone.page.get_by_label("登录名").wait_for()
    assert phone.page.evaluate("localStorage.getItem('subscription')") is None
    assert wait(lambda: address(phone) not in endpoints(silian, "patrol1"))


def test_without_a_network_or_without_leave_the_switch_says_why(pushed):
    phone = pushed
    phone.offline()
    go(phone, "#/inbox")
    phone.page.get_by_role("switch").click()
    phone.page.get_by_role("alert").wait_for()
    assert phone.page.evaluate("localStorage.getItem('subscription')") is None
    phone.online()
    denied = {"permission": {"name": "notifications"}, "setting": "denied", "origin": phone.url}
    phone.cdp().send("Browser.setPermission", denied)
    phone.page.reload()
    phone.page.get_by_text("浏览器不让推送").wait_for()


def test_a_key_that_the_server_has_no_more_is_replaced(pushed, silian):
    phone = pushed
    phone.page.evaluate(
        """() => {
            const real = PushManager.prototype.subscribe;
            localStorage.setItem("subscription", JSON.stringify({ endpoint: "https://old.example/1", keys: {} }));
            PushManager.prototype.subscribe = async (options) => {
                if (localStorage.getItem("subscription")) throw new DOMException("another key", "InvalidStateError");
                return real(options);
            };
        }"""
    )
    phone.page.evaluate("location.hash = '#/inbox'")
    phone.page.get_by_role("switch").click()
    assert wait(lambda: address(phone) in endpoints(silian, "grid1"))


def deliver(phone: Phone, data: str) -> None:
    cdp = phone.cdp()
    found: list[str] = []

    def note(event: dict[str, list[dict[str, str]]]) -> None:
        found.extend(one["registrationId"] for one in event["registrations"] if one["scopeURL"].startswith(phone.url))

    cdp.on("ServiceWorker.workerRegistrationUpdated", note)
    cdp.send("ServiceWorker.enable")
    assert wait(lambda: found or phone.page.wait_for_timeout(50))
    given = {"origin": phone.url, "registrationId": found[-1], "data": data}
    cdp.send("ServiceWorker.deliverPushMessage", given)


def shown(phone: Phone) -> list[list[str]]:
    found: list[list[str]] = phone.page.evaluate(
        """async () => (await (await navigator.serviceWorker.ready).getNotifications())
            .map(({ title, body, tag }) => [title, body, tag])"""
    )
    return found


def test_a_push_is_shown_folded_by_its_tag_and_told_to_the_open_window(pushed):
    phone = pushed
    phone.page.evaluate(
        """() => {
            window.told = 0;
            navigator.serviceWorker.addEventListener("message", ({ data }) => { if (data.push) window.told += 1 });
        }"""
    )
    message = {"id": "a", "token": "t", "title": "接手一件事", "body": "3号楼", "path": "/#/matters/x", "tag": "case-x"}
    deliver(phone, json.dumps(message))
    deliver(phone, json.dumps({**message, "body": "5号楼"}))
    phone.until("() => window.told === 2")
    assert wait(lambda: shown(phone) == [["接手一件事", "5号楼", "case-x"]]), shown(phone)
    assert wait(lambda: phone.proxy.count("POST", "/alerts/a/seen"))


def test_a_push_that_cannot_be_read_is_shown_all_the_same(pushed):
    deliver(pushed, "not JSON")
    assert wait(lambda: [title for title, _, _ in shown(pushed)] == ["四联"]), shown(pushed)


def test_a_tap_brings_the_open_window_to_the_front_and_leads_it_there(pushed):
    phone = pushed
    phone.page.evaluate("window.mark = 'the same page'")
    seen = in_worker(phone, TAP, {"path": "/#/settings", "id": "b", "token": "t"})
    assert (len(seen["focused"]), seen["opened"], seen["left"]) == (1, [], 0)
    phone.page.get_by_role("heading", level=1, name="设置").wait_for()
    assert phone.page.evaluate("window.mark") == "the same page"
    assert wait(lambda: phone.proxy.count("POST", "/alerts/b/seen"))


def test_a_tap_opens_a_window_where_none_is_and_never_a_foreign_one(pushed):
    phone = pushed
    other = Tab(phone, "healthz")
    phone.page.goto("about:blank")
    for path, opened in (("/#/inbox", "/#/inbox"), ("https://example.org/", "/"), ("//example.org", "/"), (None, "/")):
        seen = in_worker(phone, TAP, {"path": path})
        assert (seen["focused"], seen["opened"]) == ([], [opened]), path
    assert other.page.url.endswith("/healthz")


def test_a_receipt_waits_for_the_network(pushed):
    phone = pushed
    phone.offline()
    in_worker(phone, TAP, {"path": "/#/inbox", "id": "c", "token": "t"})
    assert phone.proxy.count("POST", "/alerts/c/seen") == 0
    phone.online()
    assert wait(lambda: phone.proxy.count("POST", "/alerts/c/seen"))


def test_a_new_address_from_the_browser_reaches_the_server_and_the_old_one_goes(pushed, silian, push_service):
    phone = pushed
    switch_on(phone)
    old = address(phone)
    assert wait(lambda: old in endpoints(silian, "grid1"))
    public = phone.page.evaluate("fetch('/auth/me').then((r) => r.json()).then((me) => me.push.public_key)")
    new = push_service.subscribe(public)
    change = """async ([old, given]) => {
        const change = { oldSubscription: { endpoint: old }, newSubscription: { toJSON: () => given } };
        await self.happen(Object.assign(new ExtendableEvent("pushsubscriptionchange"), change));
    }"""
    in_worker(phone, change, [old, new])
    assert wait(lambda: endpoints(silian, "grid1").count(new["endpoint"]) == 1)
    assert wait(lambda: old not in endpoints(silian, "grid1"))
    told = [entry["type"] for entry in journal(phone)]
    assert told == ["alert.subscribe", "alert.unsubscribe", "alert.subscribe"]
