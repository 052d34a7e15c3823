"""``silian restore`` on PostgreSQL, where databases take each other's names: what was here is kept, or nothing is done.

What a backup holds and when it is refused is in tests/backup, on SQLite.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine

from webapp.cli import cli, commands

from .. import databases

NAME = "SELECT name FROM organisation WHERE kind = 'estate'"
RENAME = "UPDATE organisation SET name = %s WHERE kind = 'estate'"


def silian(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=False)


@pytest.fixture(scope="module")
def set_up(tmp_path_factory) -> Iterator[str]:
    """An estate with one backup in its instance; the address of its database, of which each test gets a copy."""
    folder = tmp_path_factory.mktemp("backup")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSTANCE", str(folder / "i"))
        patch.delenv("SECRET_KEY", raising=False)
        databases.tell(patch, folder)
        commands()
        for line in (["upgrade"], ["init", "--estate", "和顺苑", "--county", "630102"], ["backup"]):
            assert silian(*line).exit_code == 0
        yield os.environ["DATABASE_URL"]


@pytest.fixture
def live(set_up, monkeypatch) -> Iterator[Engine]:
    url = databases.copy(set_up).at
    monkeypatch.setenv("DATABASE_URL", url)
    engine = create_engine(url, poolclass=NullPool)  # whose connections nobody is to take for a server's
    yield engine


@pytest.fixture
def file(live) -> Path:
    (made,) = Path(os.environ["INSTANCE"]).glob("backups/silian-backup-*.tar")
    return made


def rename_estate(live: Engine, name: str) -> None:
    with live.begin() as connection:
        connection.exec_driver_sql(RENAME, (name,))


def estate(url: URL) -> str:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return str(connection.exec_driver_sql(NAME).scalar_one())


def beside(live: Engine) -> list[str]:
    """The names of this database and of those made from it."""
    with office() as connection:
        names = connection.exec_driver_sql("SELECT datname FROM pg_database ORDER BY datname").scalars()
        return [name for name in names if name.startswith(live.url.database)]


def office() -> Connection:
    return create_engine(databases.SERVER, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect()


def test_two_restores_of_the_same_second_keep_both_that_were_here(live, file, clock):
    for name in ("before the first", "before the second"):
        rename_estate(live, name)
        answer = silian("restore", str(file), "--yes")
        assert answer.exit_code == 0, answer.output
        assert estate(live.url) == "和顺苑"
    _, first, second = beside(live)
    assert second in answer.output
    kept = [estate(live.url.set(database=name)) for name in (first, second)]
    assert kept == ["before the first", "before the second"]


def test_nothing_is_restored_under_a_running_server(live, file):
    rename_estate(live, "later")
    with live.connect() as web:
        web.exec_driver_sql(NAME)
        answer = silian("restore", str(file), "--yes")
    assert answer.exit_code == 1 and "Silian is running" in answer.output
    assert estate(live.url) == "later" and beside(live) == [live.url.database]


def test_a_right_that_is_lacking_is_not_called_a_running_server(live, file, monkeypatch):
    """A role that may make no databases."""
    with office() as connection:
        connection.exec_driver_sql(f'CREATE ROLE "{live.url.database}" LOGIN')
    monkeypatch.setenv("DATABASE_URL", databases.address(live.url.set(username=live.url.database)))
    answer = silian("restore", str(file), "--yes")
    assert answer.exit_code == 1 and "permission denied" in answer.output and "running" not in answer.output
    assert estate(live.url) == "和顺苑" and beside(live) == [live.url.database]
