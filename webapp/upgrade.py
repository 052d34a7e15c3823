"""Bringing the database to the newest revision, after a copy of what was there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade as run_migrations
from sqlalchemy import inspect

from webapp import clock, settings
from webapp.db import db

BACKUPS_KEPT = 10


def is_pending() -> bool:
    """Whether the code knows a revision that the database has not seen."""
    return present() != ",".join(sorted(_scripts().get_heads()))


def present() -> str:
    """The revision that the database is at; nothing where it has none."""
    with db.engine.connect() as connection:
        return ",".join(sorted(MigrationContext.configure(connection).get_current_heads()))


def knows(revision: str) -> bool:
    """Whether the code can bring a database of that revision to its own."""
    known = {script.revision for script in _scripts().walk_revisions()}
    return all(one in known for one in revision.split(",") if one)


def upgrade() -> Path | None:
    """Backs up and migrates, if there is anything to do; returns where the backup is."""
    if not is_pending():
        return None
    saved = backup()
    run_migrations(directory=str(settings.MIGRATIONS))
    return saved


def backup() -> Path | None:
    """A copy of the SQLite file by its online backup, WAL included; None where there is no file or nothing in it."""
    chosen = settings.current()
    source = chosen.database_path
    if source is None or not source.exists() or not inspect(db.engine).get_table_names():
        return None
    chosen.backups.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = chosen.backups / f"silian-{clock.now():%Y%m%d-%H%M%S-%f}.sqlite3"
    partial = target.with_suffix(".partial")
    partial.touch(mode=0o600)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(partial)) as copy:
        live.backup(copy)
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("the backup does not pass its check; nothing was changed")
    partial.rename(target)
    for old in sorted(chosen.backups.glob("silian-*.sqlite3"))[:-BACKUPS_KEPT]:
        old.unlink()
    return target


def _scripts() -> ScriptDirectory:
    return _scripts_in(str(current_app.extensions["migrate"].directory))


@cache
def _scripts_in(directory: str) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", directory)
    return ScriptDirectory.from_config(config)
