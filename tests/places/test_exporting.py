"""What goes out comes back in unchanged, and no cell of it is a formula for whoever opens it."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select

from webapp.db import reading, writing
from webapp.people.models import AuditLine
from webapp.places import exporting, importing, template
from webapp.places.columns import head_of
from webapp.places.import_words import ALLOWED, COLUMNS
from webapp.places.models import Household, HouseholdPerson
from webapp.places.rows import rows_of
from webapp.places.spreadsheet import read

from .. import make
from ..cast import GRID1, GRID2
from ..conftest import NOW
from . import sheets

DANGEROUS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x", "'=1", "=cmd|' /C calc'!A0")
KINDS = ("xlsx", "csv")
LANGUAGES = ("zh", "en")


@pytest.fixture
def export(app, cast):
    def write(kind="xlsx", language="zh", people=True, by=None):
        with app.app_context(), writing() as connection:
            return exporting.export(connection, cast.estate, kind, language, people=people, now=NOW, by=by)

    return write


@pytest.fixture
def dangerous(app, cast):
    """Doors and names of householders that begin like formulas."""
    with app.app_context(), writing() as connection:
        for nth, text in enumerate(DANGEROUS):
            row = {"id": make.id4(), "estate_id": cast.estate, "grid_code": f"{GRID1}-03-1", "floor": -1}
            door = text[:10] if nth % 2 else f"D{nth}"
            connection.execute(insert(Household).values(**row, door=door))
            person = {"household_id": row["id"], "holder": text, "phone": "+86 139 0000 0000", "area_m2": 89.5}
            connection.execute(insert(HouseholdPerson).values(**person, changed_at=NOW))


def cells(content):
    """Every cell of an XLSX file, by a library's plain reading."""
    sheet = load_workbook(BytesIO(content)).active
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def table(content):
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_out_comes_back_and_changes_nothing(take, export, kind, language):
    take((3, 1, 1, "101", "住户甲", "+86 139 0000 0000", 89.5), (3, 1, -1, "B01", "", "", 70), head=sheets.WHOLE_HEAD)
    result = take(content=export(kind, language))
    assert (result.added, result.changed, result.faults, result.notes) == (0, 0, [], [])


@pytest.fixture
def changed(export):
    """An export of doors in which 3号楼 1单元 101 has become another place."""

    def change(kind, place, grid=None):
        if kind == "csv":
            rows = table(export("csv", people=False))
            row = next(row for row in rows if row[:4] == ["3号楼", "1单元", "1", "101"])
            row[:4], row[4] = place, grid or row[4]
            return sheets.csv_bytes(*rows[1:], head=rows[0])
        book = load_workbook(BytesIO(export(people=False)))
        row = next(row for row in book.active.iter_rows() if row[0].value == "3号楼" and row[3].value == "101")
        for cell, value in zip(row, (*place, grid or row[4].value), strict=False):
            cell.value = value
        file = BytesIO()
        book.save(file)
        return file.getvalue()

    return change


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_place_in_an_export_moves_the_household(cast, take, changed, doors, kind):
    result = take(content=changed(kind, (5, 2, 9, "901"), "2"))
    assert (result.added, result.changed, result.faults) == (0, 1, [])
    assert doors()[f"{GRID2}-05-2", "901"].id == cast.doors[f"{GRID1}-03-1"][0]


def test_a_building_without_its_grid_is_asked_about(take, changed):
    result = take(content=changed("csv", (5, 2, 9, "901")))
    assert [fault.say("zh") for fault in result.faults] == ["5号楼在第 10 行写的是另一个网格"]


def test_no_cell_of_an_xlsx_is_a_formula(dangerous, export):
    found = cells(export())
    assert {cell.data_type for cell in found} == {"s", "n"}
    texts = {cell.value for cell in found}
    assert {text for text in DANGEROUS if "\r" not in text} <= texts
    marked = [cell for cell in found if str(cell.value).startswith(("=", "+", "@", "＝"))]
    assert marked and all(cell.quotePrefix for cell in marked)


def test_no_cell_of_a_csv_is_a_formula(dangerous, export):
    found = [cell for row in table(export("csv")) for cell in row]
    for cell in found:
        assert not cell.startswith(tuple("=+@\t\r＝＋－＠")), cell
        assert not cell.startswith("-") or float(cell) < 0, "a number is a number"
    assert {f"'{text}" for text in DANGEROUS} <= set(found)
    assert "'+86 139 0000 0000" in found


@pytest.mark.parametrize("kind", KINDS)
def test_dangerous_texts_are_the_same_when_read_again(dangerous, export, kind):
    sheet = read(export(kind))
    column = head_of(sheet).columns["holder"]
    holders = {cells[column] for _row, cells in sheet.rows}
    assert {text.strip() for text in DANGEROUS} - {"\rx"} <= holders | {"x"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_doors_alone(take, export, language):
    take((3, 1, 1, "101", "住户甲", "13900000000", 89.5), head=sheets.WHOLE_HEAD)
    content = export("csv", language, people=False)
    assert "住户甲".encode() not in content and b"13900000000" not in content
    head = table(content)[0]
    names = ("building", "unit", "floor", "door", "grid", "id")
    assert head == [COLUMNS[name][LANGUAGES.index(language)] for name in names]


def test_looking_is_on_record_for_each_household_that_is_known(app, cast, take, export):
    take((3, 1, 1, "101", "住户甲"), (3, 1, 1, "102", "住户乙"), head=(*sheets.HEAD, "户主"))
    export(people=False)
    export(by=cast["secretary"].id)
    with app.app_context(), reading() as connection:
        lines = connection.execute(select(AuditLine.account_id, AuditLine.subject_id).filter_by(action="places.export"))
        assert sorted(lines.all()) == sorted((cast["secretary"].id, id) for id in cast.doors[f"{GRID1}-03-1"])


def test_another_estates_doors_are_not_in_it(cast, export):
    ids = {row[-1] for row in table(export("csv"))[1:]}
    assert len(ids) == 12
    assert not ids & {id for code, some in cast.doors.items() if code.endswith("-01-1") for id in some}


# --- the template ---


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_names_every_column_and_is_empty(kind, language):
    sheet = read(template.make(kind, language))
    head = head_of(sheet)
    assert tuple(head.columns) == tuple(ALLOWED) and not head.faults and not head.notes
    rows, faults, notes = rows_of(sheet, head)
    assert not rows and not faults and [note.code for note in notes] == ["example"]


@pytest.mark.parametrize("kind", KINDS)
def test_filled_in_it_is_taken(take, cast, kind):
    content = template.make(kind, "zh", ["630102001002001"])
    if kind == "csv":
        filled = content + "7号楼,2单元,5,502,,,,\r\n".encode()
    else:
        book = load_workbook(BytesIO(content))
        assert book.sheetnames == ["住户", "说明"]
        book.active.append(["7号楼", "2单元", 5, "502"])
        file = BytesIO()
        book.save(file)
        filled = file.getvalue()
    result = take(content=filled, estate=cast.other_estate)
    assert (result.added, result.faults) == (1, [])


@pytest.mark.parametrize("kind", KINDS)
def test_its_example_is_a_right_one_once_it_is_no_example(take, cast, kind):
    """What it shows can be taken over as it stands, without the word before it."""
    sheet = read(template.make(kind, "zh", ["630102001001001", "630102001001002"]))
    head, example = sheet.rows[0][1], [cell for _n, cell in sheet.rows][1]
    values = [str(cell).removeprefix("例：") for cell in example]
    result = take(values, head=head)
    assert (result.added, result.faults) == (1, [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_may_be_written(language):
    content = template.make("xlsx", language, ["630102001001001", "630102001001002"])
    words = " ".join(str(cell.value) for row in load_workbook(BytesIO(content)).worksheets[1] for cell in row)
    for said in ("-9", "199", "99", "630102001001001 630102001001002", "20000", "5 MB"):
        assert said in words
    assert importing.listed(content).faults[0].code == "empty"
