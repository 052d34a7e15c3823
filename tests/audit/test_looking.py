"""Looking at personal data is on record: at the desk, in an export, and when documents arrive at a phone."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from webapp.db import reading
from webapp.people import audit
from webapp.people.audit import TOLD, audit_table

from .. import make
from ..cast import GRID1
from ..phones import sign_in

UNIT = f"{GRID1}-03-2"
a = audit_table.c


@pytest.fixture
def lines(app):
    def read(action: str = TOLD) -> list[tuple[str | None, str | None]]:
        with app.app_context(), reading() as connection:
            query = select(a.account_id, a.detail).where(a.action == action).order_by(a.id)
            return [(row.account_id, row.detail) for row in connection.execute(query)]

    return read


def test_one_line_an_exchange_names_what_came(app, cast, clock, lines):
    worker, head = sign_in(app, cast["grid1"]), sign_in(app, cast["building_head"])
    visits = [make.visit(grid_code=UNIT) for _ in range(3)]
    for visit in visits:
        worker.record("visit.record", visit)
    head.pull()
    (told,) = [detail for account, detail in lines() if account == head.account]
    assert json.loads(told) == {"visits": sorted(visit["visit_id"] for visit in visits)}
    head.pull()
    assert len([1 for account, _ in lines() if account == head.account]) == 1, "nothing new, no line"


def test_the_line_of_a_long_page_is_there_when_the_page_is(app, cast, clock, lines, monkeypatch):
    monkeypatch.setattr(audit, "ASIDE_FROM", 0)
    worker, head = sign_in(app, cast["grid1"]), sign_in(app, cast["building_head"])
    visit = make.visit(grid_code=UNIT)
    worker.record("visit.record", visit)
    page = head.exchange(limit=500).get_json()
    assert visit["visit_id"] in {one["id"] for one in page["changes"]}
    assert lines() == [(head.account, json.dumps({"visits": [visit["visit_id"]]}, separators=(",", ":")))]


def test_what_comes_back_with_its_own_command_was_not_looked_at(app, cast, clock, lines):
    worker = sign_in(app, cast["grid1"])
    worker.pull()
    answer = worker.exchange([worker.command("visit.record", make.visit(grid_code=UNIT))], limit=500)
    assert [one["collection"] for one in answer.get_json()["changes"]] == ["visits"]
    assert lines() == []


def test_a_resident_with_nothing_but_own_documents_leaves_no_line(app, cast, clock, lines):
    resident = sign_in(app, cast["resident1"])
    resident.record("case.raise", make.case(grid_code=UNIT, source={"kind": "call", "id": None}))
    assert resident.holds("cases")
    assert lines() == []


def test_places_and_lists_are_nobodys_personal_data(app, cast, clock, lines):
    assert sign_in(app, cast["grid1"]).holds("units")
    assert lines() == []


@pytest.mark.parametrize("aside_from", [audit.ASIDE_FROM, 0])
def test_no_answer_without_its_line(app, cast, clock, lines, monkeypatch, aside_from):
    """Where the line cannot be written, the documents do not go out; nor where it is written beside the packing."""
    monkeypatch.setattr(audit, "ASIDE_FROM", aside_from)
    worker, head = sign_in(app, cast["grid1"]), sign_in(app, cast["building_head"])
    worker.record("visit.record", make.visit(grid_code=UNIT))

    def full(*_args, **_more):
        from sqlalchemy.exc import OperationalError

        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(audit, "note", full)
    answer = head.exchange()
    assert answer.status_code == 503 and "visits" not in answer.text
