"""Many rows in one go, the driver's own way: the same values and the same errors as by an ordinary insert."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, MetaData, String, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError

from sync.bulk import COPY_LEAST, insert_rows
from sync.columns import UtcDateTime

from .. import databases

toys = MetaData()
table = Table(
    "toy_bulk",
    toys,
    Column("id", String(36), primary_key=True),
    Column("text", Text),
    Column("whole", BigInteger),
    Column("part", Float),
    Column("flag", Boolean),
    Column("at", UtcDateTime),
    Column("order", JSON),  # a name that must be quoted
)
AT = datetime(2026, 11, 24, 2, 0, 0, 123456, tzinfo=UTC)
FULL = {"whole": 2**62, "part": 0.1, "flag": False, "at": AT, "order": {"名": ["\\", "\t", None, 1.5]}}
EMPTY = dict.fromkeys(FULL)
AWKWARD = ["", "\\N", "\\.", "a\tb\nc\rd\\t", "“说”'\"", "%s %(x)s ?", "𠀀\x01"]
MANY = COPY_LEAST + 1


@pytest.fixture
def connection():
    engine = databases.toy_engine()
    toys.create_all(engine)
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


def rows(count: int) -> list[dict[str, object]]:
    return [{"id": str(n), "text": AWKWARD[n % len(AWKWARD)], **(FULL if n % 2 else EMPTY)} for n in range(count)]


@pytest.mark.parametrize("count", [1, 2, len(AWKWARD) * 2])
def test_what_is_written_is_what_an_ordinary_insert_writes(connection, count):
    given = rows(count)
    insert_rows(connection, table, given)
    found = connection.execute(select(table)).mappings().all()
    assert sorted(map(dict, found), key=lambda row: int(row["id"])) == given
    connection.execute(table.delete())
    connection.execute(insert(table), given)
    assert connection.execute(select(table)).mappings().all() == found


def test_a_key_that_is_taken_is_an_integrity_error_and_the_transaction_goes_on_after_its_savepoint(connection):
    insert_rows(connection, table, rows(MANY))
    with pytest.raises(IntegrityError), connection.begin_nested():
        insert_rows(connection, table, [{**row, "id": str(n + 1)} for n, row in enumerate(rows(MANY))])
    assert len(connection.execute(select(table.c.id)).all()) == MANY
