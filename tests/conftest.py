"""What tests of the application stand on: one app a worker, emptied after each test; a clock that stands; a cast.

No test keeps an app context open around requests: with one, Flask lets requests share their ``g``, and a session seen
by one request would be believed in by the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import delete

from webapp import create_app
from webapp.db import db, writing
from webapp.people import passwords, throttle

from . import databases
from .cast import Cast, Troupe

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # a Tuesday, ten in the morning in Xining
# The engine remembers which audience sets it has written, for as long as the process lives.
KEPT_TABLES = {"sync_audience"}
BROWSERS = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test` looks for those of a browser in one folder, where they share what is dear."""
    strays = [item.nodeid for item in items if item.get_closest_marker("browser") and BROWSERS not in item.path.parents]
    if strays:
        raise pytest.UsageError(f"a test that drives a browser belongs into tests/browser: {strays}")


@pytest.fixture(scope="session")
def whole_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app of this worker, with tables and nothing in them, on the database of tests/databases.py."""
    instance = tmp_path_factory.mktemp("instance")
    url, jobs = databases.fresh(instance), databases.fresh_queue()
    app = create_app(
        instance=instance, database_url=url, redis_url=jobs, testing=True, push_allow=(), log_level="error",
        second_step=False,
    )  # fmt: skip
    with app.app_context():
        databases.hurry(db.engine)
        db.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """argon2 at its weakest: tests sign in hundreds of times."""
    usual, passwords.hasher = passwords.hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords.hasher = usual


@pytest.fixture
def app(whole_app: Flask) -> Iterator[Flask]:
    """The app with an empty database, and nobody throttled."""
    throttle.limiter.reset()
    yield whole_app
    with whole_app.app_context(), writing() as connection:
        for table in reversed(db.metadata.sorted_tables):
            if table.name not in KEPT_TABLES:
                connection.execute(delete(table))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stops the clock at ``NOW``; ``clock.shift(seconds)`` and ``clock.move_to(time)`` move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def troupes() -> list[Troupe]:
    """The one that has played last in this process, when there was one."""
    return []


@pytest.fixture
def cast(app: Flask, troupes: list[Troupe]) -> Cast:
    """The fixed cast of tests/cast.py, each with a login and the same password."""
    if troupes and troupes[0].app is app:
        return troupes[0].again(KEPT_TABLES)
    troupes[:] = [Troupe(app, NOW)]
    return troupes[0].cast()

