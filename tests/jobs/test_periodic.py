"""What the clock sets going."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from sync.ledger import command_table
from webapp import jobs, periodic
from webapp.alerts.telling import AlertsWritten
from webapp.backups import drilling
from webapp.db import reading

from .. import make
from ..cast import GRID1
from ..heard import listening
from ..phones import sign_in


def job(name: str) -> jobs.Job:
    return jobs.declared()[name]


def run(app, name: str) -> None:
    with app.app_context():
        job(name).run()


def times(name: str) -> list[str]:
    """When it runs within a day, UTC."""
    start = datetime(2026, 11, 24, tzinfo=UTC)
    minutes = (start + timedelta(minutes=n) for n in range(24 * 60))
    return [one.strftime("%H:%M") for one in minutes if job(name).when(one)]


def test_when(app):
    assert len(times("sync.retry")) == 24 * 60
    assert times("sync.release") == [f"{hour:02d}:00" for hour in range(24)]
    nights = [times(name) for name in jobs.declared() if name.startswith("night.")]
    assert all(len(night) == 1 and night[0].startswith("19:") for night in nights)
    assert len({night[0] for night in nights}) == len(nights) == len(periodic.NIGHTLY) + 3
    assert job("alerts.send").when is None


def test_what_was_said_without_a_name_comes_out_with_the_hour(app, cast, clock):
    phone, reader = sign_in(app, cast["resident1"]), sign_in(app, cast["grid1"])
    opinion = make.opinion(grid_code=f"{GRID1}-03", anonymous=True)
    assert phone.record("opinion.record", opinion, id=make.id4())["status"] == "applied"
    assert reader.holds("opinions") == {}
    run(app, "sync.release")
    assert set(reader.holds("opinions")) == {opinion["opinion_id"]}
    run(app, "sync.release")
    assert set(reader.holds("opinions")) == {opinion["opinion_id"]}


@pytest.fixture
def parked(app, cast, clock):
    """A finding that waits for its round: the phone, the round's payload, the finding's command."""
    phone = sign_in(app, cast["patrol1"])
    start = {"patrol_id": make.id4(), "route_id": None, "companions": [], "track": False}
    finding = make.finding(grid_code=f"{GRID1}-03", patrol=start["patrol_id"], urgent=True)
    command = phone.command("patrol.finding", finding)
    assert phone.exchange([command]).get_json()["outcomes"][0]["status"] == "parked"
    return phone, start, command["id"]


def status(app, id: str) -> str:
    with app.app_context(), reading() as connection:
        return connection.execute(select(command_table.c.status).where(command_table.c.id == id)).scalar_one()


def test_a_parked_command_is_tried_each_minute_and_its_events_follow_the_commit(app, parked, monkeypatch):
    phone, start, id = parked
    told = []
    monkeypatch.setattr("webapp.host.after_commit", [told.extend])
    run(app, "sync.retry")
    assert status(app, id) == "parked"
    # As after a restore of half a database: what it waits for is here, but nothing woke it.
    monkeypatch.setattr("sync.parked.wake", lambda *_: None)
    monkeypatch.setattr("sync.engine.parked.wake", lambda *_: None)
    assert phone.record("patrol.start", start)["status"] == "applied"
    assert status(app, id) == "parked"
    run(app, "sync.retry")
    assert status(app, id) == "applied"
    assert any(isinstance(event, AlertsWritten) for event in told)


def test_a_night_that_fails_is_told_and_goes_on_the_next(app, clock, monkeypatch):
    def locked(*_arguments):
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    name = "night.delivery"
    monkeypatch.setattr("webapp.nights.writing", locked)
    with app.app_context(), listening() as heard:
        jobs.queue()
        jobs._in_app(app, job(name))()
    (line,) = heard
    assert (line["event"], line["job"], line["error"]) == ("job.failed", name, "OperationalError")


@pytest.mark.parametrize("kind", [span.kind for span in periodic.NIGHTLY])
def test_every_night_ends(app, cast, clock, kind):
    run(app, f"night.{kind}")


def test_files_of_the_night(app, clock):
    run(app, "night.unknown_files_are_deleted")


def test_alerts_ring_after_the_commit(app, cast, clock):
    with app.app_context():
        queue = jobs.queue()
        queue.storage.flush_queue()
    phone = sign_in(app, cast["grid1"])
    phone.record("opinion.record", make.opinion(grid_code=f"{GRID1}-03"))
    assert queue.storage.queue_size() == 0
    phone.record("alert.test", {})
    assert queue.storage.queue_size() == 1


def test_a_backup_every_night_where_it_is_wanted(app, cast, clock, tmp_path, monkeypatch):
    """PROMISES.md, litestream#752: what is made by itself is drilled as what is made by hand."""
    usual = app.config["SILIAN"]
    monkeypatch.setitem(app.config, "SILIAN", replace(usual, instance=tmp_path))
    run(app, "night.backup")
    assert not list(tmp_path.rglob("*.tar"))
    monkeypatch.setitem(app.config, "SILIAN", replace(usual, instance=tmp_path, backups_kept=2))
    for _ in range(3):
        run(app, "night.backup")
        clock.shift(timedelta(days=1))
    files = sorted(tmp_path.rglob("*.tar"))
    assert len(files) == 2
    with app.app_context():
        assert drilling.drill(files[-1]).faults == []
