"""Registering a matter for somebody who came to the office."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from webapp.cases.tables import case_table, move_table, reporter_table
from webapp.db import reading

from ..cast import GRID1, GRID2, OTHER_GRID

GIVEN = {"title": "楼道灯不亮", "category": "facilities", "place": f"{GRID1}-03-2", "text": "二楼拐角"}


def rows(app, table):
    with app.app_context(), reading() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def test_it_becomes_a_matter_with_its_reporter(app, cast, office):
    secretary = office("secretary")
    form = secretary.get("/desk/raise").form("/raise")
    page = secretary.post(form, **GIVEN, urgent="yes", name="王阿姨", phone="13900000000")
    assert page.status == 200 and "登记好了" in page.words
    (case,) = rows(app, case_table)
    assert (case["title"], case["from_kind"], case["level"], case["urgent"]) == ("楼道灯不亮", "call", "estate", True)
    assert case["place"] == {"grid_code": f"{GRID1}-03-2", "position": None, "text": "二楼拐角"}
    assert case["account_id"] == cast["secretary"].id
    (reporter,) = rows(app, reporter_table)
    assert (reporter["name"], reporter["phone"], reporter["account_id"]) == ("王阿姨", "13900000000", None)
    assert "3号楼 2单元" in page.words and "记下反映人" in page.words and "有危险" in page.words


def test_nobody_has_to_leave_a_name(app, office):
    secretary = office("secretary")
    page = secretary.post(secretary.get("/desk/raise").form("/raise"), **(GIVEN | {"place": "", "text": ""}))
    assert page.status == 200 and rows(app, reporter_table) == []
    assert "全小区" in page.words


def test_a_second_click_makes_no_second_matter(app, office):
    secretary = office("secretary")
    form = secretary.get("/desk/raise").form("/raise")
    pages = [secretary.post(form, **GIVEN, name="王阿姨") for _ in range(3)]
    assert {page.answer.request.path for page in pages} == {pages[0].answer.request.path}
    assert (len(rows(app, case_table)), len(rows(app, reporter_table)), len(rows(app, move_table))) == (1, 1, 2)


@pytest.mark.parametrize(
    "missing", [{"title": " "}, {"category": ""}, {"title": "x" * 121}, {"phone": "1" * 31}, {"category": "nothing"}]
)
def test_what_is_wrong_comes_back_with_what_was_typed(app, office, missing):
    secretary = office("secretary")
    page = secretary.post(secretary.get("/desk/raise").form("/raise"), **(GIVEN | {"name": "王阿姨"} | missing))
    assert page.status == 422 and rows(app, case_table) == []
    typed = dict(page.form("/raise").fields)
    assert typed["name"] == "王阿姨" and typed["text"] == "二楼拐角" and typed["place"] == f"{GRID1}-03-2"
    assert 'role="alert"' in page.html and 'aria-invalid="true"' in page.html


@pytest.mark.parametrize("place", [f"{OTHER_GRID}-01-1", "630102001001001-77", "x", "<b>"])
def test_a_place_that_is_not_ones_own_is_refused(app, office, place):
    secretary = office("secretary")
    page = secretary.post(secretary.get("/desk/raise").form("/raise"), **(GIVEN | {"place": place}))
    assert page.status in (403, 422) and rows(app, case_table) == []


def test_places_are_those_of_the_organisation(office):
    html = office("secretary").get("/desk/raise").html
    for code in (f"{GRID1}-03", f"{GRID1}-03-2", f"{GRID2}-05-1", GRID1):
        assert f'value="{code}"' in html
    assert OTHER_GRID not in html


def test_an_office_above_says_which_estate_by_the_place(app, office):
    community = office("community")
    page = community.get("/desk/raise")
    page = community.post(page.form("/raise"), **(GIVEN | {"place": ""}))
    assert page.status == 422 and rows(app, case_table) == []
    page = community.post(page.form("/raise"), **GIVEN)
    assert page.status == 200
    (case,) = rows(app, case_table)
    assert case["level"] == "community"


def test_a_page_open_too_long_keeps_what_was_typed(app, office):
    secretary = office("secretary")
    page = secretary.post(secretary.get("/desk/raise").form("/raise"), **GIVEN, csrf_token="old")
    assert page.status == 400 and rows(app, case_table) == []
    assert dict(page.form("/raise").fields)["title"] == "楼道灯不亮"
    assert secretary.post(page.form("/raise")).status == 200 and len(rows(app, case_table)) == 1
