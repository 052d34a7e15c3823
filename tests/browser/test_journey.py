"""A day with the network gone: what a grid worker does at the door comes through a dead battery, arrives once, climbs,
and the secretary's phone shows it. A real Chromium, the real server, an independent push service."""

from __future__ import annotations

import io
import json
import sqlite3
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests
from PIL import Image

from .phone import Phone
from .push_service import PushService
from .served import Silian


def sign_in(phone: Phone, silian: Silian, login: str) -> None:
    page = phone.open()
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(silian.password)
    page.locator("button.band").click()
    page.get_by_role("heading", level=1, name="今天").wait_for()
    page.get_by_text("都送到了").first.wait_for()
    phone.until("async () => (await navigator.serviceWorker.ready).active.state === 'activated'")


def picture() -> dict[str, object]:
    """A photo of a wall, with the noise that a camera makes."""
    image = Image.effect_noise((1200, 900), 60).convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return {"name": "wall.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def walk(phone: Phone) -> None:
    """A round with two points reached and an urgent finding with a photo; then the finish."""
    page = phone.open("#/patrol")
    page.get_by_label("晚间巡逻").check()
    page.get_by_role("button", name="开始巡逻").click()
    for _ in range(2):
        page.get_by_role("button", name="我到了").click()
        page.locator(".done").first.wait_for()
    page.get_by_role("link", name="发现问题").click()
    page.get_by_label("通道占用", exact=True).check()
    page.locator("input[type=file]").first.set_input_files([picture()])
    page.locator(".shot img").first.wait_for()
    page.get_by_label("有危险，要马上有人管").check()
    page.get_by_role("button", name="存下来").click()
    page.get_by_role("button", name="今天就走到这里").click()
    page.locator(".sheet .btn.band").click()
    page.get_by_text("谢谢").first.wait_for()


def knock(phone: Phone) -> None:
    """A visit with consent, and what was said."""
    page = phone.open("#/visit")
    page.locator("select").nth(0).select_option(index=1)
    page.locator("select").nth(1).select_option(index=1)
    page.get_by_label("502", exact=True).check()
    page.get_by_label("见到了").check()
    page.get_by_label("居民同意记下今天说的话").check()
    page.get_by_role("button", name="接着写情况").click()
    page.locator("#note").fill("老人身体好，楼道灯坏了一盏")
    page.get_by_role("button", name="存下来").click()
    page.get_by_text("存好了，在手机里").wait_for()


def listen(phone: Phone, text: str, anonymous: bool) -> None:
    phone.open("#/today")
    page = phone.open("#/opinion")
    page.locator("#text").fill(text)
    page.get_by_label("设施", exact=True).check()
    if anonymous:
        page.get_by_label("不留名", exact=True).check()
    page.get_by_role("button", name="存下来").click()
    page.get_by_text("存好了，在手机里").wait_for()


def counts(silian: Silian) -> dict[str, int]:
    with sqlite3.connect(silian.instance / "silian.sqlite3") as database:
        tables = ("patrol", "finding", "visit", "opinion", '"case"')
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


class Secretary:
    """The branch secretary's other device: signed in over HTTP, reached by the push service."""

    def __init__(self, silian: Silian, push: PushService) -> None:
        self.silian, self.device = silian, str(uuid.uuid4())
        self.session = requests.Session()
        self.session.headers["X-Silian-Device"] = self.device
        answer = self.session.post(
            f"{silian.url}/auth/sign-in", json={"login": "secretary", "password": silian.password}, timeout=10
        )
        self.account = answer.json()["account"]["id"]
        self.subscription = push.subscribe(answer.json()["push"]["public_key"])
        keys = {name: self.subscription["keys"][name] for name in ("p256dh", "auth")}
        said = self.exchange("alert.subscribe", {"endpoint": self.subscription["endpoint"], "keys": keys})
        assert said["outcomes"][0]["status"] == "applied", said

    def exchange(self, kind: str, payload: dict[str, object]) -> dict[str, object]:
        command = {
            "id": str(uuid.uuid4()),
            "seq": 1,
            "type": kind,
            "v": 1,
            "made_at": datetime.now(UTC).isoformat(),
            "payload": payload,
        }
        body = {
            "device": self.device,
            "account": self.account,
            "oldest": 1,
            "acked": 0,
            "cursor": None,
            "commands": [command],
        }
        return dict(self.session.post(f"{self.silian.url}/sync/exchange", json=body, timeout=10).json())


@pytest.fixture
def secretary(silian: Silian, push_service: PushService) -> Secretary:
    return Secretary(silian, push_service)


def test_a_day_offline_then_escalated(phone, new_phone, silian, push_service, secretary):
    sign_in(phone, silian, "grid1")
    phone.restart()  # Chromium writes its cookies to the disk every half minute, and when it is closed in order
    before = counts(silian)
    phone.offline()
    walk(phone)
    knock(phone)
    listen(phone, "想在楼下加个座椅", anonymous=False)
    listen(phone, "楼上太吵，不敢说名字", anonymous=True)

    phone.kill()
    page = phone.open("#/records")
    page.get_by_text("待上传").first.wait_for()
    shown = page.locator("main").inner_text()
    for word in ("通道占用", "1号楼", "想在楼下加个座椅", "楼上太吵"):
        assert word in shown, shown
    assert counts(silian) == before

    phone.online()
    phone.until("() => !document.querySelector('main').innerText.includes('待上传')")
    after = counts(silian)
    assert {key: after[key] - before[key] for key in after} == {
        "patrol": 1,
        "finding": 1,
        "visit": 1,
        "opinion": 2,
        '"case"': 1,
    }
    with sqlite3.connect(silian.instance / "silian.sqlite3") as database:
        ready = "SELECT ready FROM finding ORDER BY received_at DESC LIMIT 1"
        assert wait(lambda: database.execute(ready).fetchone()[0] == 1), "the photo did not arrive"
        case = database.execute('SELECT id, level, state FROM "case" ORDER BY received_at DESC LIMIT 1').fetchone()
    assert case[1:] == ("grid", "raised")

    page = phone.open(f"#/matters/{case[0]}")
    page.get_by_text("请上级帮忙").click()
    page.locator("#note").fill("楼道堵死了，要马上清")
    page.get_by_role("button", name="存下来").click()
    assert wait(lambda: pushed(push_service, secretary)), "no push arrived"
    message = pushed(push_service, secretary)[0]
    assert message["path"] == f"/#/matters/{case[0]}" and message.keys() == {
        "id",
        "token",
        "title",
        "body",
        "path",
        "tag",
    }
    assert "楼道" not in message["title"] + message["body"]

    office = new_phone()
    sign_in(office, silian, "secretary")
    deliver(office, message)
    assert wait(lambda: shown_at(silian, message["id"])), "no receipt of the notification"
    assert not phone.errors and not office.errors


def pushed(push_service: PushService, secretary: Secretary) -> list[dict[str, object]]:
    """What the push service decrypted for the secretary and is about this escalation."""
    arrived = push_service.arrived(secretary.subscription["clientHash"])
    return [message for message in arrived if "接手" in message["title"]]


def deliver(phone: Phone, message: dict[str, object]) -> None:
    """Hands the decrypted message to the page's real service worker, as the browser's push client would."""
    cdp = phone.cdp()
    cdp.send("ServiceWorker.enable")
    found: list[str] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(r["registrationId"] for r in event["registrations"]),
    )
    assert wait(lambda: found or cdp.send("ServiceWorker.disable") or cdp.send("ServiceWorker.enable"))
    cdp.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": phone.url, "registrationId": found[-1], "data": json.dumps(message)},
    )


def shown_at(silian: Silian, alert: object) -> object:
    with sqlite3.connect(silian.instance / "silian.sqlite3") as database:
        row = database.execute("SELECT shown_at FROM alert WHERE id = ?", (alert,)).fetchone()
    return row and row[0]


def wait(look: Callable[[], object], seconds: float = 20) -> object:
    """The first true answer of ``look``, asked again and again; what it last said otherwise."""
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.1)
    return found
