"""Records at the desk: whose they are, what an anonymous one does not tell, and that looking is on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from sync.feeds import release
from webapp import clock as clocks
from webapp.db import reading, writing
from webapp.people.models import AuditLine

from .. import make
from ..cast import GRID1, OTHER_GRID

UNIT, BUILDING = f"{GRID1}-03-2", f"{GRID1}-03"


def let_out(app):
    """The hourly release of what was said without a name."""
    with app.app_context(), writing() as connection:
        release(connection, clocks.now())


@pytest.fixture
def recorded(cast, phone):
    """One of each kind by the grid worker, and one of another estate."""
    visit = make.visit(grid_code=UNIT, household=cast.doors[UNIT][0], note="腿脚不便，想请人送药")
    opinion = make.opinion(grid_code=UNIT, text="想在楼下加个座椅", reporter={"name": "王阿姨", "phone": None})
    finding = make.finding(grid_code=BUILDING, note="纸箱堵住安全出口", urgent=True)
    for kind, payload in (("visit.record", visit), ("opinion.record", opinion), ("patrol.finding", finding)):
        assert phone("grid1").record(kind, payload)["status"] == "applied"
    patrol = {"patrol_id": make.id4(), "route_id": cast.route, "companions": [], "track": False}
    phone("patrol1").record("patrol.start", patrol)
    phone("patrol1").record("patrol.finish", {"patrol_id": patrol["patrol_id"], "note": "没有发现问题"})
    phone("other").record("visit.record", make.visit(grid_code=f"{OTHER_GRID}-01-1", note="别的小区"))
    return {"visit": visit, "opinion": opinion, "finding": finding, "patrol": patrol}


def test_the_secretary_sees_those_of_the_estate(office, recorded):
    page = office("secretary").get("/desk/records")
    for words in ("腿脚不便", "3号楼 2单元 101", "想在楼下加个座椅", "王阿姨说", "纸箱堵住安全出口",
                  "已成一件事", "没有发现问题", "走完了", "name of grid1"):  # fmt: skip
        assert words in page.words
    assert "别的小区" not in page.words


@pytest.mark.parametrize("kind", ["visit", "opinion", "finding", "patrol"])
def test_one_kind_at_a_time(office, recorded, kind):
    page = office("secretary").get(f"/desk/records?kind={kind}")
    said = {"visit": "腿脚不便", "opinion": "加个座椅", "finding": "纸箱", "patrol": "没有发现问题"}
    assert {name for name, words in said.items() if words in page.words} == {kind}


@pytest.mark.parametrize("login", ["owners", "property", "community", "street", "district"])
def test_others_see_none_of_them(office, recorded, login):
    page = office(login).get("/desk/records")
    assert page.status == 200 and "还没有您能看的记录" in page.words
    assert "王阿姨" not in page.html


def test_an_anonymous_opinion_tells_its_day_and_nothing_else(app, cast, office, phone):
    said = make.opinion(grid_code=f"{GRID1}-04", anonymous=True, text="有人半夜装修")
    assert phone("grid1").record("opinion.record", said)["status"] == "applied"
    assert "有人半夜装修" not in office("secretary").get("/desk/records").words, "not before the release"
    let_out(app)
    page = office("secretary").get("/desk/records?kind=opinion")
    assert "有人半夜装修" in page.words and "不留名" in page.words and "只记哪一天" in page.words
    assert "name of grid1" not in page.html and "10:00" not in page.words


def test_without_consent_there_are_no_words(office, phone):
    phone("grid1").record("visit.record", make.visit(grid_code=UNIT, consent=False, note=""))
    assert "居民没有同意记录" in office("secretary").get("/desk/records").words


def test_who_looked_at_which_record_is_on_record(app, cast, office, recorded):
    office("secretary").get("/desk/records?kind=visit")
    with app.app_context(), reading() as connection:
        line = select(AuditLine.account_id, AuditLine.subject_id).where(AuditLine.action == "desk.view")
        assert connection.execute(line).all() == [(cast["secretary"].id, recorded["visit"]["visit_id"])]


def test_pages_of_fifty_newest_first(office, phone, clock):
    for n in range(53):
        phone("grid1").record("opinion.record", make.opinion(grid_code=UNIT, text=f"第 {n} 条。"))
        clock.shift(timedelta(minutes=1))
    page = office("secretary").get("/desk/records")
    assert "第 52 条。" in page.words and "第 3 条。" in page.words and "第 2 条。" not in page.words
    page = office("secretary").get("/desk/records?page=2")
    assert "第 2 条。" in page.words and "第 3 条。" not in page.words


def test_photos_are_links_once_they_are_here(app, office, phone, recorded):
    visit = make.visit(grid_code=UNIT, photos=["a" * 64])
    phone("grid1").record("visit.record", visit)
    page = office("secretary").get("/desk/records?kind=visit")
    assert "照片还没到齐" in page.words and not [link for link in page.links if "/blobs/" in link]


def test_hostile_text_is_never_html(office, phone):
    text = '<script>alert(1)</script>"onmouseover="x'
    phone("grid1").record("visit.record", make.visit(grid_code=UNIT, note=text))
    reporter = {"name": text, "phone": None}
    phone("grid1").record("opinion.record", make.opinion(grid_code=UNIT, text=text, reporter=reporter))
    html = office("secretary").get("/desk/records").html
    assert "<script>alert" not in html and html.count("&lt;script&gt;alert(1)") == 3
