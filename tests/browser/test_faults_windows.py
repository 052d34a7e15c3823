"""Two windows, a frozen one, and a new version that comes while somebody writes."""

from __future__ import annotations

import gzip
import threading

import pytest

from . import bare, newer, proxy
from .phone import Phone
from .steps import Tab, go, heard, loaded, loads_of, save, say, sign_in, texts, wait, waiting, write

UPDATE = "async () => { await (await navigator.serviceWorker.ready).update() }"
OFFERED = "有新版本，写完再换也行"


class Gate:
    """Holds the answers to requests with these words back until it is opened."""

    def __init__(self) -> None:
        self.words = ""
        self.open, self.reached = threading.Event(), threading.Event()

    def __call__(self, request: proxy.Request, to_server: proxy.Pass) -> proxy.Answer | None:
        answer = to_server(request)
        if self.words not in unpacked(request):
            return answer
        self.reached.set()
        self.open.wait(60)
        return answer


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.open.set()


def sent_with(phone: Phone, text: str) -> int:
    """How many exchanges carried it."""
    return sum(text in unpacked(request) for request, _ in phone.proxy.passed if request.path == "/sync/exchange")


def unpacked(request: proxy.Request) -> str:
    packed = ("content-encoding", "gzip") in [(name.lower(), value) for name, value in request.headers]
    return (gzip.decompress(request.body) if packed else request.body).decode()


# --- two windows ---


def test_two_windows_send_a_record_once(phone, silian, gate):
    sign_in(phone, silian, "grid1")
    other = Tab(phone)
    other.page.get_by_text("都送到了").first.wait_for()
    gate.words = "只送一次"
    phone.proxy.misbehave("/sync/exchange", gate, times=1000)
    say(phone, "只送一次")
    assert gate.reached.wait(20)
    for window in (phone, other):
        window.page.evaluate("() => { dispatchEvent(new Event('online')) }")  # both would like to
    other.page.wait_for_timeout(500)
    assert sent_with(phone, "只送一次") == 1
    gate.open.set()
    other.until("() => !document.querySelector('.sync').innerText.includes('条')")
    assert sent_with(phone, "只送一次") == 1 and heard(silian, "只送一次") == 1
    assert not phone.errors


def test_two_windows_show_the_same_records_at_once(phone, silian):
    sign_in(phone, silian, "grid1")
    other = Tab(phone, "#/records")
    phone.offline()
    say(phone, "那边也看得到")
    other.page.get_by_text("那边也看得到").first.wait_for()


def test_a_draft_belongs_to_one_window_and_can_be_taken_over(phone, silian):
    sign_in(phone, silian, "grid1")
    phone.offline()
    write(phone, "只写一份")
    phone.page.wait_for_timeout(500)
    other = Tab(phone, "#/opinion")
    other.page.get_by_text("这张表正在另一个窗口里写").wait_for()
    assert other.page.locator("#text").input_value() == "只写一份"
    assert other.page.get_by_role("button", name="存下来").count() == 0
    other.page.get_by_role("button", name="在这里写").click()
    other.page.get_by_role("button", name="存下来").wait_for()
    phone.page.get_by_text("这张表正在另一个窗口里写").wait_for()
    other.page.locator("#text").fill("在这里写完")
    save(other)
    other.page.get_by_text("存好了，在手机里").wait_for()
    assert texts(other) == ["在这里写完"]
    go(other, "#/today")
    phone.page.get_by_role("button", name="存下来").wait_for()  # the other window is done with it
    assert phone.page.locator("#text").input_value() == ""


# --- a frozen window ---

SIGN_IN = """((login, password) => {
  const fill = (id, text) => {
    const field = document.getElementById(id);
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  fill("login", login);
  fill("password", password);
  document.querySelector("button.band").click();
})"""
HELD = "navigator.locks.query().then(({ held }) => held.some(({ name }) => name.startsWith('silian-exchange')))"
FREE = f"{HELD}.then((held) => !held)"
CALL = "dispatchEvent(new Event('online')) && true"


@pytest.fixture
def bare_browser(browser, tmp_path):
    started = bare.Browser(browser, tmp_path / "bare")
    yield started
    started.close()


def test_a_window_frozen_in_mid_exchange_keeps_no_other_from_sending_and_goes_on_later(bare_browser, silian, gate):
    cable = proxy.Proxy(silian.url)
    first = bare_browser.window(cable.url)
    first.until("!!document.getElementById('login')")
    first.evaluate(f"{SIGN_IN}('grid1', {silian.password!r})")
    first.until("!!document.querySelector('.sync.sent')")
    second = bare_browser.window(cable.url)
    second.until("!!document.querySelector('.sync.sent')")
    second.until("performance.now() > 2000")
    second.until(FREE)
    assert first.evaluate("document.visibilityState") == "hidden"
    cable.misbehave("/sync/exchange", gate)
    first.evaluate(CALL)
    assert gate.reached.wait(20) and second.evaluate(HELD)
    first.freeze()
    second.until(FREE)
    before = cable.count("POST", "/sync/exchange")
    second.evaluate(CALL)
    assert wait(lambda: cable.count("POST", "/sync/exchange") > before)
    gate.open.set()
    before = cable.count("POST", "/sync/exchange")
    first.thaw()
    assert wait(lambda: cable.count("POST", "/sync/exchange") > before), "it did not go on"
    cable.close()


# --- a new version ---


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    return newer.build(tmp_path_factory.mktemp("release") / "newer")


def test_a_new_version_is_offered_and_not_forced_and_the_queue_comes_along(phone, silian, release):
    sign_in(phone, silian, "grid1")
    phone.page.reload()
    phone.proxy.misbehave("/sync/", proxy.drop_request, times=1000)
    say(phone, "换版本以前的")
    write(phone, "正在写的话")
    loads = loads_of(phone)
    newer.put_on(phone.proxy, release)
    phone.page.evaluate(UPDATE)
    phone.until("async () => !!(await navigator.serviceWorker.getRegistration()).waiting")
    assert phone.page.get_by_text(OFFERED).count() == 0  # nothing but the form asks for attention
    assert phone.page.locator("#text").input_value() == "正在写的话" and loads == []
    go(phone, "#/today")
    phone.page.get_by_text(OFFERED).wait_for()
    phone.page.wait_for_timeout(500)
    assert loads == []
    phone.page.get_by_role("button", name="换新版").click()
    assert loaded(phone, loads)
    go(phone, "#/settings")
    phone.page.get_by_text(newer.VERSION).wait_for()
    assert len(loads) == 1 and waiting(phone) == ["换版本以前的"]
    go(phone, "#/opinion")
    phone.until("() => document.querySelector('#text')?.value === '正在写的话'")
    assert not phone.errors


def test_another_window_keeps_its_form_and_its_saved_and_changes_when_its_person_goes_on(phone, silian, release):
    sign_in(phone, silian, "grid1")
    phone.page.reload()
    other = Tab(phone)
    other.page.get_by_text("都送到了").first.wait_for()
    write(other, "那边换版本时正在写")
    newer.put_on(phone.proxy, release)
    phone.page.evaluate(UPDATE)
    loads, there = loads_of(phone), loads_of(other)
    phone.page.get_by_role("button", name="换新版").click()
    assert loaded(phone, loads)
    save(other)
    other.page.get_by_text("存好了，在手机里").wait_for()
    other.page.wait_for_timeout(1000)
    assert other.page.get_by_text("存好了，在手机里").count() == 1 and there == []
    go(other, "#/settings")
    assert loaded(other, there)
    other.page.get_by_text(newer.VERSION).wait_for()
    assert texts(other) == ["那边换版本时正在写"] and not phone.errors


def test_without_asking_the_old_version_goes_on_and_the_new_one_comes_with_the_next_start(phone, silian, release):
    sign_in(phone, silian, "grid1")
    phone.page.reload()
    newer.put_on(phone.proxy, release)
    phone.page.evaluate(UPDATE)
    phone.until("async () => !!(await navigator.serviceWorker.getRegistration()).waiting")
    say(phone, "旧的还能用")
    phone.restart()
    phone.open("#/settings")
    phone.page.get_by_text(newer.VERSION).wait_for()
    assert texts(phone) == ["旧的还能用"]


@pytest.mark.parametrize("broken", ["a script", "/"])
def test_a_portal_s_page_among_the_new_files_leaves_the_old_version(phone, silian, release, broken):
    sign_in(phone, silian, "grid1")
    phone.page.reload()
    target = broken if broken == "/" else f"/static/{next(release.glob('others-*.js')).name}"
    phone.proxy.misbehave("/", at(target, proxy.portal, newer.answers_of(release)), times=1000)
    phone.page.evaluate(UPDATE)
    phone.until("async () => !(await navigator.serviceWorker.getRegistration()).installing")
    assert phone.page.evaluate("async () => !(await navigator.serviceWorker.getRegistration()).waiting")
    phone.offline()
    phone.page.reload()
    phone.page.get_by_role("heading", level=1, name="今天").wait_for()
    go(phone, "#/settings")
    phone.page.get_by_text("1.0.0").wait_for()


def at(path: str, fault: proxy.Fault, otherwise: proxy.Fault) -> proxy.Fault:
    """This fault on exactly this path."""
    return lambda request, to_server: (fault if request.path == path else otherwise)(request, to_server)
