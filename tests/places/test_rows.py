"""What people write into the cells, and what is said where it cannot be read."""

from __future__ import annotations

import pytest

from webapp.places.columns import head_of
from webapp.places.import_words import ALLOWED, COLUMNS, FAULTS, FILES, NOTES, WORDS, Told
from webapp.places.rows import READERS, Row, rows_of
from webapp.places.spreadsheet import Unreadable, read

from . import sheets

DOOR = (3, 2, 5, "502")


def parsed(*rows, **options):
    sheet = read(sheets.xlsx(*rows, **options))
    head = head_of(sheet)
    assert not head.faults
    return rows_of(sheet, head)


def faults(*rows, **options):
    return [(fault.cell, fault.code) for fault in parsed(*rows, **options)[1]]


@pytest.mark.parametrize(("field", "texts", "value"), [
    ("building", ("3", "3号楼", "03", "3栋", "3幢", "3号", "第3栋", "３号楼", "3 号楼", "3座", "Building 3", "3楼"), 3),
    ("building", ("99号楼",), 99), ("unit", ("2", "2单元", "02", "２单元", "unit 2", "2门"), 2),
    ("floor", ("5", "5层", "5楼", "5F", "第5层", "05"), 5), ("floor", ("-1", "B1", "负1层", "地下1层", "b1"), -1),
    ("floor", ("0",), 0), ("door", ("502", "502室", "５０２", " 502 ", "502号"), "502"), ("door", ("0502",), "0502"),
    ("door", ("5-a", "5-A"), "5-A"), ("door", ("东户",), "东户"), ("holder", (" 住户甲 ",), "住户甲"),
    ("phone", ("0971-8888888",), "0971-8888888"), ("phone", ("+86 139 0000 0000",), "+86 139 0000 0000"),
    ("phone", ("13900000000/8888888",), "13900000000/8888888"), ("area", ("120",), 120.0),
    ("area", ("89.5", "89.5㎡", "89.50 平方米", "89.5m²"), 89.5),
    ("id", ("0192E4A0-0000-4000-8000-000000000000",), "0192e4a0-0000-4000-8000-000000000000"),
])  # fmt: skip
def test_as_people_write_it(field, texts, value):
    assert {READERS[field](text) for text in texts} == {value}


@pytest.mark.parametrize(("field", "texts"), [
    ("building", ("0", "100", "-3", "3.5", "A栋", "三号楼", "合计", "3号楼2单元")),
    ("unit", ("0", "100", "一单元", "2.5", "x")), ("floor", ("200", "-10", "顶层", "5.5", "5-6")),
    ("door", ("12345678901", "5 0 2 0 0 0 0 0 0 0 0", "=502", "5'02", "~1", "5,02")),
    ("holder", ("甲" * 61, "甲\u200b乙", "甲\x07")), ("phone", ("不知道", "1234", "1.39E+10", "电话13900000000")),
    ("area", ("0", "-5", "10001", "约90", "nan", "1e3")),
])  # fmt: skip
def test_what_cannot_be_read(field, texts):
    assert {READERS[field](text) for text in texts} == {None}


def test_a_row_with_everything():
    rows, wrong, notes = parsed(("3号楼", "2单元", 5, 502, "住户甲", 13900000000, 89.5), head=sheets.WHOLE_HEAD)
    assert rows == [Row(2, 3, 2, 5, "502", None, None, "住户甲", "13900000000", 89.5)]
    assert not wrong and not notes
    assert rows[0].person == {"holder": "住户甲", "phone": "13900000000", "area": 89.5}


def test_the_order_is_free_and_english_will_do():
    head = ("Door", "area (m2)", "UNIT", "Household ID", "floor", "Grid_Code", "Building*", "telephone")
    rows, wrong, _notes = parsed((502, 89.5, 2, "x", 5, "002", 3, "13900000000"), head=head)
    assert not wrong and rows[0] == Row(2, 3, 2, 5, "502", "002", "x", None, "13900000000", 89.5)


def test_other_names_of_columns():
    head = head_of(read(sheets.xlsx(DOOR, head=("楼栋（必填）", "单元 号", "所在楼层", "房号*", "户主\n姓名"))))
    assert head.columns == {"building": 0, "unit": 1, "floor": 2, "door": 3, "holder": 4} and not head.notes


def test_titles_above_the_header():
    options = {"above": [("和顺苑住户表",), ("制表：办公室",)], "merged": ["A1:D1"]}
    rows, wrong, _notes = parsed(DOOR, **options)
    assert [row.number for row in rows] == [4] and not wrong


def test_unknown_headers_are_told_and_not_read():
    head = head_of(read(sheets.xlsx((*DOOR, "x"), head=(*sheets.HEAD, "备注"))))
    assert [(note.cell, note.say("zh")) for note in head.notes] == [("E1", "“备注”这一列不认识，没有读")]


def test_two_headers_alike_and_a_missing_one():
    head = head_of(read(sheets.xlsx(head=("楼栋", "单元", "楼号", "门牌", "门牌"))))
    assert [(fault.cell, fault.say("zh")) for fault in head.faults] == [
        ("C1", "楼栋 这一列有两个，另一个在 A1。请留一个"),
        ("E1", "门牌 这一列有两个，另一个在 D1。请留一个"),
        ("", "少一列：楼层"),
    ]


def test_without_a_header():
    for content in (sheets.xlsx(head=DOOR), sheets.xlsx(DOOR, head=("地址", "备注"))):
        with pytest.raises(Unreadable, match="no_header"):
            head_of(read(content))


def test_every_faulty_cell_is_told():
    found = faults(DOOR, ("x", 0, 5, ""), (None, 2, "=1+1", "502"), head=sheets.HEAD)
    assert found == [("A3", "building"), ("B3", "unit"), ("D3", "required"), ("A4", "required"), ("C4", "formula")]


def test_what_is_wrong_is_quoted_unless_it_is_personal():
    _rows, wrong, _notes = parsed((300, 2, 5, "502", "甲" * 61, "张三的手机", "x"), head=sheets.WHOLE_HEAD)
    said = [fault.say("zh") for fault in wrong]
    assert said[0] == "“300”不是楼栋。写 1 到 99 的数字，如 3 或 3号楼"
    assert not any("甲甲" in words or "张三" in words for words in said)
    assert [fault.values for fault in wrong[1:]] == [{}, {}, {}]


def test_merged_cells_are_one_fault_and_their_empty_cells_none():
    rows = (DOOR, (None, None, 5, "503"), DOOR, (None, 2, 5, "503"))
    assert faults(*rows, merged=["A2:B3"]) == [("A2:B3", "merged"), ("A5", "required")]
    assert faults(DOOR, DOOR, merged=["F2:G3"]) == [], "a column that is not read"
    assert faults(DOOR, (None, 2, 5, "503"), merged=["A1:A3"]) == [("A1:A3", "merged")]


def test_examples_remarks_and_sums_below_are_left_out():
    rows, wrong, notes = parsed(("例：3号楼", "2单元", "5", "502"), DOOR, (), (None, None, None, None, "合计 1 户"),
                                ("说明：空着的不改",))  # fmt: skip
    assert [row.number for row in rows] == [3] and not wrong
    assert [note.say("zh") for note in notes] == ["2 行是例子或说明，没有读"]


def test_every_word_is_in_both_languages():
    for table in (WORDS, ALLOWED, COLUMNS):
        for code, (zh, en) in table.items():
            assert zh.strip() and en.strip(), code
            assert not any("\u4e00" <= char <= "\u9fff" for char in en), code
    assert len(WORDS) == len(FILES) + len(FAULTS) + len(NOTES)


def test_places_and_columns_are_said_in_the_language():
    told = Told("C2", "moved", {"old": [3, 1, "502"], "new": [3, 2, "502"]})
    assert told.say("zh") == "3号楼 1单元 502 搬到 3号楼 2单元 502，还是同一户"
    assert told.say("en") == "Building 3, unit 1, 502 moves to building 3, unit 2, 502 and stays the same household"
    assert Told("A2", "required", {"column": "door"}).say("en") == "Door is needed"
