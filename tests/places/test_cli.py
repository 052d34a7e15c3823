"""Doors, posts, grids and organisations at the terminal, as the operator of an estate meets them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from webapp import create_app
from webapp.cli import cli, commands
from webapp.db import reading
from webapp.people.models import AuditLine, Post
from webapp.places.models import Cell, Household, Organisation

from .. import databases
from . import sheets

CODE = "630102001001-1"


@pytest.fixture
def silian(tmp_path, monkeypatch):
    """The command line with one founded estate; files lie in the folder where it is called."""
    monkeypatch.setenv("INSTANCE", str(tmp_path / "i"))
    databases.tell(monkeypatch, tmp_path)
    for name in ("SECRET_KEY", "SILIAN_DEMO_PASSWORD", "SILIAN_PUSH_ALLOW", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    commands()

    def call(line, **options):
        return CliRunner().invoke(cli, line.split(), catch_exceptions=False, **options)

    assert call("upgrade").exit_code == 0
    assert call("init --estate 和顺苑 --county 630102").exit_code == 0
    return call


@pytest.fixture
def file(tmp_path):
    def write(content, name="doors.xlsx"):
        (tmp_path / name).write_bytes(content)
        return name

    return write


def households():
    with create_app().app_context(), reading() as connection:
        return connection.execute(select(Household.grid_code, Household.door)).all()


def last(answer):
    return answer.output.strip().splitlines()[-1]


def test_in_twice_and_changed(silian, file):
    name = file(sheets.xlsx(("3号楼", "2单元", 5, 502), ("3号楼", "2单元", 5, 501)))
    line = f"import households {name} --estate {CODE}"
    answer = silian(f"{line} --dry-run")
    assert (answer.exit_code, last(answer)) == (0, "2 added, 0 changed, 0 faulty") and not households()
    assert "什么也没写" in answer.output and "nothing was written" in answer.output
    answer = silian(line)
    assert (answer.exit_code, answer.output) == (0, "2 added, 0 changed, 0 faulty\n")
    assert silian(line).output == "0 added, 0 changed, 0 faulty\n"
    file(sheets.csv_bytes((3, 2, 6, 502), (3, 2, 5, 501), (3, 2, 5, 503), encoding="gb18030"), "changed.csv")
    assert last(silian(f"import households changed.csv --estate {CODE}")) == "1 added, 1 changed, 0 faulty"
    assert f"{CODE}  和顺苑" in silian("estates").output and "doors 3" in silian("estates").output


def test_every_fault_in_both_languages_and_nothing_written(silian, file):
    name = file(sheets.xlsx((3, 2, 5, "501"), (3, "x", 5, ""), (3, 2, "=5", "503")))
    answer = silian(f"import households {name} --estate {CODE}")
    assert answer.exit_code == 1 and not households()
    lines = answer.output.splitlines()
    assert lines[0].startswith("B3      “x”不是单元") and "/ “x” is no unit" in lines[0]
    assert [line.split()[0] for line in lines[:3]] == ["B3", "D3", "C4"]
    assert lines[-1] == "0 added, 0 changed, 2 faulty" and "Nothing was written" in lines[-2]
    assert silian(f"import households {name} --estate {CODE} --dry-run").exit_code == 1


@pytest.mark.parametrize("content", [b"", b"\x00" * 10, bytes(6 * 1024 * 1024), b"PK\x03\x04"])
def test_a_file_that_is_none(silian, file, content):
    answer = silian(f"import households {file(content)} --estate {CODE}")
    assert (answer.exit_code, last(answer)) == (1, "0 added, 0 changed, 1 faulty")
    assert "Traceback" not in answer.output


def test_no_such_estate_and_no_such_file(silian, file):
    answer = silian(f"import households {file(sheets.xlsx())} --estate 9")
    assert answer.exit_code == 1 and "silian estates" in answer.output
    assert silian(f"import households nowhere.xlsx --estate {CODE}").exit_code == 2
    assert silian(f"import households . --estate {CODE}").exit_code == 2


@pytest.mark.parametrize("name", ["empty.xlsx", "empty.CSV"])
def test_a_template_to_fill_in(silian, tmp_path, name):
    assert name in silian(f"template households {name} --estate {CODE}").output
    assert (tmp_path / name).stat().st_size > 200
    again = silian(f"template households {name}")
    assert again.exit_code == 1 and "--overwrite" in again.output
    assert silian(f"template households {name} --overwrite --language en").exit_code == 0
    assert last(silian(f"import households {name} --estate {CODE}")) == "0 added, 0 changed, 1 faulty"


def test_other_endings_and_places_that_cannot_be_written(silian):
    answer = silian("template households empty.xls")
    assert answer.exit_code == 1 and ".xlsx or .csv" in answer.output
    answer = silian("template households nowhere/empty.csv")
    assert answer.exit_code == 1 and "cannot be written" in answer.output


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
def test_out_and_in_again(silian, file, tmp_path, name):
    doors = file(sheets.xlsx((3, 2, 5, "502", "住户甲"), head=(*sheets.HEAD, "户主")))
    silian(f"import households {doors} --estate {CODE}")
    assert silian(f"export households {name} --estate {CODE}").exit_code == 0
    assert last(silian(f"import households {name} --estate {CODE}")) == "0 added, 0 changed, 0 faulty"
    assert silian(f"export households {name} --estate {CODE} --doors-only --overwrite").exit_code == 0
    assert "住户甲".encode() not in (tmp_path / name).read_bytes()
    with create_app().app_context(), reading() as connection:
        lines = connection.execute(select(AuditLine.action, AuditLine.account_id).order_by(AuditLine.id)).all()
    assert lines == [("places.import", None), ("places.export", None)]


# --- posts, organisations, grids ---

GRID = "630102001001001"


def rows(*columns):
    with create_app().app_context(), reading() as connection:
        return connection.execute(select(*columns)).all()


@pytest.fixture
def invited(silian):
    """With a grid worker who signs in as grid1."""
    assert silian(f"invite --role grid_worker --estate {CODE} --cells {GRID}").exit_code == 0
    return silian


def test_an_invitation_is_on_record(invited):
    """As it is at the desk; nobody is named where it was made in a shell."""
    assert invited("invite --again grid1").exit_code == 0
    told = rows(AuditLine.account_id, AuditLine.action)
    assert told == [(None, "post.open"), (None, "account.invite"), (None, "account.invite")]


def test_a_further_post_and_its_end(invited):
    add = f"post add grid1 --role building_head --estate {CODE}"
    assert invited(f"{add} --from 2036-12-01 --until 2036-12-31").exit_code == 0
    listed = invited("post list grid1").output
    assert "building_head  和顺苑  all of it  2036-12-01 00:00 – 2037-01-01 00:00" in listed
    assert f"grid_worker  和顺苑  {GRID}" in listed
    again = invited(f"{add} --from 2036-12-15")
    assert again.exit_code == 1 and "已经有同样的岗位" in again.output and "holds the same post" in again.output
    assert "taken back" in invited(f"post end grid1 --role building_head --estate {CODE}").output
    ended = invited(f"post end grid1 --role grid_worker --estate {CODE} --on 2036-12-01")
    assert "until 2036-12-02 00:00" in ended.output
    assert invited(f"post end grid1 --role grid_worker --estate {CODE}").exit_code == 0
    gone = invited(f"post end grid1 --role grid_worker --estate {CODE}")
    assert gone.exit_code == 1 and "holds no such post" in gone.output
    assert len(rows(Post.id)) == 1


def test_posts_that_cannot_be(invited):
    line = f"post add grid1 --estate {CODE} --role"
    for rest, said in (
        ("secretary --from 2036-12-02 --until 2036-12-01", "The end has to come after the start"),
        ("unit_head --cells 630102001001001-77", "is no grid"),
        ("community_staff --cells 630102001001001", "is no grid"),
        ("unit_head --from tomorrow", "2026-12-31"),
    ):
        answer = invited(f"{line} {rest}")
        assert answer.exit_code == 1 and said in answer.output, rest
    assert invited(f"post add nobody --role secretary --estate {CODE}").output == "Nobody signs in as nobody.\n"
    assert "silian estates" in invited("post add grid1 --role secretary --estate 9").output
    assert len(rows(Post.id)) == 1


def test_an_upper_role_is_given_above_the_estate(invited):
    assert invited(f"post add grid1 --role community_staff --estate {CODE}").exit_code == 0
    assert "community_staff  社区服务中心" in invited("post list grid1").output


def test_several_of_a_role_are_told_apart(invited):
    code = invited(f"grid add --estate {CODE}").output.split()[-1]
    assert code == "630102001001002"
    assert invited(f"post add grid1 --role grid_worker --estate {CODE} --cells {code}").exit_code == 0
    answer = invited(f"post end grid1 --role grid_worker --estate {CODE}")
    assert answer.exit_code == 1 and GRID in answer.output and code in answer.output
    assert invited(f"post end grid1 --role grid_worker --estate {CODE} --cells {code}").exit_code == 0


def test_where_a_resident_lives(silian, file):
    silian(f"import households {file(sheets.xlsx(('3号楼', '2单元', 5, 502)))} --estate {CODE}")
    assert silian(f"invite --role resident --estate {CODE} --login aunt --door 3-2-502").exit_code == 0
    assert "resident  和顺苑  3-2-502" in silian("post list aunt").output
    assert silian(f"invite --role resident --estate {CODE} --login uncle").exit_code == 0
    assert "no door" in silian("post list uncle").output
    line = f"post add uncle --role resident --estate {CODE} --door 3-2-502"
    assert silian(f"{line} --from 2020-01-01").exit_code == 0, "beside the one without a door"
    assert silian(line).exit_code == 1, "twice the same door"
    assert "3-2-502  2020-01-01" in silian("post list uncle").output
    assert "until" in silian(f"post end uncle --role resident --estate {CODE} --door 3-2-502").output
    for wrong in ("3-2-999", "502", "x-y-z"):
        answer = silian(f"post add aunt --role resident --estate {CODE} --door {wrong}")
        assert answer.exit_code == 1 and "is no door" in answer.output
    for other in (f"post add aunt --role patrol_volunteer --estate {CODE} --door 3-2-502",
                  f"invite --role patrol_volunteer --estate {CODE} --door 3-2-502"):  # fmt: skip
        answer = silian(other)
        assert answer.exit_code == 1 and "Only a resident" in answer.output


def test_grids_and_their_bounds(silian, tmp_path):
    assert "630102001001002" in silian(f"grid add --estate {CODE}").output
    assert silian("grid add --estate 630102").exit_code == 1 and silian("grid add --estate 9").exit_code == 1
    (tmp_path / "bounds.json").write_text(
        '{"type": "Polygon", "coordinates": [[[101.8, 36.6], [101.81, 36.6], [101.81, 36.61], [101.8, 36.6]]]}'
    )
    assert silian(f"grid bounds {GRID} bounds.json").exit_code == 0
    assert dict(rows(Cell.grid_code, Cell.bounds))[GRID]["type"] == "Polygon"
    assert "There is no grid 9" in silian("grid bounds 9 bounds.json").output
    (tmp_path / "bounds.json").write_text("{}")
    assert "Polygon" in silian(f"grid bounds {GRID} bounds.json").output


def test_organisations_are_listed_and_changed(silian):
    assert silian("init --estate 安和里 --county 630102 --community-code 002").exit_code == 0
    assert f"{CODE}  estate  和顺苑  -" in silian("organisation list").output
    assert silian(f"organisation change {CODE} --phone 0971-8888888 --under 630102001002").exit_code == 0
    assert f"{CODE}  estate  和顺苑  0971-8888888" in silian("organisation list").output
    above = {row.code: row.parent_id for row in rows(Organisation.code, Organisation.parent_id)}
    assert above[CODE] == above["630102001002-1"]
    for line, said in ((f"630102 --under {CODE}", "below itself"), (f"{CODE} --under 630102", "level above"),
                       ("9 --name x", "organisation list"), (f"{CODE} --phone {'1' * 31}", "at most 30")):  # fmt: skip
        answer = silian(f"organisation change {line}")
        assert answer.exit_code == 1 and said in answer.output, line
