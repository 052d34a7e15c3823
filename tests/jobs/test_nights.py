"""What each night lets go of, its report, and what a dry run says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from webapp import nights
from webapp.cases.tables import case_table
from webapp.db import reading, writing
from webapp.desk.words import WORDS
from webapp.opinions.commands import opinion_table
from webapp.patrols.models import TrackPiece
from webapp.people.models import SignIn
from webapp.privacy.ageing import RECORDS_KEPT_DAYS
from webapp.spans import NIGHTLY, SPANS

from .. import make
from ..cast import GRID1
from ..conftest import NOW
from ..phones import sign_in

STAIRS = f"{GRID1}-03-2"
BY_KIND = {span.kind: span for span in SPANS}
LATER = timedelta(days=RECORDS_KEPT_DAYS)


@pytest.fixture
def worker(app, cast, clock):
    return sign_in(app, cast["grid1"])


def recorded(worker, name: str, payload: dict) -> str:
    assert worker.record(name, payload)["status"] == "applied"
    return str(next(value for key, value in payload.items() if key.endswith("_id") and value))


def test_every_kind_says_why_and_by_what_rule():
    assert len(BY_KIND) == len(SPANS)
    for span in SPANS:
        assert {f"kept.{span.kind}", f"kept.why.{span.kind}"} <= WORDS.keys()
        assert span.source.startswith(("[L]", "[own]"))
        assert (span.days is None) == (span.task is None)


def test_records_of_three_years_ago_leave_server_and_phones(app, cast, worker, clock):
    visit = recorded(worker, "visit.record", make.visit(grid_code=STAIRS))
    finding = recorded(worker, "patrol.finding", make.finding(grid_code=STAIRS))
    named = recorded(worker, "opinion.record", make.opinion(grid_code=STAIRS))
    nameless = make.opinion(grid_code=STAIRS[:-2], anonymous=True)
    assert worker.record("opinion.record", nameless, id=make.id4())["status"] == "applied"
    clock.shift(LATER - timedelta(days=1))
    with app.app_context():
        assert [nights.run(BY_KIND[kind]) for kind in ("visit", "finding", "opinion")] == [0, 0, 0]
    clock.shift(timedelta(days=1))
    with app.app_context():
        assert [nights.run(BY_KIND[kind]) for kind in ("visit", "finding", "opinion")] == [1, 1, 2]
        with reading() as connection:
            assert connection.execute(select(opinion_table.c.id)).all() == []
    held = sign_in(app, cast["grid1"]).pull()
    assert not {id for _, id in held} & {visit, finding, named}


def test_an_open_matter_keeps_what_it_stands_on(app, worker, clock):
    opinion = recorded(worker, "opinion.record", make.opinion(grid_code=STAIRS))
    case = make.case(grid_code=STAIRS, source={"kind": "opinion", "id": opinion})
    recorded(worker, "case.raise", case)
    clock.shift(LATER)
    with app.app_context():
        assert nights.run(BY_KIND["opinion"]) == 0
        with writing() as connection:
            mine = case_table.c.id == case["case_id"]
            connection.execute(update(case_table).where(mine).values(state="closed", closed_at=NOW))
        assert nights.run(BY_KIND["opinion"]) == 1


def test_a_track_lives_thirty_days(app, cast, worker, clock):
    patrol = make.id4()
    worker.record("patrol.start", {"patrol_id": patrol, "route_id": None, "track": True})
    with app.app_context(), writing() as connection:
        row = {"id": make.id4(), "patrol_id": patrol, "account_id": cast["grid1"].id, "points": [], "received_at": NOW}
        connection.execute(insert(TrackPiece).values(row))
    clock.shift(timedelta(days=30) - timedelta(seconds=1))
    with app.app_context():
        assert nights.run(BY_KIND["track"]) == 0
        clock.shift(timedelta(seconds=1))
        assert nights.run(BY_KIND["track"]) == 1


def test_a_session_that_ended_leaves_half_a_year_later(app, worker, clock):
    with app.app_context():
        with writing() as connection:
            connection.execute(update(SignIn).values(ended_at=NOW))
        clock.shift(timedelta(days=179))
        assert nights.run(BY_KIND["session"]) == 0
        clock.shift(timedelta(days=1))
        assert nights.run(BY_KIND["session"]) == 1


def test_a_dry_run_counts_and_leaves_everything_as_it_is(app, worker, clock):
    recorded(worker, "visit.record", make.visit(grid_code=STAIRS))
    clock.shift(LATER)
    with app.app_context():
        assert nights.would(BY_KIND["visit"]) == nights.would(BY_KIND["visit"]) == 1
        with reading() as connection:
            assert nights.latest(connection) == {}
        assert nights.run(BY_KIND["visit"]) == 1


def test_the_report_holds_kinds_and_counts(app, worker, clock):
    recorded(worker, "visit.record", make.visit(grid_code=STAIRS))
    clock.shift(LATER)
    with app.app_context():
        for span in NIGHTLY:
            nights.run(span)
        with reading() as connection:
            counts = {kind: rows[0].count for kind, rows in nights.latest(connection).items()}
    assert counts.keys() == {span.kind for span in NIGHTLY}
    assert counts["visit"] == 1 and counts["track"] == 0
