"""Many rows in one statement, straight to the driver: SQLAlchemy's own road costs more than the database does.

Values still pass through their column's type, so that what is written is what ``insert(table)`` would have written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.exc import DBAPIError

from .columns import Row

COPY_LEAST = 4  # rows; a COPY asks twice where an INSERT asks once
Processor = Callable[[Any], Any] | None


@lru_cache(maxsize=256)
def _plan(
    table: Table, columns: tuple[str, ...], dialect: Dialect, tail: str
) -> tuple[str, str | None, tuple[Processor, ...]]:
    """The statement in the driver's own style, the COPY that does the same, and how values are made ready for them.

    To PostgreSQL each row of an INSERT is a message of its own: two hundred cost three times what a COPY of them does.
    """
    names = ", ".join(dialect.identifier_preparer.quote(table.c[column].name) for column in columns)
    marks = ", ".join(["?" if dialect.paramstyle == "qmark" else "%s"] * len(columns))
    into = f"{dialect.identifier_preparer.format_table(table)} ({names})"
    statement = f"INSERT INTO {into} VALUES ({marks}) {tail}"  # noqa: S608 -- names of our own columns
    copy = f"COPY {into} FROM STDIN" if dialect.name == "postgresql" and not tail else None
    processors = tuple(table.c[column].type.dialect_impl(dialect).bind_processor(dialect) for column in columns)
    return statement, copy, processors


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row], tail: str = "") -> None:
    """Inserts rows that name the same columns; ``tail`` may say what happens on a conflict."""
    if not rows:
        return
    if any(column.default is not None for column in table.columns if column.name not in rows[0]):
        connection.execute(insert(table), list(rows))  # defaults are SQLAlchemy's to fill in
        return
    columns = tuple(rows[0])
    statement, copy, processors = _plan(table, columns, connection.dialect, tail)
    ready: list[list[Any]] = []
    for column, process in zip(columns, processors, strict=True):
        values = [row[column] for row in rows]
        ready.append(values if process is None else _processed(values, process))
    values_of = list(zip(*ready, strict=True))
    if copy and len(values_of) >= COPY_LEAST:
        _copy(connection, copy, values_of)
    else:
        # One row by itself: to psycopg many are a pipeline, which costs more than the row does.
        connection.exec_driver_sql(statement, values_of if len(values_of) > 1 else values_of[0])


def _copy(connection: Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """psycopg's own road, whose errors get the names that SQLAlchemy gives them everywhere else."""
    driver: Any = connection.dialect.dbapi
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except driver.Error as error:
        raise DBAPIError.instance(statement, None, error, driver.Error) from error
    finally:
        cursor.close()


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
