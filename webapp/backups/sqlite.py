"""SQLite's side of a backup: the online backup API, which takes the write-ahead log with it, and files put in place."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from webapp import clock, settings
from webapp.backups.archive import Broken, sync_folder
from webapp.backups.copies import InUse, rows_digest

BUSY_SECONDS = 5


def copy(target: Path) -> dict[str, str]:
    """Copies the live database; returns the digests of its tables at that moment."""
    with closing(_open(_live())) as live:
        # One snapshot for both: what is digested is what is copied, whoever writes meanwhile.
        live.execute("BEGIN")
        tables = _tables(live)
        target.touch(mode=0o600)
        with closing(sqlite3.connect(target, isolation_level=None)) as made:
            live.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it that could be forgotten
            _sound(made)
        live.execute("COMMIT")
    return tables


def alone() -> None:
    """Takes the write-ahead log into the file. SQLite refuses that as long as anybody else has it open."""
    if not _live().exists():
        return
    with closing(_open(_live())) as connection:
        try:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as error:
            raise InUse from error
        except sqlite3.DatabaseError:
            return  # what lies here is no database any more: that is what backups are for
    if mode != ("delete",):
        raise InUse


def put(copy: Path, tables: dict[str, str]) -> str | None:
    """Takes the place of the live database, which is kept aside."""
    if tables_of(copy) != tables:
        raise Broken("its tables do not hold what was written")
    live, aside = _live(), None
    if live.exists():
        alone()
        aside = settings.current().backups / f"before-restore-{clock.now():%Y%m%d-%H%M%S-%f}.sqlite3"
        try:
            os.link(live, aside)
        except OSError:  # another disk
            shutil.copy2(live, aside)
        sync_folder(aside.parent)
        for rest in ("-wal", "-shm"):  # of a file so ill that SQLite could not take it in
            live.with_name(live.name + rest).unlink(missing_ok=True)
    copy.replace(live)  # the old one or the new one, whenever the power goes
    sync_folder(live.parent)
    return str(aside) if aside else None


def tables_of(copy: Path) -> dict[str, str]:
    """Looks at the file's own structure as well."""
    try:
        with closing(_open(copy)) as connection:
            _sound(connection)
            return _tables(connection)
    except sqlite3.DatabaseError as error:
        raise Broken(f"its database cannot be read: {error}") from error


def _live() -> Path:
    path = settings.current().database_path
    assert path is not None
    return path


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{file}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def _sound(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != ("ok",):
        raise Broken(f"its database does not pass SQLite's check: {found[0]}")


def _tables(connection: sqlite3.Connection) -> dict[str, str]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    found = {}
    for (name,) in sorted(names.fetchall()):
        columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
        keys = [column[1] for column in sorted(columns, key=lambda column: column[5]) if column[5]]
        order = ", ".join(f'"{key}"' for key in keys or [column[1] for column in columns])
        found[name] = rows_digest(connection.execute(f'SELECT * FROM "{name}" ORDER BY {order}'))  # noqa: S608 -- our own names
    return found
