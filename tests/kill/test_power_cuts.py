"""SIGKILL of the whole server in mid-work (PROMISES.md: promises 2, 3, 4): of what was acknowledged nothing is lost,
and nothing that was sent again is there twice.
"""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from ..protocol import payloads as make
from ..protocol.client import Phone
from .rig import Machine, patiently

LOGINS = ("grid1", "grid1", "building_head", "secretary")
BATCH = 10


class Busy:
    """A person who records without a pause and sends ten at a time, until told to stop."""

    def __init__(self, phone: Phone, stop: threading.Event) -> None:
        self.phone, self.broke, self._stop = phone, 0, stop
        self.trouble: BaseException | None = None
        self.thread = threading.Thread(target=self._work)
        self.thread.start()

    def _work(self) -> None:
        try:
            while not self._stop.is_set() or self.phone.queue():
                if not self._stop.is_set():
                    for _ in range(BATCH):
                        self.phone.record("opinion.record", make.opinion())
                answer, broke = patiently(self.phone, lambda: self.phone.exchange(self.phone.queue()[:BATCH]))
                assert answer.status == 200, answer.body
                assert {one["status"] for one in answer.json["outcomes"]} == {"applied"}, answer.body
                self.broke += broke
        except BaseException as trouble:  # noqa: BLE001 -- told by the test
            self.trouble = trouble

    @property
    def acknowledged(self) -> list[str]:
        return [entry.command["id"] for entry in self.phone.journal if entry.outcome is not None]


@pytest.mark.parametrize(
    ("cuts", "least"), [(2, 200), pytest.param(12, 2_000, marks=pytest.mark.slow)], ids=["200", "2000"]
)
def test_nothing_that_was_acknowledged_is_lost(server: Machine, cuts: int, least: int, record_property) -> None:
    stop = threading.Event()
    people = [Busy(server.phone(login), stop) for login in LOGINS]

    def acknowledged() -> int:
        return sum(len(one.acknowledged) for one in people)

    try:
        for cut in range(1, cuts + 1):
            while acknowledged() < least * cut // (cuts + 1) and not any(one.trouble for one in people):
                stop.wait(0.01)
            # Whatever an answer said by now must be there, before anybody sends again.
            told = [id for one in people for id in one.acknowledged]
            server.kill()
            held = {row["id"] for row in server.rows("sync_command")}
            assert not set(told) - held
            server.start()
        while acknowledged() < least and not any(one.trouble for one in people):
            stop.wait(0.01)
    finally:
        stop.set()
        for one in people:
            one.thread.join()
    assert [one.trouble for one in people] == [None] * len(people)
    _all_is_there_once(server, people)
    broke = sum(one.broke for one in people)
    assert broke, "no cut fell into an exchange: this has shown nothing"
    record_property("acknowledged", acknowledged())
    record_property("broken_exchanges", broke)
    print(f"{acknowledged()} acknowledged over {cuts} kills, {broke} exchanges broken, 0 lost, 0 twice")


def _all_is_there_once(server: Machine, people: list[Busy]) -> None:
    rows = Counter(row["id"] for row in server.rows("opinion"))
    for one in people:
        device = server.rows("sync_command", device=one.phone.device)
        assert [row["seq"] for row in sorted(device, key=lambda row: row["seq"])] == list(
            range(1, len(one.phone.journal) + 1)
        )
        recorded = [entry.command["payload"]["opinion_id"] for entry in one.phone.journal]
        assert [rows[id] for id in recorded] == [1] * len(recorded)
        one.phone.pull()
        assert {("opinions", id) for id in recorded} <= one.phone.documents.keys()
    assert server.is_whole()
