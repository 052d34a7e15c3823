"""Inviting somebody at the desk: one account a form, a way in that is shown once, and roles that are the office's."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from webapp import inviting
from webapp.db import reading
from webapp.people import invitations
from webapp.people.models import Account, AuditLine, Invitation, Post
from webapp.people.permissions import GIVES, UPPER

from .. import make
from ..cast import GRID1
from ..phones import post_json
from .conftest import UNIT

LINK = re.compile(r"/#/activate/([\w-]+)")
NEW = {"name": "新来的", "role": "grid_worker", "cells": [GRID1]}


@pytest.fixture
def counts(app):
    """How many accounts, posts and invitations there are: to be the same after what was refused."""

    def count() -> tuple[int, ...]:
        with app.app_context(), reading() as connection:
            return tuple(connection.execute(select(func.count()).select_from(t)).scalar_one()
                         for t in (Account, Post, Invitation))  # fmt: skip

    return count


@pytest.fixture
def rows(app):
    def read(*columns, **where):
        with app.app_context(), reading() as connection:
            return connection.execute(select(*columns).filter_by(**where).order_by(columns[0])).all()

    return read


def invite(desk, follow=True, **typed):
    return desk.post(desk.get("/desk/people/invite").form("/people/invite"), follow=follow, **(NEW | typed))


def activated(app, code):
    told = {"code": code, "password": "long enough a word"}
    return post_json(app.test_client(), "/auth/activate", told, device=make.id4()).status_code


def test_an_account_a_post_and_a_way_in_that_is_shown_once(app, cast, office, rows, counts):
    desk, before = office("secretary"), counts()
    form = desk.get("/desk/people/invite").form("/people/invite")
    page = desk.post(form, **NEW)
    assert page.status == 200 and page.answer.headers["Cache-Control"] == "no-store"
    assert page.answer.request.path == "/desk/people/invite" and not page.answer.request.query_string
    code = LINK.search(page.html)[1]
    assert page.html.count(code) == 1 and not [link for link in page.links if code in link], "none to press here"
    assert "<svg" in page.html and "24 小时" in page.words and "grid3" in page.words
    assert counts() == tuple(n + 1 for n in before)
    again = desk.post(form, **NEW)
    assert again.status == 409 and not LINK.search(again.html) and "activate" not in again.html
    assert counts() == tuple(n + 1 for n in before)
    (account,) = rows(Account.id, Account.name, Account.home_id, login="grid3")
    assert account[1:] == ("新来的", cast.estate)
    assert rows(Post.role, Post.cells, Post.organisation_id, account_id=account.id) == [
        ("grid_worker", [GRID1], cast.estate)
    ]
    by = cast["secretary"].id
    assert rows(AuditLine.account_id, subject_id=account.id, action="account.invite") == [(by,)]
    post = rows(Post.id, account_id=account.id)[0].id
    assert rows(AuditLine.account_id, subject_id=post, action="post.open") == [(by,)]
    assert activated(app, code) == 200 and activated(app, code) == 410


def test_nobody_is_shown_without_the_form(office):
    page = office("secretary").get("/desk/people/invite")
    assert page.status == 200 and not LINK.search(page.html)
    offered = set(re.findall(r'<option value="(\w+)"', page.html))
    assert offered == set(GIVES["secretary"]) and not offered & {*UPPER, "secretary"}


@pytest.mark.parametrize("role", [*UPPER, "secretary", "nobody", ""])
def test_only_roles_of_the_office(role, office, counts):
    before = counts()
    page = invite(office("secretary"), role=role)
    assert page.status == 422 and "请选一样" in page.words and 'value="新来的"' in page.html
    assert counts() == before


@pytest.mark.parametrize("login", ["property", "owners", "community"])
def test_only_the_secretary(login, cast, office, counts):
    desk, before = office(login), counts()
    people = desk.get("/desk/people")
    assert "/desk/people/invite" not in people.links
    form = office("secretary").get("/desk/people/invite").form("/people/invite")
    form.fields = [(name, value) for name, value in form.fields if name != "csrf_token"]
    form.fields += [one for one in people.form("/sign-out").fields if one[0] == "csrf_token"]
    assert desk.get("/desk/people/invite").status == 404
    assert desk.post(form, **NEW).status == 404
    assert desk.post(form, **NEW, estate=cast.estate).status == 404
    assert counts() == before


def test_no_other_estate(cast, office, counts):
    before = counts()
    assert invite(office("secretary"), estate=cast.other_estate).status == 404
    assert counts() == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "还差一样"),
        ({"name": "x" * 61}, "太长了"),
        ({"cells": ["630102001002001"]}, "这个小区没有630102001002001"),
        ({"cells": [GRID1, "x\x00"]}, "这个小区没有x"),
        ({"login": "Grid1"}, "登录名grid1已经有人用了"),
        ({"login": "a b"}, "不能有空格"),
        ({"role": "resident"}, "居民不管网格"),
        ({"door": "3-2-101"}, "只有居民写门牌"),
        ({"role": "resident", "cells": [], "door": "3-2-999"}, "没有3-2-999这一户"),
        ({"role": "resident", "cells": [], "door": "<b>"}, "这一户"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(typed, said, office, counts):
    before = counts()
    page = invite(office("secretary"), **typed)
    assert page.status == 422 and said in page.words and "<b>" not in page.html.replace("<b></b>", "")
    assert counts() == before


def test_a_resident_behind_a_door(cast, office, rows):
    page = invite(office("secretary"), role="resident", cells=[], door="3-2-101")
    assert page.status == 200
    (account,) = rows(Account.id, name="新来的")
    assert rows(Post.role, Post.cells, account_id=account.id) == [("resident", [cast.doors[UNIT][0]])]


def test_a_new_invitation_ends_earlier_ones(app, cast, office, rows):
    desk = office("secretary")
    first = LINK.search(invite(desk).html)[1]
    (account,) = rows(Account.id, name="新来的")
    link = next(link for link in desk.get("/desk/people").links if link.endswith(f"{account.id}/invite"))
    ask = desk.get(link)
    assert "新来的" in ask.words and "作废" in ask.words and len(rows(Invitation.id)) == 1
    form = ask.form("/invite")
    second = LINK.search(desk.post(form).html)[1]
    assert desk.post(form).status == 409
    assert len(rows(Invitation.id)) == 2 and second != first
    assert activated(app, first) == 410 and activated(app, second) == 200
    by = cast["secretary"].id
    assert rows(AuditLine.account_id, subject_id=account.id, action="account.invite") == [(by,), (by,)]


@pytest.mark.parametrize("whom", ["secretary", "community", "other"])
def test_no_way_into_more_than_the_office_gives(whom, app, cast, office, rows):
    """An invitation opens all that its person may do: not oneself's, not another secretary's, not those above."""
    desk = office("secretary")
    form = desk.get(f"/desk/people/accounts/{cast['grid1'].id}/invite").form("/invite")
    form.action = f"/desk/people/accounts/{cast[whom].id}/invite"
    assert desk.post(form).status == 404 and not rows(Invitation.id)
    assert not [link for link in desk.get("/desk/people").links if link.endswith(f"{cast[whom].id}/invite")]


def test_a_resident_is_reached_by_the_data_held_about_them(cast, office):
    """Residents stand in no list of people; whoever looks after their data finds the way to post and invitation."""
    links = office("secretary").get(f"/desk/privacy/person/{cast['resident1'].id}").links
    for ending in ("posts", "invite"):
        assert office("secretary").get(next(link for link in links if link.endswith(ending))).status == 200


def test_without_a_token_nothing_is_made_and_what_was_typed_stays(office, counts):
    desk, before = office("secretary"), counts()
    page = invite(desk, csrf_token="", login="wang", cells=[f"{GRID1}-03"])
    assert page.status == 400 and "页面放得太久" in page.words and counts() == before
    kept = page.form("/people/invite").fields
    assert {("name", "新来的"), ("role", "grid_worker"), ("login", "wang"), ("cells", f"{GRID1}-03")} <= set(kept)
    assert desk.post(page.form("/people/invite")).status == 200


def test_the_same_form_at_the_same_moment(office, counts, monkeypatch):
    """The database lets one in; the other is told so, as if it had come a moment later."""
    desk = office("secretary")
    form = desk.get("/desk/people/invite").form("/people/invite")
    assert desk.post(form, **NEW).status == 200
    before, seen = counts(), iter((False, True))
    monkeypatch.setattr(invitations, "made", lambda *_: next(seen))
    page = desk.post(form, **NEW)
    assert page.status == 409 and "没有再办一次" in page.words and counts() == before


def test_the_same_login_at_the_same_moment(office, counts, monkeypatch):
    before = counts()
    monkeypatch.setattr(inviting, "_login", lambda *_: "grid1")
    page = invite(office("secretary"), login="grid1")
    assert page.status == 422 and "已经有人用了" in page.words and counts() == before
