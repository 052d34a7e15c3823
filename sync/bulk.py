"""Many rows in one statement, straight to the driver: SQLAlchemy's own road costs more than the database does.

Values still pass through their column's type, so that what is written is what ``insert(table)`` would have written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

from .columns import Row

Processor = Callable[[Any], Any] | None


@lru_cache(maxsize=256)
def _plan(table: Table, columns: tuple[str, ...], dialect: Dialect, tail: str) -> tuple[str, tuple[Processor, ...]]:
    """The statement's text in the driver's own style, and how each column's values are made ready for it."""
    names = [dialect.identifier_preparer.quote(table.c[column].name) for column in columns]
    marks = ["?" if dialect.paramstyle == "qmark" else "%s"] * len(columns)
    table_name = dialect.identifier_preparer.format_table(table)
    statement = f"INSERT INTO {table_name} ({', '.join(names)}) VALUES ({', '.join(marks)}) {tail}"  # noqa: S608 -- names of our own columns
    processors = tuple(table.c[column].type.dialect_impl(dialect).bind_processor(dialect) for column in columns)
    return statement, processors


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row], tail: str = "") -> None:
    """Inserts rows that name the same columns; ``tail`` may say what happens on a conflict."""
    if not rows:
        return
    if any(column.default is not None for column in table.columns if column.name not in rows[0]):
        connection.execute(insert(table), list(rows))  # defaults are SQLAlchemy's to fill in
        return
    columns = tuple(rows[0])
    statement, processors = _plan(table, columns, connection.dialect, tail)
    ready: list[list[Any]] = []
    for column, process in zip(columns, processors, strict=True):
        values = [row[column] for row in rows]
        ready.append(values if process is None else _processed(values, process))
    values_of = list(zip(*ready, strict=True))
    # One row by itself: to psycopg many are a pipeline, which costs more than the row does.
    connection.exec_driver_sql(statement, values_of if len(values_of) > 1 else values_of[0])


def _processed(values: list[Any], process: Callable[[Any], Any]) -> list[Any]:
    """A batch has few different times and flags: each is made ready once."""
    known: dict[Any, Any] = {}
    found = []
    for value in values:
        try:
            if value not in known:
                known[value] = process(value)
            found.append(known[value])
        except TypeError:  # a list or an object, for a JSON column
            found.append(process(value))
    return found
