"""The chart of cross-appointments: who sits in which of the estate's parties, today."""

from __future__ import annotations

from datetime import timedelta

import pytest

from webapp.db import writing
from webapp.desk.seats import PARTY_OF
from webapp.people.permissions import ROLES, UPPER

from .. import make
from ..conftest import NOW


@pytest.fixture
def appoint(app, cast):
    def give(login: str, role: str, at: str, **more) -> None:
        with app.app_context(), writing() as connection:
            make.post(connection, account=cast[login].id, role=role, at=at, starts_at=NOW - timedelta(days=9), **more)

    return give


def row(page, name: str) -> str:
    return page.html.split(f'<th scope="row">{name}')[1].split("</tr>")[0]


def test_whoever_sits_in_several_parties_comes_first(cast, office, appoint):
    appoint("owners", "community_staff", cast.community)
    page = office("secretary").get("/desk/seats")
    assert "兼任" in row(page, "name of owners") and row(page, "name of owners").count("●") == 2
    assert "兼任" not in row(page, "name of secretary")
    assert page.words.index("name of owners") < page.words.index("name of secretary")


def test_residents_are_listed_only_for_a_further_seat(cast, office, appoint):
    page = office("secretary").get("/desk/seats")
    assert "name of resident1" not in page.html
    appoint("resident1", "owners_committee", cast.estate)
    assert row(office("secretary").get("/desk/seats"), "name of resident1").count("●") == 2


def test_a_post_that_has_ended_is_no_seat(cast, office, appoint):
    appoint("owners", "property_company", cast.estate, ends_at=NOW)
    assert "兼任" not in row(office("secretary").get("/desk/seats"), "name of owners")


def test_nobody_of_another_estate(office):
    assert "name of other" not in office("secretary").get("/desk/seats").html


def test_every_role_of_an_estate_has_its_party():
    assert set(ROLES) - PARTY_OF.keys() == {*UPPER} - {"community_staff"}
