"""A page of matters costs what it shows, not what there is."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import event, insert

from webapp.cases.tables import case_table
from webapp.db import db, writing

from ..cast import GRID1, GRID2
from ..conftest import NOW

MATTERS, GOAL_MS = 10_000, 100
STATES = ("raised", "accepted", "discussing", "assigned", "handling", "handling", "escalated", "appraising")


def fill(app, cast, n):
    """So many open matters, as rows."""
    rows = []
    for i in range(n):
        state, code = STATES[i % len(STATES)], (f"{GRID1}-03-2", f"{GRID1}-04", f"{GRID2}-05-1")[i % 3]
        up = state == "escalated"
        row = {"id": str(uuid.uuid4()), "estate_id": cast.estate, "number": f"{i:06d}", "title": f"楼道灯不亮 {i}"}
        row |= {"organisation_id": cast.community if up else cast.estate, "reached": [cast.community] if up else []}
        row |= {"level": "community" if up else "grid", "left": [["handling", "grid", cast.estate]] if up else []}
        row |= {"category": "facilities", "grid_code": code, "place": {"grid_code": code, "text": "二楼拐角"}}
        row |= {"urgent": i % 50 == 0, "anonymous": False, "state": state, "account_id": cast["grid1"].id}
        row |= {"lead": "property_company" if state in ("assigned", "handling") else None, "assisting": []}
        row |= {"attempts": 0, "received_at": NOW, "moved_at": NOW - timedelta(days=i % 9)}
        rows.append(row | {"due_at": None if state == "appraising" else NOW + timedelta(minutes=i - n // 3)})
    with app.app_context(), writing() as connection:
        connection.execute(insert(case_table), rows)


def statements(app, do):
    """How many statements that takes."""
    seen = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listener := lambda *given: seen.append(given[2]))
    try:
        do()
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    return len(seen)


def test_the_list_asks_no_more_for_fifty_than_for_one(app, cast, office):
    secretary = office("secretary")
    fill(app, cast, 1)
    few = statements(app, lambda: secretary.get("/desk/matters"))
    fill(app, cast, 60)
    assert statements(app, lambda: secretary.get("/desk/matters")) <= few + 1, "and one for what the first page counts"


@pytest.mark.slow
@pytest.mark.parametrize("query", ["", "?show=late", "?page=100", "?q=灯"])
def test_a_page_with_ten_thousand(app, cast, office, query):
    secretary = office("secretary")
    fill(app, cast, MATTERS)
    took = []
    for _ in range(7):
        began = time.thread_time()
        assert secretary.get(f"/desk/matters{query}").status == 200
        took.append((time.thread_time() - began) * 1000)
    # The processor's time, and the best of seven: whatever else the machine does at the moment does not count. On
    # PostgreSQL that is the page alone; what it asks the database is counted by the test above.
    assert min(took) <= GOAL_MS, took
