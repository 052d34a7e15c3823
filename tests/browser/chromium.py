"""Finds a Chromium for the tests, installs one where that is possible, and says in one line what to do where it is not.

Run as a script it is the first step of `make test`: it prints nothing when all is well.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

DEBIAN = Path("/usr/bin/chromium")
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=400")
FONT = "fonts-noto-cjk"
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
CJK_FONTS = ("*CJK*", "*wqy*", "*SourceHanSans*", "*uming*", "*ukai*", "*droidsansfallback*")

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
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
    if _apt_install("chromium", FONT):
        return _debian()
    return None


def _from_playwright() -> Path | None:
    # Where Playwright would have put it is known only to its driver.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    if not path.exists():
        _say("playwright install chromium")
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    return path if path.exists() else None


def _ensure_chinese_font() -> None:
    """Without one, Chinese is drawn as boxes and every layout is wrong. macOS and Windows always have one."""
    if not sys.platform.startswith("linux") or _has_chinese_font():
        return
    if not (_apt_install(FONT) and _has_chinese_font()):
        raise NoChromium(f"The browser tests need a Chinese font: apt-get install {FONT}")


def _has_chinese_font() -> bool:
    return any(
        next(folder.rglob(pattern), None)
        for folder in FONT_FOLDERS
        if folder.is_dir()
        for pattern in CJK_FONTS
    )


def _apt_install(*packages: str) -> bool:
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        return False
    _say(f"apt-get install {' '.join(packages)}")
    install = [*APT, "install", "-y", "--no-install-recommends", *packages]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}

    def run(command: list[str]) -> bool:
        # The tests' own output stays readable; what apt says matters only when it fails.
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            sys.stderr.write(done.stderr[-2000:])
        return done.returncode == 0

    # A fresh machine knows no packages yet: then its lists come first.
    return run(install) or (run([*APT, "update"]) and run(install))


def _say(what: str) -> None:
    print(what, file=sys.stderr)


if __name__ == "__main__":
    try:
        find()
    except NoChromium as missing:
        sys.exit(str(missing))
