"""PROTOCOL, Commands – Healing: the server is restored from an older backup, and nobody has to do anything."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from .client import Phone
from .payloads import advance, case, escalate, finding, visit
from .serving import GRID1, PASSWORD, Server


@pytest.fixture
def went_back(server: Server) -> Callable[[], None]:
    """A backup is taken now; calling it brings the server back to now."""
    backup = server.backup()
    return lambda: server.restore(backup)


@pytest.fixture
def phone(server: Server) -> Phone:
    phone = server.phone("grid1")
    phone.say("visit.record", visit(note="before the backup"))
    phone.pull()
    return phone


def test_what_was_lost_is_sent_again_by_itself(phone, went_back, server: Server):
    lost = [phone.record("visit.record", visit()) for _ in range(3)]
    phone.sync()
    went_back()
    assert phone.exchange().json["last_seq"] == 1
    phone.sync()
    assert all(server.rows("visit", id=command["payload"]["visit_id"]) for command in lost)
    assert all(entry.outcome["status"] == "applied" for entry in phone.journal)
    held = phone.holds("visits")
    assert {command["payload"]["visit_id"] for command in lost} <= held.keys()


def test_the_cursor_of_what_never_was_is_swept(phone, went_back):
    """Else a phone would wait for ever above numbers that are given again."""
    phone.say("visit.record", visit())
    phone.pull()
    went_back()
    for _ in range(3):
        phone.record("visit.record", visit())
    cursor = phone.cursor
    phone.sync()
    assert phone.exchange(cursor=cursor).json["reset"] == "sweep"


def test_what_others_lost_leaves_the_phone_until_they_come(phone, server: Server):
    other, payload = server.phone("building_head"), visit()
    backup = server.backup()
    other.say("visit.record", payload)
    assert phone.doc("visits", payload["visit_id"])
    server.restore(backup)
    phone.say("visit.record", visit())
    assert phone.doc("visits", payload["visit_id"]) is None
    other.sync()
    assert phone.doc("visits", payload["visit_id"])


def test_was_is_no_part_of_the_content(phone, server: Server):
    command = phone.record("visit.record", visit())
    phone.send(command)
    for was in ("applied", "rejected", "parked"):
        assert phone.exchange([command | {"was": was}]).json["outcomes"][0]["status"] == "applied"


def test_was_rejected_stays_rejected(phone, went_back, server: Server):
    """The person was told no, and may have corrected it since: it must not come to life."""
    payload = visit(purpose="pilgrimage")
    assert phone.say("visit.record", payload)["code"] == "invalid"
    went_back()
    with server.writes() as connection:  # by now the rules would say yes
        connection.exec_driver_sql("UPDATE choice SET code = 'pilgrimage' WHERE code = 'survey' AND list = 'purposes'")
    phone.sync()
    outcome = phone.journal[-1].outcome
    assert (outcome["status"], outcome["code"]) == ("rejected", "again")
    assert outcome["message"]
    assert not server.rows("visit", id=payload["visit_id"])
    with server.writes() as connection:
        connection.exec_driver_sql("UPDATE choice SET code = 'survey' WHERE code = 'pilgrimage'")


@pytest.mark.parametrize("no", ["stale", "forbidden", "invalid"])
def test_was_applied_is_never_rejected(no, server: Server, new):
    """Where the rules now say no it is parked for a person, whole."""
    login = server.hire("grid_worker", cells=(GRID1,))
    phone = server.phone(login)
    payload = case()
    new("grid1").say("case.raise", payload)
    backup = server.backup()
    if no == "stale":
        command = ("case.escalate", escalate(payload["case_id"]))
    else:
        command = ("visit.record", visit(note="kept whole"))
    assert phone.say(*command)["status"] == "applied"
    server.restore(backup)
    if no == "stale":
        server.change("case", {"id": payload["case_id"]}, state="accepted")
    elif no == "forbidden":
        server.change("post", {"account_id": phone.account}, cells=["630102001001002"])
    else:
        server.change("choice", {"code": "routine", "list": "purposes"}, active=False)
    phone.sync()
    outcome = phone.journal[-1].outcome
    assert (outcome["status"], outcome["code"]) == ("parked", "restored")
    told = phone.doc("commands", phone.journal[-1].command["id"])
    assert (told["status"], told["code"]) == ("parked", "restored")
    assert server.rows("sync_command", id=phone.journal[-1].command["id"])[0]["body"]
    server.change("choice", {"code": "routine"}, active=True)


def test_a_restored_one_goes_on_when_its_entity_changes(server: Server, new):
    worker, office = new("grid1"), new("secretary")
    payload = case()
    worker.say("case.raise", payload)
    backup = server.backup()
    office.say("case.advance", advance(payload["case_id"], "accepted"))
    office.say("case.advance", advance(payload["case_id"], "assigned", state="accepted", lead="property_company"))
    server.restore(backup)
    again = server.phone("secretary")  # the second step comes first, from a journal of its own
    step = office.journal[1].command | {"seq": 1, "was": "applied"}
    assert again.exchange([step]).json["outcomes"][0]["code"] == "restored"
    again.exchange([office.journal[0].command | {"seq": 2, "was": "applied"}])
    assert server.rows("case", id=payload["case_id"])[0]["state"] == "assigned"
    assert again.exchange([step]).json["outcomes"][0]["status"] == "applied"


def test_what_effects_create_has_the_same_ids_again(phone, went_back, server: Server):
    payload = finding(urgent=True)
    phone.say("patrol.finding", payload)
    case_id = phone.doc("findings", payload["finding_id"])["case_id"]
    lines, alerts = server.rows("case_move", case_id=case_id), server.rows("alert", case_id=case_id)
    went_back()
    assert not server.rows("case", id=case_id)
    phone.sync()
    assert phone.doc("findings", payload["finding_id"])["case_id"] == case_id
    assert uuid.UUID(case_id).version == 5
    assert {row["id"] for row in server.rows("case_move", case_id=case_id)} == {row["id"] for row in lines}
    assert {row["id"] for row in server.rows("alert", case_id=case_id)} == {row["id"] for row in alerts}


def test_a_reference_to_what_was_lost_fits_again(phone, went_back, server: Server):
    """The one who joined after the backup may come back before the one who raised it."""
    payload, office = finding(urgent=True), server.phone("secretary")
    phone.say("patrol.finding", payload)
    case_id = phone.doc("findings", payload["finding_id"])["case_id"]
    assert office.say("case.advance", advance(case_id, "accepted"))["status"] == "applied"
    went_back()
    office.sign_in("secretary", PASSWORD)  # its session is younger than the backup, and so is its device
    office.sync()
    assert office.journal[0].outcome["code"] == "missing"
    phone.sync()
    office.sync()
    assert server.rows("case", id=case_id)[0]["state"] == "accepted"
    assert office.doc("commands", office.journal[0].command["id"])["status"] == "applied"


def test_a_phone_whose_own_storage_went_back(server: Server):
    """``last_seq`` stands above the phone's last number: it takes a new device and queues there, ids kept."""
    phone = server.phone("grid1")
    for _ in range(3):
        phone.say("visit.record", visit())
    last = phone.exchange().json["last_seq"]
    older = Phone(phone.web, phone.device, phone.me, phone.journal[:1])
    assert older.exchange().json["last_seq"] == last > len(older.journal)
    minted = server.phone("grid1")
    kept = phone.journal[2].command | {"seq": 1}
    assert minted.exchange([kept]).json["outcomes"][0]["status"] == "applied"
    assert len(server.rows("visit", id=kept["payload"]["visit_id"])) == 1
