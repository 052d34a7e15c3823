"""One walk through a scene's screens, measured and looked at by axe-core; both tests read what it found."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from playwright.sync_api import CDPSession, Playwright

from ..phone import Phone
from ..proxy import Proxy
from ..served import ROOT, Silian
from . import SCENES
from .looks import LOOKS, Look

MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8").split("\n", 1)[1]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """async (rules) => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}"""
# Structure and names are those of the language; light and elder mode change colours and sizes alone.
RULES = {"": None, "en": None, "dark": ["color-contrast"], "elder": ["color-contrast"]}
NORMAL, DOUBLE = 16, 32  # px, as a person sets it in the browser
SIZES = {NORMAL: [("zh", False), ("zh", True), ("en", False), ("en", True)], DOUBLE: [("zh", False), ("en", False)]}


@dataclass
class Found:
    layout: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    thrown: list[str] = field(default_factory=list)


@cache
def toured(scene: str, silian: Silian, playwright: Playwright, browser: Path) -> Found:
    found = Found()
    proxy = Proxy(silian.url)
    with tempfile.TemporaryDirectory() as profile:
        phone = Phone(playwright, browser, Path(profile), proxy)
        try:
            SCENES[scene](phone, silian, lambda screen: _look(phone, screen, found))
        finally:
            phone.close()
            proxy.close()
    found.thrown = phone.errors
    return found


def _look(phone: Phone, screen: str, found: Found) -> None:
    if phone.page.evaluate("typeof axe === 'undefined'"):
        phone.page.evaluate(AXE)
    for name, look in LOOKS.items():
        look.put_on(phone)
        found.axe.extend(f"{screen} {name}: {fault}" for fault in phone.page.evaluate(RUN_AXE, RULES[name]))
    Look().put_on(phone)
    cdp = phone.cdp()
    for size, looks in SIZES.items():
        _words(cdp, size)
        asked = [{**vars(Look(language, elder=elder)), "plain": size == NORMAL} for language, elder in looks]
        found.layout.extend(f"{screen} {size} px {fault}" for fault in phone.page.evaluate(MEASURE, asked))
    _words(cdp, NORMAL)
    cdp.detach()


def _words(cdp: CDPSession, size: int) -> None:
    cdp.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size}})
