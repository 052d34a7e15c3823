"""The courier against push services that answer well, badly, late or not at all."""

from __future__ import annotations

import functools
import threading
from datetime import timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy.exc import OperationalError

from webapp import clock as our_clock
from webapp.alerts import courier as courier_module
from webapp.alerts import push, verdicts
from webapp.alerts.claims import LEASE
from webapp.alerts.sending import Running, courier
from webapp.alerts.verdicts import WAIT_MOST

from . import rows


@pytest.fixture
def told(app, somebody, clock):
    """``told(endpoint)``: an alert for somebody, to be sent there; the delivery's id."""
    return lambda endpoint, **more: rows.told(app, somebody, endpoint, **more)


def read(app, id):
    row = rows.read_delivery(app, id)
    return row["state"], row["status"], row["fault"]


def test_taken(app, told, stub):
    id = told(stub.answer("/a"))
    rows.send(app)
    assert read(app, id) == ("sent", 201, None)
    (arrived,) = stub.pushes
    assert arrived.headers["TTL"] == "86400"
    assert arrived.headers["Urgency"] == "normal"
    assert arrived.headers["Topic"] == push.topic("case-1")
    assert arrived.headers["Content-Type"] == "application/octet-stream"
    assert arrived.headers["Content-Encoding"] == "aes128gcm"
    assert arrived.headers["Authorization"].startswith("vapid t=")
    assert len(arrived.body) < 1024


def test_a_job_that_runs_twice_sends_once(app, told, stub):
    told(stub.answer("/a"))
    rows.send(app)
    rows.send(app)
    assert stub.paths() == ["/a"]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_too_many_requests(app, told, stub, clock, form):
    later = our_clock.now() + timedelta(seconds=90)
    asked = "90" if form == "seconds" else format_datetime(later, usegmt=True)
    id = told(stub.answer("/a", (429, {"Retry-After": asked}), 201))
    rows.send(app)
    assert read(app, id) == ("pending", 429, "answer 429")
    assert rows.read_delivery(app, id)["due_at"] == later
    clock.shift(timedelta(seconds=89))
    rows.send(app)
    assert len(stub.paths()) == 1
    clock.shift(timedelta(seconds=1))
    rows.send(app)
    assert read(app, id) == ("sent", 201, None)


def test_a_push_service_that_is_down_is_tried_until_the_alert_is_too_old(app, told, stub, clock):
    id = told(stub.answer("/a", 500), lasts=timedelta(hours=2))
    waits, tries = [], 0
    while rows.read_delivery(app, id)["state"] == "pending":
        rows.send(app)
        tries += 1
        due_at = rows.read_delivery(app, id)["due_at"]
        waits.append(due_at - our_clock.now())
        clock.move_to(max(due_at, our_clock.now()), tick=False)
    assert len(stub.paths()) == tries
    assert waits[0] >= timedelta(seconds=2)
    assert max(waits) == WAIT_MOST
    assert read(app, id) == ("failed", 500, "answer 500")
    assert len(rows.read_subscriptions(app)) == 1


def test_a_redirect_is_not_followed(app, told, stub, elsewhere):
    id = told(stub.answer("/a", (301, {"Location": elsewhere.answer("/inner")})))
    rows.send(app)
    assert read(app, id) == ("failed", 301, "answer 301")
    assert elsewhere.paths() == []
    assert rows.read_subscriptions(app)[0]["fault"] == "answer 301"


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_our_own_fault(app, told, stub, clock, status):
    id = told(stub.answer("/secret-path", status))
    rows.send(app)
    clock.shift(timedelta(hours=1))
    rows.send(app)
    assert read(app, id) == ("failed", status, f"answer {status}")
    assert len(stub.paths()) == 1
    (kept,) = rows.read_subscriptions(app)
    assert (kept["fault"], kept["failed_at"]) == (f"answer {status}", our_clock.now() - timedelta(hours=1))


def test_our_own_fault_is_told_to_the_operator_without_the_endpoint(app, told, stub, heard):
    told(stub.answer("/secret-path", 403))
    rows.send(app)
    (line,) = heard
    assert (line["event"], line["log_level"]) == ("push.refused", "error")
    assert (line["origin"], line["status"]) == (stub.origin, 403)
    assert "secret-path" not in str(heard)


@pytest.mark.parametrize("status", [404, 410])
def test_nobody_there_any_more(app, told, stub, status):
    id = told(stub.answer("/a", status))
    rows.send(app)
    assert read(app, id) == ("gone", status, f"answer {status}")
    assert rows.read_subscriptions(app) == []


def test_no_answer_within_the_time_limit(app, told, stub, monkeypatch):
    monkeypatch.setattr(push, "TIMEOUT_SECONDS", 0.1)
    id = told(stub.hold("/a"))
    rows.send(app)
    assert read(app, id) == ("pending", None, "timeout")


def test_nobody_listens(app, told, stub, monkeypatch):
    monkeypatch.setenv("SILIAN_PUSH_ALLOW", "http://127.0.0.1:1")
    id = told("http://127.0.0.1:1/a")
    rows.send(app)
    assert read(app, id) == ("pending", None, "ClientConnectorError")


def test_keys_that_are_none(app, told, stub):
    id = told(stub.answer("/a"))
    with app.app_context(), courier_module.writing() as connection:
        connection.exec_driver_sql("UPDATE subscription SET p256dh = 'BAAA'")
    rows.send(app)
    assert read(app, id) == ("failed", None, "keys")
    assert rows.read_subscriptions(app)[0]["fault"] == "keys"


def test_a_hung_push_service_holds_up_nobody_else(app, told, stub, elsewhere):
    for n in range(push.PER_ORIGIN + 30):
        told(stub.hold(f"/hung/{n}"))
    told(elsewhere.answer("/before"))
    with courier(app) as running:
        running.ring()
        stub.wait_for(lambda paths: len(paths) == push.PER_ORIGIN)
        elsewhere.wait_for(lambda paths: paths == ["/before"])
        told(elsewhere.answer("/after"))
        running.ring()
        elsewhere.wait_for(lambda paths: paths == ["/before", "/after"])
        assert len(stub.paths()) == push.PER_ORIGIN, "more requests at a time than one push service is given"
        stub.let_go()
        stub.wait_for(lambda paths: len(paths) == push.PER_ORIGIN + 30)
    assert set(rows.states(app)) == {"sent"}


def test_a_hung_push_service_does_not_fill_our_hands(app, told, stub, elsewhere, monkeypatch):
    monkeypatch.setattr(courier_module, "HAND_MOST", 8)
    monkeypatch.setattr(courier_module, "claim", functools.partial(courier_module.claim, most=4))
    for n in range(20):
        told(stub.hold(f"/hung/{n}"), due_at=our_clock.now() - timedelta(minutes=1))
    told(elsewhere.answer("/a"))
    with courier(app) as running:
        running.ring()
        elsewhere.wait_for(lambda paths: paths == ["/a"])
        stub.wait_for(lambda paths: len(paths) == 8)
        stub.let_go()
        stub.wait_for(lambda paths: len(paths) == 20)
    assert set(rows.states(app)) == {"sent"}


def test_more_than_fits_into_our_hands(app, told, stub, monkeypatch):
    monkeypatch.setattr(courier_module, "HAND_MOST", 3)
    monkeypatch.setattr(courier_module, "claim", functools.partial(courier_module.claim, most=2))
    for n in range(30):
        told(stub.answer(f"/{n}"))
    rows.send(app)
    assert rows.states(app) == ["sent"] * 30


def test_what_waited_too_long_behind_a_slow_one_is_given_back(app, told, stub, clock, monkeypatch):
    monkeypatch.setattr(courier_module, "PER_ORIGIN", 1)
    first = told(stub.hold("/first"), due_at=our_clock.now() - timedelta(seconds=1))
    second = told(stub.answer("/second"))
    sending = threading.Thread(target=rows.send, args=[app])
    sending.start()
    stub.wait_for(lambda paths: paths == ["/first"])
    clock.shift(LEASE - timedelta(seconds=15))
    stub.let_go()
    sending.join()
    assert read(app, first) == ("sent", 201, None)
    assert read(app, second) == ("pending", None, "queue")
    assert stub.paths() == ["/first"]


def test_a_stop_finishes_what_is_being_sent_and_gives_back_the_rest(app, told, stub, monkeypatch):
    monkeypatch.setattr(courier_module, "PER_ORIGIN", 1)
    first = told(stub.hold("/first"), due_at=our_clock.now() - timedelta(seconds=1))
    second = told(stub.answer("/second"))
    with courier(app) as running:
        running.ring()
        stub.wait_for(lambda paths: paths == ["/first"])
        running.stop()
        stub.let_go()
    assert read(app, first) == ("sent", 201, None)
    assert read(app, second) == ("pending", None, None)
    rows.send(app)
    assert read(app, second) == ("sent", 201, None)


def once(error: Exception, then):
    """Fails the first time."""
    left = [error]

    def call(*arguments, **options):
        if left:
            raise left.pop()
        return then(*arguments, **options)

    return call


LOCKED = OperationalError("UPDATE", {}, Exception("database is locked"))


def test_what_was_sent_is_written_down_once_the_database_is_back(app, told, stub, monkeypatch):
    monkeypatch.setattr(courier_module, "TRIES_TO_WRITE_SECONDS", (0, 0))
    monkeypatch.setattr(courier_module, "record", once(LOCKED, courier_module.record))
    id = told(stub.answer("/a"))
    rows.send(app)
    assert read(app, id) == ("sent", 201, None)
    assert stub.paths() == ["/a"]


def test_the_courier_outlives_a_database_that_is_away(app, told, stub, monkeypatch):
    monkeypatch.setattr(courier_module, "PAUSE_AFTER_FAULT_SECONDS", 0.01)
    monkeypatch.setattr(courier_module, "claim", once(LOCKED, courier_module.claim))
    told(stub.answer("/a"))
    with courier(app) as running:
        running.ring()
        stub.wait_for(lambda paths: paths == ["/a"])
    assert rows.states(app) == ["sent"]


def test_a_retry_needs_no_ring(app, somebody, stub, monkeypatch):
    monkeypatch.setattr(verdicts, "backoff", lambda _tries: timedelta(seconds=0.01))
    id = rows.told(app, somebody, stub.answer("/a", 503, 201))
    with courier(app) as running:
        running.ring()
        stub.wait_for(lambda paths: len(paths) == 2)
    assert read(app, id) == ("sent", 201, None)


def test_two_workers_share_the_work_and_send_nothing_twice(app, told, stub, monkeypatch):
    monkeypatch.setattr(courier_module, "claim", functools.partial(courier_module.claim, most=3))
    for n in range(60):
        told(stub.answer(f"/{n}"))
    with app.app_context():
        workers = [Running(app), Running(app)]
    for worker in workers:
        worker.ring()
    stub.wait_for(lambda paths: len(set(paths)) == 60)
    for worker in workers:
        worker.stop()
        worker.join()
    assert sorted(stub.paths()) == sorted(f"/{n}" for n in range(60))
    assert rows.states(app) == ["sent"] * 60
