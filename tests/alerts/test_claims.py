"""Who may send what: leases, and rows for which nobody is there any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from sync import register_device
from webapp import clock as our_clock
from webapp.alerts.claims import LEASE, Result, claim, look, record
from webapp.alerts.telling import subscription_table
from webapp.alerts.verdicts import Verdict
from webapp.db import reading, writing
from webapp.people.models import Account

from . import rows

APPLE, MOZILLA = "https://web.push.apple.com", "https://updates.push.services.mozilla.com"
SENT = Verdict("sent", 201)


@pytest.fixture
def told(app, somebody, clock):
    """``told(endpoint)``: an alert for somebody, to be sent there; the delivery's id."""
    return lambda endpoint=f"{APPLE}/a", **more: rows.told(app, somebody, endpoint, **more)


@pytest.fixture
def take(app):
    def taking(*busy: str, most: int = 256):
        with app.app_context(), writing() as connection:
            return claim(connection, our_clock.now(), busy, most)

    return taking


@pytest.fixture
def write(app):
    def writing_down(*results: Result):
        with app.app_context(), writing() as connection:
            record(connection, list(results), our_clock.now())

    return writing_down


def change(app, table, id: str, **values):
    with app.app_context(), writing() as connection:
        connection.execute(update(table).where(table.c.id == id).values(**values))


def test_a_claimed_row_is_nobody_elses(app, told, take):
    id = told()
    (parcel,) = take()
    assert (parcel.delivery_id, parcel.origin, parcel.tries) == (id, APPLE, 1)
    assert take() == []
    row = rows.read_delivery(app, id)
    assert (row["state"], row["tries"], row["leased_until"]) == ("sending", 1, our_clock.now() + LEASE)


def test_what_was_sent_is_never_taken_again(app, told, take, write, clock):
    id = told()
    write(Result(take()[0], SENT))
    clock.shift(timedelta(hours=1))
    assert take() == []
    row = rows.read_delivery(app, id)
    assert (row["state"], row["status"], row["leased_until"]) == ("sent", 201, None)
    assert row["sent_at"] == our_clock.now() - timedelta(hours=1)


def test_killed_between_claim_and_record(app, told, take, write, clock):
    """Nothing is written by a worker that is killed: after the lease, and not before, another takes its rows."""
    sent, lost = told(f"{APPLE}/a"), told(f"{APPLE}/b")
    one, _two = sorted(take(), key=lambda parcel: parcel.delivery_id != sent)
    write(Result(one, SENT))
    clock.shift(LEASE - timedelta(seconds=1))
    assert take() == []
    clock.shift(timedelta(seconds=1))
    (again,) = take()
    assert (again.delivery_id, again.tries) == (lost, 2)


def test_a_worker_that_comes_back_late_changes_nothing_but_what_was_sent(app, told, take, write, clock):
    id = told()
    (late,) = take()
    clock.shift(LEASE)
    (now_mine,) = take()
    write(Result(late, Verdict("pending", 503, "answer 503", our_clock.now())))
    assert rows.read_delivery(app, id)["leased_until"] == now_mine.leased_until
    write(Result(late, SENT))
    assert rows.read_delivery(app, id)["state"] == "sent"
    write(Result(now_mine, Verdict("pending", 503, "answer 503", our_clock.now())))
    assert rows.read_delivery(app, id)["state"] == "sent"


def test_a_retry_waits_for_its_time(app, told, take, write, clock):
    id = told()
    due_at = our_clock.now() + timedelta(minutes=2)
    write(Result(take()[0], Verdict("pending", 429, "answer 429", due_at)))
    row = rows.read_delivery(app, id)
    assert (row["state"], row["due_at"], row["status"], row["fault"]) == ("pending", due_at, 429, "answer 429")
    with app.app_context(), reading() as connection:
        assert look(connection, our_clock.now(), ()) == (False, due_at)
    clock.shift(timedelta(minutes=2) - timedelta(seconds=1))
    assert take() == []
    clock.shift(timedelta(seconds=1))
    assert [parcel.tries for parcel in take()] == [2]


def test_the_oldest_go_first_so_many_at_a_time(told, take):
    now = our_clock.now()
    ids = [told(f"{APPLE}/{n}", due_at=now - timedelta(seconds=60 - n)) for n in range(5)]
    assert [parcel.delivery_id for parcel in take(most=2)] == ids[:2]
    assert [parcel.delivery_id for parcel in take(most=2)] == ids[2:4]


def test_a_busy_push_service_is_left_out(app, told, take):
    here, there = told(f"{APPLE}/a"), told(f"{MOZILLA}/a")
    assert [parcel.delivery_id for parcel in take(APPLE)] == [there]
    with app.app_context(), reading() as connection:
        assert look(connection, our_clock.now(), (APPLE,))[0] is False
        assert look(connection, our_clock.now(), ())[0] is True
    assert [parcel.delivery_id for parcel in take()] == [here]


def test_past_its_life(app, told, take, clock):
    id = told(lasts=timedelta(minutes=5))
    clock.shift(timedelta(minutes=5))
    assert take() == []
    row = rows.read_delivery(app, id)
    assert (row["state"], row["fault"], row["leased_until"]) == ("failed", "expired", None)


def test_the_browser_has_unsubscribed(app, told, take):
    id = told()
    with app.app_context(), writing() as connection:
        connection.execute(subscription_table.delete())
    assert take() == []
    assert rows.read_delivery(app, id)["fault"] == "unsubscribed"


def test_the_browser_is_somebody_elses_now(app, another, told, take):
    id = told()
    (row,) = rows.read_subscriptions(app)
    change(app, subscription_table, row["id"], account_id=another)
    assert take() == []
    found = rows.read_delivery(app, id)
    assert (found["state"], found["fault"]) == ("gone", "moved")


def test_the_account_is_suspended(app, somebody, told, take):
    id = told()
    change(app, Account.__table__, somebody, suspended_at=our_clock.now())
    assert take() == []
    assert rows.read_delivery(app, id)["fault"] == "suspended"


def test_the_phone_was_reported_lost(app, told, take):
    id = told()
    (row,) = rows.read_subscriptions(app)
    with app.app_context(), writing() as connection:
        register_device(connection, row["device_id"], row["account_id"], "phone", our_clock.now())
        connection.exec_driver_sql("UPDATE sync_device SET suspended_at = '2026-11-24 01:00:00.000000'")
    assert take() == []
    assert rows.read_delivery(app, id)["fault"] == "suspended"


def test_an_endpoint_is_checked_again(app, told, take):
    """It was taken under other rules, or written into the database by another hand."""
    id = told("http://127.0.0.1:5432/x")
    assert take() == []
    row = rows.read_delivery(app, id)
    assert (row["state"], row["fault"]) == ("failed", "endpoint: not https on its usual port")
    assert len(rows.read_subscriptions(app)) == 1


def test_a_dead_subscription_leaves_unless_it_was_renewed(app, told, take, write):
    told(f"{APPLE}/a"), told(f"{APPLE}/b")
    dead, renewed = take()
    change(app, subscription_table, renewed.subscription_id, endpoint=f"{APPLE}/new")
    write(*(Result(parcel, Verdict("gone", 410, "answer 410")) for parcel in (dead, renewed)))
    assert [row["endpoint"] for row in rows.read_subscriptions(app)] == [f"{APPLE}/new"]


def test_a_fault_of_ours_is_marked_until_it_is_over(app, told, take, write):
    told(), told(f"{APPLE}/b")
    (row,) = [row for row in rows.read_subscriptions(app) if row["endpoint"].endswith("/a")]
    mine, _other = sorted(take(), key=lambda parcel: parcel.subscription_id != row["id"])
    write(Result(mine, Verdict("failed", 403, "answer 403", ours=True)))
    marked = {row["endpoint"]: (row["fault"], row["failed_at"]) for row in rows.read_subscriptions(app)}
    assert marked == {f"{APPLE}/a": ("answer 403", our_clock.now()), f"{APPLE}/b": (None, None)}
    write(Result(mine, SENT))
    assert all(row["fault"] is None for row in rows.read_subscriptions(app))
