"""The database: one engine, one metadata, one registry of commands."""

from __future__ import annotations

import fcntl
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase

from sync import Registry, metadata

BUSY_TIMEOUT_MS = 5_000  # then 503 with Retry-After; a phone has time
IMPATIENT_MS = 100  # for what can as well be written later
MMAP_BYTES = 1 << 30


class Base(DeclarativeBase):
    metadata = metadata


TURN_SECONDS = 0.0005

_own_turn = threading.Lock()
_snapshot: ContextVar[Connection | None] = ContextVar("snapshot", default=None)

db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})
registry = Registry()


def prepare(engine: Engine) -> None:
    """Makes both databases behave: nobody waits for a lock for ever."""
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # PostgreSQL would wait without an end for a lock that a stopped process holds.
        connection.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
        connection.commit()


def _prepare_sqlite(engine: Engine) -> None:
    """Transactions begin when we say so, writers take the lock at once, foreign keys count."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin transactions by itself, and late
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # an answer means that it is on the disk
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.execute(f"PRAGMA mmap_size={MMAP_BYTES}")  # every write empties the other connections' caches
        cursor.execute("PRAGMA wal_autocheckpoint=4000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A read that becomes a write is refused at once, whatever the timeout: a writer says so from the start.
        options = connection.get_execution_options()
        write, wait_ms = options.get("silian_write", False), options.get("silian_wait_ms", BUSY_TIMEOUT_MS)
        begin = "BEGIN IMMEDIATE" if write else "BEGIN"
        if wait_ms == BUSY_TIMEOUT_MS:
            _begin(connection, begin)
            return
        connection.exec_driver_sql(f"PRAGMA busy_timeout={wait_ms}")
        try:
            connection.exec_driver_sql(begin)
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _begin(connection: Connection, statement: str) -> None:
    """Straight to the driver: a request begins two or three times, and SQLAlchemy's road costs four times as much."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(statement)
    except sqlite3.Error as error:
        raise DBAPIError.instance(statement, None, error, sqlite3.Error) from error


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection in one consistent snapshot; inside ``one_snapshot``, that one."""
    around = _snapshot.get()
    if around is not None:
        yield around
        return
    with db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def one_snapshot() -> Iterator[None]:
    """All that is read inside is of one moment, and costs one transaction; what is written inside is not seen."""
    with reading() as connection:
        token = _snapshot.set(connection)
        try:
            yield
        finally:
            _snapshot.reset(token)


@contextmanager
def writing(patient: bool = True) -> Iterator[Connection]:
    """A connection whose transaction may write from its start: commits at the end, rolls back on an exception.

    Who is not patient gives up soon where another holds the database: what can as well be written later.
    """
    wait_ms = BUSY_TIMEOUT_MS if patient else IMPATIENT_MS
    with db.engine.connect() as connection:
        connection.execution_options(silian_write=True, silian_wait_ms=wait_ms)
        with _turn(connection.engine, wait_ms / 1000), connection.begin():
            if not patient and connection.dialect.name != "sqlite":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait_ms}")
            yield connection


@contextmanager
def _turn(engine: Engine, seconds: float) -> Iterator[None]:
    """Waits for this machine's other writers in line. SQLite's own waiting sleeps for longer and longer, up to 100 ms.

    Only a courtesy: whoever does not get a turn in time goes on to SQLite's lock, which decides.
    """
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    if not path or path == ":memory:":
        yield
        return
    mine = _own_turn.acquire(timeout=seconds)
    try:
        with open(f"{path}-turn", "ab") as file:
            deadline = time.monotonic() + seconds
            while mine and not _locked(file) and time.monotonic() < deadline:
                time.sleep(TURN_SECONDS)
            yield
    finally:
        if mine:
            _own_turn.release()


def _locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
