"""What a phone is told: pages, cursors, resets, sight gained and lost (PROTOCOL, Changes)."""

from __future__ import annotations

import base64
import json

import pytest

from sync import Document, release
from sync.feeds import publish

from .toy import DAY, HOME, World


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
    backup = world.backup()
    ann.note("lost")
    ann.exchange()
    bob.pull()
    restored = World()
    restored.restore(backup)
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


def test_a_restore_between_two_pages_is_noticed(world):
    """Trace of the model: a changed document stood behind the page's end, and stands before it after the restore."""
    ann, bob = world.phone("ann"), world.phone("bob")
    for text in ("first", "second", "third"):
        ann.note(text)
    ann.exchange()
    backup = world.backup()
    ann.record("note.bump", {"note_id": ann.journal[0]["payload"]["note_id"]})
    ann.exchange()
    assert [change["doc"]["text"] for change in bob.page(limit=2)["changes"]] == ["second", "third"]
    world.restore(backup)
    assert bob.page()["reset"] == "sweep"
    assert bob.texts() == {"first", "second", "third"}


def test_a_document_that_moves_between_two_feeds_is_neither_lost_nor_left(world):
    ann, bob = world.phone("ann", ["a", "b"]), world.phone("bob", ["b"])
    world.rights["bob"].upper = True
    id = ann.note("wanders", shelf="a")["payload"]["note_id"]
    ann.exchange()
    bob.pull()
    for type, values, seen in (
        ("note.lift", {"up": True}, True),
        ("note.move", {"shelf": "b"}, True),
        ("note.lift", {"up": False}, True),
        ("note.lift", {"up": True}, True),
        ("note.move", {"shelf": "a"}, True),
        ("note.lift", {"up": False}, False),
    ):
        ann.record(type, {"note_id": id, **values})
        ann.exchange([ann.journal[-1]])
        bob.pull()
        assert (bob.texts() == {"wanders"}) is seen, (type, values)


def test_what_left_one_feed_and_came_and_went_in_another_between_two_pages_goes(world):
    ann, bob = world.phone("ann", ["a", "b"]), world.phone("bob", ["a"])
    world.rights["bob"].upper = True
    id = ann.note("wanders", shelf="a")["payload"]["note_id"]
    ann.exchange()
    bob.pull()
    ann.record("note.lift", {"note_id": id, "up": True})
    ann.record("note.move", {"note_id": id, "shelf": "b"})
    ann.exchange(ann.journal[1:])
    bob.page(limit=1)
    ann.record("note.lift", {"note_id": id, "up": False})
    ann.exchange([ann.journal[-1]])
    bob.pull()
    assert bob.texts() == set()


def test_what_is_seen_does_not_hide_behind_what_is_gone(world):
    """The note has three rows under one number, all of this person, two of them gone, on a page with room for two."""
    ann, bob = world.phone("ann", ["a", "b"]), world.phone("bob", ["a", "b"])
    world.rights["bob"].upper = True
    id = ann.note("wanders", shelf="a")["payload"]["note_id"]
    ann.record("note.lift", {"note_id": id, "up": True})
    ann.exchange()
    bob.pull()
    ann.record("note.lift", {"note_id": id, "up": False})
    ann.record("note.move", {"note_id": id, "shelf": "b"})
    ann.note("another")
    ann.exchange(ann.journal[2:])
    bob.pull(limit=1)
    assert bob.docs["notes", id]["shelf"] == "b" and bob.texts() == {"wanders", "another"}


def test_what_left_an_audience_is_told_to_be_gone_once(world):
    ann, bob = world.phone("ann", ["a", "b"]), world.phone("bob", ["a"])
    note = ann.note("moving", shelf="a")
    ann.exchange()
    bob.pull()
    ann.record("note.move", {"note_id": note["payload"]["note_id"], "shelf": "b"})
    ann.exchange()
    assert [change["doc"] for change in bob.page()["changes"]] == [None]
    ann.record("note.bump", {"note_id": note["payload"]["note_id"]})
    ann.exchange()
    assert bob.page()["changes"] == []


def test_a_change_of_what_is_held_back_waits_with_it(world):
    ann = world.phone("ann")
    id = ann.note("whispered", anonymous=True)["payload"]["note_id"]
    ann.record("note.bump", {"note_id": id})
    ann.exchange()
    ann.record("note.bump", {"note_id": id})
    ann.exchange()
    ann.pull()
    assert ann.texts() == set()
    with world.writing() as connection:
        assert release(connection, world.now) == 1
    ann.pull()
    assert ann.docs["notes", id]["times"] == 2
    with world.writing() as connection:
        assert release(connection, world.now) == 0


def test_an_erasure_is_told_to_those_too_who_no_longer_see_it(world):
    ann, bob = world.phone("ann", ["a", "b"]), world.phone("bob", ["a"])
    id = ann.note(shelf="a")["payload"]["note_id"]
    ann.exchange()
    bob.pull()
    ann.record("note.move", {"note_id": id, "shelf": "b"})
    ann.exchange()
    ann.pull()
    bob.pull()
    with world.writing() as connection:
        publish(connection, [Document("notes", id, None, [], erased=True)], world.now)
    for phone in (ann, bob):
        assert [(change["doc"], change["erased"]) for change in phone.page()["changes"]] == [(None, True)]


def test_a_cursor_that_names_other_feeds_is_garbage(world):
    phone = world.phone("ann")
    phone.note()
    phone.exchange()
    phone.pull()
    account, digest, positions = json.loads(base64.urlsafe_b64decode(phone.cursor + "=="))
    too_many = positions | {f"feed {n}": [1, 1, "x"] for n in range(3)}
    for forged in ({}, too_many, {HOME: [5, 1, "x"]}, {HOME: [1e999, 1, "x"]}, {HOME: [1, 1, 1e999]}, {HOME: 1}):
        text = json.dumps([account, digest, forged]).replace("Infinity", "1e999")
        phone.cursor = base64.urlsafe_b64encode(text.encode()).decode()
        assert phone.page()["reset"] == "wipe", forged


def test_an_id_that_would_break_an_answer_is_not_published(world):
    phone = world.phone("ann")
    phone.record("note.add", {"note_id": 'a"b', "shelf": "a", "text": "t"})
    phone.note("fine")
    assert [one["status"] for one in phone.exchange()["outcomes"]] == ["parked", "applied"]
    phone.pull()
    assert phone.texts() == {"fine"}


def test_who_was_suspended_and_comes_back_reads_all_from_the_beginning(world):
    phone = world.phone("ann")
    phone.note()
    phone.exchange()
    phone.pull()
    world.suspended.add("ann")
    assert phone.page()["revoked"] is True
    phone.docs.clear()  # PROTOCOL, What the phone promises
    world.suspended.clear()
    phone.pull()
    assert phone.texts() == {"hello"}
