"""PROMISES 5 (no gap) and 6 (cursor safety), and the fault of synapse#7206: a row committed late is skipped by readers.

Three transactions on PostgreSQL, begun in every order: one commits late, one is rolled back, one is ordinary. A reader
follows along and must hold at the end what the server holds. The same with numbers from a sequence, which is what the
feed's lock is there against, shows that these tests would see it.
"""

from __future__ import annotations

import threading
from itertools import permutations
from typing import Any

import pytest

from sync import feeds

from ..sync.toy import Phone
from .transactions import Stage, Writer

ORDERS = list(permutations(["late", "rolled back", "plain"]))
WRITERS, BATCHES, EACH = 8, 12, 5


@pytest.fixture
def world() -> Stage:
    world = Stage()
    phone = world.phone("setter")  # the feed and its places are there already, as in every estate but a new one
    phone.note("first")
    phone.exchange()
    return world


@pytest.fixture
def sequence(world: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers are given at once and for good, without a lock that lasts until the commit."""
    given = feeds._take_numbers

    def take(_: Any, wanted: dict[str, int]) -> dict[str, int]:
        with world.db.begin() as connection:
            return given(connection, wanted)

    monkeypatch.setattr(feeds, "_take_numbers", take)


def follow(world: Stage, order: tuple[str, ...]) -> tuple[Phone, set[str]]:
    """Runs writers in this order beside a reader, and at the end what was rolled back again; what should be seen."""
    reader = world.phone("reader")
    reader.pull()
    writers = []
    for name in order:
        phone = world.phone(name)
        phone.note(name)
        writers.append(Writer(phone, held=name == "late", fails=name == "rolled back"))
        world.start(writers[-1])
        reader.pull()
    for writer in writers:
        writer.go.set()
    for writer in writers:
        writer.end()
        reader.pull()
    assert {text for _, text, _ in world.notes().values()} == {"first", "late", "plain"}
    for writer in writers:
        if writer.fails:  # its phone has heard nothing, and sends again
            assert writer.phone.exchange(limit=0)["outcomes"][0]["status"] == "applied"
            reader.pull()
    return reader, {text for _, text, _ in world.notes().values()}


@pytest.mark.parametrize("order", ORDERS, ids=", ".join)
def test_none_is_skipped(world, order):
    reader, written = follow(world, order)
    assert reader.texts() == written == {"first", "late", "plain", "rolled back"}


def test_a_sequence_would_skip_the_late_one(world, sequence):
    reader, late, plain = world.phone("reader"), Writer(world.phone("late"), held=True), Writer(world.phone("plain"))
    for writer in (late, plain):
        writer.phone.note(writer.phone.account)
        world.start(writer)
    plain.end()
    reader.pull()
    assert reader.texts() == {"first", "plain"}
    late.go.set()
    late.end()
    reader.pull()
    assert "late" not in reader.texts() and "late" in {text for _, text, _ in world.notes().values()}


def test_a_reader_who_follows_many_writers_sees_all(world):
    """Each of its pages is a snapshot, and none of them may have a hole that is filled behind it."""
    reader, over, failures = world.phone("reader"), threading.Event(), list[Exception]()

    def write(phone: Phone) -> None:
        try:
            for _ in range(BATCHES):
                batch = [phone.note(f"{phone.account} {len(phone.journal)}") for _ in range(EACH)]
                phone.exchange(batch, limit=0)
        except Exception as error:  # noqa: BLE001 -- looked at below
            failures.append(error)

    def read() -> None:
        while not over.is_set():
            reader.pull(limit=7)

    threads = [threading.Thread(target=write, args=(world.phone(f"writer {n}"),)) for n in range(WRITERS)]
    follower = threading.Thread(target=read)
    for thread in (follower, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    follower.join()
    reader.pull()
    assert failures == []
    assert reader.texts() == {text for _, text, _ in world.notes().values()}
    assert len(reader.texts()) == 1 + WRITERS * BATCHES * EACH
