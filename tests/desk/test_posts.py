"""Giving posts at the desk and ending them: asked twice, within the estate and the roles that the office gives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from webapp.db import reading, writing
from webapp.people.models import AuditLine, Post

from .. import make
from ..cast import GRID1, GRID2
from ..conftest import NOW
from .conftest import UNIT


@pytest.fixture
def posts(app, cast):
    """Somebody's posts: role, cells, beginning, end."""

    def read(login: str) -> list[tuple]:
        mine = select(Post.role, Post.cells, Post.starts_at, Post.ends_at).where(Post.account_id == cast[login].id)
        with app.app_context(), reading() as connection:
            return [tuple(row) for row in connection.execute(mine.order_by(Post.starts_at, Post.id))]

    return read


@pytest.fixture
def told(app):
    """Who did this to which post, on record."""

    def read(action: str) -> list[str]:
        with app.app_context(), reading() as connection:
            return list(connection.execute(select(AuditLine.account_id).where(AuditLine.action == action)).scalars())

    return read


@pytest.fixture
def post_of(app, cast):
    def find(login: str) -> str:
        with app.app_context(), reading() as connection:
            return str(connection.execute(select(Post.id).where(Post.account_id == cast[login].id)).scalar_one())

    return find


def page_of(desk, cast, login):
    return desk.get(f"/desk/people/accounts/{cast[login].id}/posts")


def end_form(desk, post_of, login):
    """By the link beside the post."""
    link = next(link for link in desk.get("/desk/people").links if post_of(login) in link)
    return desk.get(link).form("/end")


def test_a_further_post_is_on_the_phone_with_the_next_exchange(cast, office, phone, posts, told):
    grid1, desk = phone("grid1"), office("secretary")
    link = next(link for link in desk.get("/desk/people").links if link.endswith(f"{cast['grid1'].id}/posts"))
    form = desk.get(link).form("/posts")
    page = desk.post(form, role="building_head", cells=[f"{GRID2}-05"])
    assert page.status == 200 and "岗位给好了" in page.words and "管 5号楼" in page.words
    assert posts("grid1")[1] == ("building_head", [f"{GRID2}-05"], NOW, None)
    assert told("post.open") == [cast["secretary"].id]
    assert grid1.record("visit.record", make.visit(grid_code=f"{GRID2}-05-1"))["status"] == "applied"
    again = desk.post(form, role="building_head", cells=[f"{GRID2}-05"])
    assert again.status == 422 and "有重叠" in again.words and len(posts("grid1")) == 2


def test_with_a_first_and_a_last_day_and_taken_back_before_it_begins(cast, office, posts, told):
    desk = office("secretary")
    form = page_of(desk, cast, "grid1").form("/posts")
    page = desk.post(form, role="patrol_volunteer", **{"from": "2026-12-01", "until": "2026-12-31"})
    assert "12月1日" in page.words and "到 12月31日" in page.words
    begins, ends = datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert posts("grid1")[1] == ("patrol_volunteer", [], begins, ends)
    asked = [desk.get(link) for link in page.links if link.endswith("/end")]
    back = next(one for one in asked if "还没开始" in one.words)
    assert "收回了" in desk.post(back.form("/end")).words
    assert len(posts("grid1")) == 1 and told("post.withdraw") == [cast["secretary"].id]


def test_a_resident_gets_a_door(cast, office, posts):
    desk = office("secretary")
    page = desk.post(page_of(desk, cast, "resident1").form("/posts"), role="resident", door="3-2-101")
    assert "3-2-101" in page.words and "管 3-2" not in page.words
    assert posts("resident1")[1][1] == [cast.doors[UNIT][0]]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"role": "grid_worker", "cells": [f"{GRID1}-03"]}, "有重叠"),
        ({"role": "patrol_volunteer", "from": "2026-12-02", "until": "2026-12-01"}, "结束要在开始之后"),
        ({"role": "patrol_volunteer", "until": "2026-11-01"}, "结束要在开始之后"),
        ({"role": "patrol_volunteer", "from": "9999-12-31"}, "2026-12-31 这样的日子"),
        ({"role": "patrol_volunteer", "until": "soon"}, "2026-12-31 这样的日子"),
        ({"role": "unit_head", "cells": ["630102001002001"]}, "这个小区没有630102001002001"),
        ({"role": "unit_head", "door": "3-2-101"}, "只有居民写门牌"),
        ({"role": "resident", "door": "3-9-101"}, "没有3-9-101这一户"),
        ({"role": "secretary"}, "请选一样"),
        ({"role": "community_staff"}, "请选一样"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(typed, said, cast, office, posts, told):
    desk, before = office("secretary"), posts("grid1")
    page = desk.post(page_of(desk, cast, "grid1").form("/posts"), **typed)
    assert page.status == 422 and said in page.words
    assert posts("grid1") == before and not told("post.open")


def test_an_end_is_asked_for_twice_and_what_comes_later_is_kept(cast, office, phone, post_of, posts, told):
    grid1, desk = phone("grid1"), office("secretary")
    assert grid1.holds("units")
    form = end_form(desk, post_of, "grid1")
    assert posts("grid1")[0][3] is None, "a question changes nothing"
    page = desk.post(form)
    assert page.answer.request.path == "/desk/people" and "记好了" in page.words
    assert "name of grid1" not in page.html
    assert posts("grid1")[0][3] == NOW and told("post.end") == [cast["secretary"].id]
    outcome = grid1.record("visit.record", make.visit(grid_code=UNIT))
    assert (outcome["status"], outcome["code"]) == ("parked", "out_of_scope")
    again = desk.post(form)
    assert again.status == 422 and "已经不是网格员了" in again.words and len(told("post.end")) == 1


def test_an_end_to_come(cast, office, post_of, posts):
    desk = office("secretary")
    form = end_form(desk, post_of, "grid1")
    for wrong in ("2000-01-01", "0001-01-01", "never", "9999-12-31"):
        page = desk.post(form, until=wrong)
        assert page.status == 422 and page.html.count('class="wrong"') == 1
        assert posts("grid1")[0][3] is None
    assert "到 12月31日" in desk.post(form, until="2026-12-31").words
    assert posts("grid1")[0][3] == datetime(2026, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize("whom", ["secretary", "community", "other"])
def test_not_beyond_the_estate_and_its_roles(whom, cast, office, post_of, posts):
    """Nobody ends an office's post from below, nor one's own or another secretary's, nor one elsewhere."""
    desk, before = office("secretary"), posts(whom)
    end = end_form(desk, post_of, "grid1")
    end.action = f"/desk/people/posts/{post_of(whom)}/end"
    assert desk.post(end).status == 404 and posts(whom) == before
    assert not [link for link in desk.get("/desk/people").links if post_of(whom) in link]
    if whom != "secretary":  # who may take on a further post of the own estate: 交叉任职
        add = page_of(desk, cast, "grid1").form("/posts")
        add.action = f"/desk/people/accounts/{cast[whom].id}/posts"
        assert desk.post(add, role="patrol_volunteer").status == 404 and posts(whom) == before


def test_not_at_another_estate(cast, office, posts):
    desk, before = office("secretary"), posts("grid1")
    form = page_of(desk, cast, "grid1").form("/posts")
    for place in (cast.other_estate, cast.community, "x"):
        assert desk.post(form, role="patrol_volunteer", estate=place).status == 404
    assert posts("grid1") == before


@pytest.mark.parametrize("login", ["property", "owners", "community"])
def test_only_the_secretary(login, cast, office, post_of, posts):
    desk, before = office(login), posts("grid1")
    token = [one for one in desk.get("/desk/people").form("/sign-out").fields if one[0] == "csrf_token"]
    for form, typed in (
        (page_of(office("secretary"), cast, "grid1").form("/posts"), {"role": "patrol_volunteer"}),
        (end_form(office("secretary"), post_of, "grid1"), {}),
    ):
        form.fields = [one for one in form.fields if one[0] != "csrf_token"] + token
        assert desk.get(form.action).status == 404 and desk.post(form, **typed).status == 404
    assert posts("grid1") == before


def test_a_post_of_an_estate_for_somebody_who_sits_elsewhere_too(app, cast, office, posts):
    """Such a person is in sight by the post here; an invitation would open what is elsewhere, and is not given."""
    with app.app_context(), writing() as connection:
        make.post(connection, account=cast["other"].id, role="patrol_volunteer", at=cast.estate, starts_at=NOW)
    desk = office("secretary")
    page = page_of(desk, cast, "other")
    assert "巡逻员" in page.words and "网格员" not in page.words.split("加一个岗位")[0]
    assert desk.post(page.form("/posts"), role="unit_head").status == 200 and len(posts("other")) == 3
    asked = desk.get(f"/desk/people/accounts/{cast['other'].id}/invite")
    assert "还有别的岗位" in asked.words and not asked.has_form("/invite")
