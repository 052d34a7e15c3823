"""Rows of a list of doors: what stands in the cells, read as people write it, and every fault with its cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from webapp.places.columns import NEEDED, PERSONAL, Head
from webapp.places.import_words import Told
from webapp.places.spreadsheet import LETTERS, Content, Odd, Sheet, cell_name

EXAMPLE: Final = re.compile(r"(例|example|说明|notes?\b)", re.IGNORECASE)
FLOOR_LOW, FLOOR_HIGH = -9, 199
DOOR_MOST, HOLDER_MOST, PHONE_MOST, AREA_MOST = 10, 60, 30, 10_000
MERGES_TOLD: Final = 100  # where there are more, their empty cells are told one by one
_BUILDING: Final = re.compile(r"第?(?:building)?0*([1-9]\d?)(?:号楼|号栋|号|栋|幢|楼|座)?\Z", re.IGNORECASE)
_UNIT: Final = re.compile(r"第?(?:unit)?0*([1-9]\d?)(?:单元|号门|门)?\Z", re.IGNORECASE)
_FLOOR: Final = re.compile(r"第?(-|负|b|地下)?0*(\d{1,3})(?:层|楼|f)?\Z", re.IGNORECASE)
_DOOR_ENDS: Final = re.compile(r"(?<=\d)[室号户房]\Z")
_DOOR: Final = re.compile(r"[\w\-/.#]{1,10}\Z")
_PHONE: Final = re.compile(r"[0-9+()\-/、,;转 ]{5,30}\Z")
_AREA: Final = re.compile(r"(\d{1,5}(?:\.\d+)?)(?:m2|平方米|平米|平)?\Z", re.IGNORECASE)
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Row:
    """A door as the file has it. What is None was left empty, or its column is not there."""

    number: int
    building: int
    unit: int
    floor: int
    door: str
    grid: str | None = None
    id: str | None = None
    holder: str | None = None
    phone: str | None = None
    area: float | None = None

    @property
    def place(self) -> tuple[int, int, str]:
        return self.building, self.unit, self.door

    @property
    def person(self) -> dict[str, Any]:
        return {name: value for name in PERSONAL if (value := getattr(self, name)) is not None}


def plain(text: str) -> str:
    """Full-width letters and digits as usual ones; ㎡ as m2."""
    return unicodedata.normalize("NFKC", text).strip()


def _tight(text: str) -> str:
    return re.sub(r"\s+", "", plain(text))


def _number(pattern: re.Pattern[str]) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        found = pattern.match(_tight(text))
        return int(found[1]) if found else None

    return read


def _floor(text: str) -> int | None:
    found = _FLOOR.match(_tight(text))
    if not found:
        return None
    floor = -int(found[2]) if found[1] else int(found[2])
    return floor if FLOOR_LOW <= floor <= FLOOR_HIGH else None


def _door(text: str) -> str | None:
    door = _DOOR_ENDS.sub("", _tight(text)).upper()
    return door if _DOOR.match(door) else None


def _holder(text: str) -> str | None:
    name = plain(text)
    return name if len(name) <= HOLDER_MOST and not _UNSEEN.search(name) else None


def _phone(text: str) -> str | None:
    phone = plain(text)
    return phone if _PHONE.match(phone) and sum(char.isdigit() for char in phone) >= 5 else None


def _area(text: str) -> float | None:
    found = _AREA.match(_tight(text))
    area = round(float(found[1]), 2) if found else 0
    return area if 0 < area <= AREA_MOST else None


def _id(text: str) -> str | None:
    return plain(text).lower()


READERS: Final[dict[str, Callable[[str], Any]]] = {
    "building": _number(_BUILDING),
    "unit": _number(_UNIT),
    "floor": _floor,
    "door": _door,
    "holder": _holder,
    "phone": _phone,
    "area": _area,
    "grid": plain,
    "id": _id,
}


def rows_of(sheet: Sheet, head: Head) -> tuple[list[Row], list[Told], list[Told]]:
    """The rows below the header, the faults, and notes about what was left out."""
    rows: list[Row] = []
    merged = _merged(sheet, head)
    faults = [Told(one.ref, "merged") for one in merged]
    notes = [Told("", "other_sheet", {"name": name}) for name in sheet.other_sheets]
    examples = 0
    for number, cells in sheet.rows:
        if number <= head.row:
            continue
        given = {name: cells[at] for name, at in head.columns.items() if at < len(cells) and cells[at] != ""}
        if not given:
            continue
        first = next(cell for cell in cells if cell != "")
        if isinstance(first, str) and EXAMPLE.match(first):
            examples += 1
            continue
        read, wrong = _values(number, given, head, merged)
        faults += wrong
        if not wrong and all(name in read for name in NEEDED):
            rows.append(Row(number, **read))
    if examples:
        notes.append(Told("", "example", {"n": examples}))
    return rows, faults, notes


def _values(
    number: int, given: dict[str, Content], head: Head, merged: list[_Merge]
) -> tuple[dict[str, Any], list[Told]]:
    read: dict[str, Any] = {}
    wrong: list[Told] = []
    for name, column in head.columns.items():
        cell, at = given.get(name), cell_name(column, number)
        if isinstance(cell, Odd):
            wrong.append(Told(at, cell.code))
        elif cell is None:
            if name in NEEDED and not any(one.covers(column, number) for one in merged):
                wrong.append(Told(at, "required", {"column": name}))
        elif (value := READERS[name](cell)) is None:
            # What is personal is not repeated: faults are kept and shown.
            wrong.append(Told(at, name, {} if name in PERSONAL else {"text": cell[:20]}))
        else:
            read[name] = value
    return read, wrong


@dataclass(frozen=True)
class _Merge:
    ref: str
    first: tuple[int, int]  # column and row
    last: tuple[int, int]

    def covers(self, column: int, row: int) -> bool:
        return self.first[0] <= column <= self.last[0] and self.first[1] <= row <= self.last[1]


def _merged(sheet: Sheet, head: Head) -> list[_Merge]:
    """Merged cells below the header in a column that is read; a title above it may be as wide as it likes."""
    found = []
    for ref in sheet.merged:
        one = _Merge(ref, *(_split(part) for part in ref.split(":")))
        if one.last[1] > head.row and any(one.first[0] <= column <= one.last[0] for column in head.columns.values()):
            found.append(one)
    return found[:MERGES_TOLD]


def _split(cell: str) -> tuple[int, int]:
    letters, digits = re.findall(r"[A-Z]+|[0-9]+", cell)
    column = 0
    for letter in letters:
        column = column * len(LETTERS) + LETTERS.index(letter) + 1
    return column - 1, int(digits)
