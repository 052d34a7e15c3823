"""Traces that lost, doubled or blocked something once: each is told here, and stays closed."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from marshmallow import Schema, fields
from sqlalchemy import Column, Integer, MetaData, String, Table
from sqlalchemy.exc import OperationalError

from sync import Batch, Effect, parked
from sync.registry import CommandType

from .. import databases
from .toy import World, document, note_table, registry


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def change(monkeypatch):
    """Changes the rules of a command for one test."""

    def with_rules(name: str, **rules: Any) -> CommandType:
        kind = replace(registry.commands[name, 1], **rules)
        monkeypatch.setattr(registry, "commands", {**registry.commands, (name, 1): kind})
        return kind

    return with_rules


def codes(answer):
    return [(outcome["status"], outcome.get("code")) for outcome in answer["outcomes"]]


def test_what_the_schema_refuses_is_not_asked_for_its_references(world):
    """Its batch failed with a KeyError, quickly and carefully, each time it was sent."""
    phone = world.phone("ann")
    phone.record("note.bump", {})
    phone.note()
    assert codes(phone.exchange()) == [("rejected", "invalid"), ("applied", None)]


def test_the_same_commands_by_two_requests_at_once_do_not_set_the_number_back(world):
    """The first was slow: between its look and its lock the second had brought those commands and one more."""
    phone = world.phone("ann")
    for _ in range(3):
        phone.note()
    writing, others = world.writing, [phone.journal]

    @contextmanager
    def overtaken(patient=True):
        if others:
            assert phone.exchange(others.pop())["last_seq"] == 3
        with writing() as connection:
            yield connection

    world.writing = overtaken
    answer = phone.exchange(phone.journal[:2])
    assert codes(answer) == [("applied", None)] * 2 and answer["last_seq"] == 3
    assert len(world.notes()) == 3
    assert phone.exchange([phone.note()])["last_seq"] == 4


def test_a_number_given_up_for_lost_is_taken_when_it_comes_after_all(world):
    """It was answered as applied, and was not."""
    phone = world.phone("ann")
    for n in range(3):
        phone.note(f"n{n}")
    phone.exchange(phone.journal[2:], oldest=3)
    assert codes(phone.exchange(phone.journal[:2])) == [("applied", None)] * 2
    assert {text for _, text, _ in world.notes().values()} == {"n0", "n1", "n2"}
    answer = phone.exchange()
    assert codes(answer) == [("applied", None)] * 3 and answer["last_seq"] == 3 and len(world.notes()) == 3


def test_what_a_schema_itself_fails_at_is_parked_alone(world, change):
    class Broken(Schema):
        note_id = fields.Function(deserialize=lambda value: 1 // 0)

    change("note.bump", schema=Broken())
    phone = world.phone("ann")
    command = phone.record("note.bump", {"note_id": "x"})
    phone.note()
    assert codes(phone.exchange()) == [("parked", "failed"), ("applied", None)]
    assert [type(error) for error in world.failures] == [ZeroDivisionError]
    with world.reading() as connection:
        body = connection.exec_driver_sql(f"SELECT body FROM sync_command WHERE id = '{command['id']}'").scalar()
    assert body == '{"note_id":"x"}'


def test_an_older_schema_after_a_restore_does_not_refuse_what_had_been_applied(world, change):
    older = registry.commands["note.add", 1].schema.__class__(only=("note_id", "shelf"))
    newer = registry.commands["note.add", 1].schema
    change("note.add", schema=older)
    phone = world.phone("ann")
    note = phone.note()
    assert codes(phone.exchange([{**note, "was": "applied"}])) == [("parked", "restored")]
    change("note.add", schema=newer)
    with world.writing() as connection:
        parked.retry(world.engine, connection, [note["id"]], world.now, [])
    assert list(world.notes().values()) == [("a", "hello", 0)]


def test_a_handler_that_breaks_another_rule_of_the_tables_has_not_reused_an_id(world, change):
    def twice(command, batch):
        row = {"id": command.payload["note_id"], "shelf": "a", "text": "t", "times": 0, "lifted": False}
        other = {**row, "id": "00000000-0000-4000-8000-00000000aaaa"}
        return Effect(rows=[(note_table, row), (note_table, other)], documents=[document(row, new=True)])

    change("note.add", handler=twice)
    phone = world.phone("ann")
    phone.note()
    phone.exchange()
    phone.note()
    assert codes(phone.exchange()) == [("applied", None), ("parked", "failed")]


def test_what_the_schema_takes_for_anonymous_is_anonymous(world):
    """The rule was asked of what had been sent, "true", which is not true; the handler saw what had been loaded."""
    phone = world.phone("ann")
    phone.note("whispered", anonymous="true")
    phone.exchange()
    with world.reading() as connection:
        assert tuple(connection.exec_driver_sql("SELECT account, body FROM sync_command").one()) == ("", None)


def test_a_void_in_place_of_a_command_that_came_twice_returns_its_outcome(world):
    old = world.phone("ann")
    note = old.note(shelf="b")
    old.exchange()
    new = world.phone("ann")
    new.journal.append({**note, "seq": 1})
    assert codes(new.exchange()) == [("rejected", "forbidden")]
    new.journal[0] = {**new.journal[0], "type": "void", "payload": {}}
    assert codes(new.exchange()) == [("rejected", "forbidden")]


def test_a_refused_record_on_a_new_device_is_refused_for_the_same_reason(world):
    old, new = world.phone("ann"), world.phone("ann")
    note = old.note("x" * 201)
    old.exchange()
    new.journal.append({**note, "seq": 1})
    assert new.exchange()["outcomes"][0]["fields"] == {"text": ["length"]}
    assert new.exchange()["outcomes"][0]["fields"] == {"text": ["length"]}


@pytest.mark.parametrize("where", ["exchange", "retry"])
def test_a_locked_database_parks_nothing(world, change, where):
    def locked(command, batch):
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    phone = world.phone("ann")
    command = phone.record("note.bump", {"note_id": str(uuid.uuid4())})
    phone.exchange()
    with world.writing() as connection:
        row = {"id": command["payload"]["note_id"], "shelf": "a", "text": "t", "times": 0, "lifted": False}
        connection.execute(note_table.insert(), row)
    change("note.bump", handler=locked)
    if where == "retry":
        with pytest.raises(OperationalError), world.writing() as connection:
            parked.retry(world.engine, connection, [command["id"]], world.now, [])
    else:
        phone.record("note.bump", command["payload"])
        with pytest.raises(OperationalError):
            phone.exchange()
    assert world.failures == []
    assert codes(phone.exchange([command])) == [("parked", "missing")]


def test_children_are_seen_as_the_batch_will_leave_them(world):
    """Rows without an id, rows changed, moved and removed by earlier commands of the batch: all were wrong once."""
    meta = MetaData()

    def table(name: str, *more: Column[Any]) -> Table:
        return Table(name, meta, *more, Column("of", String), Column("position", Integer), Column("text", String))

    named, bare = table("named", Column("id", String, primary_key=True)), table("bare")
    db = databases.toy_engine()
    meta.create_all(db)
    with db.begin() as connection:
        for n in range(3):
            row = {"of": "x", "position": n, "text": f"old {n}"}
            connection.execute(named.insert(), {"id": f"old-{n}", **row})
            connection.execute(bare.insert(), row)
        batch = Batch(connection, world.now, [])
        new = {"of": "x", "position": 9, "text": "new"}
        batch.stage(Effect(rows=[(named, {"id": "new", **new}), (bare, dict(new))]))
        batch.stage(Effect(changes=[(named, "old-0", {"text": "changed"})]))

        def seen(table: Table, of: str = "x") -> list[str]:
            return [row["text"] for row in batch.children(table, "of", of)]

        assert seen(named) == ["changed", "old 1", "old 2", "new"]
        assert seen(bare) == ["old 0", "old 1", "old 2", "new"]
        batch.stage(Effect(rows=[(named, {"id": "newer", **new}), (bare, dict(new))]))
        batch.stage(Effect(changes=[(named, "old-1", {"of": "y"})]))
        assert seen(named) == ["changed", "old 2", "new", "new"] and seen(named, "y") == ["old 1"]
        batch.stage(Effect(removals=[(named, "old-2")]))
        assert seen(named) == ["changed", "new", "new"]
        assert len(seen(bare)) == 5


def void_of(note):
    return {**note, "type": "void", "payload": {}, "was": "applied"}


def test_what_a_void_stood_for_is_taken_when_the_phone_has_it_again(world):
    """Signing out had let go of the content, a restore asked for it and got the void, and then the storage went back.

    The server said of its own record that its number was in use: it was lost, though the phone had it in its hand.
    """
    old, new = world.phone("ann"), world.phone("ann")
    note = old.note("kept after all")
    assert codes(old.exchange([void_of(note)])) == [("applied", None)] and world.notes() == {}
    assert codes(new.exchange([{**note, "seq": 1, "was": "applied"}])) == [("applied", None)]
    assert [text for _, text, _ in world.notes().values()] == ["kept after all"]
    for phone in (old, new):  # both numbers go on to say what became of it, with content and without
        assert codes(phone.exchange([note])) == codes(phone.exchange([void_of(note)])) == [("applied", None)]
    assert codes(world.phone("ann").exchange([void_of(note)])) == [("applied", None)]


def test_a_void_makes_room_under_its_own_number_and_under_one_that_repeated_it(world):
    old, new = world.phone("ann"), world.phone("ann")
    one, two = old.note("one"), old.note("two")
    old.exchange([void_of(one), void_of(two)])
    new.exchange([{**void_of(two), "seq": 1}])
    assert codes(old.exchange([{**one, "was": "applied"}], oldest=1)) == [("applied", None)]
    assert codes(new.exchange([{**two, "seq": 1, "was": "parked"}])) == [("applied", None)]
    assert sorted(text for _, text, _ in world.notes().values()) == ["one", "two"]
    for again in ([one, two], [void_of(one), void_of(two)]):
        assert codes(old.exchange(again)) == [("applied", None)] * 2


def test_what_comes_back_for_a_void_and_is_no_longer_allowed_waits_for_a_person(world):
    old, new = world.phone("ann"), world.phone("ann")
    note = old.note(shelf="b")
    old.exchange([void_of(note)])
    assert codes(new.exchange([{**note, "seq": 1, "was": "applied"}])) == [("parked", "restored")]


def test_a_void_makes_no_room_for_somebody_else_nor_for_what_was_withdrawn(world):
    old, theirs, new = world.phone("ann"), world.phone("bob"), world.phone("ann")
    note = old.note()
    old.exchange([void_of(note)])
    assert codes(theirs.exchange([{**note, "seq": 1, "was": "applied"}])) == [("rejected", "id_reused")]
    assert codes(new.exchange([{**note, "seq": 1}])) == [("rejected", "id_reused")]
    assert codes(new.exchange([{**note, "seq": 2, "was": "rejected"}])) == [("rejected", "id_reused")]
    assert world.notes() == {}


def test_under_the_number_of_what_left_no_trace_nothing_else_is_taken(world):
    """The server went back, then the phone's storage, then a newer backup came: numbers meant two things.

    Taken under a number that only an opinion without a name had used, the last record let the phone believe that the
    server knew the one before it, too, which was lost.
    """
    phone = world.phone("ann")
    phone.note("theirs")
    said = phone.note("said without a name", anonymous=True)
    phone.exchange()
    phone.journal.clear()
    phone.note("ours")
    last = phone.note("the last of ours")
    answer = phone.exchange([{**last, "was": "applied"}])
    assert codes(answer) == [("rejected", "id_reused")] and answer["outcomes"][0]["taken"] == "seq"
    assert sorted(text for _, text, _ in world.notes().values()) == ["said without a name", "theirs"]
    other = world.phone("ann")  # for which the phone asks then
    assert codes(other.exchange([{**one, "was": "applied"} for one in phone.journal])) == [("applied", None)] * 2
    for again in (said, {**said, "type": "void", "payload": {}}):  # the phone's own, whichever way it comes
        assert codes(phone.exchange([again])) == [("applied", None)]


def test_what_another_device_brought_first_keeps_its_outcome_under_a_number_without_a_trace(world):
    phone, other = world.phone("ann"), world.phone("ann")
    phone.note("said without a name", anonymous=True)
    phone.exchange()
    note = other.note()
    other.exchange()
    assert codes(phone.exchange([note])) == [("applied", None)] and len(world.notes()) == 2
