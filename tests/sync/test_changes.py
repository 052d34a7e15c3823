"""What a phone is told: pages, cursors, resets, sight gained and lost (PROTOCOL, Changes)."""

from __future__ import annotations

import pytest

from .toy import DAY, World


@pytest.fixture
def world() -> World:
    return World()


def test_pages_bring_each_document_once(world):
    ann, bob = world.phone("ann"), world.phone("bob")
    for n in range(25):
        ann.note(f"n{n}")
    ann.exchange()
    answer = bob.exchange([], limit=10)
    assert len(answer["changes"]) == 10 and answer["more"] is True
    bob.pull(limit=10)
    assert bob.texts() == {f"n{n}" for n in range(25)}
    assert bob.exchange([])["changes"] == []


def test_limit_nought_leaves_the_cursor_as_sent(world):
    ann = world.phone("ann")
    ann.note()
    answer = ann.exchange(limit=0)
    assert (answer["changes"], answer["cursor"], answer["reset"], answer["more"]) == ([], None, False, True)


def test_who_no_longer_sees_a_document_is_told_that_it_is_gone(world):
    ann, bob, cid = world.phone("ann", ["a", "b"]), world.phone("bob", ["a"]), world.phone("cid", ["b"])
    note = ann.note("moving", shelf="a")
    ann.exchange()
    bob.pull()
    cid.pull()
    ann.record("note.move", {"note_id": note["payload"]["note_id"], "shelf": "b"})
    ann.exchange()
    gone = bob.exchange([])["changes"]
    assert [change["doc"] for change in gone] == [None]
    cid.pull()
    assert cid.texts() == {"moving"}


def test_what_was_never_seen_is_not_told_to_be_gone(world):
    ann, bob = world.phone("ann", ["a", "b"]), world.phone("bob", ["a"])
    bob.pull()
    note = ann.note("brief", shelf="a")
    ann.record("note.move", {"note_id": note["payload"]["note_id"], "shelf": "b"})
    ann.exchange()
    assert bob.exchange([])["changes"] == []


def test_sight_gained_sweeps_and_sight_lost_wipes(world):
    ann, bob = world.phone("ann", ["a", "b"]), world.phone("bob", ["a"])
    ann.note("on a", shelf="a")
    ann.note("on b", shelf="b")
    ann.exchange()
    bob.pull()
    world.rights["bob"].now = {"a", "b"}
    assert bob.exchange([])["reset"] == "sweep"
    bob.pull()
    assert bob.texts() == {"on a", "on b"}
    world.rights["bob"].now = {"b"}
    assert bob.exchange([])["reset"] == "wipe"
    bob.pull()
    assert bob.texts() == {"on b"}


def test_garbage_and_another_accounts_cursor_wipe(world):
    ann, bob = world.phone("ann"), world.phone("bob")
    ann.note()
    ann.exchange()
    ann.pull()
    bob.cursor = ann.cursor
    assert bob.exchange([])["reset"] == "wipe"
    for garbage in ("garbage", "", "W10", "eyJhIjoxfQ", "W1siYSJdLDEsMl0", "\u4e2d"):
        bob.cursor = garbage
        assert bob.exchange([])["reset"] == "wipe", garbage


def test_a_cursor_from_before_a_restore_is_swept(world):
    ann, bob = world.phone("ann"), world.phone("bob")
    ann.note("one")
    ann.exchange()
    with world.reading() as connection:
        backup = list(connection.connection.iterdump())
    ann.note("lost")
    ann.exchange()
    bob.pull()
    restored = World()
    with restored.db.connect() as connection:
        raw = connection.connection
        for table in ("device", "command", "feed", "transaction", "document", "row", "audience"):
            raw.execute(f"DELETE FROM sync_{table}")
        raw.execute("DELETE FROM toy_note")
        for line in backup:
            if line.startswith("INSERT"):
                raw.execute(line)
    restored.rights = world.rights
    other = restored.phone("ann")
    other.note("new past")
    other.exchange()
    with restored.writing() as connection:
        from sync import register_device

        register_device(connection, bob.device, "bob", "phone", restored.now)
    bob.world = restored
    answer = bob.pull()
    assert bob.texts() == {"one", "new past"} and answer["more"] is False


def test_a_position_older_than_a_hundred_days_is_swept_but_a_quiet_feed_is_not(world):
    ann, bob = world.phone("ann"), world.phone("bob")
    ann.note("one")
    ann.exchange()
    bob.pull()
    world.now += 101 * DAY
    assert bob.exchange([])["reset"] is False
    ann.note("two")
    ann.exchange()
    assert bob.exchange([])["reset"] == "sweep"
