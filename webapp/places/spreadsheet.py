"""A spreadsheet as rows of texts, whether XLSX or CSV. Which of the two is told by its content, never by its name.

What comes from outside is bounded before it is read: bytes as sent, bytes unpacked, rows, columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

PACKED_MOST_MB: Final = 5
UNPACKED_MOST_MB: Final = 60
ROWS_MOST: Final = 20_000
COLUMNS_MOST: Final = 30
MB: Final = 1 << 20
TELL_EVERY_ROWS: Final = 500

ZIP: Final = b"PK\x03\x04"
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and an .xlsx with a password
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Unreadable(Exception):
    """Nothing of this file was read; ``code`` stands in ``import_words``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Odd:
    """A cell that holds no plain text or number: a formula, an error, a date, yes or no."""

    code: str


Content = str | Odd
Tell = Callable[[int, int | None], None]  # rows read so far, and how many there are, where that is known


@dataclass
class Sheet:
    """The rows that are not blank, each with its number in the file. ``merged`` are ranges as A2:A13."""

    kind: str
    rows: list[tuple[int, list[Content]]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)

    def add(self, number: int, cells: list[Content]) -> None:
        """Keeps a row unless it is blank; refuses the one that is too many or too wide."""
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            return
        if len(cells) > COLUMNS_MOST:
            raise Unreadable("columns", most=COLUMNS_MOST)
        if len(self.rows) > ROWS_MOST:  # one of them is the header
            raise Unreadable("rows", most=ROWS_MOST)
        self.rows.append((number, cells))


def silent(_done: int, _of: int | None) -> None:
    """For whoever does not wait for it."""


def read(content: bytes, tell: Tell = silent) -> Sheet:
    """The rows of a file; raises ``Unreadable``."""
    from webapp.places import spreadsheet_csv, spreadsheet_xlsx

    if len(content) > PACKED_MOST_MB * MB:
        raise Unreadable("too_large", mb=in_mb(len(content)), most=PACKED_MOST_MB)
    if content.startswith(OLD_OFFICE):
        raise Unreadable("old_excel")
    if content.startswith(ZIP):
        return spreadsheet_xlsx.read(content, tell)
    return spreadsheet_csv.read(content, tell)


def in_mb(size: int) -> int:
    """Megabytes, rounded up."""
    return -(-size // MB)


def cell_name(column: int, row: int) -> str:
    """The name of a cell as the spreadsheet shows it: 2, 17 → C17."""
    first, second = divmod(column, len(LETTERS))
    return (LETTERS[first - 1] if first else "") + LETTERS[second] + str(row)
