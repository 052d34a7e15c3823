"""More time, and reminders by a person and by the clock (DOMAIN.md): before expiry, at it, a day after to the next
level up, five working days later again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.cast import GRID1
from tests.make import id4
from tests.phones import sign_in
from webapp import clock as now_is
from webapp.alerts.telling import alert_table
from webapp.cases.reminding import due_nudges
from webapp.cases.tables import case_table, move_table
from webapp.db import reading
from webapp.periodic import remind_of_cases

UNIT = f"{GRID1}-03-2"


@pytest.fixture
def office(app, cast):
    return sign_in(app, cast["secretary"])


@pytest.fixture
def case(app, cast, office):
    """A case that the property company is to handle."""
    id, place = id4(), {"grid_code": UNIT, "position": None, "text": None}
    worker = sign_in(app, cast["grid1"])
    raised = {"case_id": id, "from": None, "title": "灯不亮", "category": "facilities", "place": place, "urgent": False}
    assert worker.record("case.raise", raised)["status"] == "applied"
    for state, to, more in (("raised", "accepted", {}), ("accepted", "assigned", {"lead": "property_company"})):
        moved = {"case_id": id, "expects": {"state": state, "level": "grid"}, "to": to, "note": "", **more}
        assert office.record("case.advance", moved)["status"] == "applied"
    return id


def row_of(app, table, **where):
    with app.app_context(), reading() as connection:
        query = select(table)
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        return [dict(row) for row in connection.execute(query).mappings()]


def told(app, cast, login, kind="nudge"):
    return [one for one in row_of(app, alert_table, account_id=cast[login].id) if one["kind"] == kind]


def test_a_nudge_reaches_the_lead_and_stands_on_the_timeline(app, cast, office, case):
    assert office.record("case.nudge", {"case_id": case, "note": "居民等着"})["status"] == "applied"
    assert [move["kind"] for move in row_of(app, move_table, case_id=case)].count("nudge") == 1
    assert len(told(app, cast, "property")) == 1 and not told(app, cast, "secretary")


def test_nudging_twice_within_the_hour_tells_nobody_twice(app, cast, office, case):
    for _ in range(2):
        assert office.record("case.nudge", {"case_id": case})["status"] == "applied"
    assert len(told(app, cast, "property")) == 1


def test_only_the_office_nudges_and_extends(app, cast, case):
    worker = sign_in(app, cast["grid1"])
    assert worker.record("case.nudge", {"case_id": case})["code"] == "forbidden"


def test_more_time_has_a_reason_and_is_later(app, cast, office, case):
    due = row_of(app, case_table, id=case)[0]["due_at"]
    expects = {"state": "assigned", "level": "grid"}
    payload = {"case_id": case, "expects": expects, "due_at": due.isoformat(), "reason": "等配件"}
    assert office.record("case.extend", payload)["fields"].keys() == {"due_at"}
    later = (due + timedelta(days=3)).isoformat()
    assert office.record("case.extend", payload | {"due_at": later})["status"] == "applied"
    assert row_of(app, case_table, id=case)[0]["due_at"] == due + timedelta(days=3)
    assert office.record("case.extend", payload | {"due_at": later, "reason": " "})["code"] == "invalid"


def test_the_clock_reminds_four_times_and_no_more(app, cast, office, case, clock):
    due = row_of(app, case_table, id=case)[0]["due_at"]
    counts = []
    for at in (-2, -0.5, 0.1, 1.1, 4, 9, 30):
        clock.move_to(due + timedelta(days=at))
        with app.app_context():
            remind_of_cases()
            with reading() as connection:
                assert due_nudges(connection, now_is.now()) == []
        counts.append([move["kind"] for move in row_of(app, move_table, case_id=case)].count("nudge"))
    assert counts == [0, 1, 2, 3, 3, 4, 4]
    assert len(told(app, cast, "property")) == 4
    assert len(told(app, cast, "secretary")) == 2  # the next level up, from the day after on
