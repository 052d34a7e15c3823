"""A release's fixture on the disk: how a database is written down as SQL that both databases read, and read again."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, inspect, make_url, select

from webapp.db import db

from .. import databases, servers

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUN_SECONDS = 240


def releases() -> list[Path]:
    """The folders of the releases whose queues must sync."""
    return sorted(path for path in HERE.iterdir() if (path / "rows.sql").exists())


def phone(**task: Any) -> dict[str, Any]:
    """Runs phone.ts; what it says."""
    done = subprocess.run(
        [ROOT / ".venv/bin/node", HERE / "run.mjs"], input=json.dumps(task), capture_output=True, text=True, cwd=ROOT,
        timeout=RUN_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode:
        raise AssertionError(done.stderr)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


# writing

def rows_as_sql(connection: Connection, kept: dict[str, set[str]]) -> str:
    """Every row of the database, in the columns that the release's schema has."""
    lines: list[str] = []
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name in kept.get(table.name, ())]
        if not columns:
            continue
        names = ", ".join(f'"{column.name}"' for column in columns)
        for row in connection.execute(select(*columns)):
            values = ", ".join(_literal(value) for value in row)
            lines.append(f'INSERT INTO "{table.name}" ({names}) VALUES ({values});')
    return "\n".join(lines) + "\n"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        value = f"{value.astimezone(UTC).replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"
    elif isinstance(value, date):
        value = value.isoformat()
    elif not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False)
    return "'" + value.replace("'", "''") + "'"


def sqlite_schema(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'")
        return ";\n".join(sql for (sql,) in found) + ";\n"


def postgres_schema(url: str) -> str:
    """What pg_dump says of it, without its settings and remarks."""
    bin, _ = servers.programs()
    plain = databases.address(make_url(url).set(drivername="postgresql"))
    done = subprocess.run(
        [bin / "pg_dump", "--schema-only", "--no-owner", "--no-privileges", plain], capture_output=True, check=True
    )
    lines = done.stdout.decode().splitlines()
    return "\n".join(line for line in lines if line and not line.startswith(("--", "SET ", "SELECT ", "\\"))) + "\n"


# reading

def load(release: Path, url: str) -> None:
    """The release's database, into an empty one."""
    revision = (release / "revision").read_text().strip()
    rows = (release / "rows.sql").read_text(encoding="utf-8")
    rows += f"INSERT INTO alembic_version (version_num) VALUES ('{revision}');\n"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(str(make_url(url).database))) as connection:
            connection.executescript((release / "schema.sqlite.sql").read_text(encoding="utf-8") + rows)
        return
    plain = databases.address(make_url(url).set(drivername="postgresql"))
    with psycopg.connect(plain) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute((release / "schema.postgresql.sql").read_text(encoding="utf-8"))
        connection.execute(rows)


def count_on(tables: Iterable[str]) -> None:
    with db.engine.begin() as connection:
        databases.count_on(connection, [db.metadata.tables[name] for name in tables if name in db.metadata.tables])


def columns() -> dict[str, set[str]]:
    """What the database at hand has: table → columns."""
    look = inspect(db.engine)
    return {table: {column["name"] for column in look.get_columns(table)} for table in look.get_table_names()}


def quiet_environment() -> None:
    """Nothing of whoever runs this."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "INSTANCE", "PUBLIC_URL"):
        os.environ.pop(name, None)
