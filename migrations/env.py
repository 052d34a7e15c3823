"""How Alembic reaches the app's database: for `silian upgrade`, and for Flask-Migrate when a revision is written."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from sync import UtcDateTime
from webapp.db import db


def plain(kind: str, item: Any, _context: Any) -> str | bool:
    """Columns in a revision are plain SQL types: a revision must not change with the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def differs(_context: Any, _seen: Any, _wanted: Any, seen: TypeEngine[Any], wanted: TypeEngine[Any]) -> bool | None:
    """SQLite knows neither zones nor big integers; what only they tell apart is no difference."""
    return False if db.engine.dialect.name == "sqlite" and seen._type_affinity is wanted._type_affinity else None


def run(connection: Connection) -> None:
    extension = current_app.extensions["migrate"]
    arguments = {**extension.configure_args, "render_item": plain, "compare_type": differs}
    # With BEGIN in our own hands, SQLite rolls back a half-made migration as PostgreSQL does.
    context.configure(connection=connection, target_metadata=db.metadata, transactional_ddl=True, **arguments)
    with context.begin_transaction():
        context.run_migrations()


engine = db.engine.execution_options(silian_write=True)
with engine.connect() as connection:
    if engine.dialect.name == "sqlite":
        # Changing a table on SQLite means copying it and dropping the old one, at which references would fire.
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            run(connection)
        finally:
            raw.execute("PRAGMA foreign_keys=ON")
    else:
        run(connection)
