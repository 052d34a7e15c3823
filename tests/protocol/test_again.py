"""PROTOCOL, Commands – Again: any number of deliveries is one effect, and what is stored stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from .client import MADE_AT, Phone, uuid4, uuid7
from .payloads import finding, patrol, visit
from .serving import Server


def effects(server: Server, command: dict[str, Any]) -> tuple[int, int, int, int]:
    """How often a visit is a row, a document, an entry of the ledger and an audit line."""
    id = command["payload"]["visit_id"]
    documents = server.rows("sync_document", collection="visits", id=id)
    return (
        len(server.rows("visit", id=id)),
        len(documents),
        len(server.rows("sync_command", id=command["id"])),
        len(server.rows("audit_line", subject_id=id)),
    )


ONCE = (1, 1, 1, 1)


def test_the_same_exchange_again(new, server):
    phone = new("grid1")
    good, bad = phone.record("visit.record", visit()), phone.record("visit.record", visit(outcome="?"))
    first = phone.exchange([good, bad]).json
    second = phone.exchange([good, bad]).json
    assert second["outcomes"] == first["outcomes"]
    assert second["last_seq"] == first["last_seq"] == 2
    assert effects(server, good) == ONCE


def test_part_of_it_again_with_something_new(new, server):
    phone = new("grid1")
    one, two, three = (phone.record("visit.record", visit()) for _ in range(3))
    phone.exchange([one, two])
    answer = phone.exchange([two, three]).json
    assert [outcome["status"] for outcome in answer["outcomes"]] == ["applied", "applied"]
    assert answer["last_seq"] == 3
    assert [effects(server, command) for command in (one, two, three)] == [ONCE] * 3


def test_an_old_one_again_does_not_take_the_number_back(new):
    phone = new("grid1")
    one, two = phone.record("visit.record", visit()), phone.record("visit.record", visit())
    phone.exchange([one, two])
    assert phone.exchange([one]).json["last_seq"] == 2


def test_two_requests_at_once(new, server):
    """A slow server and an impatient phone: the unique key decides, not a look before the write."""
    phone = new("grid1")
    command = phone.record("visit.record", visit())
    body = phone.envelope([command])

    def post(_: int) -> list[Any]:
        copy = Phone(type(phone.web)(server.url, dict(phone.web.cookies)), phone.device, phone.me)
        answer = copy.post(body)
        copy.web.close()
        return [answer.status, answer.json["outcomes"], answer.json["last_seq"]]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(8)))
    assert answers == [[200, [{"id": command["id"], "seq": 1, "status": "applied"}], 1]] * 8
    assert effects(server, command) == ONCE


def test_the_order_of_keys_and_an_absent_supersedes_do_not_matter(new):
    phone = new("grid1")
    command = phone.record("visit.record", visit())
    phone.exchange([command])
    turned = {
        **dict(reversed(command.items())),
        "payload": dict(reversed(command["payload"].items())),
        "supersedes": None,
    }
    assert phone.exchange([turned]).json["outcomes"][0]["status"] == "applied"


def test_an_id_in_capitals_is_the_same_id(new, server):
    phone = new("grid1")
    command = phone.record("visit.record", visit())
    phone.exchange([command | {"id": command["id"].upper()}])
    assert phone.exchange([command]).json["outcomes"][0]["status"] == "applied"
    assert effects(server, command) == ONCE


@pytest.mark.parametrize(
    "change",
    [
        {"made_at": "2026-11-24T09:12:44.121+08:00"},
        {"supersedes": uuid7()},
        {"type": "opinion.record"},
        {"v": 2},
        {"payload": {}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_known_number_and_id_with_other_content(change, new, server):
    phone = new("grid1")
    command = phone.record("visit.record", visit())
    phone.exchange([command])
    outcome = phone.exchange([command | change]).json["outcomes"][0]
    assert (outcome["status"], outcome["code"]) == ("rejected", "id_reused")
    assert phone.exchange([command]).json["outcomes"][0]["status"] == "applied"
    assert effects(server, command) == ONCE


def test_a_known_number_under_another_id(new, server):
    phone = new("grid1")
    command = phone.record("visit.record", visit())
    phone.exchange([command])
    stranger = command | {"id": uuid7(), "payload": visit()}
    answer = phone.exchange([stranger]).json
    assert (answer["outcomes"][0]["status"], answer["outcomes"][0]["code"]) == ("rejected", "id_reused")
    assert answer["outcomes"][0]["id"] == stranger["id"]
    assert answer["last_seq"] == 1
    assert effects(server, stranger) == (0, 0, 0, 0)
    assert phone.exchange([command]).json["outcomes"][0]["status"] == "applied"


class TestKnownId:
    def test_on_a_new_device(self, new, server):
        """The old phone's storage went back, or a new phone was given the queue: the ids are kept."""
        old, fresh = new("grid1"), new("grid1")
        command = old.record("visit.record", visit())
        old.exchange([command])
        fresh.record("patrol.start", patrol())
        moved = command | {"seq": 2}
        answer = fresh.exchange([fresh.queue()[0], moved]).json
        assert [one["status"] for one in answer["outcomes"]] == ["applied", "applied"]
        assert answer["last_seq"] == 2
        assert fresh.exchange([moved]).json["outcomes"] == [{"id": command["id"], "seq": 2, "status": "applied"}]
        assert effects(server, command) == ONCE

    def test_twice_in_one_batch(self, new, server):
        phone = new("grid1")
        command = phone.record("visit.record", visit())
        answer = phone.exchange([command, command | {"seq": 2}, command | {"seq": 3, "made_at": "other"}]).json
        codes = [(one["seq"], one["status"], one.get("code")) for one in answer["outcomes"]]
        assert codes == [(1, "applied", None), (2, "applied", None), (3, "rejected", "id_reused")]
        assert answer["last_seq"] == 3
        assert effects(server, command) == ONCE

    def test_a_rejected_one_stays_rejected_there(self, new):
        old, fresh = new("grid1"), new("grid1")
        command = old.record("visit.record", visit(outcome="?"))
        old.exchange([command])
        outcome = fresh.exchange([command]).json["outcomes"][0]
        assert (outcome["status"], outcome["code"]) == ("rejected", "invalid")
        assert outcome["fields"]["outcome"]

    def test_with_other_content(self, new, server):
        old, fresh = new("grid1"), new("grid1")
        command = old.record("visit.record", visit())
        old.exchange([command])
        other = command | {"payload": visit()}
        for _ in range(2):  # and again: the same answer
            answer = fresh.exchange([other]).json
            assert (answer["outcomes"][0]["status"], answer["outcomes"][0]["code"]) == ("rejected", "id_reused")
            assert answer["last_seq"] == 1
        assert effects(server, command) == ONCE
        assert effects(server, other)[0] == 0

    def test_of_another_account(self, new, server):
        """Nobody learns what became of somebody else's command by knowing its id."""
        mine, theirs = new("grid1"), new("grid2")
        command = mine.record("visit.record", visit())
        mine.exchange([command])
        outcome = theirs.exchange([command]).json["outcomes"][0]
        assert (outcome["status"], outcome["code"]) == ("rejected", "id_reused")
        assert effects(server, command) == ONCE

    def test_what_was_sent_under_it_is_kept(self, new, server):
        """getodk/collect#5317: both are kept."""
        old, fresh = new("grid1"), new("grid1")
        command = old.record("visit.record", visit())
        old.exchange([command])
        other = command | {"payload": visit(note="这一份也留着")}
        fresh.exchange([other])
        assert "这一份也留着" in server.rows("sync_again", device=fresh.device)[0]["content"]


def test_the_present_state_comes_back(new):
    """What was parked when it was sent and has been applied since is applied."""
    first, second = new("patrol1"), new("patrol2")
    round_ = patrol(companions=[second.account])
    finish = second.record("patrol.finish", {"patrol_id": round_["patrol_id"], "note": "走完了"})
    assert second.exchange([finish]).json["outcomes"][0]["code"] == "missing"
    first.say("patrol.start", round_)
    assert second.exchange([finish]).json["outcomes"] == [{"id": finish["id"], "seq": 1, "status": "applied"}]


def test_an_entitys_id_belongs_to_its_first_command(new, server):
    phone = new("grid1")
    payload = visit()
    phone.say("visit.record", payload)
    outcome = phone.say("visit.record", payload | {"note": "另一份"})
    assert (outcome["status"], outcome["code"]) == ("rejected", "id_reused")
    assert "另一份" not in server.rows("visit", id=payload["visit_id"])[0]["body"]


def test_an_entitys_id_twice_in_one_batch(new, server):
    phone = new("grid1")
    payload = finding()
    for _ in range(3):
        phone.record("patrol.finding", payload)
    phone.record("patrol.finding", finding())
    codes = [(one["status"], one.get("code")) for one in phone.send()]
    assert codes == [("applied", None), ("rejected", "id_reused"), ("rejected", "id_reused"), ("applied", None)]
    assert len(server.rows("finding", id=payload["finding_id"])) == 1


def test_one_that_fails_takes_no_other_with_it(new, server):
    phone = new("grid1")
    for payload in (visit(), visit(outcome="?"), visit(grid_code="999999999999999"), visit()):
        phone.record("visit.record", payload)
    phone.record("patrol.finish", {"patrol_id": uuid4(), "note": ""})
    phone.record("visit.record", visit())
    assert [one["status"] for one in phone.send()] == [
        "applied",
        "rejected",
        "rejected",
        "applied",
        "parked",
        "applied",
    ]


def test_500_commands_in_one_exchange(new, server):
    phone = new("grid1")
    payload = {"endpoint": "https://updates.push.services.mozilla.com/wpush/v2/none"}
    for _ in range(500):
        phone.record("alert.unsubscribe", payload)
    answer = phone.exchange(phone.queue()).json
    assert {one["status"] for one in answer["outcomes"]} == {"applied"}
    assert [one["seq"] for one in answer["outcomes"]] == list(range(1, 501))
    assert answer["last_seq"] == 500


@pytest.mark.parametrize("made_at", ["1970-01-01T00:00:00Z", "2999-12-31T23:59:59+14:00", MADE_AT])
def test_no_clock_decides(made_at, new):
    """A phone whose clock is wrong is taken as any other; what it said is kept beside the time of receipt."""
    phone = new("grid1")
    payload = visit()
    assert phone.say("visit.record", payload, made_at=made_at)["status"] == "applied"
    doc = phone.doc("visits", payload["visit_id"])
    assert doc["made_at"] == made_at
    assert doc["received_at"].startswith("20")
    assert phone.exchange(now="1970-01-01T00:00:00Z").status == 200
