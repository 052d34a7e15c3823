"""A full small filesystem (PROMISES.md: promises 2 and 4): 503 with Retry-After, the phone keeps its queue, nothing is
half done, and when there is room again all of it goes through by itself.

A tmpfs of some megabytes where one may be mounted; else SQLite is told how many pages it may have.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from webapp.db import db

from .. import databases
from ..protocol import payloads as make
from ..protocol.pictures import Picture, digest
from .rig import Machine, machine, patiently

ROOM_MB = 24
Disk = tuple[Machine, Callable[[], None], Callable[[], None]]


@pytest.fixture
def disk(tmp_path: Path, monkeypatch) -> Iterator[Disk]:
    """A server on a small disk, and what fills it and makes room on it."""
    monkeypatch.setattr(databases, "SERVER", "")  # the database has to lie on that disk
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = os.geteuid() == 0 and _mount(folder)
    if mounted:
        try:
            with machine(folder / "instance", folder / "server.log") as server:  # its log too
                ballast = folder / "ballast"

                def fill() -> None:
                    # The write-ahead log keeps the room that it once took: give that back first.
                    with server.app.app_context(), db.engine.connect() as connection:
                        connection.exec_driver_sql("COMMIT")
                        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                    _fill(ballast)

                yield server, fill, ballast.unlink
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        return
    with machine(folder / "instance", tmp_path / "server.log") as server:

        def again(**extra: str) -> None:
            server.kill()
            server.extra = extra
            server.start()

        yield server, lambda: again(MOST_PAGES="1"), again  # never fewer than it has: SQLite takes the present size


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM_MB}m", "silian-test", str(folder)]
    return shutil.which("mount") is not None and subprocess.run(command, capture_output=True).returncode == 0


def _fill(ballast: Path) -> None:
    """To the last byte."""
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue


def test_a_full_disk(disk):
    server, fill, empty = disk
    phone, photo = server.phone("grid1"), Picture()()
    finding = make.finding(photos=[digest(photo)])
    assert phone.say("visit.record", make.visit())["status"] == "applied"
    phone.pull()
    fill()
    text = "满" * 3_000
    for _ in range(40):
        phone.record("visit.record", make.visit(note=text))
    phone.record("patrol.finding", finding)
    refused = phone.exchange(phone.queue())
    assert (refused.status, refused.code) == (503, "away") and int(refused.headers["retry-after"]) >= 1
    assert len(phone.queue()) == 41
    assert [row["seq"] for row in server.rows("sync_command", device=phone.device)] == [1]
    assert not server.rows("finding", id=finding["finding_id"])
    blob = phone.put(photo)
    assert blob.status in (201, 503) and (blob.status == 201 or int(blob.headers["retry-after"]) >= 1)
    if blob.status == 503:
        assert not server.rows("blob", id=digest(photo)) and not list(server.folder.glob("blobs/*/.*"))
    phone.pull()  # what is here can be read
    empty()
    answer, _ = patiently(phone, lambda: phone.exchange(phone.queue()))
    assert [one["status"] for one in answer.json["outcomes"]] == ["applied"] * 41
    assert phone.put(photo).status in (200, 201)
    assert sorted(row["seq"] for row in server.rows("sync_command", device=phone.device)) == list(range(1, 43))
    assert phone.doc("findings", finding["finding_id"])["ready"]
    assert server.is_whole()
