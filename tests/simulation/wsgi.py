"""The app as the simulated server runs it: the real one, with a clock that is told and a power cut that can be timed.

Both are of the tests alone: a file in the instance's folder, mapped into memory, that the simulator writes.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from mmap import mmap
from pathlib import Path
from struct import unpack_from
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Connection, event

from sync import Batch, Command, Effect
from webapp import clock, create_app, logs
from webapp.db import db, registry
from webapp.payloads import Id, Payload
from webapp.people import passwords

# f64 the time in milliseconds, u8 where the power goes, u8 at how many such moments from now, u8 the release
DIALS_BYTES = 16
RELEASE = 10
# Made before the fork, with its statements compiled already: what a start of the real one costs is measured elsewhere.
# It has answered nobody, so that each server begins with as little in memory as after a real start.
preloaded: Flask | None = None
ARRIVED, COMMITTING, ANSWERING = 1, 2, 3
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Dials:
    """What the simulator has set."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap(file.fileno(), DIALS_BYTES)

    def now(self) -> datetime:
        return datetime.fromtimestamp(unpack_from("<d", self._memory)[0] / 1000, UTC)

    def release(self, number: int | None = None) -> int:
        if number is not None:
            self._memory[RELEASE] = number
        return self._memory[RELEASE]

    def may_fail(self, moment: int) -> None:
        """The power goes here, if it is to."""
        if self._memory[8] != moment:
            return
        if self._memory[9] > 1:
            self._memory[9] -= 1
            return
        self._memory[8] = 0
        os.killpg(0, signal.SIGKILL)


def simulate(dials: Dials) -> None:
    """This process lives in the simulated time; passwords cost nothing."""
    clock.now = dials.now
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._nobody.cache_clear()


class _Sing(Payload):
    visit_id = Id(required=True)


def as_released(dials: Dials) -> None:
    """The second release knows one command more than the first."""
    registry.commands.pop(("visit.sing", 1), None)
    if dials.release() > 1:
        registry.command("visit.sing", _Sing(), permit=lambda command, batch: None)(_sing)


def _sing(command: Command, batch: Batch) -> Effect:
    """Nothing comes of it."""
    return Effect()


def wired(app: Flask, dials: Dials) -> Wsgi:
    """The app with moments at which the power may go: a request has come, a commit is under way, an answer is ready."""
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "commit")
    def on_commit(connection: Connection) -> None:
        if connection.get_execution_options().get("silian_write"):
            dials.may_fail(COMMITTING)

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        dials.may_fail(ARRIVED)
        answer = app(environ, start_response)
        dials.may_fail(ANSWERING)
        return answer

    return serve


def served() -> Wsgi:
    """What each of gunicorn's processes runs."""
    dials = Dials(Path(os.environ["INSTANCE"]).parent / "dials")
    as_released(dials)
    logs.configure("warning")
    return wired(preloaded or create_app(), dials)
