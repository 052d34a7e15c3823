"""Windows of a Chromium without Playwright, which keeps every window it knows awake: these are really frozen."""

from __future__ import annotations

import asyncio
import json
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import aiohttp
import requests

from .chromium import FLAGS

PATIENCE_SECONDS = 20


class Browser:
    def __init__(self, binary: Path, profile: Path) -> None:
        self._process = subprocess.Popen(
            [binary, *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"],
            stderr=subprocess.DEVNULL,
        )
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._address = f"http://127.0.0.1:{self._port(profile / 'DevToolsActivePort')}"
        self._session: aiohttp.ClientSession = self._run(self._open())

    def _port(self, file: Path) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (file.exists() and file.read_text().strip()):
            if time.monotonic() > deadline:
                raise AssertionError("Chromium did not say where it listens")
            time.sleep(0.1)
        return file.read_text().split()[0]

    async def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)

    def window(self, url: str) -> Window:
        """In front; those before it are hidden from now on."""
        target = requests.put(f"{self._address}/json/new?{url}", timeout=PATIENCE_SECONDS).json()
        return Window(self, self._run(self._connect(target["webSocketDebuggerUrl"])))

    async def _connect(self, url: str) -> aiohttp.ClientWebSocketResponse:
        return await self._session.ws_connect(url)

    def send(self, socket: aiohttp.ClientWebSocketResponse, number: int, method: str, given: object) -> Any:
        return self._run(_ask(socket, number, method, given))

    def close(self) -> None:
        self._run(self._session.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._process.terminate()
        self._process.wait(PATIENCE_SECONDS)


async def _ask(socket: aiohttp.ClientWebSocketResponse, number: int, method: str, given: object) -> Any:
    await socket.send_json({"id": number, "method": method, "params": given})
    while True:
        heard = json.loads((await socket.receive()).data)
        if heard.get("id") == number:
            return heard.get("result", {})  # none while a page is being exchanged for another


class Window:
    def __init__(self, browser: Browser, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._browser, self._socket, self._asked = browser, socket, 0

    def send(self, method: str, **given: object) -> Any:
        self._asked += 1
        return self._browser.send(self._socket, self._asked, method, given)

    def evaluate(self, expression: str) -> Any:
        found = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return found.get("result", {}).get("value")

    def until(self, expression: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.evaluate(expression):
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {PATIENCE_SECONDS} s: {expression}")
            time.sleep(0.1)

    def freeze(self) -> None:
        self.send("Page.setWebLifecycleState", state="frozen")

    def thaw(self) -> None:
        self.send("Page.setWebLifecycleState", state="active")
