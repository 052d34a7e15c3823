"""A real worker process: it sends, stops cleanly, and when it is killed or stopped in mid-send nothing is lost.

PROMISES.md: promise 13, the fault of notifications-api#474, and SIGKILL and SIGSTOP of the worker.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

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


@pytest.mark.slow  # where the stop falls into a write of the queue, nobody works until it goes on
def test_stopped_in_the_middle(own_app, told, start, stub):
    """SIGSTOP in mid-send: another worker takes over when the lease is over; the first, awake again, spoils nothing."""
    under_way = told(stub.hold("/under-way"))
    first = start()
    stub.wait_for(lambda paths: paths == ["/under-way"])
    first.send_signal(signal.SIGSTOP)
    stub.let_go()
    stub.answer("/under-way")
    with writing() as connection:  # the lease has run out
        left = update(delivery_table).where(delivery_table.c.state == "sending")
        connection.execute(left.values(leased_until=clock.now()))
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


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + ENDS_WITHIN_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
