"""People and their phones: posts since when, what waits, what was lost; nothing more, and not for everybody."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from sync.ledger import device_table, lost_table
from webapp.db import reading, writing
from webapp.people.models import AuditLine

from ..conftest import NOW


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
