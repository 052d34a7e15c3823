"""An estate's doors as a spreadsheet, in the form in which they are brought in. That it was looked at is on record."""

from __future__ import annotations

import csv
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any, Final, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy import Connection

from webapp.people.audit import note
from webapp.places.columns import PERSONAL
from webapp.places.import_words import COLUMNS, SHEETS, column_words, pick
from webapp.places.importing import standing
from webapp.places.matching import Known
from webapp.places.spreadsheet import LETTERS
from webapp.places.spreadsheet_csv import FORMULA, guarded
from webapp.places.template import AS_TEXT, WIDTH

EXPORT: Final = "places.export"
ID_WIDTH: Final = 38
NUMBERS: Final = ("floor", "area")


def export(connection: Connection, estate_id: str, kind: str, language: str, *, people: bool, now: datetime,
           by: str | None = None) -> bytes:  # fmt: skip
    """The file; ``kind`` is xlsx or csv. With ``people`` it holds householders, telephones and areas, and the
    connection has to be one that may write: one line for each household of which that is known.
    """
    households = sorted(standing(connection, estate_id).households.values(), key=_order)
    if people:
        known = [one.id for one in households if any(value is not None for value in one.person.values())]
        note(connection, by, EXPORT, known, now)
    fields = [name for name in COLUMNS if people or name not in PERSONAL]
    head = [column_words(name, language) for name in fields]
    rows = [[_value(one, name, language) for name in fields] for one in households]
    if kind == "xlsx":
        return _xlsx(pick(SHEETS["households"], language), fields, head, rows)
    return _csv(head, rows)


def _order(one: Known) -> tuple[Any, ...]:
    return one.building, one.unit, one.floor, one.door


def _value(one: Known, field: str, language: str) -> str | int | float | None:
    if field in PERSONAL:
        return cast("str | float | None", one.person[field])
    value: str | int = getattr(one, field)
    if language == "zh" and field in ("building", "unit"):
        return f"{value}{'号楼' if field == 'building' else '单元'}"
    return value


def _csv(head: list[str], rows: list[list[Any]]) -> bytes:
    file = StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows([guarded(value) if isinstance(value, str) else value for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _xlsx(title: str, fields: list[str], head: list[str], rows: list[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for nth, name in enumerate(fields):
        sheet.column_dimensions[LETTERS[nth]].width = ID_WIDTH if name == "id" else WIDTH
        if name not in NUMBERS:
            sheet.column_dimensions[LETTERS[nth]].number_format = AS_TEXT
    sheet.freeze_panes = "A2"
    sheet.append(head)
    for row in rows:
        sheet.append([_text(sheet, value) if isinstance(value, str) else value for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _text(sheet: Any, value: str) -> Any:
    """A cell that is text for every spreadsheet program, whatever it begins with."""
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type, cell.number_format = "s", AS_TEXT
    cell.quotePrefix = bool(FORMULA.match(value))
    return cell
