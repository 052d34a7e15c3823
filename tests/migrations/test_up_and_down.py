"""PROMISES 12 (upgrades): revisions go up and down on both databases, and at the top say what the models say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import inspect

from webapp import create_app, settings, upgrade
from webapp.db import db

from .. import databases


@pytest.fixture
def app(tmp_path) -> Iterator[Flask]:
    """An app whose database is not there yet."""
    app = create_app(instance=tmp_path, database_url=databases.fresh(tmp_path), testing=True, log_level="error")
    with app.app_context():
        yield app
        db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def difference() -> list[object]:
    """Between database and models, also in types, defaults and indexes."""
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata)


def test_up_down_and_up_again(app):
    upgrade.upgrade()
    assert difference() == []
    downgrade(directory=str(settings.MIGRATIONS), revision="base")
    assert tables() == set()
    upgrade.upgrade()
    assert difference() == []
    assert tables() == set(db.metadata.tables)


def test_each_revision_can_be_taken_back(app):
    """One step down and up again, from every revision that there is."""
    upgrade.upgrade()
    while upgrade.present():
        before = tables()
        downgrade(directory=str(settings.MIGRATIONS), revision="-1")
        assert tables() <= before
    assert tables() == set()
