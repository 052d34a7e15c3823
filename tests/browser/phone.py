"""A phone: one Chromium with a profile of its own that outlives it, a narrow screen, and a network that can be cut."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright
from playwright.sync_api import Error as PlaywrightError

from .chromium import FLAGS
from .proxy import Proxy

WIDTH, HEIGHT = 360, 740
PATIENCE_SECONDS = 20
PERMISSIONS = ("notifications", "geolocation", "camera")


class Phone:
    """`page` is the page at hand; after `restart()` it is another one, so keep no copy of it."""

    page: Page
    context: BrowserContext

    def __init__(self, playwright: Playwright, browser: Path, profile: Path, proxy: Proxy, **options: Any) -> None:
        self._playwright, self._browser, self._profile = playwright, browser, profile
        self._options = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options}
        self._offline = False
        self.proxy = proxy
        self.url = proxy.url
        self.errors: list[str] = []
        """What the page threw; a journey ends with none."""
        self._open()

    def _open(self) -> None:
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self._profile),
            executable_path=str(self._browser),
            args=list(FLAGS),
            headless=True,
            viewport={"width": WIDTH, "height": HEIGHT},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            service_workers="allow",
            **self._options,
        )
        self.context.grant_permissions(list(PERMISSIONS), origin=self.url)
        self.context.set_offline(self._offline)
        self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, fragment: str = "") -> Page:
        """`phone.open("#/today")`"""
        self.page.goto(f"{self.url}/{fragment}")
        return self.page

    # --- the network ---

    def offline(self) -> None:
        """The browser says so and the server is gone: a service worker's own requests fail too."""
        self._offline = True
        self.proxy.unplug()
        self.context.set_offline(True)

    def online(self) -> None:
        self._offline = False
        self.proxy.plug()
        self.context.set_offline(False)

    # --- off and on again ---

    def close(self) -> None:
        self.context.close()

    def restart(self) -> Page:
        """Closed in order, opened again on the same profile; still without a network if it had none."""
        self.close()
        self._open()
        return self.page

    def kill(self) -> Page:
        """The battery fell out: every process of the browser ends at once; then it is started again."""
        for process in self._processes():
            process.kill()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._processes():
            if time.monotonic() > deadline:
                raise AssertionError("the browser outlived its killing")
            time.sleep(0.05)
        with contextlib.suppress(PlaywrightError):  # as it should be: Playwright is only told to forget it
            self.context.close()
        for lock in self._profile.glob("Singleton*"):
            lock.unlink()
        self._open()
        return self.page

    def _processes(self) -> list[psutil.Process]:
        """Those of this profile only: other phones run beside it."""
        mine = f"--user-data-dir={self._profile}"
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            alive = process.info["status"] != psutil.STATUS_ZOMBIE
            if alive and mine in (process.info["cmdline"] or []):
                found.append(process)
        return found

    # --- looking ---

    def until(self, condition: str, argument: Any = None, seconds: float = PATIENCE_SECONDS) -> None:
        """Waits for a JavaScript function to give something true: `phone.until("() => document.hasFocus()")`.

        Playwright's own wait_for_function evaluates text in the page, which a strict content security policy refuses.
        """
        held = self.page.evaluate(
            f"""async ([milliseconds, argument]) => {{
                const condition = {condition};
                const end = performance.now() + milliseconds;
                for (;;) {{
                    if (await condition(argument)) return true;
                    if (performance.now() > end) return false;
                    await new Promise((next) => setTimeout(next, 50));
                }}
            }}""",
            [seconds * 1000, argument],
        )
        assert held, f"not within {seconds} s: {condition}"

    def cdp(self) -> CDPSession:
        """Chromium's own protocol, for what Playwright has no word for."""
        return self.context.new_cdp_session(self.page)
