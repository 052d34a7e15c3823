"""People and their phones: posts since when, what waits, what was lost; nothing more, and not for everybody."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from sync.ledger import device_table, lost_table
from webapp.db import reading, writing
from webapp.people.models import AuditLine

from .. import make
from ..conftest import NOW
from ..phones import sign_in
from .conftest import UNIT


@pytest.fixture
def phones(app, cast, phone):
    """A phone with three records waiting, of which two were lost earlier."""
    grid1 = phone("grid1")
    with app.app_context(), writing() as connection:
        mine = update(device_table).where(device_table.c.id == grid1.device)
        connection.execute(mine.values(contacted_at=NOW, waiting=3, app="1.2.0"))
        connection.execute(insert(lost_table).values(device=grid1.device, first=4, last=5, noticed_at=NOW))


def test_posts_and_phones(office, phones):
    page = office("secretary").get("/desk/people")
    said = ["name of grid1", "网格员", "管 1网格", "8月16日", "今天 10:00 联系过", "还有 3 条没送到", "版本 1.2.0"]
    said += ["少了 2 条", "name of property", "还没登录过"]
    assert not [words for words in said if words not in page.words]
    assert "name of resident1" not in page.html, "residents are not listed"
    assert page.words.index("name of secretary") < page.words.index("name of grid1")


@pytest.mark.parametrize("login", ["property", "owners"])
def test_units_see_posts_and_no_phones(office, phones, login):
    page = office(login).get("/desk/people")
    assert "name of grid1" in page.words
    assert "没送到" not in page.words and "手机和电脑" not in page.words and "1.2.0" not in page.html


def test_an_office_above_sees_its_own_people(office, phones):
    page = office("community").get("/desk/people")
    assert "name of community" in page.words and "name of grid1" not in page.html and "name of street" not in page.html


def test_looking_is_on_record(app, cast, office):
    office("secretary").get("/desk/people")
    with app.app_context(), reading() as connection:
        query = select(AuditLine.account_id, AuditLine.detail).where(AuditLine.action == "desk.view")
        assert connection.execute(query).all() == [(cast["secretary"].id, "people")]


def suspended(app, device) -> bool:
    with app.app_context(), reading() as connection:
        query = select(device_table.c.suspended_at).where(device_table.c.id == device)
        return connection.execute(query).scalar() is not None


def test_a_phone_is_suspended_after_a_second_question_hands_over_and_is_let_in_again(app, cast, office, phone):
    grid1, secretary = phone("grid1"), office("secretary")
    assert grid1.holds("units")
    page = secretary.get("/desk/people")
    link = next(link for link in page.links if grid1.device in link)
    page = secretary.get(link)
    assert "name of grid1" in page.words and "交上来" in page.words and not suspended(app, grid1.device)
    page = secretary.post(page.form("/suspend"))
    assert page.answer.request.path == "/desk/people" and suspended(app, grid1.device)
    visit = grid1.command("visit.record", make.visit(grid_code=UNIT))
    answer = grid1.exchange([visit]).get_json()
    assert answer["revoked"] is True and answer["outcomes"][0]["status"] == "parked" and not answer["changes"]
    assert grid1.exchange().get_json()["revoked"] is True
    assert grid1.exchange().get_json()["code"] == "revoked"
    assert grid1.client.get("/auth/devices").get_json()["code"] == "revoked"
    lift = next(link for link in secretary.get("/desk/people").links if grid1.device in link)
    secretary.post(secretary.get(lift).form("/lift"))
    assert not suspended(app, grid1.device)
    assert grid1.client.get("/auth/me").status_code == 401, "its person signs in anew"
    again = sign_in(app, cast["grid1"], device=grid1.device)
    assert again.holds("units")
    with app.app_context(), reading() as connection:
        query = select(AuditLine.account_id, AuditLine.action, AuditLine.subject_id)
        told = connection.execute(query.where(AuditLine.action.startswith("device."))).all()
    by = cast["secretary"].id
    assert told == [(by, "device.suspend", grid1.device), (by, "device.lift", grid1.device)]


def test_only_whoever_looks_after_the_phones_and_never_the_one_at_hand(app, cast, office, phone):
    grid1, other = phone("grid1"), phone("other")
    secretary = office("secretary")
    fields = dict(secretary.get("/desk/people").form("/sign-out").fields)
    for login in ("property", "owners", "community"):
        mine = office(login)
        fields_there = dict(mine.get("/desk/people").form("/sign-out").fields)
        assert mine.client.post(f"/desk/people/devices/{grid1.device}/suspend", data=fields_there).status_code == 404
    assert secretary.client.post(f"/desk/people/devices/{other.device}/suspend", data=fields).status_code == 404
    with app.app_context(), reading() as connection:
        mine = select(device_table.c.id).where(device_table.c.account == cast["secretary"].id)
        at_hand = connection.execute(mine).scalar_one()
    assert secretary.client.post(f"/desk/people/devices/{at_hand}/suspend", data=fields).status_code == 404
    assert not any(suspended(app, one) for one in (grid1.device, other.device, at_hand))
