"""Finds a Chromium for the tests, installs one where that is possible, and says in one line what to do where it is not.

Run as a script it is the first step of `make test`: it prints nothing when all is well.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .. import debian

DEBIAN = Path("/usr/bin/chromium")
FONT = "fonts-noto-cjk"
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
CJK_FONTS = ("*CJK*", "*wqy*", "*SourceHanSans*", "*uming*", "*ukai*", "*droidsansfallback*")

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    # The last list of features counts: Playwright's own, as far as it matters here, and the address bar's list of
    # suggestions, for which each start of the browser renders two pages that nobody sees.
    "--disable-features=" + ",".join((
        "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
        "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
        "ThirdPartyStoragePartitioning", "OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch",
        "AimEnabled", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
    )),
)  # fmt: skip


class NoChromium(Exception):
    """No browser, and no way to get one; the message says what a person can do."""


def find() -> Path:
    """The browser to test with. Looks first, installs then, never gives up silently."""
    browser = _given() or _debian() or _from_apt() or _from_playwright()
    if browser is None:
        raise NoChromium(
            f"The browser tests need Chromium: apt-get install chromium {FONT}, or set CHROMIUM to the path of one."
        )
    _ensure_chinese_font()
    return browser


def _given() -> Path | None:
    named = os.environ.get("CHROMIUM")
    if not named:
        return None
    path = shutil.which(named)
    if path is None:
        raise NoChromium(f"CHROMIUM is {named}, and no such program is there.")
    return Path(path)


def _debian() -> Path | None:
    return DEBIAN if os.access(DEBIAN, os.X_OK) else None


def _from_apt() -> Path | None:
    if debian.install("chromium", FONT):
        return _debian()
    return None


def _from_playwright() -> Path | None:
    # Where Playwright would have put it is known only to its driver.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    if not path.exists():
        print("playwright install chromium", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    return path if path.exists() else None


def _ensure_chinese_font() -> None:
    """Without one, Chinese is drawn as boxes and every layout is wrong. macOS and Windows always have one."""
    if not sys.platform.startswith("linux") or _has_chinese_font():
        return
    if not (debian.install(FONT) and _has_chinese_font()):
        raise NoChromium(f"The browser tests need a Chinese font: apt-get install {FONT}")


def _has_chinese_font() -> bool:
    return any(
        next(folder.rglob(pattern), None)
        for folder in FONT_FOLDERS
        if folder.is_dir()
        for pattern in CJK_FONTS
    )


if __name__ == "__main__":
    try:
        find()
    except NoChromium as missing:
        sys.exit(str(missing))
