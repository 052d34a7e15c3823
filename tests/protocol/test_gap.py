"""PROTOCOL, Commands – Gap, and what is lost."""

from __future__ import annotations

import pytest

from .client import Phone
from .payloads import visit
from .serving import Server


def queue(phone: Phone, count: int) -> list[dict]:
    return [phone.record("visit.record", visit()) for _ in range(count)]


@pytest.mark.parametrize(("sent", "expected"), [([2], 1), ([2, 3], 1), ([1, 3], 2), ([1, 2, 4, 5], 3), ([3, 5], 1)])
def test_the_first_missing_number_is_told(sent, expected, new, server: Server):
    phone = new("grid1")
    commands = queue(phone, 5)
    answer = phone.exchange([commands[seq - 1] for seq in sent])
    assert (answer.status, answer.code, answer.json["expected"]) == (409, "gap", expected)
    assert not server.rows("sync_command", device=phone.device)  # nothing of that exchange counts
    assert phone.exchange(commands).json["last_seq"] == 5


@pytest.mark.parametrize(("sent", "expected"), [([4], 3), ([2, 4], 3), ([1, 3], 3), ([5], 3), ([3, 5], 4)])
def test_after_some_have_come(sent, expected, new):
    phone = new("grid1")
    commands = queue(phone, 5)
    phone.exchange(commands[:2])
    answer = phone.exchange([commands[seq - 1] for seq in sent])
    assert (answer.status, answer.json["expected"]) == (409, expected)


def test_the_phone_goes_on_from_there(new, server: Server):
    phone = new("grid1")
    queue(phone, 3)
    for entry in phone.journal[:2]:  # it believes that these were answered
        entry.outcome = {"seq": entry.command["seq"], "status": "applied"}
    phone.sync()
    assert {row["seq"] for row in server.rows("sync_command", device=phone.device)} == {1, 2, 3}
    assert all(entry.outcome["status"] == "applied" for entry in phone.journal)


class TestLost:
    def test_what_the_journal_no_longer_holds_is_noted(self, new, server: Server):
        phone = new("grid1")
        commands = queue(phone, 5)
        answer = phone.exchange(commands[3:], oldest=4)
        assert [one["status"] for one in answer.json["outcomes"]] == ["applied"] * 2
        assert answer.json["last_seq"] == 5
        (row,) = server.rows("sync_lost", device=phone.device)
        assert (row["first"], row["last"]) == (1, 3)

    def test_a_gap_above_what_is_lost_is_still_a_gap(self, new, server: Server):
        phone = new("grid1")
        commands = queue(phone, 5)
        answer = phone.exchange(commands[4:], oldest=3)
        assert (answer.status, answer.json["expected"]) == (409, 3)
        assert not server.rows("sync_lost", device=phone.device)

    def test_what_turns_up_after_all_is_applied(self, new, server: Server):
        phone = new("grid1")
        commands = queue(phone, 4)
        phone.exchange(commands[2:], oldest=3)
        answer = phone.exchange(commands, oldest=1).json
        assert [one["status"] for one in answer["outcomes"]] == ["applied"] * 4
        assert answer["last_seq"] == 4
        assert len(server.rows("sync_command", device=phone.device)) == 4

    def test_what_turns_up_is_looked_at_like_any_other(self, new, server: Server):
        phone = new("grid1")
        queue(phone, 3)
        phone.exchange([phone.queue()[2]], oldest=3)
        bad = [
            phone.queue()[0] | {"payload": visit(note="a\x00")},
            phone.queue()[1] | {"payload": visit(outcome="perhaps")},
            phone.journal[2].command,
        ]
        outcomes = phone.exchange(bad, oldest=1).json["outcomes"]
        assert [one.get("code") for one in outcomes] == ["invalid", "invalid", None]
        assert phone.exchange(bad, oldest=1).json["outcomes"] == outcomes

    def test_a_range_is_noted_once(self, new, server: Server):
        phone = new("grid1")
        commands = queue(phone, 4)
        for _ in range(2):
            phone.exchange(commands[2:], oldest=3)
        assert len(server.rows("sync_lost", device=phone.device)) == 1
