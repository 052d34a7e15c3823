"""What the scenes have in common: signing in, filling in, and a server that answers what a scene needs."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Page

from ..phone import Phone
from ..proxy import Answer, Fault, Pass, Request
from ..served import Silian

Stop = Callable[[str], None]
"""Called with a screen's name whenever there is something to see."""
Scene = Callable[[Phone, Silian, Stop], None]


# What a phone has and a machine in a cellar has not: a voice to read with, a microphone, a browser that takes pushes.
SENSES = """
speechSynthesis.getVoices = () => [{ lang: 'zh-CN' }, { lang: 'en-GB' }];
navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext(), tone = context.createOscillator(), out = context.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    return out.stream;
};
PushManager.prototype.getSubscription = async () => ({ endpoint: 'https://push.example/1' });
"""
SQUARE = {"latitude": 36.6171, "longitude": 101.7782, "accuracy": 12}


def equip(phone: Phone) -> None:
    phone.context.add_init_script(SENSES)
    phone.context.set_geolocation(SQUARE)


def sign_in(phone: Phone, silian: Silian, login: str) -> Page:
    """Returns when the lists of the account are on the phone."""
    equip(phone)
    page = phone.open()
    page.locator("#login").fill(login)
    page.locator("#password").fill(silian.password)
    page.locator("button.band").click()
    page.locator(".bar").wait_for()
    page.locator(".sync.sent", has_text=":").wait_for()  # with a time: the first exchange is over
    phone.until("async () => (await navigator.serviceWorker.ready).active.state === 'activated'")
    return page


def press(page: Page) -> None:
    """The armband: the one primary action of a screen."""
    page.locator(".btn.band").click()


def photo() -> dict[str, Any]:
    """A stairwell with cartons, drawn: no face, no real place."""
    image = Image.new("RGB", (1200, 900), "#b9b2a3")
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 900), (300, 520), (900, 520), (1200, 900)], "#8c8474")
    draw.rectangle((420, 120, 700, 520), "#5d564b")
    draw.rectangle((450, 150, 670, 230), "#b30e29")
    for left, top in ((360, 560), (520, 600), (620, 480)):
        draw.rectangle((left, top, left + 230, top + 170), "#a98a5c", "#6f5836", 8)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return {"name": "stairwell.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def outcomes(changes: dict[str, dict[str, Any]]) -> Fault:
    """The server does all of it; the phone hears something else of commands of these types."""

    def fault(request: Request, to_server: Pass) -> Answer:
        types = {command["id"]: command["type"] for command in json.loads(_plain(request.body))["commands"]}
        answer = to_server(request)
        said = json.loads(_plain(answer.body))
        for outcome in said.get("outcomes", []):
            outcome.update(changes.get(types.get(outcome["id"], ""), {}))
        headers = [(name, value) for name, value in answer.headers if name.lower() != "content-encoding"]
        return Answer(answer.status, headers, json.dumps(said).encode())

    return fault


def _plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def newer(request: Request, to_server: Pass) -> Answer:
    """The service worker of a next version."""
    request.headers = [(name, value) for name, value in request.headers if name.lower() != "accept-encoding"]
    answer = to_server(request)
    return Answer(200, answer.headers, answer.body + b"\n// a newer one")
