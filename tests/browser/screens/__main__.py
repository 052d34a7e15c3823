"""Writes docs/screens/ from the demo estate: a picture of every screen in every look, and the page that shows them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from .. import chromium
from ..phone import Phone
from ..proxy import Proxy
from ..served import ROOT, Silian
from . import SCENES, picture, readme
from .looks import LOOKS, Look

FOLDER = ROOT / "docs/screens"
SHOWN = ("today", "round", "matter")
"""What the README of the project shows."""


def main(folder: Path, scenes: list[str]) -> None:
    shots: dict[str, bytes] = {}
    browser = chromium.find()
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        silian = Silian(Path(work) / "instance")
        silian.cli("upgrade")
        silian.cli("demo")
        silian.start()
        try:
            for name in scenes:
                proxy = Proxy(silian.url)
                phone = Phone(playwright, browser, Path(work) / name, proxy)
                SCENES[name](phone, silian, lambda screen, phone=phone: _take(phone, screen, folder, shots))
                phone.close()
                proxy.close()
        finally:
            silian.stop()
    if scenes == list(SCENES):
        picture.beside([shots[name] for name in SHOWN], folder / "readme.png")
        readme.write(folder, list(shots))


def _take(phone: Phone, screen: str, folder: Path, shots: dict[str, bytes]) -> None:
    phone.page.mouse.move(0, 0)
    for ending, look in LOOKS.items():
        look.put_on(phone)
        shot = phone.page.screenshot(scale="css", animations="disabled")
        shots.setdefault(screen, shot)
        picture.save(shot, folder / f"{'-'.join(filter(None, (screen, ending)))}.png")
    Look().put_on(phone)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    main(FOLDER, sys.argv[1:] or list(SCENES))
