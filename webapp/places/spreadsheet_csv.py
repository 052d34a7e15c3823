"""Reading CSV: UTF-8, with or without its mark, or GB18030, as spreadsheet programs in China write it."""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import Final

from webapp.places.spreadsheet import TELL_EVERY_ROWS, Content, Odd, Sheet, Tell, Unreadable

ENCODINGS: Final = ("utf-8-sig", "gb18030")
DELIMITERS: Final = (",", "\t", ";")
# What a spreadsheet program takes for a formula, or would once the marks before it are gone.
FORMULA: Final = re.compile("'*[=+\\-@\t\r＝＋－＠]")
QUOTED: Final = re.compile(r'="([^"]*)"\Z')  # how some programs keep a leading zero
# Controls that no text file has; tabs and line ends are fine.
NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1f]")


def read(content: bytes, tell: Tell) -> Sheet:
    text = _decoded(content)
    if not text.strip():
        raise Unreadable("empty")
    total = text.count("\n")
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    found = Sheet("csv")
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            found.add(number, [_content(cell) for cell in cells])
            if number % TELL_EVERY_ROWS == 0:
                tell(number, total)
    except csv.Error as error:
        raise Unreadable("broken_csv", line=reader.line_num) from error
    return found


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue  # told by the next one, or below
        if NO_TEXT.search(text):
            raise Unreadable("not_spreadsheet")
        return text
    raise Unreadable("encoding")


def guarded(text: str) -> str:
    """A text that a spreadsheet program would take for a formula, marked as text."""
    return f"'{text}" if FORMULA.match(text) else text


def _content(cell: str) -> Content:
    if cell.startswith("'") and FORMULA.match(cell):
        return cell[1:].strip()  # as ``guarded`` wrote it
    cell = cell.strip()
    if quoted := QUOTED.match(cell):
        return quoted[1].strip()
    return Odd("formula") if cell.startswith(("=", "＝")) else cell
