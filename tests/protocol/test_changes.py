"""PROTOCOL, Changes: pages, cursors, resets, and sight that is gained and lost."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from .client import Phone, uuid4, uuid7
from .payloads import advance, case, nameless, patrol, visit
from .serving import ENDED, GRID1, GRID2, HOUSE, LOGINS, Server


def state(phone: Phone) -> dict[tuple[str, str], Any]:
    return {key: one.doc for key, one in phone.documents.items()}


def begun(server: Server, login: str) -> Phone:
    """A phone that holds everything this person may see."""
    phone = server.phone(login)
    phone.pull(limit=2000)
    return phone


def stairwells(phone: Phone) -> list[str]:
    return [doc["grid_code"] for (name, _), doc in state(phone).items() if name == "units"]


class TestPages:
    @pytest.mark.parametrize("limit", [1, 3, 17, 500])
    def test_pages_of_any_size_tell_the_same(self, limit, server: Server):
        whole, paged = begun(server, "patrol1"), server.phone("patrol1")
        answers = paged.pull(limit=limit)
        assert state(paged) == state(whole)
        assert [one["reset"] for one in answers] == ["sweep"] + [False] * (len(answers) - 1)
        assert all(len(one["changes"]) <= limit for one in answers)
        told = [(one["collection"], one["id"]) for answer in answers for one in answer["changes"]]
        assert len(told) == len(set(told))  # each document once

    def test_when_nothing_is_new_nothing_comes(self, server: Server):
        phone = begun(server, "grid1")
        answer = phone.exchange().json
        assert (answer["changes"], answer["more"], answer["reset"]) == ([], False, False)
        assert phone.exchange(cursor=answer["cursor"]).json["changes"] == []

    def test_only_what_is_new_comes(self, server: Server):
        phone, payload = begun(server, "grid1"), visit()
        server.phone("building_head").say("visit.record", payload)
        changes = phone.exchange().json["changes"]
        assert [(one["collection"], one["id"]) for one in changes] == [("visits", payload["visit_id"])]

    def test_in_its_newest_state_and_once(self, server: Server):
        phone, office, payload = begun(server, "grid1"), server.phone("secretary"), case()
        office.say("case.raise", payload)
        office.say("case.advance", advance(payload["case_id"], "accepted", level="estate"))
        office.say("case.advance", advance(payload["case_id"], "discussing", state="accepted", level="estate"))
        changes = [one for one in phone.exchange().json["changes"] if one["id"] == payload["case_id"]]
        assert [one["doc"]["state"] for one in changes] == ["discussing"]

    def test_a_revision_changes_with_its_text(self, server: Server):
        phone, office, payload = begun(server, "grid1"), server.phone("secretary"), case()
        office.say("case.raise", payload)
        first = next(one["rev"] for one in phone.pull()[0]["changes"] if one["id"] == payload["case_id"])
        office.say("case.advance", advance(payload["case_id"], "accepted", level="estate"))
        assert next(one["rev"] for one in phone.pull()[0]["changes"] if one["id"] == payload["case_id"]) != first

    def test_what_comes_between_two_pages_is_not_missed(self, server: Server):
        phone, payload = server.phone("grid1"), visit()
        first = phone.exchange(limit=10).json
        phone.take(first)
        server.phone("building_head").say("visit.record", payload)
        phone.pull(limit=10)
        assert ("visits", payload["visit_id"]) in phone.documents
        assert state(phone) == state(begun(server, "grid1"))

    def test_the_same_cursor_again_gives_the_same(self, server: Server):
        """The answer was lost on its way; nothing was passed over."""
        phone = begun(server, "grid1")
        server.phone("building_head").say("visit.record", visit())
        first, second = phone.exchange().json, phone.exchange().json
        assert first["changes"]
        assert (first["changes"], first["cursor"]) == (second["changes"], second["cursor"])


class TestCursor:
    def reset(self, phone: Phone, cursor: Any) -> Any:
        answer = phone.exchange(cursor=cursor, limit=1).json
        return answer["reset"]

    def test_null_is_the_beginning(self, server: Server):
        assert self.reset(begun(server, "grid1"), None) == "sweep"

    @pytest.mark.parametrize(
        "garbage",
        [
            "", "x", "null", "e30", "W10", "AAAA", "=" * 4, "Ω", "%00", "a" * 10_000,
            base64.urlsafe_b64encode(b"[1,2,3]").decode(),
            base64.urlsafe_b64encode(b'["a","b",{"f":[1]}]').decode(),
            base64.urlsafe_b64encode(b'["a","b",{"f":["x","y"]}]').decode(),
            base64.urlsafe_b64encode(b'["a","b",{"f":[1e999,"y"]}]').decode(),
            base64.urlsafe_b64encode(b'["a","\\u0000",{}]').decode(),
        ],
    )  # fmt: skip
    def test_garbage_wipes(self, garbage, server: Server):
        assert self.reset(server.phone("grid1"), garbage) == "wipe"

    def test_another_accounts_wipes(self, server: Server):
        assert self.reset(server.phone("grid1"), begun(server, "grid2").cursor) == "wipe"
        assert self.reset(server.phone("patrol1"), begun(server, "patrol2").cursor) == "wipe"

    def test_a_tampered_one_gives_no_rights(self, server: Server):
        phone = begun(server, "grid1")
        account, _, positions = json.loads(base64.urlsafe_b64decode(phone.cursor + "=="))
        _, digest, _ = json.loads(base64.urlsafe_b64decode(begun(server, "secretary").cursor + "=="))

        def made(*parts: Any) -> str:
            return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")

        assert self.reset(phone, made(account, "0" * 32, positions)) == "wipe"  # an unknown audience digest
        assert (
            self.reset(phone, made(account, digest, positions)) == "wipe"
        )  # another's sight, and not a part of this one's
        mine = state(phone)
        phone.cursor = made(account, digest, positions)
        phone.pull()
        assert state(phone) == mine

    @pytest.mark.parametrize("change", ["tag", "ahead"])
    def test_an_unknown_tag_sweeps(self, change, server: Server):
        """A past that never was: the server went back and took another way."""
        phone = begun(server, "grid1")
        account, digest, positions = json.loads(base64.urlsafe_b64decode(phone.cursor + "=="))
        for feed, (*numbers, tag) in positions.items():
            positions[feed] = [*numbers, "0" * 16] if change == "tag" else [*(n + 1_000_000 for n in numbers), tag]
        cursor = base64.urlsafe_b64encode(json.dumps([account, digest, positions]).encode()).decode()
        assert self.reset(phone, cursor) == "sweep"

    def test_older_than_100_days_sweeps(self, server: Server, clock):
        phone = begun(server, "grid1")
        clock.shift(timedelta(days=60))
        phone.exchange(limit=0)  # the session rolls on
        clock.shift(timedelta(days=39))
        server.phone("building_head").say("visit.record", visit())
        assert self.reset(phone, phone.cursor) is False
        clock.shift(timedelta(days=2))
        assert self.reset(phone, phone.cursor) == "sweep"

    def test_an_old_one_after_which_nothing_happened_is_good(self, server: Server, clock):
        login = server.hire("district_staff", at="district")
        phone = begun(server, login)
        clock.shift(timedelta(days=60))
        phone.exchange(limit=0)
        clock.shift(timedelta(days=60))
        assert self.reset(phone, phone.cursor) is False

    def test_only_the_first_page_says_so(self, server: Server):
        phone = server.phone("grid1")
        phone.cursor = "garbage"
        assert [one["reset"] for one in phone.pull(limit=20)][:3] == ["wipe", False, False]


class TestSight:
    def test_gained_sweeps_and_brings(self, server: Server):
        login = server.hire("grid_worker", cells=(GRID1,))
        phone = begun(server, login)
        before = state(phone)
        server.appoint(login, "grid_worker", cells=(GRID2,))
        answer = phone.exchange(limit=2000).json
        assert answer["reset"] == "sweep"
        phone.take(answer)
        assert before.items() <= state(phone).items()
        assert any(grid_code.startswith(GRID2) for grid_code in stairwells(phone))

    def test_lost_wipes_and_is_gone(self, server: Server):
        login = server.hire("grid_worker", cells=(GRID1,))
        server.appoint(login, "grid_worker", cells=(GRID2,))
        phone = begun(server, login)
        (lost,) = (row for row in server.rows("post", account_id=phone.account) if row["cells"] == [GRID2])
        server.change("post", {"id": lost["id"]}, ends_at=ENDED)
        answer = phone.exchange(limit=2000).json
        assert answer["reset"] == "wipe"
        phone.take(answer)
        assert stairwells(phone)
        assert not any(grid_code.startswith(GRID2) for grid_code in stairwells(phone))

    def test_some_gained_and_some_lost_wipes(self, server: Server):
        login = server.hire("grid_worker", cells=(GRID1,))
        phone = begun(server, login)
        server.dismiss(login)
        server.appoint(login, "grid_worker", cells=(GRID2,))
        assert phone.exchange(limit=1).json["reset"] == "wipe"

    def test_without_a_post_only_ones_own_is_left(self, server: Server):
        login = server.hire("grid_worker", cells=(GRID1,))
        phone, payload = begun(server, login), visit()
        phone.say("visit.record", payload)
        server.dismiss(login)
        phone.pull()
        assert {name for name, _ in phone.documents} == {"visits"}
        assert list(phone.documents) == [("visits", payload["visit_id"])]

    def test_the_next_request_shows_nothing_more(self, server: Server):
        """PROMISES 9: nothing outside a person's scope is readable from the next request on."""
        login = server.hire("building_head", cells=(HOUSE,))
        phone, payload = begun(server, login), visit()
        server.dismiss(login)
        server.phone("grid1").say("visit.record", payload)
        assert payload["visit_id"] not in phone.holds("visits")

    def test_a_lead_sees_a_case_while_it_is_theirs(self, server: Server):
        """What this person could see before and does not any more comes as null, once."""
        office, lead, payload = server.phone("secretary"), begun(server, "property"), case()
        office.say("case.raise", payload)
        office.say("case.advance", advance(payload["case_id"], "accepted", level="estate"))
        assert payload["case_id"] not in lead.holds("cases")
        office.say(
            "case.advance",
            advance(payload["case_id"], "assigned", state="accepted", level="estate", lead="property_company"),
        )
        assert lead.doc("cases", payload["case_id"])["lead"] == "property_company"
        lead.say(
            "case.advance", advance(payload["case_id"], "accepted", state="assigned", level="estate", note="不归物业")
        )
        changes = [one for one in lead.exchange().json["changes"] if one["id"] == payload["case_id"]]
        assert [one["doc"] for one in changes] == [None]
        lead.pull()
        office.say("case.advance", advance(payload["case_id"], "discussing", state="accepted", level="estate"))
        assert lead.exchange().json["changes"] == []

    def test_null_only_for_what_could_be_seen(self, server: Server):
        """A phone that starts anew hears nothing of what has gone."""
        office, payload = server.phone("secretary"), case()
        office.say("case.raise", payload)
        office.say("case.advance", advance(payload["case_id"], "accepted", level="estate"))
        office.say(
            "case.advance",
            advance(payload["case_id"], "assigned", state="accepted", level="estate", lead="owners_committee"),
        )
        owners = server.phone("owners")
        owners.say(
            "case.advance", advance(payload["case_id"], "accepted", state="assigned", level="estate", note="不归业委会")
        )
        fresh = server.phone("owners")
        assert not [one for answer in fresh.pull() for one in answer["changes"] if one["doc"] is None]
        assert payload["case_id"] not in fresh.holds("cases")

    def test_two_posts_in_two_estates(self, server: Server):
        login = server.hire("grid_worker", cells=(GRID1,))
        before = begun(server, login)
        server.appoint(login, "resident", at="other")
        phone = begun(server, login)
        names = [
            doc["name"]
            for (name, _), doc in state(phone).items()
            if name == "organisations" and doc["kind"] == "estate"
        ]
        assert len(names) == 2
        assert state(before).items() <= state(phone).items()


@pytest.mark.parametrize("login", LOGINS)
def test_when_things_are_quiet_a_phone_holds_what_the_server_shows(login, server: Server):
    """PROMISES 5, at the end of a busy day: read in pages as it happened, or at one go now."""
    phone = server.phone(login)
    phone.pull(limit=50)
    worker, office, payload = server.phone("grid1"), server.phone("secretary"), case()
    steps = [
        lambda: worker.say("case.raise", payload),
        lambda: worker.say("visit.record", visit()),
        lambda: server.phone("resident1").say("opinion.record", nameless(), id=uuid4()),
        lambda: office.say("case.advance", advance(payload["case_id"], "accepted")),
        lambda: office.say(
            "case.advance", advance(payload["case_id"], "assigned", state="accepted", lead="property_company")
        ),
        lambda: server.release(),
        lambda: server.phone("property").say(
            "case.advance", advance(payload["case_id"], "accepted", state="assigned", note="退回")
        ),
        lambda: server.phone("patrol1").say(
            "patrol.start", patrol(patrol_id=uuid7(), companions=[server.account("patrol2")])
        ),
    ]
    for step in steps:
        step()
        phone.take(phone.exchange(limit=2).json)
    phone.pull(limit=3)
    assert state(phone) == state(begun(server, login))
