"""An empty list of doors to fill in, with an example and what may be written."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from webapp.places.columns import NEEDED
from webapp.places.import_words import ABOUT_TEMPLATE, ALLOWED, ANY_GRID, SHEETS, column_words, pick
from webapp.places.spreadsheet import COLUMNS_MOST, LETTERS, PACKED_MOST_MB, ROWS_MOST

FIELDS: Final = tuple(ALLOWED)
EXAMPLE: Final[dict[str, tuple[str, str]]] = {
    "building": ("例：3号楼", "Example: 3"),
    "unit": ("2单元", "2"),
    "floor": ("5", "5"),
    "door": ("502", "502"),
    "holder": ("（姓名）", "(name)"),
    "phone": ("13900000000", "13900000000"),
    "area": ("89.5", "89.5"),
}
NOTE: Final = ("说明：", "Note: ")
AS_TEXT: Final = "@"  # or 3-2 would become the third of February
FORMATTED_ROWS: Final = 5_000
WIDTH, NOTE_WIDTH = 14, 70


def make(kind: str, language: str, grids: Sequence[str] = ()) -> bytes:
    """A template; ``kind`` is xlsx or csv. ``grids`` are those of the estate it is for."""
    return _xlsx(language, grids) if kind == "xlsx" else _csv(language, grids)


def _example(language: str, grids: Sequence[str]) -> list[str]:
    values = {name: pick(entry, language) for name, entry in EXAMPLE.items()}
    return [values.get(name, "") for name in FIELDS[:-1]] + [grids[0] if len(grids) > 1 else ""]


def _allowed(language: str, grids: Sequence[str]) -> list[tuple[str, str]]:
    """Column and what may be written there; then what holds for all."""
    may = " ".join(grids) if grids else pick(ANY_GRID, language)
    lines = [(column_words(name, language), pick(words, language).format(grids=may)) for name, words in ALLOWED.items()]
    limits = {"rows": ROWS_MOST, "columns": COLUMNS_MOST, "mb": PACKED_MOST_MB}
    return lines + [("", pick(words, language).format(**limits)) for words in ABOUT_TEMPLATE]


def _csv(language: str, grids: Sequence[str]) -> bytes:
    file = StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([column_words(name, language) for name in FIELDS])
    writer.writerow(_example(language, grids))
    for column, words in _allowed(language, grids):
        between = "：" if language == "zh" else ": "
        writer.writerow([pick(NOTE, language) + (f"{column}{between}" if column else "") + words])
    return file.getvalue().encode("utf-8-sig")


def _xlsx(language: str, grids: Sequence[str]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = pick(SHEETS["households"], language)
    sheet.append([column_words(name, language) for name in FIELDS])
    sheet.append(_example(language, grids))
    for nth, name in enumerate(FIELDS):
        sheet.cell(1, nth + 1).font = Font(bold=name in NEEDED)
        sheet.column_dimensions[LETTERS[nth]].width = WIDTH
        sheet.column_dimensions[LETTERS[nth]].number_format = AS_TEXT
    for cell in sheet[2]:
        cell.number_format = AS_TEXT
        cell.font = Font(italic=True)
    sheet.freeze_panes = "A2"
    notes = book.create_sheet(pick(SHEETS["notes"], language))
    for line in _allowed(language, grids):
        notes.append(line)
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = WIDTH, NOTE_WIDTH
    for row in notes.iter_rows(max_col=2):
        row[0].font = Font(bold=True)
        row[1].alignment = Alignment(wrap_text=True, vertical="top")
    file = BytesIO()
    book.save(file)
    return file.getvalue()
