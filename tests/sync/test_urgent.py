"""Help does not wait behind a queue: the urgent copy of a command (PROTOCOL, POST /sync/urgent)."""

from __future__ import annotations

import uuid

import pytest

from sync import Effect, Rejected
from sync.urgent import hear

from .toy import World, document, note_table, registry


class Alarm:
    """What an application raises: here a line on a board, seen by all who read shelf a."""

    def __init__(self) -> None:
        self.raised: list[str] = []

    def __call__(self, command, batch) -> Effect:
        self.raised.append(command.id)
        row = {"id": str(uuid.uuid5(uuid.UUID(command.id), "alarm")), "shelf": "a", "text": "alarm", "times": 0}
        row["lifted"] = False
        return Effect(rows=[(note_table, row)], documents=[document(row, new=True)], events=["rung"])


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def alarm() -> Alarm:
    return Alarm()


def urge(world, phone, command, alarm):
    return hear(world.engine, command, world.caller(phone.account, phone.device), world.now, alarm)


def heard(world) -> int:
    with world.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM sync_urgent").scalar()


def texts(world) -> list[str]:
    return sorted(text for _, text, _ in world.notes().values())


def test_the_alert_is_raised_at_once_and_once(world, alarm):
    ann, bob = world.phone("ann"), world.phone("bob")
    ann.note("before")
    help = ann.note("help")
    assert urge(world, ann, help, alarm) is None
    assert urge(world, ann, help, alarm) is None
    assert texts(world) == ["alarm"] and world.events == ["rung"] and heard(world) == 1
    bob.pull()
    assert bob.texts() == {"alarm"}


def test_the_command_follows_in_its_number(world, alarm):
    phone = world.phone("ann")
    phone.note("before")
    help = phone.note("help")
    urge(world, phone, help, alarm)
    answer = phone.exchange()
    assert [one["status"] for one in answer["outcomes"]] == ["applied", "applied"] and answer["last_seq"] == 2
    assert texts(world) == ["alarm", "before", "help"]


def test_a_copy_that_comes_after_its_command_raises_nothing(world, alarm):
    phone = world.phone("ann")
    help = phone.note("help")
    phone.exchange()
    assert urge(world, phone, help, alarm) is None
    assert alarm.raised == [] and texts(world) == ["help"]


def test_an_invalid_copy_is_answered_with_its_outcome(world, alarm):
    phone = world.phone("ann")
    help = phone.record("note.add", {"note_id": 5, "shelf": "a", "text": "help"})
    refused = urge(world, phone, help, alarm)
    assert (refused["status"], refused["code"], set(refused["fields"])) == ("rejected", "invalid", {"note_id"})
    assert refused["id"] == help["id"] and refused["seq"] == help["seq"]
    bad_form = {**phone.note("help"), "odd": 1}
    assert urge(world, phone, bad_form, alarm)["code"] == "invalid"
    assert alarm.raised == [] and heard(world) == 0


def test_the_rules_are_asked(world, alarm):
    phone = world.phone("ann", ["a"])
    help = phone.note("help", shelf="b")
    assert urge(world, phone, help, alarm)["code"] == "forbidden"
    assert alarm.raised == [] and heard(world) == 0
    world.rights["ann"].ever = world.rights["ann"].now = {"a", "b"}
    assert urge(world, phone, help, alarm) is None and len(alarm.raised) == 1


def test_an_entity_id_in_use_raises_nothing(world, alarm):
    phone = world.phone("ann")
    phone.note("there")
    phone.exchange()
    help = phone.record("note.add", {**phone.journal[0]["payload"], "text": "help"})
    assert urge(world, phone, help, alarm)["code"] == "id_reused"
    assert alarm.raised == []


def test_other_commands_are_not_urgent(world, alarm):
    phone = world.phone("ann")
    note = phone.note("hello")
    for command in (
        note,
        phone.record("note.bump", {"note_id": note["payload"]["note_id"]}),
        phone.record("note.sing", {}),
        {**note, "type": "void", "payload": {}},
    ):
        with pytest.raises(Rejected) as no:
            urge(world, phone, command, alarm)
        assert no.value.code == "not_urgent"
    assert alarm.raised == [] and heard(world) == 0


@pytest.mark.parametrize("suspended", [False, True])
def test_who_is_no_longer_allowed_raises_nothing_and_is_not_refused(world, alarm, suspended):
    phone = world.phone("ann", ["a"])
    if suspended:
        world.suspended.add("ann")
    else:
        world.rights["ann"].now = set()
    help = phone.note("help")
    assert urge(world, phone, help, alarm) is None
    assert alarm.raised == [] and heard(world) == 0
    assert phone.exchange()["outcomes"][0]["code"] == "out_of_scope"


def test_a_handler_that_fails_leaves_nothing_behind(world):
    phone = world.phone("ann")
    help = phone.note("help")

    def broken(command, batch):
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        urge(world, phone, help, broken)
    assert heard(world) == 0 and world.notes() == {}
    assert urge(world, phone, help, Alarm()) is None and texts(world) == ["alarm"]


def test_an_alert_for_nobody_is_not_heard(world, alarm):
    phone = world.phone("ann")
    help = phone.note("help")
    assert urge(world, phone, help, lambda command, batch: Effect()) is None
    assert heard(world) == 0
    assert urge(world, phone, help, alarm) is None and heard(world) == 1


def test_what_it_refers_to_may_be_in_the_queue_behind_it(world, alarm, monkeypatch):
    """Trace: a round begins without a network, help is called on it, and the copy goes first: its round is missing."""
    from sync import Ref

    kind = registry.commands["note.add", 1]
    rules = {**vars(kind), "refs": lambda p: [Ref(note_table, p["shelf"])] if p["text"] == "help" else []}
    monkeypatch.setattr(registry, "commands", {**registry.commands, ("note.add", 1): kind.__class__(**rules)})
    phone, stranger = world.phone("ann"), world.phone("bob", ["b"])
    help = phone.note("help")
    assert urge(world, phone, help, alarm) is None
    assert urge(world, phone, help, alarm) is None
    assert heard(world) == 1 and texts(world) == ["alarm"] and world.events == ["rung"]
    assert urge(world, stranger, stranger.note("help"), alarm) is None
    assert texts(world) == ["alarm"]
    assert phone.exchange()["outcomes"][0]["code"] == "missing"


def test_an_anonymous_one_does_not_tell_its_device(world, alarm):
    phone = world.phone("ann")
    urge(world, phone, phone.note("help", anonymous=True), alarm)
    with world.reading() as connection:
        assert connection.exec_driver_sql("SELECT device FROM sync_urgent").scalar() == ""
