"""A list of doors at the desk: handed in, looked through by a worker, taken over once; and the list taken out again."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select, update

from webapp.db import reading, writing
from webapp.people.models import AuditLine
from webapp.places import import_runs, importing
from webapp.places.import_runs import run_table
from webapp.places.models import Household
from webapp.places.spreadsheet import read

from .. import make
from ..cast import GRID1
from ..conftest import NOW
from ..desk.office import Page, sit_down
from . import sheets

DOOR = (3, 7, 1, "101")
WRONG = (3, 700, 1, "101")


@pytest.fixture
def secretary(office):
    return office("secretary")


@pytest.fixture
def work(app):
    """What a worker does when it looks for lists."""

    def run():
        with app.app_context():
            import_runs.work()

    return run


@pytest.fixture
def hand_in(secretary):
    """Chooses a file and presses; the page that comes."""

    def send(content=None, name="doors.xlsx", form=None, who=None, **typed):
        who = who or secretary
        form = form or who.get("/desk/import").form("/import")
        data: dict[str, Any] = dict(form.filled(**typed))
        if content is not None:
            data["file"] = (BytesIO(content), name)
        return Page(who.client.post(form.action, data=data, content_type="multipart/form-data", follow_redirects=True))

    return send


@pytest.fixture
def looked(hand_in, work, secretary):
    """Hands in rows and has them looked through; the page of the list."""

    def look(*rows, **options):
        page = hand_in(sheets.xlsx(*rows, **options))
        work()
        return secretary.get(page.answer.request.path)

    return look


def rows(app, *columns):
    with app.app_context(), reading() as connection:
        return connection.execute(select(*columns)).all()


def doors(app):
    return rows(app, func.count(Household.id))[0][0]


def run_row(app):
    with app.app_context(), reading() as connection:
        return dict(connection.execute(select(run_table)).mappings().one())


def test_looked_through_then_taken_over(app, cast, secretary, hand_in, work):
    before = doors(app)
    page = hand_in(sheets.xlsx(DOOR, (3, 1, 9, "101")))
    assert page.status == 200 and "等着查" in page.words and page.answer.headers["Refresh"] == "1"
    path = page.answer.request.path
    work()
    page = secretary.get(path)
    assert "要收的：新增 1 户，改动 1 户" in page.words and "Refresh" not in page.answer.headers
    assert "11 户不在这份表里，照旧" in page.words and doors(app) == before
    page = secretary.post(page.form("/take"))
    assert "等着收" in page.words and page.answer.headers["Refresh"] == "1" and doors(app) == before
    work()
    page = secretary.get(path)
    assert "收好了：新增 1 户，改动 1 户" in page.words and doors(app) == before + 1
    assert not page.has_form("/take") and not page.has_form("/drop")
    row = run_row(app)
    assert (row["state"], row["content"], row["settled_at"]) == ("done", None, NOW)
    lines = rows(app, AuditLine.account_id, AuditLine.detail, AuditLine.action)
    assert (cast["secretary"].id, "1 added, 1 changed", "places.import") in lines
    listed = secretary.get("/desk/import")
    assert "doors.xlsx 收好了 name of secretary 今天 10:00" in listed.words


def test_a_second_click_takes_nothing_over_twice(app, secretary, looked, work):
    page = looked(DOOR)
    form, before = page.form("/take"), doors(app)
    for _ in range(2):
        assert secretary.post(form).status == 200
    work()
    work()
    assert "收好了" in secretary.post(form).words
    work()
    assert doors(app) == before + 1
    assert [line.action for line in rows(app, AuditLine.action)].count("places.import") == 1


def test_the_same_form_twice_is_one_list(app, secretary, hand_in):
    form = secretary.get("/desk/import").form("/import")
    for _ in range(2):
        assert hand_in(sheets.xlsx(DOOR), form=form).status == 200
    assert len(rows(app, run_table.c.id)) == 1


def test_faults_in_a_table_and_nothing_taken_over(app, secretary, looked):
    before = doors(app)
    page = looked(DOOR, WRONG, (3, 1, "=1", "102"))
    assert "2 行要改一改，一户也没收" in page.words and not page.has_form("/take")
    assert '<th scope="row" class="nw">B3</th><td>“700”不是单元' in page.html and "C4 这里是公式" in page.words
    assert doors(app) == before and run_row(app)["content"] is None
    english = secretary.post(page.form("/look"), language="en")
    english = secretary.get(page.answer.request.path)
    assert "2 rows need a change; nothing was taken over" in english.words and "C4 This is a formula" in english.words


def test_many_faults_have_pages(looked, secretary):
    page = looked(*[WRONG] * 450)
    assert "450 行要改一改" in page.words and "第 1 页，共 3 页" in page.words and page.html.count("不是单元") == 200
    last = secretary.get(f"{page.answer.request.path}?page=3")
    assert last.html.count("不是单元") == 50 and "B451" in last.words
    assert secretary.get(f"{page.answer.request.path}?page=99").status == 200


@pytest.mark.parametrize(("content", "said"), [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧格式"), (b"\x00", "这不是表格"), (b"PK\x03\x04", "打不开"),
    ("地址\n".encode(), "没有找到表头"),
])  # fmt: skip
def test_what_is_no_list_is_told(hand_in, work, secretary, content, said):
    path = hand_in(content).answer.request.path
    work()
    assert said in secretary.get(path).words


def test_without_a_file(hand_in, app):
    for options in ({}, {"content": b""}):
        page = hand_in(**options)
        assert page.status == 422 and "请选一个文件" in page.words and page.has_form("/import")
    assert not rows(app, run_table.c.id)


@pytest.mark.parametrize("size_mb", [6, 12])
def test_a_file_that_is_too_large_is_told_in_words(app, hand_in, size_mb):
    page = hand_in(b"\x01" * (size_mb * 1024 * 1024))
    assert page.status == 413 and "最多 5 MB" in page.words and page.has_form("/import")
    assert not rows(app, run_table.c.id)


def test_another_form_of_the_desk_has_no_such_room(secretary):
    form = secretary.get("/desk/raise").form("/raise")
    data = dict(form.filled(title="x" * (5 * 1024 * 1024)))
    assert secretary.client.post(form.action, data=data).status_code == 413


def test_what_is_the_same_as_before_needs_no_word(app, looked):
    page = looked((3, 1, 1, "101"))
    assert "和现在的一样" in page.words and not page.has_form("/take") and run_row(app)["state"] == "done"


def test_not_this_one(app, secretary, looked, work):
    page = looked(DOOR)
    form, before = page.form("/take"), doors(app)
    page = secretary.post(page.form("/drop"))
    assert "没有收，文件已经删了" in page.words
    secretary.post(form)
    work()
    assert doors(app) == before and (run_row(app)["state"], run_row(app)["content"]) == ("dropped", None)


def test_what_changed_between_the_look_and_the_word(app, cast, secretary, looked, work, take):
    """The worker looks again: what would be wrong now is not taken over."""
    page = looked((3, 7, 1, "101", cast.doors[f"{GRID1}-03-1"][0]), head=(*sheets.HEAD, "编号"))
    take(DOOR)
    before = doors(app)
    secretary.post(page.form("/take"))
    work()
    page = secretary.get(page.answer.request.path)
    assert "3号楼 7单元 101 已经有一户" in page.words and doors(app) == before and run_row(app)["content"] is None


# --- who ---


@pytest.mark.parametrize("login", ["property", "owners", "community", "street", "district"])
def test_only_the_secretary(app, office, looked, login):
    page = looked(DOOR)
    path, someone = page.answer.request.path, office(login)
    assert "住户和网格" not in someone.get("/desk/matters").words
    for address in ("/desk/import", path, "/desk/import/template.xlsx", "/desk/import/households.xlsx"):
        assert someone.get(address).status == 404, address
    token = dict(someone.get("/desk/matters").form("/sign-out").fields)["csrf_token"]
    stamp = {"command": make.id4(), "made_at": "2026-11-24T02:00:00Z"}
    for address in ("/desk/import", f"{path}/take", f"{path}/drop"):
        data = {"csrf_token": token, "file": (BytesIO(sheets.xlsx(DOOR)), "x.xlsx"), **stamp}
        assert someone.client.post(address, data=data, content_type="multipart/form-data").status_code == 404
    assert run_row(app)["state"] == "ready"


def test_another_estates_secretary_sees_nothing_of_it(app, cast, looked):
    path = looked(DOOR).answer.request.path
    with app.app_context(), writing() as connection:
        make.post(connection, account=cast["other"].id, role="secretary", at=cast.other_estate, starts_at=NOW)
    other = sit_down(app, cast["other"])
    assert other.get("/desk/import").status == 200 and "doors.xlsx" not in other.get("/desk/import").words
    assert other.get(path).status == 404
    assert other.get(f"/desk/import?estate={cast.estate}").status == 200, "their own"
    for kind in ("template", "households"):
        assert other.get(f"/desk/import/{kind}.xlsx?estate={cast.estate}").status == 404


def test_without_a_token_nothing_is_taken(app, secretary, looked, hand_in):
    page = looked(DOOR)
    assert secretary.post(page.form("/take"), csrf_token="x").status == 400 and run_row(app)["state"] == "ready"
    page = hand_in(sheets.xlsx(DOOR), csrf_token="x")
    assert page.status == 400 and page.has_form("/import") and len(rows(app, run_table.c.id)) == 1


def test_signed_out_one_is_sent_to_the_door(app, cast, looked):
    path = looked(DOOR).answer.request.path
    for address in ("/desk/import", path, "/desk/import/households.csv"):
        assert app.test_client().get(address).status_code == 303


# --- the worker ---


def test_progress_is_told_while_it_looks(app, secretary, hand_in, work, monkeypatch):
    monkeypatch.setattr(import_runs, "TOLD_EVERY_SECONDS", 0)
    seen, look = [], importing.look
    path = hand_in(sheets.csv_bytes(*[(3, 1, 1, f"{n}") for n in range(1_200)]), "doors.csv").answer.request.path

    def look_and_see(*given):
        seen.append(secretary.get(path))
        return look(*given)

    monkeypatch.setattr(importing, "look", look_and_see)
    work()
    assert "正在查" in seen[0].words and "查到第 1000 行，共约 1201 行" in seen[0].words
    assert '<progress class="progress" aria-labelledby="how" max="1201" value="1000">' in seen[0].html
    assert seen[0].answer.headers["Refresh"] == "1"


def test_a_worker_that_died_is_followed_by_the_next(app, clock, hand_in, work, monkeypatch):
    hand_in(sheets.xlsx(DOOR))
    with monkeypatch.context() as broken:
        broken.setattr(importing, "listed", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work()
    work()
    assert run_row(app)["state"] == "looking", "it is claimed for some minutes"
    clock.shift(timedelta(minutes=4))
    work()
    assert run_row(app)["state"] == "ready"


def test_a_file_that_kills_every_worker_is_given_up(app, clock, secretary, hand_in, work, monkeypatch):
    path = hand_in(sheets.xlsx(DOOR)).answer.request.path
    monkeypatch.setattr(importing, "listed", lambda *_given: 1 / 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            work()
        clock.shift(timedelta(minutes=4))
    work()
    assert "没有办成，原来的一户没动" in secretary.get(path).words and run_row(app)["content"] is None


def test_a_failure_while_it_is_taken_over_leaves_nothing(app, clock, secretary, looked, work, monkeypatch):
    page, before = looked(DOOR), doors(app)
    secretary.post(page.form("/take"))
    with monkeypatch.context() as broken:
        broken.setattr(importing, "publish_estate", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work()
    assert doors(app) == before and run_row(app)["state"] == "taking"
    clock.shift(timedelta(minutes=4))
    work()
    assert doors(app) == before + 1 and run_row(app)["state"] == "done"


def test_a_slow_worker_whose_claim_was_taken_writes_nothing(app, secretary, looked, work, monkeypatch):
    page, before, listed = looked(DOOR), doors(app), importing.listed
    secretary.post(page.form("/take"))

    def slowly(*given):
        with writing() as connection:
            connection.execute(update(run_table).values(tries=2))
        return listed(*given)

    monkeypatch.setattr(importing, "listed", slowly)
    work()
    assert doors(app) == before and run_row(app)["state"] == "taking"


def test_files_stay_a_day_and_lists_ninety(app, clock, looked, work):
    looked(DOOR)
    clock.shift(timedelta(hours=25))
    work()
    assert (run_row(app)["state"], run_row(app)["content"]) == ("dropped", None)
    clock.shift(timedelta(days=90))
    work()
    assert not rows(app, run_table.c.id)


# --- templates and the list taken out ---


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_empty_list_with_this_estates_grids(secretary, kind):
    answer = secretary.client.get(f"/desk/import/template.{kind}")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    assert read(answer.data).rows[0][1][0] == "楼栋"
    if kind == "csv":
        assert GRID1 in answer.get_data(as_text=True)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_list_taken_out_is_on_record(app, cast, secretary, take, kind):
    take((3, 1, 1, "101", "住户甲"), head=(*sheets.HEAD, "户主"))
    answer = secretary.client.get(f"/desk/import/households.{kind}")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "住户甲" in str(read(answer.data).rows)
    lines = rows(app, AuditLine.action, AuditLine.account_id, AuditLine.subject_id)
    assert ("places.export", cast["secretary"].id, cast.doors[f"{GRID1}-03-1"][0]) in lines
