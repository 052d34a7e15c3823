"""These tests are about PostgreSQL and Redis: where the run was not started beside servers, they start their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .. import databases, servers


@pytest.fixture(scope="package", autouse=True)
def beside_servers() -> Iterator[None]:
    if databases.SERVER:
        yield
        return
    with servers.running() as addresses, pytest.MonkeyPatch.context() as patch:
        patch.setattr(databases, "SERVER", addresses["TEST_DATABASE_URL"])
        patch.setattr(databases, "REDIS", addresses["TEST_REDIS_URL"])
        databases._toys.cache_clear()
        yield
        databases._toys.cache_clear()
