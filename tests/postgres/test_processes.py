"""PROMISES 3 (exactly one effect), 4 (an outcome means committed), 5 (no gap) and 13 (alerts), and the faults of
formhub#678 and notifications-api#474, with several of everything: two web processes and two workers on PostgreSQL and
Redis, and twenty phones that send everything twice at once, to whichever process takes it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ..alerts.stub import Stub
from ..protocol.client import Phone
from ..protocol.payloads import HOUSE, opinion, place, visit
from ..protocol.serving import Server
from ..protocol.web import Web
from .city import Browser, running

LOGINS = ("grid1", "building_head")
PHONES, ROUNDS, EACH = 20, 3, 6
LISTENERS = ("grid1", "building_head", "secretary")


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    service = Stub()
    yield service
    service.close()


@pytest.fixture(scope="module")
def server(stub, tmp_path_factory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("city") / "i", stub) as served:
        yield served


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each answers, all begun together."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def twice(phone: Phone, others: list[Phone]) -> None:
    """Everything that waits goes over two connections at once, and a copy of what is urgent over a third one."""
    body = phone.envelope(phone.queue())
    urgent = [command for command in phone.queue() if command["payload"].get("urgent")]
    ahead = [lambda: others[1].post({**body, "commands": urgent}, "/sync/urgent")] if urgent else []
    answers = at_once(lambda: phone.post(body), lambda: others[0].post(body), *ahead)
    assert [answer.status for answer in answers] == [200, 200, 202][: len(answers)], [one.body for one in answers]
    assert answers[0].json["outcomes"] == answers[1].json["outcomes"]
    phone.exchange(phone.queue())  # what was answered, once more
    assert phone.queue() == []


def work(phone: Phone) -> None:
    """A shift: records, each batch handed over thrice, and at the end everything at once."""
    others = [Phone(Web(phone.web.url, cookies=dict(phone.web.cookies)), phone.device, phone.me) for _ in range(2)]
    for n in range(ROUNDS):
        for _ in range(EACH):
            phone.record("visit.record", visit(grid_code=HOUSE))
            phone.record("opinion.record", opinion(place=place(HOUSE)))
        if n == 0:
            phone.record("opinion.record", opinion(place=place(HOUSE), urgent=True, category="fire"))
        twice(phone, others)
    known = phone.exchange([entry.command for entry in phone.journal])
    assert [one["status"] for one in known.json["outcomes"]] == ["applied"] * len(phone.journal)


@pytest.fixture(scope="module")
def shift(server, stub) -> tuple[list[Phone], dict[str, Browser]]:
    """Twenty phones have worked at once; who listens has a browser with pushes."""
    browsers: dict[str, Browser] = {}
    for login in LISTENERS:
        phone = server.phone(login)
        browsers[phone.account] = Browser(stub)
        browsers[phone.account].subscribe(phone)
    phones = [server.phone(LOGINS[n % len(LOGINS)]) for n in range(PHONES)]
    at_once(*(lambda phone=phone: work(phone) for phone in phones))
    return phones, browsers


def test_each_command_happened_exactly_once(server, shift):
    phones, _ = shift
    ledger = Counter(row["id"] for row in server.rows("sync_command") if row["status"] == "applied")
    entities = Counter(row["id"] for table in ("visit", "opinion") for row in server.rows(table))
    documents = Counter(row["id"] for row in server.rows("sync_document"))
    for phone in phones:
        assert [entry.command["seq"] for entry in phone.journal] == list(range(1, ROUNDS * EACH * 2 + 2))
        for command in (entry.command for entry in phone.journal):
            entity = command["payload"].get("visit_id") or command["payload"]["opinion_id"]
            assert (ledger[command["id"]], entities[entity], documents[entity]) == (1, 1, 1)
    assert sum(entities.values()) == PHONES * (ROUNDS * EACH * 2 + 1)
    lines = Counter(row["subject_id"] for row in server.rows("audit_line"))
    assert all(lines[entity] == 1 for entity in entities)


def test_no_phone_lacks_a_document(server, shift):
    """All of grid1's phones, though they read while the others wrote, hold what a new one is given."""
    phones, _ = shift
    whole = server.phone("grid1").holds("visits")
    assert len(whole) == PHONES * ROUNDS * EACH
    for phone in phones[::4]:
        assert phone.holds("visits") == whole


def test_each_alert_is_attempted_and_shown_once(server, shift, stub):
    _, browsers = shift
    told = {row["id"]: row for row in server.rows("alert") if row["account_id"] in browsers}
    assert len({row["tag"] for row in told.values()}) == PHONES // 2  # the building head's: nobody hears of their own
    stub.wait_for(lambda paths: len(paths) >= len(told))
    shown = Counter(browsers[push.path[1:]].read(push)["id"] for push in stub.pushes)
    assert shown == Counter(told.keys())
    tries = {row["alert_id"]: row["tries"] for row in server.rows("delivery") if row["alert_id"] in told}
    assert tries == dict.fromkeys(told, 1)
