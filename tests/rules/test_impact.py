"""Every column says what it holds and what for, so that the impact assessment cannot go stale."""

from __future__ import annotations

import pytest

from webapp import load_domains
from webapp.db import db
from webapp.desk.words import WORDS
from webapp.privacy.impact import HOLDS, MARKS, PERSONAL
from webapp.spans import SPANS

load_domains()
TABLES = {name: set(table.columns.keys()) for name, table in db.metadata.tables.items() if not name.startswith("toy")}


def test_every_table_is_marked_and_none_that_is_gone():
    assert MARKS.keys() == TABLES.keys()


@pytest.mark.parametrize("name", sorted(MARKS))
def test_every_column_is_marked_once(name):
    assert MARKS[name].columns.keys() == TABLES.get(name)
    assert set(MARKS[name].columns.values()) <= set(HOLDS)


def test_purposes_and_spans_are_known():
    kinds = {span.kind for span in SPANS} | {"stands"}
    assert {mark.kept for mark in MARKS.values()} <= kinds
    wanted = {f"impact.purpose.{mark.purpose}" for mark in MARKS.values()} | {f"impact.holds.{one}" for one in PERSONAL}
    assert not wanted - WORDS.keys()


def test_what_is_personal_is_kept_for_a_span_or_while_it_is_needed():
    assert {name for name, mark in MARKS.items() if "where" in mark.columns.values()} == {"patrol", "track_piece"}
    assert MARKS["track_piece"].kept == "track"


def test_the_page_shows_every_table(app, cast, clock):
    from ..desk.office import sit_down

    page = sit_down(app, cast["secretary"]).get("/desk/impact")
    assert page.status == 200
    assert not [name for name in TABLES if f'<th scope="row">{name}</th>' not in page.html]
    assert not [column for columns in TABLES.values() for column in columns if column not in page.html]
