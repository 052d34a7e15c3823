"""PROTOCOL, Commands: the table of outcomes, row by row, and what is done then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert

from sync import parked
from webapp.db import registry
from webapp.places.models import Cell

from .client import Phone, uuid7
from .payloads import advance, case, finding, opinion, patrol, scan, visit
from .serving import ELSEWHERE, GRID1, GRID2, HOUSE, STAIRS, Server

PHOTO = "0" * 64
NORTH_OF_THE_POLE = {"grid_code": HOUSE, "position": {"lat": 91, "lon": 0}}
NOWHERE = {"grid_code": "999999999999999-01"}


def told(outcome: dict[str, Any]) -> tuple[str, str | None]:
    return outcome["status"], outcome.get("code")


def finish(patrol_id: str) -> dict[str, Any]:
    return {"patrol_id": patrol_id, "note": "走完了"}


class TestMissing:
    def test_the_partners_phone_is_still_in_the_basement(self, new, server: Server):
        first, second = new("patrol1"), new("patrol2")
        round_ = patrol(companions=[second.account])
        outcome = second.say("patrol.finish", finish(round_["patrol_id"]))
        assert told(outcome) == ("parked", "missing")
        assert outcome["missing"] == [round_["patrol_id"]]
        command = second.journal[0].command["id"]
        doc = second.doc("commands", command)
        assert (doc["type"], doc["status"], doc["code"], doc["settled_at"]) == (
            "patrol.finish",
            "parked",
            "missing",
            None,
        )
        first.say("patrol.start", round_)
        doc = second.doc("commands", command)
        assert (doc["status"], doc["code"]) == ("applied", None)
        assert doc["settled_at"]
        assert second.doc("patrols", round_["patrol_id"])["state"] == "finished"

    def test_a_whole_chain_goes_when_its_head_comes(self, new):
        first, second = new("patrol1"), new("patrol2")
        round_ = patrol(companions=[second.account])
        point = next(iter(second.holds("checkpoints")))
        second.say("patrol.finish", finish(round_["patrol_id"]))
        second.say("patrol.scan", scan(round_["patrol_id"], point))
        second.say("patrol.finding", finding(patrol_id=round_["patrol_id"]))
        first.say("patrol.start", round_)
        assert {one.outcome["status"] for one in second.journal} == {"parked"}  # as they were told then
        second.exchange([one.command for one in second.journal])
        assert {one.outcome["status"] for one in second.journal} == {"applied"}

    def test_not_here_and_not_in_sight_are_one_answer(self, new):
        """Nobody finds out by asking what is there."""
        hidden = case(place={"grid_code": f"{GRID2}-07", "position": None, "text": None})
        new("grid2").say("case.raise", hidden)
        phone = new("grid1")
        known = phone.say("case.advance", advance(hidden["case_id"], "accepted"))
        unknown = phone.say("case.advance", advance(uuid7(), "accepted"))
        assert told(known) == told(unknown) == ("parked", "missing")
        assert known.keys() == unknown.keys()
        assert known["message"] == unknown["message"]

    def test_by_the_authors_present_permissions(self, server: Server, new):
        login = server.hire("patrol_volunteer")
        phone = server.phone(login)
        round_ = patrol(companions=[phone.account])
        phone.say("patrol.finish", finish(round_["patrol_id"]))
        server.dismiss(login)
        new("patrol1").say("patrol.start", round_)
        doc = phone.doc("commands", phone.journal[0].command["id"])
        assert (doc["status"], doc["code"]) == ("parked", "out_of_scope")

    def test_where_the_rules_say_no_by_then_it_is_declined_not_lost(self, new):
        worker, office = new("grid1"), new("secretary")
        payload = case()
        office.say("case.advance", advance(payload["case_id"], "closed"))  # nothing can be closed that was just raised
        worker.say("case.raise", payload)
        doc = office.doc("commands", office.journal[0].command["id"])
        assert doc["status"] == "declined"
        assert doc["code"] == "invalid"

    def test_the_minutes_job_tries_again(self, server: Server, new):
        """What became possible without an arrival, because a post changed, goes within the minute."""
        login = server.hire("resident")
        phone, payload = server.phone(login), case()
        new("grid1").say("case.raise", payload)
        phone.say("case.join", {"case_id": payload["case_id"], "reporter": None})
        server.appoint(login, "grid_worker", cells=(GRID1,))
        server.try_again(phone.journal[0].command["id"])
        assert phone.doc("commands", phone.journal[0].command["id"])["status"] == "applied"


class TestUnknownType:
    @pytest.mark.parametrize("command", [("meeting.call", 1), ("visit.record", 2)])
    def test_a_phone_newer_than_the_server(self, command, new, server: Server):
        phone, (name, v) = new("grid1"), command
        outcome = phone.say(name, {"anything": ["goes"]}, v=v)
        assert told(outcome) == ("parked", "unknown_type")
        (row,) = server.rows("sync_command", id=phone.journal[0].command["id"])
        assert row["body"] == '{"anything":["goes"]}'  # whole, until the upgrade
        assert phone.doc("commands", row["id"])["code"] == "unknown_type"

    def test_after_the_upgrade_it_goes(self, new, server: Server, monkeypatch):
        phone, payload = new("grid1"), visit()
        phone.say("visit.record", payload, v=2)
        kind = registry.commands["visit.record", 1]
        monkeypatch.setitem(registry.commands, ("visit.record", 2), replace(kind, v=2))
        server.try_again(phone.journal[0].command["id"])
        assert phone.doc("visits", payload["visit_id"])
        assert phone.doc("commands", phone.journal[0].command["id"])["status"] == "applied"


class TestOutOfScope:
    def test_who_once_held_a_post_that_allowed_it(self, server: Server):
        """The household was given to another grid while the visit waited in a phone: a person sees to it."""
        login = server.hire("grid_worker", cells=(GRID1,))
        phone, payload = server.phone(login), visit()
        server.dismiss(login)
        outcome = phone.say("visit.record", payload)
        assert told(outcome) == ("parked", "out_of_scope")
        assert phone.doc("commands", phone.journal[0].command["id"])["code"] == "out_of_scope"
        assert not server.rows("visit", id=payload["visit_id"])

    def test_who_never_did_is_told_no(self, server: Server):
        phone = server.phone(server.hire("grid_worker", cells=(GRID2,)))
        assert told(phone.say("visit.record", visit())) == ("rejected", "forbidden")

    def test_a_suspended_persons_work_is_kept(self, server: Server):
        login = server.hire("grid_worker", cells=(GRID1,))
        phone = server.phone(login)
        server.suspend(login)
        assert told(phone.say("visit.record", visit())) == ("parked", "out_of_scope")

    def test_a_person_at_the_desk_applies_it(self, server: Server, at):
        login = server.hire("grid_worker", cells=(GRID1,))
        phone, payload = server.phone(login), visit()
        server.dismiss(login)
        phone.say("visit.record", payload)
        command = phone.journal[0].command["id"]
        assert server.decide(command, apply=True, by=at("secretary").account) == "applied"
        assert server.rows("visit", id=payload["visit_id"])[0]["account_id"] == phone.account
        assert (
            server.rows("sync_command", id=command)[0]["settled_by"] == at("secretary").account
        )  # who decided is on record
        assert phone.doc("commands", command)["status"] == "applied"

    def test_a_person_at_the_desk_declines_it_with_a_reason(self, server: Server, at):
        login = server.hire("grid_worker", cells=(GRID1,))
        phone, payload = server.phone(login), visit()
        server.dismiss(login)
        phone.say("visit.record", payload)
        command = phone.journal[0].command["id"]
        server.decide(command, apply=False, by=at("secretary").account, reason="已由别人走访")
        doc = phone.doc("commands", command)
        assert (doc["status"], doc["reason"]) == ("declined", "已由别人走访")
        assert doc["settled_at"]
        outcome = phone.exchange([phone.journal[0].command]).json["outcomes"][0]
        assert outcome["status"] == "rejected"
        assert not server.rows("visit", id=payload["visit_id"])


@pytest.fixture
def broken_handler(monkeypatch) -> Callable[[str], None]:
    """Makes a command's handler fail for notes that say "boom"."""

    def breaks(name: str) -> None:
        kind = registry.commands[name, 1]

        def handler(command: Any, batch: Any) -> Any:
            if "boom" in str(command.payload):
                raise ZeroDivisionError("boom")
            return kind.handler(command, batch)

        monkeypatch.setitem(registry.commands, (name, 1), replace(kind, handler=handler))

    return breaks


class TestFailed:
    def test_one_bad_command_never_makes_a_batch_503(self, broken_handler, new, server: Server):
        broken_handler("visit.record")
        phone = new("grid1")
        for note in ("好", "boom", "也好"):
            phone.record("visit.record", visit(note=note))
        phone.record("patrol.finding", finding())
        outcomes = phone.send()
        assert [told(one) for one in outcomes] == [
            ("applied", None), ("parked", "failed"), ("applied", None), ("applied", None)
        ]  # fmt: skip
        assert outcomes[1]["message"]
        assert phone.doc("commands", phone.journal[1].command["id"])["code"] == "failed"
        assert "boom" in server.rows("sync_command", id=phone.journal[1].command["id"])[0]["body"]

    def test_a_person_decides_once_it_is_mended(self, broken_handler, new, server: Server, monkeypatch, at):
        broken_handler("visit.record")
        phone, payload = new("grid1"), visit(note="boom")
        phone.say("visit.record", payload)
        monkeypatch.undo()
        assert server.decide(phone.journal[0].command["id"], apply=True, by=at("secretary").account) == "applied"
        assert phone.doc("visits", payload["visit_id"])


class TestInvalid:
    CASES: dict[str, tuple[str, Callable[[], dict[str, Any]], list[str]]] = {
        "a field": ("visit.record", lambda: visit(outcome="?"), ["outcome"]),
        "deep inside": ("opinion.record", lambda: opinion(place=NORTH_OF_THE_POLE), ["place.position.lat"]),
        "in a list": ("visit.record", lambda: visit(photos=["x"]), ["photos.0"]),
        "two": ("visit.record", lambda: visit(outcome="?", consent="yes"), ["consent", "outcome"]),
        "an unknown grid code": ("visit.record", lambda: visit(grid_code="999999999999999"), ["grid_code"]),
        "an unknown stairwell": ("visit.record", lambda: visit(grid_code=f"{HOUSE}-9"), ["grid_code"]),
        "an unknown place": ("opinion.record", lambda: opinion(place=NOWHERE), ["place.grid_code"]),
        "an unknown category": ("opinion.record", lambda: opinion(category="weather"), ["category"]),
        "an unknown category of a finding": ("patrol.finding", lambda: finding(category="weather"), ["category"]),
        "an unknown category of a case": ("case.raise", lambda: case(category="weather"), ["category"]),
        "an unknown purpose": ("visit.record", lambda: visit(purpose="pilgrimage"), ["purpose"]),
        "without consent, a note": ("visit.record", lambda: visit(consent=False), ["note"]),
        "without consent, photos": ("visit.record", lambda: visit(consent=False, note="", photos=[PHOTO]), ["photos"]),
    }  # fmt: skip

    @pytest.mark.parametrize("name", CASES)
    def test_with_its_fields(self, name, new):
        command, payload, fields = self.CASES[name]
        outcome = new("grid1").say(command, payload())
        assert told(outcome) == ("rejected", "invalid")
        assert sorted(outcome["fields"]) == fields
        assert all(words and all(words) for words in outcome["fields"].values())

    def test_the_person_corrects_it(self, new):
        phone = new("grid1")
        phone.say("visit.record", visit(outcome="?"))
        payload = visit()
        assert told(phone.say("visit.record", payload, supersedes=phone.journal[0].command["id"])) == ("applied", None)
        assert phone.doc("visits", payload["visit_id"])


class TestForbidden:
    @pytest.mark.parametrize("grid_code", [ELSEWHERE, f"{GRID2}-07-1"])
    def test_a_known_code_outside_ones_cells(self, grid_code, new):
        assert told(new("grid1").say("visit.record", visit(grid_code=grid_code))) == ("rejected", "forbidden")

    def test_cells_are_compared_by_segments(self, server: Server):
        """``…-01-1`` holds no ``…-01-11``, and building 1 no building 11."""
        login = server.hire("unit_head", cells=(STAIRS,))
        with server.writes() as connection:
            row = {"id": uuid7(), "grid_code": f"{HOUSE}-21", "kind": "unit", "estate_id": server.places["estate"]}
            connection.execute(insert(Cell).values(**row))
        phone = server.phone(login)
        assert told(phone.say("visit.record", visit(grid_code=STAIRS))) == ("applied", None)
        assert told(phone.say("visit.record", visit(grid_code=f"{HOUSE}-21"))) == ("rejected", "forbidden")
        assert told(phone.say("visit.record", visit(grid_code=HOUSE))) == ("rejected", "forbidden")

    def test_in_sight_and_never_allowed(self, new):
        payload = case()
        worker = new("grid1")
        worker.say("case.raise", payload)
        assert told(worker.say("case.advance", advance(payload["case_id"], "accepted"))) == ("rejected", "forbidden")

    def test_a_role_at_one_place_opens_nothing_at_another(self, server: Server):
        """Secretary there, resident here: what is the secretary's here stays shut."""
        login = server.hire("resident")
        server.appoint(login, "secretary", at="other")
        phone, payload = server.phone(login), case()
        server.phone("grid1").say("case.raise", payload)
        assert told(phone.say("case.advance", advance(payload["case_id"], "accepted"))) == ("parked", "missing")
        assert payload["case_id"] not in phone.holds("cases")
        assert told(phone.say("visit.record", visit())) == ("rejected", "forbidden")


class TestStale:
    def test_with_state_and_level(self, new):
        worker, office, payload = new("grid1"), new("secretary"), case()
        worker.say("case.raise", payload)
        office.say("case.advance", advance(payload["case_id"], "accepted"))
        outcome = office.say("case.advance", advance(payload["case_id"], "declined", note="不归这里", refer_to="法院"))
        assert told(outcome) == ("rejected", "stale")
        assert (outcome["state"], outcome["level"]) == ("accepted", "grid")
        assert office.doc("cases", payload["case_id"])["state"] == "accepted"


def test_too_many(server: Server, monkeypatch):
    phone, other = server.phone(server.hire("patrol_volunteer")), server.phone(server.hire("patrol_volunteer"))
    monkeypatch.setattr(parked, "PARKED_MOST", 2)
    for _ in range(4):
        phone.record("patrol.finish", finish(uuid7()))
    phone.record("patrol.start", patrol())
    codes = [told(one) for one in phone.send()]
    assert codes == [("parked", "missing")] * 2 + [("rejected", "too_many")] * 2 + [("applied", None)]
    assert told(other.say("patrol.finish", finish(uuid7()))) == ("parked", "missing")  # counted by account


class TestSupersedes:
    def parked(self, new) -> tuple[Phone, str]:
        phone = new("grid1")
        phone.say("patrol.finish", finish(uuid7()))
        return phone, phone.journal[0].command["id"]

    def test_a_parked_one_is_settled_as_declined(self, new, server: Server):
        phone, waiting = self.parked(new)
        assert told(phone.say("patrol.start", patrol(), supersedes=waiting)) == ("applied", None)
        doc = phone.doc("commands", waiting)
        assert (doc["status"], doc["code"]) == ("declined", "superseded")
        assert not server.rows("sync_wait", command=waiting)

    def test_in_the_same_batch(self, new):
        phone = new("grid1")
        waiting = phone.record("patrol.finish", finish(uuid7()))
        phone.record("patrol.start", patrol(), supersedes=waiting["id"])
        assert [told(one) for one in phone.send()] == [("parked", "missing"), ("applied", None)]
        assert phone.doc("commands", waiting["id"])["code"] == "superseded"

    def test_an_applied_one_is_stale(self, new, server: Server):
        phone = new("grid1")
        phone.say("visit.record", visit())
        payload = visit()
        outcome = phone.say("visit.record", payload, supersedes=phone.journal[0].command["id"])
        assert told(outcome) == ("rejected", "stale")
        assert not server.rows("visit", id=payload["visit_id"])

    def test_a_correction_that_is_refused_settles_nothing(self, new):
        phone, waiting = self.parked(new)
        phone.say("visit.record", visit(outcome="?"), supersedes=waiting)
        assert phone.doc("commands", waiting)["status"] == "parked"

    def test_somebody_elses_is_left_alone(self, new):
        phone, waiting = self.parked(new)
        assert told(new("patrol1").say("patrol.start", patrol(), supersedes=waiting)) == ("applied", None)
        assert phone.doc("commands", waiting)["status"] == "parked"

    def test_one_that_was_superseded_is_not_tried_again(self, new):
        first, second = new("patrol1"), new("patrol2")
        round_ = patrol(companions=[second.account])
        second.say("patrol.finish", finish(round_["patrol_id"]))
        second.say("patrol.start", patrol(), supersedes=second.journal[0].command["id"])
        first.say("patrol.start", round_)
        assert second.doc("patrols", round_["patrol_id"])["state"] == "started"


def test_nobody_else_is_told_of_a_parked_command(new):
    phone = new("grid1")
    phone.say("patrol.finish", finish(uuid7()))
    command = phone.journal[0].command["id"]
    assert phone.doc("commands", command)
    for login in ("secretary", "building_head", "grid2", "community", "other"):
        assert command not in new(login).holds("commands")


def test_outcomes_and_effects_are_one_transaction(new, server: Server, monkeypatch):
    """Where the audit line cannot be written, the visit is not there either, and nobody was told that it is."""
    phone, payload = new("grid1"), visit()
    phone.record("visit.record", payload)
    monkeypatch.setattr("webapp.host.Host.record", lambda *_: 1 / 0)
    outcome = phone.send()[0]
    assert told(outcome) == ("parked", "failed")
    assert not server.rows("visit", id=payload["visit_id"])
    assert not server.rows("sync_document", collection="visits", id=payload["visit_id"])
