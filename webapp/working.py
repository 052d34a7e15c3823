"""The worker: huey's consumer for ``webapp.jobs``, with a sign of life that ``silian doctor`` reads."""

from __future__ import annotations

import threading
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask

from webapp import clock
from webapp.settings import Settings

ALIVE_EVERY_SECONDS = 15
ALIVE_WITHIN_SECONDS = 60


def has_jobs() -> bool:
    """Whether there is anything for a worker to do."""
    return find_spec("webapp.jobs") is not None


def work(app: Flask, settings: Settings) -> None:
    """Runs jobs until SIGTERM or SIGINT; what is being done is finished first."""
    jobs = import_module("webapp.jobs")
    stop = threading.Event()
    threading.Thread(target=_live, args=(alive_file(settings), stop), daemon=True).start()
    try:
        jobs.run_worker(app)
    finally:
        stop.set()
        alive_file(settings).unlink(missing_ok=True)


def alive_file(settings: Settings) -> Path:
    return settings.instance / "worker-alive"


def is_alive(settings: Settings) -> bool:
    """Whether a worker on this machine has given a sign within the last minute."""
    file = alive_file(settings)
    return file.exists() and clock.now().timestamp() - file.stat().st_mtime < ALIVE_WITHIN_SECONDS


def _live(file: Path, stop: threading.Event) -> None:
    file.touch()
    while not stop.wait(ALIVE_EVERY_SECONDS):
        file.touch()
