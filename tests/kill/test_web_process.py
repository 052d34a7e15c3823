"""SIGKILL and SIGSTOP of a web process in mid-exchange (PROMISES.md: promises 2, 3, 4; kobocat#470).

A batch is there whole or not at all, what was answered is there, and the phone's next try ends with one effect each.
"""

from __future__ import annotations

import os
import signal
import threading

import pytest

from ..protocol import payloads as make
from ..protocol.serving import YARD
from .rig import BROKEN, patiently


def record(phone, count=5):
    """So many visits in the phone's journal; their ids."""
    return {phone.record("visit.record", make.visit())["payload"]["visit_id"] for _ in range(count)}


def stored(server, phone):
    return {row["id"] for row in server.rows("visit", account_id=phone.account)}


def ledger(server, phone):
    return [row["seq"] for row in server.rows("sync_command", device=phone.device)]


@pytest.mark.parametrize(("moment", "there"), [("arrival", False), ("commit", False), ("answer", True)])
def test_killed_at_each_moment_of_an_exchange(server, moment, there):
    phone = server.phone("grid1")
    before, visits = stored(server, phone), record(phone)
    server.at(moment, "SIGKILL")
    with pytest.raises(BROKEN):
        phone.send()
    phone.web.close()
    assert stored(server, phone) - before == (visits if there else set())
    assert ledger(server, phone) == ([1, 2, 3, 4, 5] if there else [])
    answer, _ = patiently(phone, lambda: phone.exchange(phone.queue()))
    assert [one["status"] for one in answer.json["outcomes"]] == ["applied"] * 5
    assert stored(server, phone) - before == visits and sorted(ledger(server, phone)) == [1, 2, 3, 4, 5]
    assert visits <= phone.holds("visits").keys()
    assert server.is_whole()


@pytest.mark.slow
def test_stopped_before_its_commit(server):
    """It holds the lock and does nothing: others are told when to come again, readers go on; then it goes on too."""
    first, second = server.phone("grid1"), server.phone("grid2")
    first.pull(), second.pull()
    firsts, seconds = record(first), set()
    for _ in range(3):
        seconds.add(second.record("visit.record", make.visit(grid_code=f"{YARD}-1"))["payload"]["visit_id"])
    before = stored(server, first)
    server.at("commit", "SIGSTOP")
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(first.exchange(first.queue())))
    waiting.start()
    stopped = server.fallen("commit")
    second.web.close()  # its connection may be to the process that stands still
    try:
        refused = second.exchange(second.queue())
        assert refused.status == 503 and refused.code == "away" and int(refused.headers["retry-after"]) >= 1
        assert len(second.queue()) == 3 and not ledger(server, second)
        second.pull()
        assert stored(server, first) == before and not answers
    finally:
        os.kill(stopped, signal.SIGCONT)
    waiting.join()
    assert [one["status"] for one in answers[0].json["outcomes"]] == ["applied"] * 5
    assert stored(server, first) - before == firsts
    answer, _ = patiently(second, lambda: second.exchange(second.queue()))
    assert [one["status"] for one in answer.json["outcomes"]] == ["applied"] * 3
    assert seconds <= stored(server, second)
    assert server.is_whole()


@pytest.mark.slow
def test_stopped_and_then_killed(server):
    """Nobody lets it go on: what it had begun is gone with it, and the lock too."""
    first, second = server.phone("grid1"), server.phone("secretary")
    before, firsts = stored(server, first), record(first)
    server.at("commit", "SIGSTOP")
    waiting = threading.Thread(target=lambda: pytest.raises(BROKEN, first.exchange, first.queue()))
    waiting.start()
    os.kill(server.fallen("commit"), signal.SIGKILL)
    waiting.join()
    first.web.close()
    assert stored(server, first) == before and not ledger(server, first)
    assert second.say("opinion.record", make.opinion())["status"] == "applied"
    answer, _ = patiently(first, lambda: first.exchange(first.queue()))
    assert [one["status"] for one in answer.json["outcomes"]] == ["applied"] * 5
    assert stored(server, first) - before == firsts
