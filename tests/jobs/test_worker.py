"""A real worker process: it sends, stops cleanly, and when it is killed or stopped in mid-send nothing is lost.

PROMISES.md: promise 13, the fault of notifications-api#474, and SIGKILL and SIGSTOP of the worker.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest
from flask import Flask
from sqlalchemy import update

from webapp import clock, create_app, jobs, working
from webapp.alerts import vapid
from webapp.alerts.sending import SEND
from webapp.alerts.telling import delivery_table
from webapp.db import db, writing

from .. import databases, make
from ..alerts import rows
from ..alerts.stub import Stub

ROOT = Path(__file__).parents[2]
ENDS_WITHIN_SECONDS = 30


@pytest.fixture
def stub() -> Iterator[Stub]:
    service = Stub()
    yield service
    service.close()


@pytest.fixture
def own_app(tmp_path, stub, monkeypatch) -> Iterator[Flask]:
    """An app with a database of its own, that a process can share."""
    monkeypatch.setenv("SILIAN_PUSH_ALLOW", stub.origin)
    databases.tell(monkeypatch, tmp_path)
    app = create_app(instance=tmp_path, log_level="critical")
    with app.app_context():
        db.metadata.create_all(db.engine)
        vapid.ensure(app.config["SILIAN"].vapid_key)
        yield app
        db.engine.dispose()


@pytest.fixture
def told(own_app, stub) -> Callable[[str], str]:
    """``told(endpoint)``: an alert to be sent there, and the ring after its commit; the delivery's id."""
    with writing() as connection:
        at = make.organisation(connection, kind="estate", code="E1", now=clock.now())
        account = make.person(connection, login="secretary", role=None, at=at, now=clock.now())

    def tell(endpoint: str) -> str:
        id = rows.told(own_app, account, endpoint)
        jobs.put(SEND)
        return id

    return tell


@pytest.fixture
def start(own_app, tmp_path, stub) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """``start()``: a worker, as ``silian worker`` runs it."""
    started: list[subprocess.Popen[bytes]] = []

    def run() -> subprocess.Popen[bytes]:
        names = ("PATH", "HOME", "LANG", "TMPDIR", "DATABASE_URL", "REDIS_URL")
        ours = {key: os.environ[key] for key in names if key in os.environ}
        environment = ours | {"INSTANCE": str(tmp_path), "SILIAN_PUSH_ALLOW": stub.origin, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "webapp.cli", "worker"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE))
        return started[-1]

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_killed_in_the_middle(own_app, told, start, stub):
    """kill -9 between claim and record: nothing that was acknowledged goes twice, nothing else is lost."""
    acknowledged = told(stub.answer("/acknowledged"))
    first = start()
    stub.wait_for(lambda paths: paths == ["/acknowledged"])
    under_way = told(stub.hold("/under-way"))
    stub.wait_for(lambda paths: paths == ["/acknowledged", "/under-way"])
    wait_until(lambda: rows.read_delivery(own_app, acknowledged)["state"] == "sent")
    first.kill()
    first.wait(ENDS_WITHIN_SECONDS)
    row = rows.read_delivery(own_app, under_way)
    assert (row["state"], row["tries"]) == ("sending", 1)
    assert row["leased_until"] > clock.now()

    stub.let_go()
    stub.answer("/under-way")
    with writing() as connection:  # the lease has run out
        left = update(delivery_table).where(delivery_table.c.state == "sending")
        connection.execute(left.values(leased_until=clock.now()))
    second = start()
    stub.wait_for(lambda paths: paths == ["/acknowledged", "/under-way", "/under-way"])
    second.send_signal(signal.SIGTERM)
    assert second.wait(ENDS_WITHIN_SECONDS) == 0, second.stderr.read()
    assert rows.states(own_app) == ["sent", "sent"]
    assert not working.is_alive(own_app.config["SILIAN"])
    assert stub.pushes[1].headers["Topic"] == stub.pushes[2].headers["Topic"], "what comes twice must fold into one"


def test_stopped_in_the_middle(own_app, told, start, stub):
    """SIGSTOP in mid-send: another worker takes over when the lease is over; the first, awake again, spoils nothing.

    The test has both locks of SQLite's while it stops the worker, which so is in no write of its own: a lock would stay
    with it, and nobody could work before it goes on.
    """
    under_way = told(stub.hold("/under-way"))
    first = start()
    stub.wait_for(lambda paths: paths == ["/under-way"])
    with writing() as connection, queue_to_oneself(own_app):
        first.send_signal(signal.SIGSTOP)
        wait_until(lambda: psutil.Process(first.pid).status() == psutil.STATUS_STOPPED)
        left = update(delivery_table).where(delivery_table.c.state == "sending")
        connection.execute(left.values(leased_until=clock.now()))  # the lease has run out
    stub.let_go()
    stub.answer("/under-way")
    second = start()
    stub.wait_for(lambda paths: paths == ["/under-way"] * 2)
    wait_until(lambda: rows.read_delivery(own_app, under_way)["state"] == "sent")
    first.send_signal(signal.SIGCONT)
    for process in (first, second):
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDS_WITHIN_SECONDS) == 0, process.stderr.read()
    row = rows.read_delivery(own_app, under_way)
    assert (row["state"], row["tries"], row["leased_until"]) == ("sent", 2, None)
    assert stub.paths() == ["/under-way"] * 2
    assert stub.pushes[0].headers["Topic"] == stub.pushes[1].headers["Topic"], "what comes twice must fold into one"


def test_stopped_while_it_starts(own_app, tmp_path):
    """SIGTERM as what runs beside the worker works already and is not entered yet: it is closed in order, too."""
    program = f"""
import contextlib, os, signal
from pathlib import Path
from webapp import create_app, jobs

@jobs.beside
@contextlib.contextmanager
def at_work(app):
    os.kill(os.getpid(), signal.SIGTERM)
    try:
        yield
    finally:
        print("closed in order")

jobs.run_worker(create_app(instance=Path({str(tmp_path)!r})))
print("ended")
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=ENDS_WITHIN_SECONDS
    )
    assert (ended.returncode, ended.stdout.split("\n")) == (0, ["closed in order", "ended", ""]), ended.stderr


@contextmanager
def queue_to_oneself(app: Flask) -> Iterator[None]:
    """Nobody else writes to the queue meanwhile, where it is a file."""
    chosen = app.config["SILIAN"]
    if chosen.redis_url:
        yield
        return
    with closing(sqlite3.connect(chosen.jobs_path, isolation_level=None)) as queue:
        queue.execute("BEGIN IMMEDIATE")
        yield
        queue.execute("ROLLBACK")


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + ENDS_WITHIN_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
