"""PROTOCOL, Commands – Anonymous: clause by clause. It protects against every user of Silian."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from webapp.problems import words

from .client import Phone, uuid4, uuid7
from .payloads import ENDPOINT, POSITION, REPORTER, amend, case, nameless, opinion, place, subscribe, visit
from .serving import GRID1, HOUSE, LOGINS, STAIRS, Server

TIME_OF_DAY = re.compile(r"\d\d:\d\d")


def tell(phone: Phone, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An anonymous opinion, under a command id of chance."""
    return phone.say("opinion.record", payload, **({"id": uuid4()} | more))


def lands_in(server: Server, *ids: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of the database in which one of these ids stands."""
    found: dict[str, list[dict[str, Any]]] = {}
    for id in ids:
        for table, rows in server.mentions(id).items():
            found.setdefault(table, []).extend(rows)
    return found


class TestNotTaken:
    INVALID: dict[str, tuple[dict[str, Any], str]] = {
        "the visit on which it was said": ({"visit_id": uuid7()}, "visit_id"),
        "a reporter": ({"reporter": REPORTER}, "reporter"),
        "an empty reporter": ({"reporter": {}}, "reporter"),
        "a position": ({"place": place(position=POSITION)}, "place.position"),
        "a stairwell": ({"place": place(STAIRS)}, "place.grid_code"),
        "a voice": ({"recordings": ["0" * 64]}, "recordings"),
        "an opinion's id that tells the time": ({"opinion_id": uuid7()}, "opinion_id"),
        "an opinion's id of another kind": ({"opinion_id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, "opinion_id"),
    }

    @pytest.mark.parametrize("name", INVALID)
    def test_a_field_that_could_tell(self, name, new, server: Server):
        more, field = self.INVALID[name]
        phone, payload = new("resident1"), nameless(**more)
        outcome = tell(phone, payload)
        assert (outcome["status"], outcome["code"]) == ("rejected", "invalid")
        assert list(outcome["fields"]) == [field]
        assert not server.rows("opinion", id=payload["opinion_id"])

    @pytest.mark.parametrize("id", [uuid7(), "6ba7b810-9dad-11d1-80b4-00c04fd430c8"], ids=["v7", "v1"])
    def test_a_commands_id_that_tells_the_time(self, id, new):
        outcome = tell(new("resident1"), nameless(), id=id)
        assert (outcome["status"], outcome["code"], list(outcome["fields"])) == ("rejected", "invalid", ["id"])

    @pytest.mark.parametrize("code", [GRID1, HOUSE, None])
    def test_as_coarse_as_a_building(self, code, new):
        assert tell(new("resident1"), nameless(place=place(code)))["status"] == "applied"
        assert tell(new("resident1"), nameless(place=None))["status"] == "applied"

    def test_a_name_is_taken_where_it_is_given(self, new):
        more = {"place": place(STAIRS, position=POSITION), "reporter": REPORTER, "recordings": ["0" * 64]}
        assert new("resident1").say("opinion.record", opinion(**more))["status"] == "applied"


class TestNoTrace:
    @pytest.mark.parametrize("urgent", [False, True])
    def test_nothing_in_the_database_ties_it_to_anybody(self, urgent, new, server: Server):
        phone, payload = new("resident1"), nameless(urgent=urgent)
        assert tell(phone, payload)["status"] == "applied"
        server.release()
        command = phone.journal[0].command["id"]
        found = lands_in(server, payload["opinion_id"], command)
        assert found.keys() >= {"opinion", "sync_command", "sync_document"}
        for table, rows in found.items():
            for row in rows:
                text = str(row)
                assert phone.account not in text, table
                assert phone.device not in text, table
                assert "居民甲" not in text, table
        (row,) = found["sync_command"]
        assert (row["account"], row["device"], row["made_at"], row["body"]) == ("", "", None, None)
        assert row["digest"] is None  # by it the content could be tried out
        (row,) = server.rows("opinion", id=payload["opinion_id"])
        assert (row["account_id"], row["made_at"], row["received_at"]) == (None, None, None)

    def test_the_time_is_a_date(self, new, server: Server):
        phone, payload = new("resident1"), nameless()
        tell(phone, payload)
        (row,) = server.rows("opinion", id=payload["opinion_id"])
        today = (datetime.now(UTC) + timedelta(hours=8)).date()
        assert row["received_on"] in (today.isoformat(), (today - timedelta(days=1)).isoformat())
        (row,) = server.rows("sync_command", id=phone.journal[0].command["id"])
        assert "00:00:00" in str(row["received_at"])

    def test_the_audit_knows_that_something_was_said_that_day(self, new, server: Server):
        before = len(server.rows("audit_line", account_id=None))
        phone = new("resident1")
        tell(phone, nameless())
        assert len(server.rows("audit_line", account_id=None)) == before  # its neighbours would tell the minute
        server.release()
        line = server.rows("audit_line", account_id=None)[before]
        assert (line["action"], line["subject_id"], line["detail"]) == ("opinion.record", None, None)
        assert not TIME_OF_DAY.search(line["at"])

    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("by its schema", {"text": ""}),
            ("by its form", {"text": "a\x00"}),
            ("by its size", {"text": "x" * 140_000}),
            ("by the rules", {"category": "weather"}),
            ("by its fields", {"visit_id": uuid7()}),
        ],
    )
    def test_a_refused_one_leaves_none_either(self, name, change, new, server: Server):
        phone, payload = new("resident1"), nameless(**change)
        assert tell(phone, payload)["status"] == "rejected", name
        for table, rows in lands_in(server, payload["opinion_id"], phone.journal[0].command["id"]).items():
            assert phone.account not in str(rows), table
            assert phone.device not in str(rows), table

    def test_one_of_a_newer_version_leaves_none_either(self, new, server: Server):
        """The server cannot read it, and must not keep for a person what is nobody's."""
        phone, payload = new("resident1"), nameless(text="只有我知道的一句话")
        outcome = tell(phone, payload, v=2)
        assert (outcome["status"], outcome["code"]) == ("rejected", "unknown_type")
        assert "sync_document" not in server.mentions(phone.journal[0].command["id"])
        assert not server.mentions("只有我知道的一句话")
        assert phone.account not in str(server.mentions(phone.journal[0].command["id"]))

    def test_a_photo_ties_it_to_nobody_who_asks(self, new, server: Server, picture):
        """Others' uploads do not show: who sent the bytes is not told to anybody."""
        phone, data = new("resident1"), picture()
        digest = picture.digest(data)
        payload = nameless(photos=[digest])
        tell(phone, payload)
        assert phone.put(data).status == 201
        server.release()
        reader = new("grid1")
        assert reader.doc("opinions", payload["opinion_id"])["ready"] is True
        assert reader.looks(digest).status == 200
        assert reader.asks(digest) == 404
        (row,) = server.rows("blob_use", document_id=payload["opinion_id"])
        assert row["account_id"] is None


class TestNobodysOwn:
    def test_it_is_not_told_back_to_who_said_it(self, new, server: Server):
        phone, payload = new("resident1"), nameless()
        tell(phone, payload)
        server.release()
        assert payload["opinion_id"] not in phone.holds("opinions")
        assert phone.journal[0].command["id"] not in phone.holds("commands")

    def test_it_is_not_amended(self, new, server: Server):
        """Not by whoever says that it was theirs, and not by whoever looks after the place."""
        worker, payload = new("grid1"), nameless()
        tell(worker, payload)
        server.release()
        assert worker.doc("opinions", payload["opinion_id"])
        outcome = worker.say("record.amend", amend("opinion", payload["opinion_id"], text="别的话"))
        assert (outcome["status"], outcome["code"]) == ("rejected", "forbidden")
        assert "earlier" not in worker.doc("opinions", payload["opinion_id"])

    def test_rejected_rather_than_parked(self, server: Server):
        login = server.hire("resident")
        phone = server.phone(login)
        server.suspend(login)
        for _ in range(2):
            outcome = tell(phone, nameless())
            assert (outcome["status"], outcome["code"]) == ("rejected", "out_of_scope")
            assert outcome["message"] == words("not_kept", "zh")  # not that the office will look at it
        assert not server.rows("sync_command", account=phone.account)
        assert not server.rows("sync_command", status="parked", account="")

    def test_its_case_is_its_raisers(self, new, server: Server):
        """Whoever takes it up stands by it; the place's grid worker appraises, since there is nobody to ask."""
        phone, worker, payload = new("resident1"), new("building_head"), nameless()
        tell(phone, payload)
        server.release()
        raised = case(**{"from": {"kind": "opinion", "id": payload["opinion_id"]}})
        assert worker.say("case.raise", raised)["status"] == "applied"
        doc = worker.doc("cases", raised["case_id"])
        assert (doc["anonymous"], doc["by"], doc["reporters"]) == (True, worker.account, 0)
        assert phone.account not in str(server.mentions(raised["case_id"]))
        assert raised["case_id"] not in phone.holds("cases")


class TestAgain:
    def test_sent_twice_it_is_said_once(self, new, server: Server):
        phone, payload = new("resident1"), nameless()
        tell(phone, payload)
        command = phone.journal[0].command
        answer = phone.exchange([command]).json
        assert answer["outcomes"] == [{"id": command["id"], "seq": 1, "status": "applied"}]
        assert len(server.rows("opinion", id=payload["opinion_id"])) == 1
        assert len(server.rows("sync_command", id=command["id"])) == 1
        assert phone.device not in str(server.mentions(command["id"]))

    def test_between_others_in_one_batch(self, new, server: Server):
        phone = new("grid1")
        phone.record("visit.record", visit())
        command = phone.record("opinion.record", nameless(), id=uuid4())
        phone.record("visit.record", visit())
        for _ in range(2):
            assert [
                one["status"] for one in phone.exchange([one.command for one in phone.journal]).json["outcomes"]
            ] == ["applied"] * 3
        assert phone.device not in str(server.mentions(command["id"]))


class TestRelease:
    def test_it_waits_for_the_hour(self, new, server: Server):
        reader, payload = new("grid1"), nameless()
        reader.pull()
        tell(new("resident1"), payload)
        assert payload["opinion_id"] not in reader.holds("opinions")
        server.release()
        doc = reader.doc("opinions", payload["opinion_id"])
        assert doc["text"] == payload["text"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", doc["received_on"])
        assert not doc.keys() & {"by", "made_at", "received_at", "opinion_id"}
        assert not TIME_OF_DAY.search(str(doc))

    def test_an_urgent_one_comes_at_once(self, new):
        reader, payload = new("grid1"), nameless(urgent=True)
        tell(new("resident1"), payload)
        assert reader.doc("opinions", payload["opinion_id"])

    def test_its_photo_does_not_bring_it_forward(self, new, server: Server, picture):
        phone, data = new("resident1"), picture()
        payload = nameless(photos=[picture.digest(data)])
        tell(phone, payload)
        phone.put(data)
        assert payload["opinion_id"] not in new("grid1").holds("opinions")
        server.release()
        assert new("grid1").doc("opinions", payload["opinion_id"])["ready"] is True

    def test_in_random_order(self, new, server: Server):
        """The order of numbers is not the order in which it was said."""
        server.release()  # what other tests have said
        phone, reader = new("resident1"), new("grid1")
        reader.pull()
        payloads = [nameless() for _ in range(12)]
        for payload in payloads:
            phone.record("opinion.record", payload, id=uuid4())
        phone.send()
        server.release()
        changes = [
            one["id"] for answer in reader.pull() for one in answer["changes"] if one["collection"] == "opinions"
        ]
        said = [payload["opinion_id"] for payload in payloads]
        assert sorted(changes) == sorted(said)
        assert changes != said  # one in 479 million
        assert changes != said[::-1]


class TestTold:
    def test_an_urgent_one_is_told_by_category_and_building(self, new, server: Server):
        phone, worker = new("resident1"), new("grid1")
        payload = nameless(urgent=True, category="hardship", text="请来看看三楼的老人")
        tell(phone, payload)
        (alert,) = [one for one in worker.holds("alerts").values() if one["tag"] == f"opinion-{payload['opinion_id']}"]
        assert alert["title"] == "急：3号楼困难帮扶"
        assert "老人" not in str(alert)
        assert phone.account not in str(server.mentions(payload["opinion_id"]))

    def test_who_said_it_is_not_left_out_of_who_is_told(self, new):
        """A grid worker who speaks without a name is told like any other: an absence would give the name away."""
        worker, payload = new("grid1"), nameless(urgent=True)
        tell(worker, payload)
        assert [one for one in worker.holds("alerts").values() if one["tag"] == f"opinion-{payload['opinion_id']}"]

    def test_the_copy_ahead_of_the_queue_says_no_more(self, new, server: Server):
        phone, payload = new("resident1"), nameless(urgent=True)
        phone.say("alert.subscribe", subscribe())
        command = phone.record("opinion.record", payload, id=uuid4())
        assert phone.post(phone.envelope([command]), "/sync/urgent").status == 202
        assert phone.send()[0]["status"] == "applied"
        found = lands_in(server, payload["opinion_id"], command["id"])
        assert "sync_urgent" in found
        assert phone.account not in str(found)
        assert phone.device not in str(found)
        assert ENDPOINT not in str(found)


@pytest.mark.parametrize("login", LOGINS)
def test_nobody_finds_out_who(login, new, server: Server, at):
    """Whoever looks, with all that they hold: no document in which the opinion and its author meet."""
    payload = nameless(text="没有名字的话", urgent=True)
    author = at("resident2")
    tell(author, payload)
    phone = new(login)
    phone.pull()
    about = [
        one.doc
        for (_, id), one in phone.documents.items()
        if id == payload["opinion_id"] or payload["opinion_id"] in str(one.doc)
    ]
    assert author.account not in str(about)
    assert bool(about) == (login in ("secretary", "grid1", "building_head"))
