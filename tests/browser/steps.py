"""What people do on the phone, in the words of the screens; and what the server then holds."""

from __future__ import annotations

import io
import os
import re
import sqlite3
import time
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import CDPSession

from .phone import Phone
from .served import Silian

ACTIVE = "async () => (await navigator.serviceWorker.ready).active.state === 'activated'"
CHIP = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
SIGN_IN_AGAIN = "请再登录一次"


def give_chip(phone: Phone) -> tuple[CDPSession, str]:
    """An authenticator in the phone; the session stays open with it."""
    session = phone.cdp()
    session.send("WebAuthn.enable")
    id = session.send("WebAuthn.addVirtualAuthenticator", {"options": CHIP})["authenticatorId"]
    return session, id


def invite(silian: Silian, login: str, role: str = "patrol_volunteer", name: str = "来帮忙的") -> str:
    """The fragment that the QR code leads to."""
    ((estate,),) = rows(silian, "SELECT code FROM organisation WHERE kind = 'estate' LIMIT 1")
    known = rows(silian, "SELECT 1 FROM account WHERE login = ?", login)
    who = ("--again", login) if known else ("--role", role, "--estate", str(estate), "--login", login, "--name", name)
    found = re.search(r"#/activate/\S+", silian.cli("invite", *who))
    assert found
    return found[0]


class Tab:
    """Another window of the same phone: steps take it as they take the phone."""

    until = Phone.until

    def __init__(self, phone: Phone, fragment: str = "") -> None:
        self.url = phone.url
        self.page = phone.context.new_page()
        self.page.on("pageerror", lambda error: phone.errors.append(str(error)))
        self.page.goto(f"{phone.url}/{fragment}")


Window = Phone | Tab


def sign_in(phone: Phone, silian: Silian, login: str) -> None:
    """From the first screen to today's; returns when everything has come and the app would open without a network."""
    phone.open()
    enter(phone, silian, login)
    phone.page.get_by_text("都送到了").first.wait_for()
    phone.until(ACTIVE)


def enter(phone: Window, silian: Silian, login: str) -> None:
    """The sign-in form, wherever it is shown."""
    page = phone.page
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(silian.password)
    page.locator("button.band").click()
    page.locator("nav.bar").wait_for()


def go(phone: Window, fragment: str) -> None:
    """To another screen, without loading the page anew."""
    phone.page.evaluate("(fragment) => { location.hash = fragment }", fragment)


def write(phone: Window, text: str) -> None:
    """An opinion in the form, not yet saved."""
    page = phone.page
    if page.evaluate("location.hash") == "#/opinion" and page.get_by_text("再记一条").count():
        page.get_by_text("再记一条").click()
    go(phone, "#/opinion")
    page.locator("#text").fill(text)
    page.locator("input[value=facilities]").check()


def save(phone: Window) -> None:
    phone.page.get_by_role("button", name="存下来").click()


def say(phone: Window, text: str) -> None:
    """An opinion, saved."""
    write(phone, text)
    save(phone)
    phone.page.get_by_text("存好了，在手机里").wait_for()


def loads_of(phone: Window) -> list[str]:
    """Grows by one whenever the page is loaded anew, from now on."""
    loads: list[str] = []
    phone.page.on("load", lambda page: loads.append(page.url))
    return loads


def loaded(phone: Window, loads: list[str]) -> bool:
    """Whether the page is loaded anew before long; Playwright hears of it only while it is asked something."""

    def heard_of_it() -> bool:
        phone.page.wait_for_timeout(50)
        return bool(loads)

    return bool(wait(heard_of_it))


def picture(side: int = 900) -> dict[str, object]:
    """A photo of a wall, each another, with the noise that a camera makes: equal bytes would be packed to nothing."""
    image = Image.effect_noise((side, side * 3 // 4), 60).convert("RGB")
    image.paste(Image.frombytes("RGB", (8, 8), os.urandom(192)).resize((64, 64), Image.Resampling.NEAREST))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return {"name": "wall.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def take_photo(phone: Window) -> None:
    phone.page.locator("input[type=file]").first.set_input_files([picture()])
    phone.page.locator(".shot img").first.wait_for()


def rows(silian: Silian, query: str, *given: object) -> list[tuple[object, ...]]:
    with sqlite3.connect(silian.instance / "silian.sqlite3") as database:
        return database.execute(query, given).fetchall()


def heard(silian: Silian, text: str) -> int:
    """How many opinions with these words the server holds."""
    return int(str(rows(silian, "SELECT count(*) FROM opinion WHERE body ->> 'text' = ?", text)[0][0]))


def journal(phone: Window) -> list[dict[str, object]]:
    """What is in the phone's journal, whoever wrote it; read beside the app."""
    entries: list[dict[str, object]] = phone.page.evaluate(
        """() => new Promise((done, failed) => {
            const opening = indexedDB.open("silian-journal");
            opening.onerror = () => failed(opening.error);
            opening.onsuccess = () => {
                const read = opening.result.transaction("entries").objectStore("entries").getAll();
                read.onsuccess = () => (opening.result.close(), done(read.result));
            };
        })"""
    )
    return entries


def opinions(phone: Window) -> list[tuple[dict[str, object], object]]:
    found = [(entry, entry["payload"]) for entry in journal(phone) if entry["type"] == "opinion.record"]
    return [(entry, payload["text"]) for entry, payload in found if isinstance(payload, dict)]


def texts(phone: Window) -> list[object]:
    """The words of the opinions in the journal."""
    return [words for _, words in opinions(phone)]


def waiting(phone: Window) -> list[object]:
    """The words of those that have no outcome yet."""
    return [words for entry, words in opinions(phone) if "status" not in entry]


def wait(look: Callable[[], object], seconds: float = 20) -> object:
    """The first true answer of ``look``, asked again and again; what it last said otherwise."""
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.1)
    return found
