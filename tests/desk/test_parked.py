"""What is kept for others: whose it is to settle, applying and declining, each once and on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from sync.ledger import command_table
from webapp.cases.tables import case_table
from webapp.db import reading, writing
from webapp.people.models import AuditLine, Post
from webapp.visits.commands import visit_table

from .. import make
from ..cast import GRID1, OTHER_GRID
from ..conftest import NOW
from .office import sit_down

UNIT = f"{GRID1}-03-2"


def end_post(app, account_id):
    with app.app_context(), writing() as connection:
        connection.execute(update(Post).where(Post.account_id == account_id).values(ends_at=NOW - timedelta(minutes=1)))


def command(app, id):
    with app.app_context(), reading() as connection:
        return dict(connection.execute(select(command_table).where(command_table.c.id == id)).mappings().one())


def count(app, table):
    with app.app_context(), reading() as connection:
        return len(connection.execute(select(table.c.id)).all())


@pytest.fixture
def kept(app, cast, phone):
    """A visit whose author no longer looks after that building; the command's id."""
    grid1 = phone("grid1")
    end_post(app, cast["grid1"].id)
    one = grid1.command("visit.record", make.visit(grid_code=UNIT, note="<b>想请人送药</b>"))
    outcome = grid1.exchange([one]).get_json()["outcomes"][0]
    assert (outcome["status"], outcome["code"]) == ("parked", "out_of_scope")
    return one["id"]


def test_what_whose_why_and_since_when(office, kept):
    secretary = office("secretary")
    page = secretary.get("/desk/parked")
    said = ("走访登记", "name of grid1", "网格员", "不管这一块了", "今天 10:00", "3号楼 2单元", "<b>想请人送药</b>")
    assert not [words for words in said if words not in page.words]
    assert "<b>想请人" not in page.html
    assert '<span class="n">1</span>' in page.html, "the rail says that one waits"
    page = secretary.get(f"/desk/parked/{kept}")
    assert page.status == 200 and not page.has_form("/apply") and not page.has_form("/decline"), "it asks once more"


def test_applied_it_is_done_in_its_authors_name(app, cast, office, phone, kept):
    secretary = office("secretary")
    page = secretary.get(f"/desk/parked/{kept}?do=apply")
    assert "name of grid1" in page.words and count(app, visit_table) == 0
    for _ in range(2):
        done = secretary.post(page.form("/apply"))
        assert done.status == 200 and "收下了" in done.words
    assert count(app, visit_table) == 1
    row = command(app, kept)
    assert (row["status"], row["settled_by"]) == ("applied", cast["secretary"].id)
    with app.app_context(), reading() as connection:
        lines = connection.execute(select(AuditLine.action, AuditLine.account_id)).all()
    assert lines.count(("parked.apply", cast["secretary"].id)) == 1
    assert ("visit.record", cast["grid1"].id) in lines
    assert phone("grid1").holds("commands")[kept]["status"] == "applied"


def test_declined_its_author_reads_why(app, cast, office, phone, kept):
    secretary = office("secretary")
    form = secretary.get(f"/desk/parked/{kept}?do=decline").form("/decline")
    page = secretary.post(form, reason=" ")
    assert page.status == 422 and command(app, kept)["status"] == "parked", "not without a word"
    for _ in range(2):
        done = secretary.post(form, reason="请新的网格员再去一次")
        assert done.status == 200 and "没有收" in done.words
    doc = phone("grid1").holds("commands")[kept]
    assert (doc["status"], doc["reason"]) == ("declined", "请新的网格员再去一次")
    assert count(app, visit_table) == 0
    with app.app_context(), reading() as connection:
        actions = select(AuditLine.action).where(AuditLine.account_id == cast["secretary"].id)
        assert list(connection.execute(actions).scalars()).count("parked.decline") == 1
    page = secretary.get(f"/desk/parked/{kept}?do=apply")
    assert "已经办过了" in page.words and not page.has_form("/apply")


@pytest.mark.parametrize(("first", "second", "words"), [("apply", "decline", "收下了"), ("decline", "apply", "没有收")])
def test_the_other_button_in_another_window_says_what_became_of_it(office, kept, first, second, words):
    secretary = office("secretary")
    forms = {what: secretary.get(f"/desk/parked/{kept}?do={what}").form(f"/{what}") for what in (first, second)}
    said = {"decline": {"reason": "请再去一次"}, "apply": {}}
    for what in (first, second):
        done = secretary.post(forms[what], **said[what])
        assert done.status == 200 and words in done.words


def test_what_still_cannot_be_done_says_so_and_stays(app, office, phone):
    grid1 = phone("grid1")
    missing = make.opinion(grid_code=UNIT, visit_id=make.id4())
    one = grid1.command("opinion.record", missing)
    assert grid1.exchange([one]).get_json()["outcomes"][0]["code"] == "missing"
    secretary = office("secretary")
    page = secretary.post(secretary.get(f"/desk/parked/{one['id']}?do=apply").form("/apply"))
    assert page.status == 409 and "还办不成" in page.words
    assert command(app, one["id"])["status"] == "parked"


def test_what_the_rules_refuse_goes_back_to_its_author(app, cast, office, phone, raised):
    case_id = raised()
    end_post(app, cast["grid1"].id)
    payload = {"case_id": case_id, "expects": {"state": "raised", "level": "grid"}, "reason": "请上级来办"}
    one = phone("grid1").command("case.escalate", payload)
    assert phone("grid1").exchange([one]).get_json()["outcomes"][0]["status"] == "parked"
    secretary = office("secretary")
    secretary.move(case_id, "accept")
    page = secretary.post(secretary.get(f"/desk/parked/{one['id']}?do=apply").form("/apply"))
    assert page.status == 409 and "已退给写的人" in page.words
    assert command(app, one["id"])["status"] == "declined" and count(app, case_table) == 1


@pytest.mark.parametrize("login", ["property", "owners", "community", "street"])
def test_only_the_secretary_settles(app, office, kept, login):
    someone = office(login)
    assert "代管记录" not in someone.get("/desk/matters").words
    for path in ("/desk/parked", f"/desk/parked/{kept}", f"/desk/parked/{kept}?do=apply"):
        assert someone.get(path).status == 404
    token = dict(someone.get("/desk/matters").form("/sign-out").fields)["csrf_token"]
    for what in ("apply", "decline"):
        answer = someone.client.post(f"/desk/parked/{kept}/{what}", data={"csrf_token": token, "reason": "x"})
        assert answer.status_code == 404
    assert command(app, kept)["status"] == "parked"


def test_another_estates_secretary_does_not(app, cast, clock, kept):
    """Even where the author has moved there: the place of the record decides."""
    with app.app_context(), writing() as connection:
        make.post(connection, account=cast["other"].id, role="secretary", at=cast.other_estate, starts_at=NOW)
        make.post(connection, account=cast["grid1"].id, role="grid_worker", at=cast.other_estate, starts_at=NOW,
                  cells=(OTHER_GRID,))  # fmt: skip
    elsewhere = sit_down(app, cast["other"])
    assert "没有代管的记录" in elsewhere.get("/desk/parked").words
    assert elsewhere.get(f"/desk/parked/{kept}?do=apply").status == 404


def test_without_a_token_nothing_is_settled(app, office, kept):
    secretary = office("secretary")
    form = secretary.get(f"/desk/parked/{kept}?do=decline").form("/decline")
    page = secretary.post(form, csrf_token="", reason="再去一次")
    assert page.status == 400 and dict(page.form("/decline").fields)["reason"] == "再去一次"
    assert secretary.post(secretary.get(f"/desk/parked/{kept}?do=apply").form("/apply"), csrf_token="x").status == 400
    assert command(app, kept)["status"] == "parked"
