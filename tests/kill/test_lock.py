"""A database lock that another process holds for 15 s (PROMISES.md, cpython#124510): 503 with Retry-After, nothing half
done, and readers do not notice.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from webapp import create_app
from webapp.db import writing

from ..protocol import payloads as make
from ..protocol.pictures import Picture, digest
from .rig import Machine, patiently

HELD_SECONDS = 15
HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA journal_mode")
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(server: Machine) -> Iterator[None]:
    """Another process has the database's write lock."""
    command = [sys.executable, "-c", HOLD, str(server.app.config["SILIAN"].database_path)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        holder.kill()
        holder.communicate()


@pytest.mark.slow
def test_a_lock_of_fifteen_seconds(server_on_sqlite):
    server = server_on_sqlite
    phone, photo = server.phone("grid1"), Picture()()
    finding = make.finding(photos=[digest(photo)], urgent=True)
    phone.pull()
    with locked(server):
        began = time.monotonic()
        commands = [phone.record("visit.record", make.visit()), phone.record("patrol.finding", finding)]
        turns = 0
        while time.monotonic() - began < HELD_SECONDS:
            asked = time.monotonic()
            answer = phone.exchange(commands)
            assert time.monotonic() - asked < HELD_SECONDS, "a phone is told while its person still looks"
            assert (answer.status, answer.code) == (503, "away") and int(answer.headers["retry-after"]) >= 1
            phone.pull()  # who only reads is not kept waiting
            turns += 1
        urgent = phone.post(phone.envelope([commands[1]]), "/sync/urgent")
        blob = phone.put(photo)
        assert [(one.status, int(one.headers["retry-after"]) >= 1) for one in (urgent, blob)] == [(503, True)] * 2
        assert turns and len(phone.queue()) == 2
        assert not server.rows("sync_command", device=phone.device)
        assert not server.rows("finding", id=finding["finding_id"]) and not server.rows("blob", id=digest(photo))
    answer, _ = patiently(phone, lambda: phone.exchange(phone.queue()))
    assert [one["status"] for one in answer.json["outcomes"]] == ["applied"] * 2
    assert phone.put(photo).status == 201
    assert len(server.rows("finding", id=finding["finding_id"])) == 1
    assert phone.doc("findings", finding["finding_id"])["ready"]
    assert server.is_whole()


def test_a_writer_has_the_lock_before_it_reads(tmp_path):
    """Else another could write between its look and its word, and SQLite would refuse that word at once, unwaited."""
    app = create_app(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'silian.sqlite3'}", testing=True)
    with app.app_context(), writing() as connection, closing(sqlite3.connect(tmp_path / "silian.sqlite3")) as other:
        connection.exec_driver_sql("SELECT 1")
        other.execute("PRAGMA busy_timeout=0")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def test_the_lock_is_given_back_by_whoever_is_killed(server_on_sqlite):
    """SQLite's lock is the kernel's: it goes with its holder."""
    server = server_on_sqlite
    with locked(server), pytest.raises(sqlite3.OperationalError, match="locked"):
        file = sqlite3.connect(server.app.config["SILIAN"].database_path, timeout=0, isolation_level=None)
        file.execute("BEGIN IMMEDIATE")
    file.close()
    assert server.phone("grid1").say("visit.record", make.visit())["status"] == "applied"
