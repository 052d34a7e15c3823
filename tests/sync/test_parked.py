"""What is parked: it wakes when what it waits for arrives, is settled by its author or the desk, and is never lost."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from sync import Outcome, parked
from sync.registry import Caller

from .toy import DAY, HOUR, World


@pytest.fixture
def world() -> World:
    return World()


def codes(answer):
    return [(outcome["status"], outcome.get("code")) for outcome in answer["outcomes"]]


def settled(phone):
    """What the phone's documents say of its parked commands: status, code and reason by command id."""
    phone.pull()
    docs = {id: doc for (collection, id), doc in phone.docs.items() if collection == "commands"}
    return {id: (doc["status"], doc["code"], doc["reason"]) for id, doc in docs.items()}


def retry(world, *ids, overrule=None):
    events = []
    with world.writing() as connection:
        return parked.retry(world.engine, connection, ids, world.now, events, overrule)


def due(world):
    with world.reading() as connection:
        return parked.due(connection, world.now)


def waiting(world):
    with world.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT ref, command FROM sync_wait")]


def bump(phone, note, **more):
    return phone.record("note.bump", {"note_id": note["payload"]["note_id"], **more})


def out_of_scope(world, phone):
    """A note that its author once was allowed to put on shelf b, and is no longer."""
    rights = world.rights[phone.account]
    rights.ever, rights.now = {"a", "b"}, {"a"}
    note = phone.note("mine", shelf="b")
    assert codes(phone.exchange([note])) == [("parked", "out_of_scope")]
    return note


# waking


def test_what_waits_for_something_further_down_the_same_batch_goes_with_it(world):
    phone = world.phone("ann")
    note = phone.note()
    first = bump(phone, note)
    first["seq"], note["seq"] = 1, 2
    phone.journal.reverse()
    phone.exchange()
    assert list(world.notes().values()) == [("a", "hello", 1)]
    assert codes(phone.exchange()) == [("applied", None), ("applied", None)]
    assert settled(phone) == {first["id"]: ("applied", None, None)} and waiting(world) == []


def test_the_careful_pass_wakes_as_the_quick_one_does(world):
    phone = world.phone("ann")
    note = phone.note()
    first = bump(phone, note)
    first["seq"], note["seq"] = 1, 2
    phone.journal.reverse()
    phone.note("boom")
    phone.exchange()
    assert list(world.notes().values()) == [("a", "hello", 1)]


def test_it_wakes_across_accounts_and_its_author_is_told(world):
    ann, bob = world.phone("ann"), world.phone("bob")
    note = ann.note()
    waits = bump(bob, note)
    bob.exchange()
    assert settled(bob) == {waits["id"]: ("parked", "missing", None)}
    ann.exchange()
    assert settled(bob) == {waits["id"]: ("applied", None, None)}
    assert settled(ann) == {}


def test_a_change_brings_it_into_sight(world):
    ann, bob = world.phone("ann", ["a", "b"]), world.phone("bob", ["b"])
    note = ann.note(shelf="a")
    ann.exchange()
    waits = bump(bob, note)
    assert codes(bob.exchange()) == [("parked", "missing")]
    ann.record("note.move", {"note_id": note["payload"]["note_id"], "shelf": "b"})
    ann.exchange()
    assert settled(bob) == {waits["id"]: ("applied", None, None)}
    assert list(world.notes().values()) == [("b", "hello", 1)]


def test_a_chain_of_three_goes_at_once(world, chained):
    ann, bob, cid = (world.phone(account) for account in ("ann", "bob", "cid"))
    root = ann.note("root")
    middle = chained(bob, root)
    last = chained(cid, middle)
    assert codes(cid.exchange()) == [("parked", "missing")]
    assert codes(bob.exchange()) == [("parked", "missing")]
    assert world.notes() == {}
    ann.exchange()
    assert len(world.notes()) == 3 and waiting(world) == []
    assert settled(cid) == {last["id"]: ("applied", None, None)}


def test_one_that_finds_another_id_missing_waits_for_that_one(world, chained):
    ann, bob = world.phone("ann"), world.phone("bob")
    first, second = ann.note("first"), ann.note("second")
    command = chained(bob, first, later=second)
    bob.exchange()
    ann.exchange([first])
    assert waiting(world) == [(second["payload"]["note_id"], command["id"])]
    ann.exchange([second])
    assert settled(bob) == {command["id"]: ("applied", None, None)} and waiting(world) == []


def test_many_wake_at_once_each_once(world):
    ann, bob = world.phone("ann"), world.phone("bob")
    notes = [ann.note(f"n{n}") for n in range(40)]
    for note in notes:
        for _ in range(2):
            bump(bob, note)
    bob.exchange()
    ann.exchange()
    assert {times for _, _, times in world.notes().values()} == {2}


# by itself, by time


def test_what_is_due_every_minute_for_a_day_then_nightly(world):
    phone = world.phone("ann")
    command = bump(phone, {"payload": {"note_id": str(uuid.uuid4())}})
    phone.exchange()
    for _ in range(3):
        world.now += timedelta(minutes=1)
        assert due(world) == [command["id"]]
        assert retry(world, command["id"])[command["id"]].code == "missing"
    world.now += DAY
    assert due(world) == [command["id"]]
    retry(world, command["id"])
    world.now += 19 * HOUR
    assert due(world) == []
    world.now += HOUR
    assert due(world) == [command["id"]]


def test_what_a_person_must_decide_is_never_due(world):
    phone = world.phone("ann", ["a"])
    out_of_scope(world, phone)
    failing = phone.note("boom")
    phone.exchange([failing])
    assert due(world) == []


def test_an_upgrade_makes_unknown_types_known(world, monkeypatch):
    from .toy import registry

    phone = world.phone("ann")
    command = phone.record("note.put", {"note_id": str(uuid.uuid4()), "shelf": "a", "text": "new"})
    assert codes(phone.exchange()) == [("parked", "unknown_type")]
    monkeypatch.setitem(registry.commands, ("note.put", 1), registry.commands["note.add", 1])
    assert due(world) == [command["id"]]
    retry(world, command["id"])
    assert settled(phone) == {command["id"]: ("applied", None, None)} and len(world.notes()) == 1


# at the desk


def test_declined_with_a_reason_that_its_author_sees(world):
    phone = world.phone("ann")
    note = out_of_scope(world, phone)
    with world.writing() as connection:
        assert parked.decline(world.engine, connection, note["id"], "desk", "your shelf is now bob's", world.now)
        assert not parked.decline(world.engine, connection, note["id"], "desk", "twice", world.now)
    assert settled(phone) == {note["id"]: ("declined", "declined", "your shelf is now bob's")}
    assert codes(phone.exchange([note])) == [("rejected", "declined")]
    with world.reading() as connection:
        row = connection.exec_driver_sql("SELECT settled_by, settled_at IS NOT NULL FROM sync_command").one()
    assert tuple(row) == ("desk", 1)


def test_a_person_overrules_and_is_on_record(world):
    phone = world.phone("ann")
    note = out_of_scope(world, phone)
    assert retry(world, note["id"]) == {note["id"]: Outcome("parked", "out_of_scope")}
    assert retry(world, note["id"], overrule="desk")[note["id"]].status == "applied"
    assert list(world.notes().values()) == [("b", "mine", 0)]
    assert settled(phone) == {note["id"]: ("applied", None, None)}
    with world.reading() as connection:
        assert connection.exec_driver_sql("SELECT settled_by FROM sync_command").scalar() == "desk"


def test_overruling_asks_neither_posts_nor_sight_but_what_is_not_there_is_not_there(world):
    ann, bob = world.phone("ann", ["a"]), world.phone("bob", ["b"])
    note = ann.note()
    ann.exchange()
    hidden, absent = bump(bob, note), bump(bob, {"payload": {"note_id": str(uuid.uuid4())}})
    assert codes(bob.exchange()) == [("parked", "missing"), ("parked", "missing")]
    results = retry(world, hidden["id"], absent["id"], overrule="desk")
    assert (results[hidden["id"]].status, results[absent["id"]].code) == ("applied", "missing")
    assert list(world.notes().values()) == [("a", "hello", 1)]


def test_what_an_overruled_command_wakes_is_not_overruled_with_it(world):
    ann, bob = world.phone("ann"), world.phone("bob", ["a", "b"])
    note = out_of_scope(world, ann)
    bump(bob, note)
    bob.exchange()
    world.rights["bob"].now = {"a"}
    retry(world, note["id"], overrule="desk")
    assert list(world.notes().values()) == [("b", "mine", 0)]
    bob.pull()
    assert codes(bob.exchange()) == [("parked", "missing")]


def test_a_person_tries_a_failed_one_again(world, monkeypatch):
    from .toy import registry

    phone = world.phone("ann")
    note = phone.note("boom")
    assert codes(phone.exchange()) == [("parked", "failed")]
    assert retry(world, note["id"])[note["id"]].code == "failed" and len(world.failures) == 2
    mended = registry.commands["note.add", 1].__class__(
        **{**vars(registry.commands["note.add", 1]), "handler": lambda c, b: world_effect(c)}
    )
    monkeypatch.setitem(registry.commands, ("note.add", 1), mended)
    assert retry(world, note["id"])[note["id"]].status == "applied"
    assert settled(phone) == {note["id"]: ("applied", None, None)}


def world_effect(command):
    from sync import Effect

    from .toy import document, note_table

    row = {"id": command.payload["note_id"], "shelf": "a", "text": "mended", "times": 0, "lifted": False}
    return Effect(rows=[(note_table, row)], documents=[document(row, new=True)])


def test_a_retry_by_the_authors_present_rights(world):
    phone = world.phone("ann")
    note = out_of_scope(world, phone)
    world.rights["ann"].now = {"a", "b"}
    assert retry(world, note["id"])[note["id"]].status == "applied"
    later = phone.note("no more", shelf="b")
    world.suspended.add("ann")
    assert codes(phone.exchange([later])) == [("parked", "out_of_scope")]
    world.suspended.clear()
    world.rights["ann"].now = world.rights["ann"].ever = {"a"}
    assert retry(world, later["id"])[later["id"]] == Outcome("rejected", "forbidden")
    assert settled(phone)[later["id"]] == ("declined", "forbidden", None)
    assert codes(phone.exchange([later])) == [("rejected", "forbidden")]


def test_what_had_been_applied_before_a_restore_is_never_declined_by_the_rules(world):
    """The restored server waits for the note; once it is there, it has been moved on by somebody: parked, not stale."""
    ann, bob = world.phone("ann"), world.phone("bob")
    note = ann.note()
    healed = bump(bob, note)
    assert codes(bob.exchange([{**healed, "was": "applied"}])) == [("parked", "missing")]
    world.rights["bob"].ever = world.rights["bob"].now = {"b"}
    ann.exchange()
    world.rights["bob"].now = {"a", "b"}
    bump(ann, note, by=100)
    ann.exchange([ann.journal[-1]])
    assert settled(bob) == {healed["id"]: ("parked", "restored", None)}
    with world.writing() as connection:
        connection.exec_driver_sql("UPDATE toy_note SET times = 0")
    ann.record("note.lift", {"note_id": note["payload"]["note_id"], "up": True})
    ann.exchange([ann.journal[-1]])  # its entity changes: tried again
    assert settled(bob) == {healed["id"]: ("applied", None, None)}


# too many, and authors that are gone


def test_too_many_parked_are_refused_and_those_that_are_parked_stay(world, monkeypatch):
    monkeypatch.setattr(parked, "PARKED_MOST", 2)
    ann, bob = world.phone("ann"), world.phone("bob")
    nowhere = {"payload": {"note_id": str(uuid.uuid4())}}
    for _ in range(3):
        bump(ann, nowhere)
    assert codes(ann.exchange()) == [("parked", "missing"), ("parked", "missing"), ("rejected", "too_many")]
    bump(ann, nowhere)
    ann.note("others are applied")
    assert codes(ann.exchange())[3:] == [("rejected", "too_many"), ("applied", None)]
    bump(bob, nowhere)
    assert codes(bob.exchange()) == [("parked", "missing")]
    for id in due(world):
        assert retry(world, id)[id].status == "parked"
    assert codes(ann.exchange())[:2] == [("parked", "missing")] * 2


def test_an_author_who_is_gone_leaves_it_parked_for_the_desk(world, monkeypatch):
    ann, bob = world.phone("ann"), world.phone("bob")
    note = ann.note()
    waits = bump(bob, note)
    bob.exchange()

    def callers(connection, accounts) -> dict[str, Caller]:
        return {account: world.caller(account) for account in accounts if account != "bob"}

    monkeypatch.setattr(world, "callers", callers)
    ann.exchange()
    assert list(world.notes().values()) == [("a", "hello", 0)] and retry(world, waits["id"]) == {}
    assert due(world) == [waits["id"]]
    with world.writing() as connection:
        assert parked.decline(world.engine, connection, waits["id"], "desk", "moved away", world.now)
    assert codes(bob.exchange()) == [("rejected", "declined")] and waiting(world) == []


# corrections


def test_a_correction_of_one_in_the_same_batch(world):
    phone = world.phone("ann")
    rights = world.rights["ann"]
    rights.ever = {"a", "b"}
    wrong, right = phone.note("wrong", shelf="b"), phone.note("right")
    right["supersedes"] = wrong["id"]
    late = phone.note("late")
    late["supersedes"] = right["id"]
    assert codes(phone.exchange())[1:] == [("applied", None), ("rejected", "stale")]
    assert codes(phone.exchange())[0] == ("rejected", "superseded")
    rights.now = {"a", "b"}
    retry(world, wrong["id"])
    assert {text for _, text, _ in world.notes().values()} == {"right"}
    assert settled(phone) == {wrong["id"]: ("declined", "superseded", None)}


def test_what_was_corrected_waits_for_nothing(world):
    ann, bob = world.phone("ann"), world.phone("bob")
    note = ann.note()
    wrong = bump(bob, note, by=7)
    bob.exchange()
    bob.note("instead")["supersedes"] = wrong["id"]
    bob.exchange()
    assert waiting(world) == []
    ann.exchange()
    assert sorted(world.notes().values()) == [("a", "hello", 0), ("a", "instead", 0)]


def test_a_correction_and_what_it_corrects_are_woken_together(world):
    """The correction came first, by another device, and did not find what it corrects. One of the two may be applied.

    Trace of the model: both waited for one note; both were tried from one list; both were applied.
    """
    ann, first, second = world.phone("ann"), world.phone("bob"), world.phone("bob")
    note = ann.note()
    wrong, right = bump(first, note, by=7), bump(second, note, by=1)
    right["supersedes"] = wrong["id"]
    second.exchange()
    world.now += timedelta(seconds=1)
    first.exchange()
    ann.exchange()
    assert list(world.notes().values()) == [("a", "hello", 1)]
    assert codes(first.exchange()) == [("rejected", "superseded")]


def test_only_ones_own_is_corrected(world):
    ann, bob = world.phone("ann"), world.phone("bob")
    waits = bump(ann, {"payload": {"note_id": str(uuid.uuid4())}})
    ann.exchange()
    bob.note()["supersedes"] = waits["id"]
    assert codes(bob.exchange()) == [("applied", None)] and codes(ann.exchange()) == [("parked", "missing")]


@pytest.fixture
def chained(monkeypatch):
    """Records a note.follow: a note that is made where another is, and says in its handler that it needs a third."""
    from marshmallow import Schema, fields

    from sync import Effect, Missing, Ref

    from .toy import document, note_table, registry

    class NoteFollow(Schema):
        note_id = fields.String(required=True)
        of = fields.String(required=True)
        later = fields.String(load_default=None)

    monkeypatch.setattr(registry, "commands", dict(registry.commands))

    @registry.command(
        "note.follow",
        NoteFollow(),
        permit=lambda c, b: None,
        refs=lambda p: [Ref(note_table, p["of"])],
        creates=(note_table, "note_id"),
    )
    def follow(command, batch):
        p = command.payload
        if p["later"] and batch.get(note_table, p["later"]) is None:
            raise Missing(p["later"])
        row = {"id": p["note_id"], "shelf": "a", "text": "follows", "times": 0, "lifted": False}
        return Effect(rows=[(note_table, row)], documents=[document(row, new=True)])

    def record(phone, of, later=None):
        payload = {"note_id": str(uuid.uuid4()), "of": of["payload"]["note_id"]}
        return phone.record("note.follow", payload | ({"later": later["payload"]["note_id"]} if later else {}))

    return record
