"""What leaves after its time, and what stays."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from sync.ledger import command_table
from webapp import clock as our_clock
from webapp import retention
from webapp.blobs.uses import blob_table, sender_table, use_table
from webapp.cases.tables import case_table
from webapp.db import reading, writing
from webapp.patrols.models import Patrol

from .. import make
from ..alerts import rows
from ..cast import GRID1
from ..phones import sign_in

DAY = timedelta(days=1)


@pytest.fixture
def run(app):
    """``run(task)``: one piece of a night's work; how much it was."""

    def once(task, *more):
        with app.app_context(), writing() as connection:
            return task(connection, our_clock.now(), *more)

    return once


def raised(phone) -> str:
    case = make.case(grid_code=f"{GRID1}-03")
    assert phone.record("case.raise", case)["status"] == "applied"
    return case["case_id"]


def test_closed_cases_leave_the_phones_and_stay_at_the_desk(app, cast, clock, run):
    phone, upper = sign_in(app, cast["secretary"]), sign_in(app, cast["grid1"])
    closed, lately, open_ = raised(phone), raised(phone), raised(phone)
    with app.app_context(), writing() as connection:
        for id, days in ((closed, 90), (lately, 89)):
            values = {"state": "closed", "closed_at": our_clock.now() - days * DAY}
            connection.execute(update(case_table).where(case_table.c.id == id).values(**values))
    assert set(phone.holds("cases")) == set(upper.holds("cases")) == {closed, lately, open_}
    assert run(retention.closed_cases_leave) == 1
    assert run(retention.closed_cases_leave) == 0
    assert set(phone.holds("cases")) == set(upper.holds("cases")) == {lately, open_}
    assert set(sign_in(app, cast["secretary"]).holds("cases")) == {lately, open_}
    with app.app_context(), reading() as connection:
        assert connection.execute(select(case_table.c.id).where(case_table.c.id == closed)).first()


def test_what_became_of_a_parked_command_leaves(app, cast, clock, run):
    phone = sign_in(app, cast["grid1"])
    ids = []
    for _ in range(3):
        command = phone.command("case.join", {"case_id": make.id4(), "reporter": None})
        assert phone.exchange([command]).get_json()["outcomes"][0]["status"] == "parked"
        ids.append(command["id"])
    with app.app_context(), writing() as connection:
        for id, days in ((ids[0], 30), (ids[1], 29)):
            values = {"status": "declined", "settled_at": our_clock.now() - days * DAY}
            connection.execute(update(command_table).where(command_table.c.id == id).values(**values))
    assert set(phone.holds("commands")) == set(ids)
    assert run(retention.settled_commands_leave) == 1
    assert run(retention.settled_commands_leave) == 0
    assert set(phone.holds("commands")) == set(ids[1:])


def test_old_alerts_leave_the_inbox(app, cast, clock, run):
    phone = sign_in(app, cast["secretary"])
    phone.record("alert.test", {})
    clock.shift(89 * DAY)
    phone = sign_in(app, cast["secretary"])
    phone.record("alert.test", {})
    assert len(phone.holds("alerts")) == 2
    clock.shift(DAY)
    assert run(retention.old_alerts_leave) == 1
    assert run(retention.old_alerts_leave) == 0
    assert len(sign_in(app, cast["secretary"]).holds("alerts")) == 1


def test_a_night_is_many_short_pieces(app, cast, clock, run, monkeypatch):
    monkeypatch.setattr(retention, "PIECE", 2)
    phone = sign_in(app, cast["secretary"])
    for _ in range(3):
        raised(phone)
    with app.app_context(), writing() as connection:
        connection.execute(update(case_table).values(closed_at=our_clock.now() - 90 * DAY))
    assert [run(retention.closed_cases_leave) for _ in range(3)] == [2, 1, 0]


def test_tracks(app, cast, clock, run):
    walker = cast["patrol1"]
    patrol = {"id": make.id4(), "estate_id": cast.estate, "account_id": walker.id, "companions": [], "track": True}
    patrol |= {"state": "started", "scans": [], "made_at": "", "received_at": our_clock.now()}
    piece = {"patrol_id": patrol["id"], "account_id": walker.id, "points": [[0, 36.6, 101.7, 5]]}
    with app.app_context(), writing() as connection:
        connection.execute(insert(Patrol).values(**patrol))
        for days in (29, 30, 31):
            row = piece | {"id": make.id4(), "received_at": our_clock.now() - days * DAY}
            connection.execute(insert(retention.track_table).values(row))
    assert run(retention.tracks_are_deleted) == 2
    assert run(retention.tracks_are_deleted) == 0


def test_deliveries(app, cast, clock, run):
    account, old = cast["secretary"].id, our_clock.now() - 90 * DAY
    with app.app_context(), writing() as connection:
        mine = rows.subscription(connection, account=account, endpoint="https://web.push.apple.com/a")
        for state, at in (("sent", old), ("failed", old), ("gone", old), ("pending", old), ("sending", old),
                          ("sent", old + DAY)):  # fmt: skip
            told = rows.alert(connection, account=account)
            rows.delivery(connection, alert=told, subscription=mine, state=state, due_at=at)
    assert run(retention.deliveries_are_pruned) == 3
    assert rows.states(app) == ["pending", "sending", "sent"]


@pytest.fixture
def blob(app, cast):
    """``blob(days)``: a photo that was sent so many days ago; its digest."""

    def send(days: int, sent_days: int | None = None) -> str:
        digest = hashlib.sha256(os.urandom(8)).hexdigest()
        row = {"id": digest, "content_type": "image/webp", "size_bytes": 3, "stored_at": our_clock.now() - days * DAY}
        sent_at = our_clock.now() - (days if sent_days is None else sent_days) * DAY
        path = app.config["SILIAN"].blobs / digest[:2] / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"abc")
        with app.app_context(), writing() as connection:
            connection.execute(insert(blob_table).values(row))
            sender = {"blob_id": digest, "account_id": cast["grid1"].id, "sent_at": sent_at}
            connection.execute(insert(sender_table).values(sender))
        return digest

    return send


def known(app) -> set[str]:
    with app.app_context(), reading() as connection:
        return set(connection.execute(select(blob_table.c.id)).scalars())


def test_blobs_that_nobody_refers_to(app, cast, clock, run, blob):
    used, parked, unused, young, sent_again = blob(40), blob(40), blob(30), blob(29), blob(40, sent_days=2)
    phone = sign_in(app, cast["grid1"])
    with app.app_context(), writing() as connection:
        row = {"id": make.id4(), "blob_id": used, "collection": "visits", "document_id": make.id4()}
        connection.execute(insert(use_table).values(row))
    waiting = make.opinion(grid_code=f"{GRID1}-03", visit_id=make.id4(), photos=[parked])
    assert phone.record("opinion.record", waiting)["status"] == "parked"
    assert run(retention.unused_blobs_are_forgotten) == 1
    assert run(retention.unused_blobs_are_forgotten) == 0
    assert known(app) == {used, parked, young, sent_again}, f"{unused} alone is to go"


def test_files_that_no_row_knows(app, clock, run, blob, cast):
    kept, forgotten, lately = blob(1), blob(40), blob(40)
    folder = app.config["SILIAN"].blobs
    part = folder / kept[:2] / f".{kept}-0a1b2c"
    part.write_bytes(b"a")
    with app.app_context(), writing() as connection:
        connection.execute(sender_table.delete().where(sender_table.c.blob_id.in_([forgotten, lately])))
        connection.execute(blob_table.delete().where(blob_table.c.id.in_([forgotten, lately])))
    for path, hours in ((kept, 48), (forgotten, 25), (lately, 23), (part.name, 25)):
        at = (our_clock.now() - timedelta(hours=hours)).timestamp()
        os.utime(folder / path.lstrip(".")[:2] / path, (at, at))
    run(retention.unknown_files_are_deleted, folder)
    left = {path.name for path in folder.glob("*/*")}
    assert {kept, lately} <= left
    assert not {forgotten, part.name} & left


def test_without_any_blob_there_is_no_folder(run, tmp_path, clock):
    assert run(retention.unknown_files_are_deleted, tmp_path / "blobs") == 0


def test_nothing_of_it_is_said_twice(app, cast, clock, run):
    """A document that left is numbered once: a phone that has caught up reads nothing more about it."""
    phone = sign_in(app, cast["secretary"])
    raised(phone)
    with app.app_context(), writing() as connection:
        connection.execute(update(case_table).values(closed_at=our_clock.now() - 90 * DAY))
    phone.pull()
    run(retention.closed_cases_leave)
    first = phone.exchange().get_json()
    phone.cursor = first["cursor"]
    run(retention.closed_cases_leave)
    second = phone.exchange().get_json()
    assert [change["doc"] for change in first["changes"]] == [None]
    assert second["changes"] == []
