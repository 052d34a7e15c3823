"""PostgreSQL's side of a backup: pg_dump in a snapshot of ours, pg_restore into a database of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg.errors import ObjectInUse
from sqlalchemy import Column, Connection, String, create_engine, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from webapp import clock, settings
from webapp.backups.archive import Broken
from webapp.backups.copies import InUse, NoTools, rows_digest
from webapp.db import db, reading

ROWS_AT_ONCE = 2_000


def copy(target: Path) -> dict[str, str]:
    """Dumps the live database; returns the digests of its tables at that moment."""
    with reading() as connection:
        snapshot = str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())
        tables = _tables(connection)
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
             f"--file={target}", f"--dbname={_text(_live())}")  # fmt: skip
    target.chmod(0o600)
    return tables


def alone() -> None:
    """Whether nobody else has a connection."""
    db.engine.dispose()
    others = text("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = :name AND backend_type = 'client backend'")
    with _office() as office:
        if office.execute(others, {"name": _live().database}).scalar_one():
            raise InUse


def put(copy: Path, tables: dict[str, str]) -> str | None:
    """Restores into a new database, and lets it take the live one's name; the live one keeps another."""
    live, stamp = _live(), f"{clock.now():%Y%m%d_%H%M%S}"
    assert live.database is not None
    with _office() as office:
        made = _free(office, f"{live.database}_restoring_{stamp}")
        aside = _free(office, f"{live.database}_before_restore_{stamp}")
        _say(office, f'CREATE DATABASE "{made}"')
        try:
            if _restored(copy, made) != tables:
                raise Broken("its tables do not hold what was written")
            # Both names in one transaction: whenever the power goes, there is one database of the live name.
            with _office("READ COMMITTED") as swap, swap.begin():
                _say(swap, f'ALTER DATABASE "{live.database}" RENAME TO "{aside}"')
                _say(swap, f'ALTER DATABASE "{made}" RENAME TO "{live.database}"')
        except BaseException:
            office.exec_driver_sql(f'DROP DATABASE "{made}"')
            raise
    return f"the database {aside}"


def tables_of(copy: Path) -> dict[str, str]:
    """Restores into a database that is dropped again."""
    made = f"silian_drill_{clock.now():%Y%m%d_%H%M%S_%f}"
    with _office() as office:
        _say(office, f'CREATE DATABASE "{made}"')
        try:
            return _restored(copy, made)
        finally:
            office.exec_driver_sql(f'DROP DATABASE "{made}"')


def _restored(copy: Path, database: str) -> dict[str, str]:
    _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={_text(_live(), database)}", str(copy))
    engine = create_engine(_live().set(database=database), isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            return _tables(connection)
    finally:
        engine.dispose()


def _tables(connection: Connection) -> dict[str, str]:
    known, found = set(inspect(connection).get_table_names()), {}
    for table in db.metadata.sorted_tables:
        if table.name in known:
            # By bytes: another machine may sort words in another order.
            keys = ", ".join(_sorted_by(key) for key in (table.primary_key or table.columns))
            streamed = connection.execution_options(stream_results=True, yield_per=ROWS_AT_ONCE)
            with streamed.exec_driver_sql(f'SELECT * FROM "{table.name}" ORDER BY {keys}') as rows:  # noqa: S608 -- our own names
                found[table.name] = rows_digest(rows)
    return found


def _sorted_by(key: Column[Any]) -> str:
    return f'"{key.name}" COLLATE "C"' if isinstance(key.type, String) else f'"{key.name}"'


def _live() -> URL:
    return make_url(settings.current().database_url)


def _text(url: URL, database: str | None = None) -> str:
    """As PostgreSQL's own programs take it. The password goes by the environment, which no list of processes shows."""
    plain = url.set(drivername="postgresql", database=database or url.database)._replace(password=None)
    return plain.render_as_string(hide_password=False)


def _run(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise NoTools(f"{program} is not installed here: it comes with PostgreSQL's client programs.")
    password = _live().password
    env = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    done = subprocess.run([program, *arguments], env=env, capture_output=True, text=True)
    if done.returncode:
        raise NoTools(f"{program} did not succeed: {done.stderr.strip()[-400:]}")


@contextmanager
def _office(isolation: Any = "AUTOCOMMIT") -> Iterator[Connection]:
    """A connection to the server beside our database, in which databases can be made and renamed."""
    engine = create_engine(_live().set(database="postgres"), isolation_level=isolation)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _free(office: Connection, name: str) -> str:
    """This name, or where an earlier restore of the same second has taken it, one like it."""
    taken = set(office.exec_driver_sql("SELECT datname FROM pg_database").scalars())
    return next(one for one in (name, *(f"{name}_{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def _say(office: Connection, statement: str) -> None:
    """Only what is in use is said to be: a right that is lacking, say, is told in PostgreSQL's own words."""
    try:
        office.exec_driver_sql(statement)
    except DBAPIError as error:
        if isinstance(error.orig, ObjectInUse):
            raise InUse from error
        raise NoTools(f"PostgreSQL says: {error.orig}") from error
