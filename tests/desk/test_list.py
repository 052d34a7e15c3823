"""The list of matters: filters with their counts, searching, pages; and that looking is on record."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from webapp.cases.tables import case_table
from webapp.db import reading, writing
from webapp.people.models import AuditLine

from .. import make
from ..cast import GRID1, GRID2
from ..conftest import NOW


def chips(page):
    """The filters' numbers by their names."""
    found = re.findall(r'class="chip" href="[^"]*"[^>]*>([^<]+?) <b>(\d+)</b>', page.html)
    return {words: int(n) for words, n in found}


def titles(page):
    return re.findall(r"<td><a [^>]*>([^<]+)</a>", page.html)


@pytest.fixture
def set_due(app):
    def change(case_id, **values):
        with app.app_context(), writing() as connection:
            connection.execute(update(case_table).where(case_table.c.id == case_id).values(**values))

    return change


def test_filters_count_and_list_the_same(office, raised, set_due):
    secretary = office("secretary")
    ids = {name: raised(title=name) for name in ("late", "today", "later", "handled", "up", "over")}
    set_due(ids["late"], due_at=NOW - timedelta(minutes=40))
    set_due(ids["today"], due_at=NOW + timedelta(hours=4))
    set_due(ids["later"], due_at=NOW + timedelta(days=2))
    secretary.move(ids["up"], "escalate", note="请社区来办")
    set_due(ids["up"], due_at=NOW - timedelta(days=1))
    secretary.move(ids["over"], "decline", note="不归我们", refer_to="街道")
    set_due(ids["handled"], state="appraising", due_at=None)
    page = secretary.get("/desk/matters")
    assert chips(page) == {"在办的": 5, "今天到期": 1, "已超时": 1, "等我定": 3, "等居民评价": 1, "已上报": 1}
    assert titles(page) == ["late", "today", "later", "handled", "up"], "what waits for others comes last"
    for show, expected in (("today", ["today"]), ("late", ["late"]), ("appraising", ["handled"]), ("up", ["up"]),
                           ("mine", ["late", "today", "later"]), ("over", ["over"])):  # fmt: skip
        assert titles(secretary.get(f"/desk/matters?show={show}")) == expected
    words = page.words
    assert "超 40 分钟" in words and "剩 4 小时" in words and "剩 2 天" in words and "等回复" in words
    assert page.html.count('aria-current="true"') == 2, "the filter and the chosen row"


def test_units_have_their_own_words_for_what_waits_for_them(office, raised):
    case_id = raised()
    office("secretary").move(case_id, "accept")
    office("secretary").move(case_id, "assign", lead="property_company")
    assert chips(office("property").get("/desk/matters"))["等我办"] == 1


def test_a_title_or_a_place_or_a_number_is_found(office, raised, state):
    secretary = office("secretary")
    wire = raised(title="楼道飞线充电", grid_code=f"{GRID1}-03-2")
    wall = raised("secretary", title="墙皮脱落", grid_code=f"{GRID2}-05-1")
    gate = raised("secretary", title="路灯不亮 100%", place=make.place(text="西门"))
    number = state(wall)["number"]

    def found(q):
        html = secretary.get("/desk/matters", query_string={"q": q}).html
        return {id for id in (wire, wall, gate) if f"/desk/matters/{id}" in html}

    assert found("飞线") == {wire}
    assert found("西门") == found("西门 路灯") == {gate}
    assert found("100%") == {gate}
    assert found("%") == {gate} and found("_") == set(), "no wildcards"
    assert found(number) == found(f"{number[:3]} {number[3:]}") == {wall}
    assert found("3号楼2单元") == found("3号楼") == found("Building 3, unit 2") == {wire}
    assert found("5号楼 1单元") == {wall} and found("15号楼") == set()
    for odd in ("'", '"', "\\", "\x00", "\ud800".encode("utf-8", "surrogatepass"), "。" * 500, "0号楼", "99999"):
        assert secretary.get("/desk/matters", query_string={"q": odd}).status == 200


def test_a_search_looks_at_closed_ones_too_and_says_so(office, raised):
    secretary, case_id = office("secretary"), raised(title="想画固定车位")
    secretary.move(case_id, "decline", note="不归我们", refer_to="街道")
    assert titles(secretary.get("/desk/matters")) == []
    page = secretary.get("/desk/matters?q=车位")
    assert titles(page) == ["想画固定车位"] and "找“车位”，1 件" in page.words
    page = secretary.get("/desk/matters?q=没有这个")
    assert "没有找到" in page.words


@pytest.mark.parametrize(
    "query", ["show=nothing", "page=0", "page=-1", "page=99999999", "page=x", "page=²", "show=up&page=7"]
)
def test_nonsense_in_the_address_is_taken_as_not_said(office, raised, query):
    raised()
    assert office("secretary").get(f"/desk/matters?{query}").status == 200


def test_pages_of_fifty(office, raised):
    for n in range(52):
        raised(title=f"第 {n} 件")
    page = office("secretary").get("/desk/matters")
    assert len(titles(page)) == 50 and "第 1 页，共 2 页" in page.words
    second = office("secretary").get("/desk/matters?page=2")
    assert len(titles(second)) == 2 and not set(titles(page)) & set(titles(second))
    link = next(link for link in second.links if "/desk/matters/" in link)
    assert "page=2" in link, "a matter keeps the page that it was found on"


def test_who_looked_is_on_record(app, cast, office, raised):
    case_id = raised()
    office("secretary").matter(case_id)
    with app.app_context(), reading() as connection:
        line = select(AuditLine.account_id, AuditLine.detail).where(
            AuditLine.subject_id == case_id, AuditLine.action == "desk.view"
        )
        assert connection.execute(line).all() == [(cast["secretary"].id, "case")]


def test_hostile_titles_are_never_html(office, raised):
    title = '<script>alert(1)</script>"><b onmouseover=x>'
    case_id, secretary = raised("secretary", title=title, place=make.place(text=title)), office("secretary")
    for page in (secretary.matter(case_id), secretary.get("/desk/matters", query_string={"q": title[:60]})):
        assert "<script>alert" not in page.html and "<b onmouseover" not in page.html
        assert "alert(1)" in page.words
