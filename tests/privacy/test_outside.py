"""PROTOCOL, Changes: erasure of personal data is written outside the database too and replayed after a restore."""

from __future__ import annotations

import pytest

from webapp import jobs
from webapp.backups import making, restoring
from webapp.db import db, reading, writing
from webapp.privacy import outside, sweeping
from webapp.privacy.erasing import erase
from webapp.privacy.models import Erasure

from ..conftest import NOW


def erased(lives) -> None:
    with lives.app.app_context(), writing() as connection:
        erase(connection, lives.subject, None, NOW)


def run_job(lives) -> None:
    with lives.app.app_context():
        jobs.declared()[sweeping.AGAIN].run()


def count(lives) -> int:
    with lives.app.app_context(), reading() as connection:
        return len(connection.execute(Erasure.__table__.select()).all())


@pytest.fixture(autouse=True)
def own_file(lives):
    """Each test begins without lines of the others."""
    with lives.app.app_context():
        outside.path().unlink(missing_ok=True)


def test_what_a_restore_brings_back_is_deleted_again(lives, tmp_path):
    with lives.app.app_context():
        file = making.backup(tmp_path)
    erased(lives)
    assert not any(lives.held()["visits"])
    with lives.app.app_context():
        db.engine.dispose()
        restoring.restore(file)
        db.engine.dispose()
    assert lives.held()["visits"], "the backup has brought it back"
    run_job(lives)
    assert not any(lives.held()["visits"]) and count(lives) == 1
    assert ("visits", lives.visit) not in lives.worker.pull()
    run_job(lives)
    assert count(lives) == 1


def test_the_file_names_nobody(lives):
    erased(lives)
    with lives.app.app_context():
        text = outside.path().read_text(encoding="utf-8")
        assert [line.subject for line in outside.read()] == [lives.subject]
        assert outside.path().stat().st_mode & 0o777 == 0o600
    assert "马秀英" not in text and "139" not in text.replace(lives.door, "")


def test_a_line_that_was_cut_short_stops_nothing(lives):
    erased(lives)
    with lives.app.app_context():
        with outside.path().open("a", encoding="utf-8") as file:
            file.write('{"id": "half')
        assert len(outside.read()) == 1
    run_job(lives)
    assert count(lives) == 1
