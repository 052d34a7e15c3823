"""Which database and which queue a test gets: SQLite's files, or with TEST_DATABASE_URL and TEST_REDIS_URL (which
``python -m tests.servers`` sets) new databases on those servers. Never what DATABASE_URL names: that may be somebody's.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, func, make_url, select
from sqlalchemy.pool import StaticPool

SERVER = os.environ.get("TEST_DATABASE_URL", "")
REDIS = os.environ.get("TEST_REDIS_URL", "")
REDIS_DATABASES = 64  # as tests/servers.py starts it
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")

_numbers = count(1)


def fresh(folder: Path, name: str = "silian.sqlite3") -> str:
    """The address of a new and empty database: that file in the folder, or a database of the server's."""
    if not SERVER:
        return f"sqlite:///{folder / name}"
    made = f"test_{WORKER}_{next(_numbers)}"
    with _office() as office:
        office.exec_driver_sql(f'CREATE DATABASE "{made}"')
    return address(make_url(SERVER).set(database=made))


def fresh_queue() -> str | None:
    """The address of an empty Redis; None where jobs lie in SQLite."""
    if not REDIS:
        return None
    share = REDIS_DATABASES // 8
    number = int(WORKER.removeprefix("gw")) % 8 * share + next(_numbers) % share
    with redis.from_url(f"{REDIS}/{number}") as connection:
        connection.flushdb()
    return f"{REDIS}/{number}"


def redis_ages(app: Flask, seconds: int) -> None:
    """Redis counts by a clock of its own, which tests cannot move: what it keeps gets older by so much."""
    url = app.config["SILIAN"].redis_url
    if url is None:
        return
    with redis.from_url(url) as connection:
        for key in connection.scan_iter():
            if (left := connection.ttl(key)) >= 0:
                connection.expire(key, left - seconds)


def environment(folder: Path) -> dict[str, str]:
    """What tells a ``silian`` process of its database and queue; nothing where both are files of its instance."""
    named = {"DATABASE_URL": fresh(folder) if SERVER else None, "REDIS_URL": fresh_queue()}
    return {name: value for name, value in named.items() if value}


@lru_cache
def _toys() -> URL:
    return make_url(fresh(Path()))


def toy_engine() -> Engine:
    """For the engine's own tests: an empty database in memory, or a schema of its own on the server."""
    if SERVER:
        schema = f"toys_{next(_numbers)}"
        engine = create_engine(_toys().update_query_dict({"options": f"-csearch_path={schema}"}))
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        return engine
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def count_on(connection: Connection, tables: Iterable[Table]) -> None:
    """After rows were written with their numbers: PostgreSQL goes on from there, as SQLite does by itself."""
    if connection.dialect.name == "sqlite":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = select(func.pg_get_serial_sequence(table.name, column.name)).scalar_subquery()
            connection.execute(select(func.setval(sequence, func.coalesce(func.max(column), 0) + 1, False)))


def tell(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """The environment names a fresh database and queue, or none; nothing of whoever runs the tests."""
    told = environment(folder)
    for name in ("DATABASE_URL", "REDIS_URL"):
        patch.delenv(name, raising=False)
        if name in told:
            patch.setenv(name, told[name])


def address(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@dataclass(frozen=True)
class Copy:
    """A database as it was at some moment."""

    at: str

    def put(self, url: str) -> None:
        """In the place of the database with this address, to which nobody has a connection."""
        _over(self.at, url)


def copy(url: str, folder: Path | None = None) -> Copy:
    """Of a database to which nobody has a connection; where it is a file, in that folder or beside it."""
    if SERVER:
        made = Copy(address(make_url(url).set(database=f"copy_{WORKER}_{next(_numbers)}")))
    else:
        beside = f"{url}.{next(_numbers)}"
        made = Copy(beside if folder is None else f"sqlite:///{folder / Path(beside).name}")
    _over(url, made.at)
    return made


def _over(source: str, target: str) -> None:
    if SERVER:
        names = [make_url(url).database for url in (source, target)]
        with _office() as office:
            office.exec_driver_sql(f'DROP DATABASE IF EXISTS "{names[1]}"')
            office.exec_driver_sql(f'CREATE DATABASE "{names[1]}" TEMPLATE "{names[0]}"')
    else:
        files = [str(make_url(url).database) for url in (source, target)]
        with closing(sqlite3.connect(files[0])) as old, closing(sqlite3.connect(files[1])) as new:
            old.backup(new)


@contextmanager
def _office() -> Iterator[Connection]:
    """A connection to the server, in which databases can be made."""
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def hurry(engine: Engine) -> None:
    """Tests do not survive a power cut, so they need not wait for the disk. PostgreSQL is started so."""
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def on_connect(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")
