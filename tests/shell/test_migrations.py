"""Models and revisions say the same, on both databases; an update keeps a copy of what was there."""

from __future__ import annotations

import io
import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import text

from webapp import create_app, settings, upgrade
from webapp.db import db, writing


@pytest.fixture
def fresh(tmp_path):
    """An app whose database is not there yet."""
    app = create_app(instance=tmp_path / "i", database_url=f"sqlite:///{tmp_path}/i/silian.sqlite3", testing=True)
    with app.app_context():
        yield app
        db.engine.dispose()


def test_the_revisions_make_what_the_models_say(fresh):
    upgrade.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == [], "run migrations/new.sh"


def test_there_is_one_line_of_revisions():
    assert len(ScriptDirectory(str(settings.MIGRATIONS)).get_heads()) == 1


def test_the_revisions_can_be_written_for_postgresql():
    written = io.StringIO()
    options = {"as_sql": True, "output_buffer": written}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with Operations.context(context):
        for revision in reversed(list(ScriptDirectory(str(settings.MIGRATIONS)).walk_revisions())):
            revision.module.upgrade()
    sql = written.getvalue()
    for table in db.metadata.sorted_tables:
        assert f"CREATE TABLE {table.name} " in sql or f'CREATE TABLE "{table.name}" ' in sql
    assert "TIMESTAMP WITH TIME ZONE" in sql and "TIMESTAMP WITHOUT" not in sql


def test_the_journal_is_wal_and_foreign_keys_count(fresh):
    upgrade.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_fresh_database_needs_no_copy_and_an_old_one_gets_one(fresh):
    assert upgrade.upgrade() is None
    assert not upgrade.is_pending()
    assert upgrade.upgrade() is None
    with writing() as connection:
        connection.execute(text("INSERT INTO sync_feed (id, counter) VALUES ('f', 7)"))
        connection.execute(text("DELETE FROM alembic_version"))
    assert upgrade.is_pending()
    with pytest.raises(Exception, match="already exists"):
        upgrade.upgrade()  # the tables are there: this update cannot succeed
    copies = sorted(settings.current().backups.iterdir())
    assert len(copies) == 1
    assert sqlite3.connect(copies[0]).execute("SELECT counter FROM sync_feed").fetchone() == (7,)
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT counter FROM sync_feed")).scalar() == 7, "and it changed nothing"


def test_the_last_ten_copies_are_kept(fresh):
    upgrade.upgrade()
    copies = [upgrade.backup() for _ in range(13)]
    assert sorted(settings.current().backups.iterdir()) == copies[-10:]
