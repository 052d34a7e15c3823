"""Reading XLSX: openpyxl over a copy of the file whose parts are as long as they say."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from openpyxl import load_workbook
from structlog import get_logger

from webapp.logs import place_of
from webapp.places.spreadsheet import (
    COLUMNS_MOST,
    MB,
    TELL_EVERY_ROWS,
    UNPACKED_MOST_MB,
    Content,
    Odd,
    Sheet,
    Tell,
    Unreadable,
    in_mb,
)

PARTS_MOST: Final = 2_000
PIECE: Final = 1 << 16
LOOKED_AT_COLUMNS: Final = COLUMNS_MOST + 1  # one more than is taken, so that a sheet that is too wide is told
SHEET_NAMES: Final = ("住户", "住户表", "households")
NOTE_NAMES: Final = ("说明", "填写说明", "notes")
WORKBOOK: Final = re.compile(r"xl/workbook\.xml\Z", re.IGNORECASE)
MERGE: Final = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([A-Z]+[0-9]+:[A-Z]+[0-9]+)["']""")
WHOLE_MOST: Final = 1e15  # beyond this a float is no whole number any more
log = get_logger()


def read(content: bytes, tell: Tell) -> Sheet:
    try:
        return _read(_honest(content), tell)
    except Unreadable:
        raise
    except Exception as error:
        # Whatever a broken file makes zipfile, expat and openpyxl raise: it cannot be read, and nothing has been done.
        log.info("spreadsheet.broken", error=type(error).__name__, where=place_of(error))
        raise Unreadable("broken") from error


def _honest(content: bytes) -> BytesIO:
    """A copy of the XML parts alone, not packed.

    A part is read up to the length that its header claims, in small pieces: a header that lies about a bomb gets no
    more room than it asked for, here and in every later look at the copy.
    """
    copy = BytesIO()
    with ZipFile(BytesIO(content)) as packed, ZipFile(copy, "w", ZIP_STORED) as plain:
        parts = packed.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > UNPACKED_MOST_MB * MB or len(parts) > PARTS_MOST:
            raise Unreadable("unpacked", mb=in_mb(unpacked), most=UNPACKED_MOST_MB)
        if not any(WORKBOOK.match(part.filename) for part in parts):
            raise Unreadable("not_spreadsheet")
        for part in parts:
            if not part.filename.lower().endswith((".xml", ".rels")):
                continue  # pictures, macros, printer settings: nothing that is read here
            if part.flag_bits & 1 or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise Unreadable("broken")
            with packed.open(part) as source:
                text = b"".join(iter(lambda source=source: source.read(PIECE), b""))  # type: ignore[misc]
            if b"<!DOCTYPE" in text or b"<!DOCTYPE" in text.replace(b"\0", b""):
                raise Unreadable("definitions")  # no spreadsheet program writes one; they can grow without end
            plain.writestr(part.filename, text)
    copy.seek(0)
    return copy


def _read(file: BytesIO, tell: Tell) -> Sheet:
    book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    every = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not every:
        raise Unreadable("empty")
    chosen = next((sheet for sheet in every if sheet.title.strip().casefold() in SHEET_NAMES), every[0])
    total = chosen.max_row
    chosen.reset_dimensions()  # what a file says of its own size may be wrong, and would cut rows off
    others = [sheet.title for sheet in every if sheet is not chosen]
    found = Sheet("xlsx", other_sheets=[name for name in others if name.strip().casefold() not in NOTE_NAMES])
    for number, cells in enumerate(chosen.iter_rows(max_col=LOOKED_AT_COLUMNS), start=1):
        found.add(number, [_content(cell) for cell in cells])
        if number % TELL_EVERY_ROWS == 0:
            tell(number, total)
    with ZipFile(file) as parts:
        text = parts.read(chosen._worksheet_path.lstrip("/"))
    found.merged = [ref.decode() for ref in MERGE.findall(text, text.rfind(b"sheetData>") + 1)]
    return found


def _content(cell: Any) -> Content:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Odd("formula")
    if cell.data_type == "e":
        return Odd("error_value")
    if isinstance(value, bool):
        return Odd("yes_no")
    if isinstance(value, date | time | timedelta):
        return Odd("date")
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE_MOST:
        return str(int(value))
    return str(value).strip()
