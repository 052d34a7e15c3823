"""The app as the killed server runs it: the real one, which at a moment that was laid out for it sends itself a signal.

``at-arrival``, ``at-commit`` and ``at-answer`` are files in the instance's folder that hold a signal's name. Whichever
process comes there first takes the file away and gets the signal; nothing of this is in the product.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from webapp import serving
from webapp.db import db

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def application() -> Wsgi:
    app = serving.application()
    folder = Path(os.environ["INSTANCE"])
    most_pages = os.environ.get("MOST_PAGES")
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "commit")
    def on_commit(connection: Connection) -> None:
        if connection.get_execution_options().get("silian_write"):
            fall(folder / "at-commit")

    if most_pages:

        @event.listens_for(engine, "connect")
        def on_connect(connection: Any, _record: object) -> None:
            """Stands for a small disk where none can be mounted: SQLite then says that the disk is full."""
            connection.execute(f"PRAGMA max_page_count={int(most_pages)}")

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        fall(folder / "at-arrival")
        answer = app(environ, start_response)
        fall(folder / "at-answer")
        return answer

    return serve


def fall(order: Path) -> None:
    """This process gets the signal that is ordered for this moment, if any."""
    mine = order.with_name(f"{order.name}-{os.getpid()}")
    try:
        order.rename(mine)
    except FileNotFoundError:
        return
    # To this very thread: sent to the process, another may take it while this one goes on for a moment, and commits.
    signal.pthread_kill(threading.get_ident(), signal.Signals[mine.read_text()])
