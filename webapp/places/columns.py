"""The columns of a list of doors: what they are called, and which of them a sheet has."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from webapp.places.import_words import COLUMNS, Told
from webapp.places.spreadsheet import Content, Sheet, Unreadable, cell_name

OTHER_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "building": ("楼栋号", "楼号", "栋号", "栋", "幢"),
    "unit": ("单元号",),
    "floor": ("层", "层数", "所在楼层"),
    "door": ("门牌号", "房号", "房间号", "户号", "室", "室号"),
    "holder": ("户主姓名", "户主名", "holder", "head of household"),
    "phone": ("电话号码", "联系电话", "手机", "手机号", "手机号码", "telephone", "mobile"),
    "area": ("建筑面积", "房屋面积", "area m2"),
    "grid": ("网格编码", "网格号", "所属网格", "grid code"),
    "id": ("住户编号", "household id"),
}
NEEDED: Final = ("building", "unit", "floor", "door")
PERSONAL: Final = ("holder", "phone", "area")
HEADER_WITHIN_ROWS: Final = 10  # titles and remarks may stand above it
RECOGNISED_LEAST: Final = 2
_BRACKETS: Final = re.compile(r"[(\[（【].*?[)\]）】]")
_BETWEEN: Final = re.compile(r"[\s*:：_]+")


def _plain(text: str) -> str:
    """A name without spaces, stars, brackets and what stands in them: 楼栋*（必填） is 楼栋."""
    text = _BRACKETS.sub("", unicodedata.normalize("NFKC", text))
    return _BETWEEN.sub("", text).casefold()


_FIELDS: Final = {
    _plain(name): field for field, names in COLUMNS.items() for name in (*names, *OTHER_NAMES[field])
}


@dataclass
class Head:
    """Where the header is, and in which column each field stands."""

    row: int
    columns: dict[str, int] = field(default_factory=dict)
    faults: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)


def _recognised(cells: list[Content]) -> int:
    return sum(isinstance(cell, str) and _plain(cell) in _FIELDS for cell in cells)


def head_of(sheet: Sheet) -> Head:
    """The header: of the first rows the one that says most. Raises ``Unreadable`` where none says anything."""
    if not sheet.rows:
        raise Unreadable("empty")
    row, cells = max(sheet.rows[:HEADER_WITHIN_ROWS], key=lambda one: _recognised(one[1]))
    if _recognised(cells) < RECOGNISED_LEAST:
        raise Unreadable("no_header")
    head = Head(row)
    for column, cell in enumerate(cells):
        if cell == "":
            continue
        found = _FIELDS.get(_plain(cell)) if isinstance(cell, str) else None
        at = cell_name(column, row)
        if found is None:
            head.notes.append(Told(at, "header_unknown", {"name": cell if isinstance(cell, str) else "?"}))
        elif found in head.columns:
            first = cell_name(head.columns[found], row)
            head.faults.append(Told(at, "header_twice", {"column": found, "first": first}))
        else:
            head.columns[found] = column
    head.faults += [Told("", "header_missing", {"column": name}) for name in NEEDED if name not in head.columns]
    return head
