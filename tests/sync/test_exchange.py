"""The engine by toy commands: outcomes, repetition, gaps, healing, parking (PROTOCOL, Commands)."""

from __future__ import annotations

import uuid

import pytest

from sync import Gap

from .toy import World


@pytest.fixture
def world() -> World:
    return World()


def codes(answer):
    return [(outcome["status"], outcome.get("code")) for outcome in answer["outcomes"]]


def test_a_note_is_applied_and_comes_back_as_a_document(world):
    phone = world.phone("ann")
    phone.note("hello")
    answer = phone.exchange()
    assert codes(answer) == [("applied", None)] and answer["last_seq"] == 1
    assert answer["changes"][0]["doc"] == {"shelf": "a", "text": "hello", "times": 0}
    assert answer["reset"] == "sweep" and answer["more"] is False


def test_sending_again_changes_nothing_and_gives_the_stored_outcome(world):
    phone = world.phone("ann")
    note = phone.note()
    phone.record("note.bump", {"note_id": note["payload"]["note_id"]})
    first, second = phone.exchange(), phone.exchange()
    assert first["outcomes"] == second["outcomes"]
    assert list(world.notes().values()) == [("a", "hello", 1)]


def test_one_bad_command_leaves_the_others_alone(world):
    phone = world.phone("ann")
    phone.note("x" * 201)
    phone.note("fine")
    phone.record("note.add", {"note_id": 1, "shelf": "a", "text": "t", "odd": 1})
    answer = phone.exchange()
    assert codes(answer) == [("rejected", "invalid"), ("applied", None), ("rejected", "invalid")]
    assert answer["outcomes"][0]["fields"] == {"text": ["length"]}
    assert set(answer["outcomes"][2]["fields"]) == {"note_id", "odd"}


def test_a_handler_that_fails_is_found_and_parked_alone(world):
    phone = world.phone("ann")
    phone.note("before")
    phone.note("boom")
    phone.note("after")
    answer = phone.exchange()
    assert codes(answer) == [("applied", None), ("parked", "failed"), ("applied", None)]
    assert {text for _, text, _ in world.notes().values()} == {"before", "after"}
    assert len(world.failures) == 1


def test_a_missing_id_waits_and_goes_when_it_comes(world):
    first, second = world.phone("ann"), world.phone("bob")
    note = first.note()
    second.record("note.bump", {"note_id": note["payload"]["note_id"]})
    answer = second.exchange()
    assert codes(answer) == [("parked", "missing")]
    assert [c["doc"]["status"] for c in answer["changes"]] == ["parked"]
    first.exchange()
    assert list(world.notes().values()) == [("a", "hello", 1)]
    assert codes(second.exchange()) == [("applied", None)]


def test_out_of_sight_is_missing_and_never_allowed_is_forbidden(world):
    ann, bob = world.phone("ann", ["a"]), world.phone("bob", ["b"])
    note = ann.note()
    ann.exchange()
    bob.record("note.bump", {"note_id": note["payload"]["note_id"]})
    bob.note(shelf="a")
    assert codes(bob.exchange()) == [("parked", "missing"), ("rejected", "forbidden")]


def test_what_was_once_allowed_is_parked_for_a_person(world):
    phone = world.phone("ann", ["a"])
    world.rights["ann"].now = set()
    phone.note()
    assert codes(phone.exchange()) == [("parked", "out_of_scope")]


def test_a_known_id_under_another_number_gives_the_same_outcome(world):
    old = world.phone("ann")
    note = old.note()
    old.exchange()
    new = world.phone("ann")
    new.journal.append({**note, "seq": 1})
    assert codes(new.exchange()) == [("applied", None)]
    assert codes(new.exchange()) == [("applied", None)]
    assert len(world.notes()) == 1


def test_the_same_command_twice_in_one_batch(world):
    phone = world.phone("ann")
    note = phone.note()
    phone.journal.append({**note, "seq": 2})
    answer = phone.exchange()
    assert codes(answer) == [("applied", None), ("applied", None)] and answer["last_seq"] == 2


@pytest.mark.parametrize("other_account", [False, True])
def test_a_known_id_with_other_content_is_refused_and_what_is_stored_stands(world, other_account):
    ann = world.phone("ann")
    note = ann.note()
    ann.exchange()
    thief = world.phone("bob" if other_account else "ann")
    changed = note["payload"] if other_account else {**note["payload"], "text": "other"}
    thief.journal.append({**note, "seq": 1, "payload": changed})
    answer = thief.exchange()
    assert codes(answer) == [("rejected", "id_reused")] and "taken" not in answer["outcomes"][0]
    assert list(world.notes().values()) == [("a", "hello", 0)]


def test_a_known_number_under_another_id_is_refused(world):
    phone = world.phone("ann")
    phone.note()
    phone.exchange()
    phone.journal[0] = {**phone.journal[0], "id": str(uuid.uuid4())}
    answer = phone.exchange()
    assert codes(answer) == [("rejected", "id_reused")]
    assert answer["outcomes"][0]["taken"] == "seq"  # under another device it would be taken: the phone asks for one


def test_an_entity_id_in_use_is_refused(world):
    ann, bob = world.phone("ann"), world.phone("bob")
    note = ann.note()
    ann.exchange()
    bob.record("note.add", {**note["payload"], "text": "mine"})
    assert codes(bob.exchange()) == [("rejected", "id_reused")]


def test_a_gap_is_told_with_the_number_expected(world):
    phone = world.phone("ann")
    for _ in range(3):
        phone.note()
    with pytest.raises(Gap) as gap:
        phone.exchange(phone.journal[1:], oldest=1)
    assert gap.value.expected == 1 and world.notes() == {}


def test_a_range_no_phone_holds_is_noted_as_lost(world):
    phone = world.phone("ann")
    for _ in range(3):
        phone.note()
    answer = phone.exchange(phone.journal[2:], oldest=3)
    assert codes(answer) == [("applied", None)] and answer["last_seq"] == 3
    with world.reading() as connection:
        lost = connection.exec_driver_sql("SELECT first, last FROM sync_lost").all()
    assert [tuple(row) for row in lost] == [(1, 2)]


def test_healing_after_a_restore(world):
    phone = world.phone("ann")
    phone.note("kept")
    phone.note("x" * 300)
    phone.note(shelf="b")
    sent = [
        {**phone.journal[0], "was": "applied"},
        {**phone.journal[1], "was": "rejected"},
        {**phone.journal[2], "was": "applied"},
    ]
    answer = phone.exchange(sent)
    assert codes(answer) == [("applied", None), ("rejected", "invalid"), ("parked", "restored")]
    phone.note("again")
    assert codes(phone.exchange([{**phone.journal[3], "was": "rejected"}], oldest=4)) == [("rejected", "again")]


def test_void_takes_a_number_and_does_nothing(world):
    phone = world.phone("ann")
    note = phone.note()
    phone.journal[0] = {**note, "type": "void", "payload": {}}
    assert codes(phone.exchange()) == [("applied", None)] and world.notes() == {}


def test_void_in_place_of_a_stored_command_returns_its_outcome(world):
    phone = world.phone("ann")
    note = phone.note(shelf="b")
    phone.exchange()
    phone.journal[0] = {**note, "type": "void", "payload": {}}
    assert codes(phone.exchange()) == [("rejected", "forbidden")]


def test_an_unknown_type_waits_for_an_upgrade(world):
    phone = world.phone("ann")
    phone.record("note.sing", {})
    assert codes(phone.exchange()) == [("parked", "unknown_type")]


def test_anonymous_leaves_no_trace_and_comes_later(world):
    from sync import release

    ann = world.phone("ann")
    ann.note("whispered", anonymous=True)
    answer = ann.exchange()
    assert codes(answer) == [("applied", None)] and answer["changes"] == []
    with world.reading() as connection:
        row = connection.exec_driver_sql("SELECT account, body, made_at FROM sync_command").one()
    assert tuple(row) == ("", None, None)
    with world.writing() as connection:
        assert release(connection, world.now) == 1
    ann.pull()
    assert ann.texts() == {"whispered"}


def test_anonymous_is_refused_rather_than_parked(world):
    phone = world.phone("ann", ["a"])
    world.rights["ann"].now = set()
    phone.note("whispered", anonymous=True)
    assert codes(phone.exchange()) == [("rejected", "out_of_scope")]


def test_a_correction_settles_what_was_parked(world):
    phone = world.phone("ann", ["a", "b"])
    world.rights["ann"].now = {"a"}
    wrong = phone.note(shelf="b")
    phone.exchange()
    phone.note(shelf="a")
    phone.journal[1]["supersedes"] = wrong["id"]
    assert codes(phone.exchange())[1] == ("applied", None)
    assert codes(phone.exchange()) == [("rejected", "superseded"), ("applied", None)]
    late = phone.note("late")
    late["supersedes"] = phone.journal[1]["id"]
    assert codes(phone.exchange())[-1] == ("rejected", "stale")


def test_a_suspended_person_hands_over_and_sees_nothing(world):
    phone = world.phone("ann")
    phone.note("seen")
    phone.exchange()
    world.suspended.add("ann")
    phone.note("last words")
    answer = phone.exchange()
    assert codes(answer)[-1] == ("parked", "out_of_scope")
    assert answer["revoked"] is True and answer["changes"] == []


def test_nesting_nul_and_surrogates_make_one_command_invalid(world):
    phone = world.phone("ann")
    deep: object = 1
    for _ in range(40):
        deep = [deep]
    phone.note("a\x00b")
    phone.note("a\ud800b")
    phone.record("note.add", {"note_id": "x", "shelf": "a", "text": deep})
    phone.record("note.add", {"note_id": "x", "shelf": "a", "text": "t", "by": 2**60})
    phone.note("fine")
    assert codes(phone.exchange()) == [("rejected", "invalid")] * 4 + [("applied", None)]


def test_content_over_the_limit_is_too_large(world):
    phone = world.phone("ann")
    phone.note("x" * 140_000)
    assert codes(phone.exchange()) == [("rejected", "too_large")]
