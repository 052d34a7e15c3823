"""Many rows at once wait for another transaction's key no longer than any statement does, and say so as it does."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from sync.bulk import insert_rows

from .. import databases
from ..sync.test_bulk import MANY, rows, table, toys


def test_who_waits_too_long_for_a_key_is_told_that_the_database_is_busy():
    """Not that a command is faulty: the phone is to come again with all of them."""
    engine = databases.toy_engine()
    toys.create_all(engine)
    with engine.connect() as first, first.begin(), engine.connect() as second, second.begin():
        insert_rows(first, table, rows(1))
        second.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(OperationalError):
            insert_rows(second, table, rows(MANY))
    engine.dispose()
