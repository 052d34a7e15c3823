"""Four levels, and no ring: what an organisation may stand under, what it is called, what phones are told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from webapp.db import reading, writing
from webapp.places.models import Organisation
from webapp.places.organisations import MISPLACED, Misplaced, at_level, estates_of, move, rename

from .. import make
from ..conftest import NOW


@pytest.fixture
def changing(app):
    def do(change, *given, **named):
        with app.app_context(), writing() as connection:
            return change(connection, *given, **named)

    return do


def parents(app):
    with app.app_context(), reading() as connection:
        return dict(connection.execute(select(Organisation.id, Organisation.parent_id)).all())


@pytest.mark.parametrize(("moved", "under", "code"), [
    ("estate", "estate", "cycle"), ("district", "estate", "cycle"), ("district", "district", "cycle"),
    ("community", "estate", "cycle"), ("street", "community", "cycle"), ("estate", "other_estate", "level"),
    ("estate", "street", "level"), ("estate", "district", "level"), ("community", "district", "level"),
])  # fmt: skip
def test_no_ring_and_no_level_left_out(app, cast, changing, moved, under, code):
    before = parents(app)
    with pytest.raises(Misplaced) as no:
        changing(move, getattr(cast, moved), getattr(cast, under))
    assert no.value.code == code and parents(app) == before


def test_an_estate_goes_to_another_community(app, cast, changing):
    elsewhere = parents(app)[cast.other_estate]
    changing(move, cast.estate, elsewhere)
    assert parents(app)[cast.estate] == elsewhere
    assert changing(estates_of, cast.community) == []
    assert changing(estates_of, elsewhere) == sorted([cast.estate, cast.other_estate])
    assert changing(estates_of, cast.estate) == [cast.estate]


def test_what_stands_above(cast, changing):
    assert changing(at_level, "E1", "street").id == cast.street
    assert changing(at_level, "E1", "estate").id == cast.estate
    assert changing(at_level, "E9", "estate") is None and changing(at_level, "630102", "estate") is None


def test_names_and_telephones(app, cast, changing):
    changing(rename, cast.estate, name=" 和顺苑 ", phone="0971-8888888")
    with app.app_context(), reading() as connection:
        columns = select(Organisation.name, Organisation.phone)
        row = connection.execute(columns.where(Organisation.id == cast.estate)).one()
    assert row == ("和顺苑", "0971-8888888")
    changing(rename, cast.estate, phone="")
    for values, code in (({"name": " "}, "name"), ({"name": "x" * 81}, "name"), ({"phone": "1" * 31}, "phone")):
        with pytest.raises(Misplaced, match=MISPLACED[code][1]):
            changing(rename, cast.estate, **values)


def test_levels_are_right_to_begin_with(app, cast):
    with app.app_context(), writing() as connection:
        make.organisation(connection, kind="estate", code="E3", parent=cast.community, now=NOW)
        assert len(estates_of(connection, cast.district)) == 3
