"""Spreadsheets for the tests: lists of doors as people make them, and files that are made to do harm."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

HEAD = ("楼栋", "单元", "楼层", "门牌")
WHOLE_HEAD = (*HEAD, "户主", "电话", "面积")


def xlsx(*rows: Sequence[Any], head: Sequence[Any] = HEAD, merged: Iterable[str] = (), title: str = "住户",
         above: Iterable[Sequence[Any]] = (), sheets: Iterable[str] = ()) -> bytes:  # fmt: skip
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in (*above, head, *rows):
        sheet.append(list(row))
    for ref in merged:
        sheet.merge_cells(ref)
    for name in sheets:
        book.create_sheet(name)["A1"] = "x"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def long_xlsx(rows: int) -> bytes:
    """Written by hand: openpyxl would take a quarter of a minute for it."""
    content, name = xlsx(), "xl/worksheets/sheet1.xml"
    cell = '<c r="{0}{1}"><v>{1}</v></c>'
    lines = (f'<row r="{n}">{"".join(cell.format(column, n) for column in "ABCD")}</row>' for n in range(2, rows + 2))
    text = part(content, name).replace(b"</sheetData>", "".join(lines).encode() + b"</sheetData>")
    return with_part(content, name, text)


def csv_text(*rows: Sequence[Any], head: Sequence[Any] = HEAD, delimiter: str = ",") -> str:
    file = StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([head, *rows])
    return file.getvalue()


def csv_bytes(*rows: Sequence[Any], head: Sequence[Any] = HEAD, encoding: str = "utf-8") -> bytes:
    return csv_text(*rows, head=head).encode(encoding)


def with_part(content: bytes, name: str, text: bytes) -> bytes:
    """The same file with one of its parts replaced, or added."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(made, "w", ZIP_DEFLATED) as after:
        for part in before.infolist():
            if part.filename != name:
                after.writestr(part, before.read(part))
        after.writestr(name, text)
    return made.getvalue()


def part(content: bytes, name: str) -> bytes:
    with ZipFile(BytesIO(content)) as packed:
        return packed.read(name)


def claiming(content: bytes, name: str, size: int) -> bytes:
    """The same file, in which the header of a part says that it is this long, whatever it is."""
    changed = bytearray(content)
    for mark, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = changed.find(mark)
        while at >= 0:
            if changed[at + name_at : at + name_at + len(name)] == name.encode():
                changed[at + size_at : at + size_at + 4] = size.to_bytes(4, "little")
            at = changed.find(mark, at + 4)
    return bytes(changed)
