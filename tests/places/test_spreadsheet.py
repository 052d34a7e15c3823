"""Files as they come: what is read of them, and what is refused before it can do harm."""

from __future__ import annotations

import time
import tracemalloc
import zlib
from datetime import date, datetime, timedelta
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest

from webapp.places.spreadsheet import COLUMNS_MOST, MB, ROWS_MOST, Odd, Unreadable, cell_name, read

from . import sheets

DOOR = (3, 2, 5, "502")


def refused(content):
    with pytest.raises(Unreadable) as no:
        read(content)
    return no.value


def rows(content):
    return read(content).rows


def test_both_kinds_say_the_same():
    expected = [(1, list(sheets.HEAD)), (2, ["3号楼", "2", "5", "502"])]
    door = ("3号楼", 2, 5.0, "502")
    assert rows(sheets.xlsx(door)) == expected
    assert rows(sheets.csv_bytes(("3号楼", 2, 5, "502"))) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312"])
def test_the_encoding_is_told_by_the_content(encoding):
    content = sheets.csv_bytes(("3号楼", "2单元", 5, "502"), encoding=encoding)
    assert rows(content)[1] == (2, ["3号楼", "2单元", "5", "502"])


def test_a_name_that_only_gb18030_has():
    assert rows(sheets.csv_bytes((3, 2, 5, "㐂𠮷"), encoding="gb18030"))[1][1][3] == "㐂𠮷"


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters(delimiter):
    assert rows(sheets.csv_text(DOOR, delimiter=delimiter).encode())[1] == (2, ["3", "2", "5", "502"])


@pytest.mark.parametrize(("content", "code"), [
    (b"", "empty"), (b"\xef\xbb\xbf \r\n", "empty"), (b"\xff\xfe" + "楼栋,单元".encode("utf-16-le"), "encoding"),
    ("楼栋,单元,楼层,门牌\r\n".encode("utf-16-le"), "not_spreadsheet"), (b"\x81\x00\xff\xff", "encoding"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "not_spreadsheet"), (b"%PDF-1.7\n\x00\x01", "not_spreadsheet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old_excel"), (b"PK\x03\x04 and no more", "broken"),
    ('楼栋,单元\n"3,2\n'.encode(), "broken_csv"),
])  # fmt: skip
def test_what_is_no_spreadsheet_is_told(content, code):
    assert refused(content).code == code


def test_a_zip_of_something_else_is_no_spreadsheet():
    made = BytesIO()
    with ZipFile(made, "w") as file:
        file.writestr("word/document.xml", "<w/>")
    assert refused(made.getvalue()).code == "not_spreadsheet"


def test_a_file_that_was_cut_short():
    whole = sheets.xlsx(*[DOOR] * 200)
    assert {refused(whole[:at]).code for at in (100, len(whole) // 2, len(whole) - 30)} == {"broken"}


def test_a_part_that_is_no_xml():
    content = sheets.xlsx(DOOR)
    for name, text in (("xl/worksheets/sheet1.xml", b"<worksheet><sheet"), ("xl/workbook.xml", b"")):
        assert refused(sheets.with_part(content, name, text)).code == "broken"


# --- too much ---


def test_two_hundred_thousand_rows_are_refused_soon():
    content = sheets.long_xlsx(200_000)
    began = time.process_time()
    assert refused(content).code == "rows"
    assert time.process_time() - began < 10
    assert refused(("楼栋,单元,楼层,门牌\n" + "3,2,5,502\n" * 200_000).encode()).code == "rows"


def test_as_many_as_are_allowed_are_read():
    told = []
    content = ("楼栋,单元,楼层,门牌\n" + "3,2,5,502\n" * ROWS_MOST).encode()
    found = read(content, lambda done, of: told.append((done, of)))
    assert len(found.rows) == ROWS_MOST + 1 and len(told) == ROWS_MOST // 500
    assert told[-1] == (ROWS_MOST, ROWS_MOST + 1)


def test_rows_that_only_have_a_format_do_not_count():
    """Spreadsheets of offices are often formatted down to the last row."""
    content = sheets.xlsx(DOOR)
    sheet = sheets.part(content, "xl/worksheets/sheet1.xml")
    blank = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(3, 60_000))
    longer = sheet.replace(b"</sheetData>", blank + b"</sheetData>")
    assert len(rows(sheets.with_part(content, "xl/worksheets/sheet1.xml", longer))) == 2


def test_more_columns_than_are_allowed():
    head = [*sheets.HEAD, *(f"x{n}" for n in range(COLUMNS_MOST - 4))]
    assert len(rows(sheets.xlsx(head=head))[0][1]) == COLUMNS_MOST
    for content in (sheets.xlsx(head=[*head, "y"]), sheets.csv_bytes(head=[*head, "y"])):
        assert refused(content).code == "columns"


def test_a_size_that_the_sheet_claims_wrongly_cuts_nothing_off():
    content = sheets.xlsx(*[DOOR] * 5)
    sheet = sheets.part(content, "xl/worksheets/sheet1.xml")
    assert b'<dimension ref="A1:D6"' in sheet
    for claim in (b'<dimension ref="A1:A2"', b'<dimension ref="A1:XFD1048576"'):
        lying = sheets.with_part(content, "xl/worksheets/sheet1.xml", sheet.replace(b'<dimension ref="A1:D6"', claim))
        assert len(rows(lying)) == 6


def test_a_file_over_its_size():
    assert refused(bytes(5 * MB + 1)).code == "too_large"


def bomb(size=256 * MB):
    """A spreadsheet with a part of spaces: a quarter of a megabyte as sent."""
    made = BytesIO(sheets.xlsx(DOOR))
    with ZipFile(made, "a", ZIP_DEFLATED, compresslevel=1) as file, file.open("xl/more.xml", "w") as part:
        for _ in range(size // (8 * MB)):
            part.write(b" " * 8 * MB)
    return made.getvalue()


def most_memory(do):
    """The most that was held at a time, in bytes."""
    tracemalloc.start()
    try:
        do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    content = bomb()
    assert len(content) < 2 * MB
    began = time.process_time()
    no = refused(content)
    assert time.process_time() - began < 1
    assert (no.code, no.values["mb"]) == ("unpacked", 257)
    assert most_memory(lambda: refused(content)) < 10 * MB


def test_a_bomb_with_a_modest_header_gets_no_more_room_than_it_asked_for():
    """The sheet says that it is as long as its honest beginning, and has that one's checksum; it is 128 MB longer."""
    content, name = sheets.xlsx(DOOR), "xl/worksheets/sheet1.xml"
    honest = sheets.part(content, name)
    whole = honest + b" " * (128 * MB)
    lying = sheets.claiming(sheets.with_part(content, name, whole), name, len(honest))
    lying = lying.replace(zlib.crc32(whole).to_bytes(4, "little"), zlib.crc32(honest).to_bytes(4, "little"))
    assert most_memory(lambda: sheets.part(lying, name)) > 100 * MB, "zipfile by itself would unpack it"
    assert most_memory(lambda: read(lying)) < 10 * MB
    assert len(rows(lying)) == 2


def test_other_packings_are_not_unpacked():
    content, made = sheets.xlsx(DOOR), BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(made, "w", ZIP_BZIP2) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
    assert refused(made.getvalue()).code == "broken"


def test_many_small_parts():
    made = BytesIO(sheets.xlsx(DOOR))
    with ZipFile(made, "a") as file:
        for nth in range(2_100):
            file.writestr(f"x/{nth}.xml", "<x/>")
    assert refused(made.getvalue()).code == "unpacked"


@pytest.mark.parametrize("encode", [str.encode, lambda text: text.encode("utf-16")])
def test_definitions_that_could_grow_are_not_read(encode):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><sst>&l9;</sst>'
    assert refused(sheets.with_part(sheets.xlsx(DOOR), "xl/sharedStrings.xml", encode(text))).code == "definitions"


def test_a_file_elsewhere_is_not_fetched():
    text = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><workbook/>'
    assert refused(sheets.with_part(sheets.xlsx(DOOR), "xl/workbook.xml", text)).code == "definitions"


# --- cells ---


def test_cells_that_hold_no_plain_value():
    today = datetime(2026, 11, 24, 10, 0)
    dates = (today, date(2026, 11, 24), today.time(), timedelta(hours=1))
    content = sheets.xlsx(("=1+2", "=A2", "=SUM(A1:A2)", '=HYPERLINK("x")'), dates, (True, False, "#N/A", "#REF!"))
    formulas, dates, others = (cells for _n, cells in rows(content)[1:])
    assert formulas == [Odd("formula")] * 4
    assert dates == [Odd("date")] * 4
    assert others == [Odd("yes_no")] * 2 + [Odd("error_value")] * 2


def test_a_text_that_looks_like_a_formula_is_a_text():
    content, name = sheets.xlsx(("x", "y", "z", "TEXT")), "xl/worksheets/sheet1.xml"
    content = sheets.with_part(content, name, sheets.part(content, name).replace(b"TEXT", b"=1+1"))
    assert rows(content)[1][1][3] == "=1+1"


def test_csv_knows_formulas_and_what_was_marked_as_text():
    cells = rows(sheets.csv_bytes(('="0502"', "=1+2", "'=1+2", "'-1"), ("＝1", "+86 139", "-1", "''@x")))
    assert cells[1][1] == ["0502", Odd("formula"), "=1+2", "-1"]
    assert cells[2][1] == [Odd("formula"), "+86 139", "-1", "'@x"]


def test_blank_rows_keep_the_numbers_of_the_others():
    assert [number for number, _cells in rows(sheets.xlsx((), (), DOOR, (None, " "), DOOR))] == [1, 4, 6]
    assert [number for number, _cells in rows(sheets.csv_bytes((), DOOR, ("", " "), DOOR))] == [1, 3, 5]


def test_merged_cells_and_other_sheets_are_told():
    found = read(sheets.xlsx(DOOR, DOOR, merged=["A2:A3", "C2:D3"], sheets=["旧表", "说明"]))
    assert sorted(found.merged) == ["A2:A3", "C2:D3"] and found.other_sheets == ["旧表"]


def test_the_sheet_of_doors_is_found_among_others():
    book = sheets.xlsx(DOOR, title="封面", sheets=["住户"])
    assert rows(book) == [(1, ["x"])]


@pytest.mark.parametrize(("column", "name"), [(0, "A1"), (25, "Z1"), (26, "AA1"), (29, "AD1")])
def test_cells_are_named_as_spreadsheets_do(column, name):
    assert cell_name(column, 1) == name
