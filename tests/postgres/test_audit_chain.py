"""A line with a smaller id that is committed later is not skipped by the chain: the seal waits for it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from webapp.db import db, reading, writing
from webapp.people import chain
from webapp.people.audit import audit_table, note
from webapp.people.heads import Kept
from webapp.people.verifying import verify

from ..conftest import NOW


def test_a_line_that_is_committed_late(app, clock, monkeypatch):
    monkeypatch.setattr(chain, "WAIT", "300ms")
    with app.app_context():
        with db.engine.connect() as slow, slow.begin():
            note(slow, None, "first", ["taken first, committed last"], NOW)
            with writing() as connection:
                note(connection, None, "second", ["taken second, committed first"], NOW)
            with pytest.raises(OperationalError):
                chain.seal(NOW)
        assert chain.seal(NOW) == 2
        with reading() as connection:
            found = verify(connection, Kept())
            assert connection.execute(select(func.count(audit_table.c.id))).scalar() == 2
    assert (found.faults, found.lines, found.unsealed) == ([], 2, 0)
