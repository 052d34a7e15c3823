"""PROMISES 12: a queue made by any release syncs. Every release's database is brought to the newest revision, on SQLite
and on PostgreSQL, and its phone, a journal with a queue as that release left it in IndexedDB, is opened by today's
modules and sends all that waits: every type of command that a phone saves, photos included.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from webapp import create_app, upgrade
from webapp.alerts import vapid
from webapp.db import db, registry

from .. import databases
from ..cast import PASSWORD
from ..protocol.serving import Server
from . import keeping
from .__main__ import served

PEOPLE = ("grid1", "secretary", "resident1")
TYPES_LEAST = 17  # of the first release; a later one has no fewer


def test_this_version_has_its_fixture():
    project = tomllib.loads((keeping.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] in [release.name for release in keeping.releases()], "run make release"


@pytest.fixture(params=keeping.releases(), ids=lambda release: release.name)
def release(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


@pytest.fixture
def app(release: Path, tmp_path: Path) -> Iterator[Flask]:
    """Today's Silian on that release's database, upgraded."""
    url = databases.fresh(tmp_path)
    keeping.load(release, url)
    vapid.ensure(tmp_path / "vapid.pem")
    app = create_app(instance=tmp_path, database_url=url, redis_url=databases.fresh_queue(), testing=True,
                     log_level="error")  # fmt: skip
    with app.app_context():
        databases.hurry(db.engine)
        keeping.count_on(keeping.columns())
        upgrade.upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def journal(release: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((release / "journal.json").read_text(encoding="utf-8"))
    return kept


def test_the_queue_holds_what_there_was_to_save_and_the_database_is_not_empty(app, release, journal):
    types = {entry["type"] for entry in journal["rows"]["entries"] if "status" not in entry}
    assert len(types) >= TYPES_LEAST
    assert types <= {type for type, _ in registry.commands}
    assert 'INSERT INTO "visit"' in (release / "rows.sql").read_text(encoding="utf-8")


def test_the_upgraded_database_is_what_the_models_say(app):
    with app.app_context(), db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata) == []


def test_its_queue_syncs(app, journal):
    waiting = {entry["id"] for entry in journal["rows"]["entries"] if "status" not in entry}
    settled = {entry["id"] for entry in journal["rows"]["entries"]} - waiting
    with served(app) as url:
        people = [{"login": login, "deeds": [], "send": True} for login in PEOPLE]
        told = keeping.phone(url=url, password=PASSWORD, journal=journal, people=people)["told"]
    entries = [entry for one in told.values() for entry in one["entries"]]
    assert [entry for entry in entries if entry["status"] != "applied"] == []
    assert {entry["id"] for entry in entries} == waiting | settled
    assert {photo["state"] for one in told.values() for photo in one["photos"]} == {"sent"}
    ledger = {row["id"]: row["status"] for row in Server(app, Path()).rows("sync_command")}
    assert {ledger[id] for id in waiting | settled} == {"applied"}
