"""How alerts get on their way: a ring after the commit, and a courier that runs beside the worker's jobs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from flask import Flask, current_app

from webapp import jobs, settings
from webapp.alerts.courier import Courier
from webapp.alerts.push import Service, Signer
from webapp.alerts.telling import AlertsWritten
from webapp.host import after_commit

KEY: Final = "silian.courier"
SEND: Final = "alerts.send"


def ring_after_commit(events: list[Any]) -> None:
    """Deliveries have been committed: a worker is to look at once, not at its next sweep."""
    if any(isinstance(event, AlertsWritten) for event in events):
        jobs.put(SEND)


after_commit.append(ring_after_commit)


@jobs.job(SEND)
def send_due() -> None:
    """Rings this worker's courier; where none runs, sends what is due here and now."""
    running: Running | None = current_app.extensions.get(KEY)
    if running is not None:
        running.ring()
    else:
        asyncio.run(_once(current_app._get_current_object()))  # type: ignore[attr-defined]


async def _once(app: Flask) -> None:
    async with _service(app) as service:
        await Courier(app, service).until_done()


def _service(app: Flask) -> Service:
    chosen: settings.Settings = app.config["SILIAN"]
    return Service(Signer(chosen.vapid_key, chosen.vapid_subject))


class Running:
    """A courier in a thread with an event loop of its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="courier", daemon=True)
        self._thread.start()
        self._ready.wait()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with _service(self._app) as service:
            self._courier = Courier(self._app, service)
            self._ready.set()
            await self._courier.until_stopped()

    def ring(self) -> None:
        self._loop.call_soon_threadsafe(self._courier.ring)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._courier.stop)

    def join(self) -> None:
        """Returns when what was being sent at the stop has been written down."""
        self._thread.join()


@jobs.beside
@contextmanager
def courier(app: Flask) -> Iterator[Running]:
    """Open while a worker runs."""
    running = Running(app)
    app.extensions[KEY] = running
    try:
        yield running
    finally:
        del app.extensions[KEY]
        running.stop()
        running.join()
