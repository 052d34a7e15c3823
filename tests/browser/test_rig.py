"""The rig itself, against a toy page: a journey that fails must mean Silian, not the proxy or the browser."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from . import proxy as network
from .phone import Phone
from .proxy import Proxy

PAGE = (
    "<!doctype html><meta charset=utf-8><meta name=viewport content=width=device-width>"
    "<title>四联</title><h1>和顺苑</h1><script src=/page.js></script>"
)
PAGE_SCRIPT = "navigator.serviceWorker.register('/sw.js')"
WORKER_SCRIPT = """
self.addEventListener('install', (e) => e.waitUntil(caches.open('t').then((c) => c.addAll(['/', '/page.js']))));
self.addEventListener('activate', (e) => e.waitUntil(clients.claim()));
self.addEventListener('fetch', (e) => {
  if (e.request.method === 'GET') e.respondWith(caches.match(e.request).then((hit) => hit || fetch(e.request)));
});
"""
FILES = {
    "/": ("text/html; charset=utf-8", PAGE),
    "/page.js": ("text/javascript", PAGE_SCRIPT),
    "/sw.js": ("text/javascript", WORKER_SCRIPT),
}
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'"
CONTROLLED = "async () => (await navigator.serviceWorker.ready) && !!navigator.serviceWorker.controller"
POST = "() => fetch('/sync', {method: 'POST', body: '1'}).then((r) => r.text()).catch(() => 'failed')"


@pytest.fixture
def toy():
    """Counts what is posted to it."""

    class Toy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            kind, text = FILES.get(self.path, ("text/plain", "?"))
            self.answer(200 if self.path in FILES else 404, kind, text)

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.server.posted += 1
            self.answer(200, "text/plain", f"post {self.server.posted}")

        def answer(self, status, kind, text):
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Set-Cookie", "a=1")
            self.send_header("Set-Cookie", "b=2")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Toy)
    server.posted = 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def cable(toy):
    cable = Proxy(f"http://127.0.0.1:{toy.server_address[1]}")
    yield cable
    cable.close()


@pytest.fixture
def toy_phone(playwright, browser, tmp_path, cable):
    phone = Phone(playwright, browser, tmp_path / "profile", cable)
    yield phone
    phone.close()


def test_an_answer_comes_through_whole(cable):
    answer = requests.get(cable.url + "/", timeout=5)
    assert answer.text == PAGE
    assert answer.raw.headers.getlist("Set-Cookie") == ["a=1", "b=2"]
    assert cable.count("GET", "/") == 1


def test_unplugged_nothing_arrives_and_open_connections_break(cable, toy):
    with requests.Session() as session:
        session.post(cable.url + "/sync", data="1", timeout=5)
        cable.unplug()
        with pytest.raises(requests.ConnectionError):
            session.post(cable.url + "/sync", data="1", timeout=5)
    assert toy.posted == 1
    cable.plug()
    assert requests.post(cable.url + "/sync", data="1", timeout=5).text == "post 2"


@pytest.mark.parametrize(
    ("fault", "heard", "posted"),
    [
        (network.drop_answer, None, 1),
        (network.drop_request, None, 0),
        (network.cut_answer, None, 1),
        (network.twice, (200, "post 2"), 2),
        (network.answers(503, {"Retry-After": "1"}), (503, ""), 0),
    ],
)
def test_each_fault_happens_once(cable, toy, fault, heard, posted):
    cable.misbehave("/sync", fault)
    if heard is None:
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            requests.post(cable.url + "/sync", data="1", timeout=5)
    else:
        answer = requests.post(cable.url + "/sync", data="1", timeout=5)
        assert (answer.status_code, answer.text) == heard
    assert toy.posted == posted
    assert requests.post(cable.url + "/sync", data="1", timeout=5).text == f"post {posted + 1}"


def test_a_captive_portal_answers_in_the_servers_place(cable, toy):
    cable.misbehave("/sync", network.portal, times=2)
    for _ in range(2):
        assert "无线网络" in requests.post(cable.url + "/sync", data="1", timeout=5).text
    assert toy.posted == 0


def test_the_screen_is_a_small_phones(toy_phone):
    page = toy_phone.open()
    assert page.evaluate("[innerWidth, innerHeight, navigator.language]") == [360, 740, "zh-CN"]


def test_offline_means_the_page_and_its_worker(toy_phone, toy):
    page = toy_phone.open()
    toy_phone.until(CONTROLLED)
    toy_phone.offline()
    assert page.evaluate("navigator.onLine") is False
    assert page.evaluate(POST) == "failed"
    page.reload()
    assert page.inner_text("h1") == "和顺苑"
    toy_phone.online()
    assert page.evaluate(POST) == "post 1"


@pytest.mark.parametrize("again", ["restart", "kill"])
def test_what_was_stored_is_there_after(toy_phone, again):
    page = toy_phone.open()
    toy_phone.until(CONTROLLED)
    page.evaluate(
        """() => new Promise((done, failed) => {
            const opening = indexedDB.open('t', 1);
            opening.onupgradeneeded = () => opening.result.createObjectStore('s');
            opening.onsuccess = () => {
                const writing = opening.result.transaction('s', 'readwrite', {durability: 'strict'});
                writing.objectStore('s').put('kept', 1);
                writing.oncomplete = done;
                writing.onerror = failed;
            };
        })"""
    )
    toy_phone.offline()
    getattr(toy_phone, again)()
    page = toy_phone.open()
    assert page.inner_text("h1") == "和顺苑"
    assert page.evaluate(
        """() => new Promise((done) => {
            indexedDB.open('t', 1).onsuccess = (event) => {
                const store = event.target.result.transaction('s').objectStore('s');
                store.get(1).onsuccess = (got) => done(got.target.result);
            };
        })"""
    ) == "kept"
    assert page.evaluate(POST) == "failed"


def test_waiting_works_under_a_strict_policy_and_ends(toy_phone):
    toy_phone.open()
    toy_phone.until("(n) => n === 2", 2)
    with pytest.raises(AssertionError, match="not within"):
        toy_phone.until("() => false", seconds=0.2)


def test_the_push_service_decrypts_what_pywebpush_encrypts(push_service):
    """Two implementations that know nothing of each other."""
    import json
    import time

    from cryptography.hazmat.primitives import serialization
    from py_vapid import Vapid02, b64urlencode
    from pywebpush import WebPusher

    vapid = Vapid02()
    vapid.generate_keys()
    public = vapid.public_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    subscription = push_service.subscribe(b64urlencode(public))
    claims = {"aud": push_service.origin, "sub": "mailto:office@example.org", "exp": int(time.time()) + 600}
    message = {"title": "四联", "tag": "case"}
    sent = WebPusher(subscription).send(
        json.dumps(message), headers={**vapid.sign(claims), "Content-Type": "application/octet-stream"}, ttl=60
    )
    assert sent.status_code == 201, sent.text
    assert push_service.arrived(subscription["clientHash"]) == [message]
    push_service.expire(subscription["clientHash"])
    assert WebPusher(subscription).send("{}", headers=vapid.sign(claims), ttl=60).status_code == 410
