"""The queue: what is asked for runs in a worker, with the app at hand; what fails is told and held against nobody."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask, current_app
from huey import RedisHuey

from webapp import create_app, jobs

from .. import databases
from ..heard import listening


@pytest.fixture
def ran(monkeypatch) -> list[str]:
    """Jobs for this test alone: ``fine`` notes that it ran, ``broken`` fails."""
    notes: list[str] = []
    monkeypatch.setattr(jobs, "_declared", {})
    monkeypatch.setattr(jobs, "_companions", [])

    @jobs.job("fine")
    def fine() -> None:
        notes.append(current_app.config["SILIAN"].instance.name)

    @jobs.job("broken")
    def broken() -> None:
        raise ValueError("王五, 1390000")

    return notes


@pytest.fixture
def own_app(ran, tmp_path, monkeypatch) -> Iterator[Flask]:
    """An app with a queue of its own."""
    databases.tell(monkeypatch, tmp_path)
    app = create_app(instance=tmp_path / "here", testing=True, log_level="critical")
    with app.app_context():
        yield app


def work_off() -> None:
    """What a worker's thread does, until the queue is empty."""
    queue = jobs.queue()
    while (task := queue.dequeue()) is not None:
        queue.execute(task)


def test_a_job_waits_for_a_worker_and_runs_with_the_app(own_app, ran):
    jobs.put("fine")
    assert ran == []
    work_off()
    assert ran == ["here"]
    work_off()
    assert ran == ["here"]


def test_a_job_that_fails_stops_no_other_and_its_words_stay_out_of_the_log(own_app, ran):
    jobs.put("broken")
    jobs.put("fine")
    with listening() as heard:
        work_off()
    assert ran == ["here"]
    (line,) = heard
    assert (line["event"], line["job"], line["error"]) == ("job.failed", "broken", "ValueError")
    assert line["where"][-1].startswith("test_jobs.py:")
    assert "王五" not in str(heard)


def test_two_jobs_of_one_name(own_app):
    with pytest.raises(ValueError, match="twice"):
        jobs.job("fine")(lambda: None)


def test_a_job_that_nobody_declared(own_app):
    with pytest.raises(LookupError):
        jobs.put("unheard of")


def test_a_queue_that_is_away_costs_a_line_in_the_log_and_not_the_answer(own_app, monkeypatch):
    def away(*_arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(jobs.queue().storage, "enqueue", away)
    with listening() as heard:
        jobs.put("fine")
    (line,) = heard
    assert (line["event"], line["job"], line["error"]) == ("job.not_queued", "fine", "OSError")


def test_a_queue_outlives_its_app(own_app, ran, tmp_path):
    jobs.put("fine")
    again = create_app(instance=tmp_path / "here", testing=True, log_level="critical")
    with again.app_context():
        work_off()
    assert ran == ["here"]


def test_whoever_does_not_know_the_key_is_not_heard(own_app, ran, tmp_path):
    """A worker unpickles what it takes from the queue: only what was signed with our key."""
    stranger = create_app(instance=tmp_path / "here", secret_key="x" * 40, testing=True, log_level="critical")
    with stranger.app_context():
        jobs.put("fine")
    with pytest.raises(ValueError, match="[Ss]ignature"):
        work_off()
    assert ran == []


def test_redis_by_one_setting(own_app):
    """Nobody listens there: that costs a line in the log, as any other trouble of the queue."""
    own_app.config["SILIAN"] = replace(own_app.config["SILIAN"], redis_url="redis://127.0.0.1:1/0")
    assert isinstance(jobs.queue(), RedisHuey)
    with listening() as heard:
        jobs.put("fine")
    (line,) = heard
    assert (line["event"], line["error"]) == ("job.not_queued", "ConnectionError")


def test_the_queue_is_the_apps_own(own_app, tmp_path):
    here = jobs.queue()
    other = create_app(instance=tmp_path / "there", redis_url=None, testing=True, log_level="critical")
    with other.app_context():
        assert jobs.queue() is not here
        assert (tmp_path / "there" / "jobs.sqlite3").exists()
    assert jobs.huey.storage is here.storage


def test_a_quiet_worker_does_not_lock_the_queue(own_app):
    """Else one that is stopped in that moment keeps everybody from it."""
    chosen = own_app.config["SILIAN"]
    storage = jobs.queue().storage
    if chosen.redis_url:
        return
    with closing(sqlite3.connect(chosen.jobs_path, isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert storage.read_schedule(datetime.now(UTC)) == [] and storage.dequeue() is None
        assert time.monotonic() - began < 1
        somebody.execute("ROLLBACK")
    assert storage.conn.execute("PRAGMA synchronous").fetchone() == (1,), "NORMAL: no write waits for the disk"
