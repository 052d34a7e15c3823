"""``make release``: writes the fixture of this version, tests/releases/VERSION/, which every later version must sync.

Its schema on both databases, a few rows, and the journal of a phone with a queue in it, made by the real commands and
the real modules of the phone. ``--revision 0001`` writes it with the schema of an older revision.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from werkzeug.serving import WSGIRequestHandler, make_server

from webapp import create_app, settings
from webapp.alerts import vapid
from webapp.db import db

from .. import databases, servers
from ..cast import PASSWORD, make_cast
from . import keeping, shift


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Nobody reads along."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    http = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.port}"
    http.shutdown()
    http.server_close()


def migrated(folder: Path, url: str, revision: str) -> Flask:
    folder.mkdir(exist_ok=True)
    vapid.ensure(folder / "vapid.pem")
    app = create_app(instance=folder, database_url=url, testing=True, log_level="error")
    with app.app_context():
        upgrade(directory=str(settings.MIGRATIONS), revision=revision)
    return app


def write(target: Path, revision: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old = migrated(folder / "old", f"sqlite:///{folder / 'old.sqlite3'}", revision)
        with old.app_context():
            kept = keeping.columns()
            with db.engine.connect() as connection:
                found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        (target / "revision").write_text(f"{found}\n")
        (target / "schema.sqlite.sql").write_text(keeping.sqlite_schema(folder / "old.sqlite3"), encoding="utf-8")
        app = migrated(folder / "now", f"sqlite:///{folder / 'now.sqlite3'}", "head")
        cast = make_cast(app, datetime.now(UTC))
        with served(app) as url:
            sent = keeping.phone(url=url, password=PASSWORD, people=shift.morning())["journal"]
            with app.app_context(), db.engine.connect() as connection:
                rows = keeping.rows_as_sql(connection, kept)
            waiting = keeping.phone(url=url, password=PASSWORD, journal=sent, people=shift.unsent(cast))["journal"]
        (target / "rows.sql").write_text(rows, encoding="utf-8")
        journal = json.dumps(waiting, ensure_ascii=False, indent=1)
        (target / "journal.json").write_text(journal + "\n", encoding="utf-8")
        postgres = databases.fresh(folder)
        migrated(folder / "pg", postgres, revision)
        (target / "schema.postgresql.sql").write_text(keeping.postgres_schema(postgres), encoding="utf-8")


def main() -> int:
    words = argparse.ArgumentParser(prog="tests.releases", description=__doc__)
    words.add_argument("--revision", default="head")
    keeping.quiet_environment()
    target = keeping.HERE / version("silian")
    with servers.running() as addresses:
        databases.SERVER = addresses["TEST_DATABASE_URL"]
        write(target, words.parse_args().revision)
    print(f"written: {target.relative_to(keeping.ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
