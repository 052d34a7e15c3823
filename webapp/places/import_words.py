"""What is said about a file that is brought in: faults, each with its cell, and notes. Both languages side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

# As templates and exports write them, in this order: field → 中文, English.
COLUMNS: Final[dict[str, tuple[str, str]]] = {
    "building": ("楼栋", "building"),
    "unit": ("单元", "unit"),
    "floor": ("楼层", "floor"),
    "door": ("门牌", "door"),
    "holder": ("户主", "householder"),
    "phone": ("电话", "phone"),
    "area": ("面积", "area"),
    "grid": ("网格", "grid"),
    "id": ("编号", "id"),
}
# Files of which nothing was read.
FILES: Final[dict[str, tuple[str, str]]] = {
    "too_large": ("文件有 {mb} MB，最多 {most} MB。请分成几个文件", "The file has {mb} MB and may have {most}. Please split it"),
    "unpacked": (
        "这个文件解开来有 {mb} MB，最多 {most} MB，所以没有读。请另存一份，只留住户这一张表",
        "Unpacked this file has {mb} MB and may have {most}, so it was not read. Please save a copy with the list of doors alone",
    ),
    "rows": ("超过 {most} 行。请分成几个文件", "There are more than {most} rows. Please split the file"),
    "columns": ("超过 {most} 列。请删去不用的列", "There are more than {most} columns. Please delete those that are not needed"),
    "empty": ("这个文件是空的", "This file is empty"),
    "not_spreadsheet": ("这不是表格。请用 .xlsx 或 .csv", "This is no spreadsheet. Please use .xlsx or .csv"),
    "old_excel": (
        "这是旧格式（.xls）或带密码的表格。请另存为没有密码的 .xlsx",
        "This is the old format (.xls), or it has a password. Please save it as .xlsx without one",
    ),
    "encoding": (
        "读不出里面的字。请另存为 UTF-8 或 GB18030 的 CSV，或 .xlsx",
        "Its characters cannot be read. Please save it as CSV in UTF-8 or GB18030, or as .xlsx",
    ),
    "broken": ("这个文件打不开，可能没有传完整。请另存一份再试", "This file does not open, perhaps it was cut short. Please save it anew and try again"),
    "broken_csv": ("读到第 {line} 行读不下去，引号可能没有成对", "It could not be read beyond line {line}. A quotation mark may be missing there"),
    "definitions": (
        "这个文件里夹着表格软件不会写的东西，没有读。请用表格软件另存一份",
        "This file holds something that no spreadsheet program writes, and was not read. Please save it anew from such a program",
    ),
    "no_header": (
        "没有找到表头。要有一行写着：楼栋、单元、楼层、门牌",
        "There is no header. One row has to say: building, unit, floor, door",
    ),
    "failed": ("没有办成，原来的一户没动。请再送一次", "This did not work, and no door was changed. Please send it once more"),
}
FAULTS: Final[dict[str, tuple[str, str]]] = {
    "header_missing": ("少一列：{column}", "A column is missing: {column}"),
    "header_twice": ("{column} 这一列有两个，另一个在 {first}。请留一个", "There are two columns {column}, the other one is {first}. Please keep one"),
    "formula": ("这里是公式。请换成结果", "This is a formula. Please put its result there"),
    "error_value": ("这里是表格软件报的错", "This is an error of the spreadsheet program"),
    "yes_no": ("这里要写字或数字", "A text or a number belongs here"),
    "date": ("表格软件把它变成了日期。请把这一列设成文本，再写一遍", "The spreadsheet program made a date of it. Please make the column text and write it again"),
    "merged": ("合并的单元格。请取消合并，每一行都写上", "Merged cells. Please unmerge them and fill in every row"),
    "required": ("{column} 要写上", "{column} is needed"),
    "building": ("“{text}”不是楼栋。写 1 到 99 的数字，如 3 或 3号楼", "“{text}” is no building. Write a number from 1 to 99, such as 3"),
    "unit": ("“{text}”不是单元。写 1 到 99 的数字，如 2 或 2单元；不分单元的写 1", "“{text}” is no unit. Write a number from 1 to 99, such as 2; where there are no units, 1"),
    "floor": ("“{text}”不是楼层。写 -9 到 199 的数字，如 5；地下一层写 -1", "“{text}” is no floor. Write a number from -9 to 199, such as 5; the first basement is -1"),
    "door": ("“{text}”不是门牌。写 1 到 10 个字母或数字，如 502", "“{text}” is no door. Write 1 to 10 letters or digits, such as 502"),
    "grid": ("“{text}”不是这个小区的网格。可以写：{grids}", "“{text}” is no grid of this estate. You may write: {grids}"),
    "holder": ("姓名太长，或有看不见的字符", "The name is too long, or holds invisible characters"),
    "phone": ("电话看不懂。写数字，如 13900000000 或 0971-8888888", "This is no telephone number. Write digits, such as 13900000000"),
    "area": ("面积写平方米的数字，如 89.5", "The area is a number of square metres, such as 89.5"),
    "id": ("这个小区没有这个编号。新住户请空着", "This estate has no such id. Leave it empty for a new door"),
    "id_twice": ("编号和第 {row} 行一样", "The id is that of row {row}"),
    "twice": ("和第 {row} 行是同一户", "This is the same door as row {row}"),
    "taken": ("{place} 已经有一户，那一户不在这份表里", "{place} is a door already, and that one is not in this file"),
    "grid_needed": (
        "{building}号楼在哪个网格？这个小区有 {n} 个网格，请写在“网格”一列",
        "Which grid is building {building} in? This estate has {n}; please write it into a column “grid”",
    ),
    "grid_differs": ("{building}号楼在第 {row} 行写的是另一个网格", "Row {row} has building {building} in another grid"),
    "two_grids": ("{building}号楼现在分在两个网格里，不能用表格改", "Building {building} stands in two grids at present and cannot be changed by a file"),
}
NOTES: Final[dict[str, tuple[str, str]]] = {
    "header_unknown": ("“{name}”这一列不认识，没有读", "The column “{name}” is not known and was not read"),
    "other_sheet": ("工作表“{name}”没有读", "The sheet “{name}” was not read"),
    "example": ("{n} 行是例子或说明，没有读", "Rows left out as examples or remarks: {n}"),
    "moved": ("{old} 搬到 {new}，还是同一户", "{old} moves to {new} and stays the same household"),
    "alike": (
        "{new} 当作新的一户。{old} 也是这个门牌，不在这份表里；要是同一户换了单元，请先导出，在导出的表里改",
        "{new} is taken for a new door. {old} has the same number and is not in this file; "
        "if it is the same household, please export first and change the unit in that file",
    ),
    "building_moved": (
        "{building}号楼整栋换到网格 {grid}。请看一看管这栋楼的岗位",
        "Building {building} as a whole moves to grid {grid}. Please look at the posts that had it",
    ),
    "more": ("这样的还有 {n} 条", "And {n} more of this kind"),
    "stays": ("{n} 户不在这份表里，照旧", "Doors that are not in this file and stay as they are: {n}"),
}
# What a template says of each column.
ALLOWED: Final[dict[str, tuple[str, str]]] = {
    "building": ("要写。1 到 99 的数字，3 或 3号楼都行", "Needed. A number from 1 to 99"),
    "unit": ("要写。1 到 99 的数字，2 或 2单元都行；不分单元的写 1", "Needed. A number from 1 to 99; where there are no units, 1"),
    "floor": ("要写。-9 到 199 的数字；地下一层写 -1", "Needed. A number from -9 to 199; the first basement is -1"),
    "door": ("要写。1 到 10 个字母或数字，如 502", "Needed. 1 to 10 letters or digits, such as 502"),
    "holder": ("可以空着。最多 60 个字", "May be empty. At most 60 characters"),
    "phone": ("可以空着。数字，几个号码用 / 隔开", "May be empty. Digits; several numbers with / between them"),
    "area": ("可以空着。平方米，如 89.5", "May be empty. Square metres, such as 89.5"),
    "grid": ("小区只有一个网格时空着。否则每栋楼至少写一行：{grids}", "Empty where the estate has one grid. Else at least once for each building: {grids}"),
}
ABOUT_TEMPLATE: Final = (
    (
        "列的先后随意，不用的列可以删去。最多 {rows} 行、{columns} 列、{mb} MB",
        "The columns may stand in any order, and those that are not needed may go. At most {rows} rows, {columns} columns, {mb} MB",
    ),
    (
        "空着的格子不改原来的；不在表里的户照旧；有一处要改，整份都不收",
        "An empty cell changes nothing; doors that are not in the file stay; where one cell needs a change, nothing is taken over",
    ),
    ("“例”和“说明”开头的行不读", "Rows that begin with “Example” or “Note” are not read"),
)
ANY_GRID: Final = ("网格编码，或它的末三位", "a grid code, or its last three digits")
SHEETS: Final = {"households": ("住户", "Households"), "notes": ("说明", "Notes")}
WORDS: Final = {**FILES, **FAULTS, **NOTES}


@dataclass(frozen=True)
class Told:
    """A fault or a note: where (C17, A2:A13, or nothing for the file as a whole), what, and with which values."""

    cell: str
    code: str
    values: dict[str, Any] = field(default_factory=dict)

    def say(self, language: str) -> str:
        values = self.values
        if values.get("column") in COLUMNS:
            values = values | {"column": column_words(values["column"], language)}
        for name in ("place", "old", "new"):
            if isinstance(values.get(name), list | tuple):
                values = values | {name: place_words(values[name], language)}
        words = pick(WORDS[self.code], language)
        said = words.format_map(values) if values else words
        return said[:1].upper() + said[1:]


def pick(entry: tuple[str, str], language: str) -> str:
    return entry[1 if language.startswith("en") else 0]


def column_words(field: str, language: str) -> str:
    return pick(COLUMNS[field], language)


def place_words(place: list[Any] | tuple[Any, ...], language: str) -> str:
    building, unit, door = place
    if language.startswith("en"):
        return f"building {building}, unit {unit}, {door}"
    return f"{building}号楼 {unit}单元 {door}"
