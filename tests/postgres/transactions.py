"""Writers whose transactions stand still just before the end, so that a test decides who commits when, and who not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from ..sync.toy import Phone, World

PATIENCE_SECONDS = 20
_ending: threading.local = threading.local()


class GivenUp(Exception):
    """The transaction is rolled back at its very end: the process was killed, say."""


@dataclass
class Writer:
    """One exchange in a thread of its own. ``held`` ones wait for ``go``; ``fails`` are rolled back there."""

    phone: Phone
    held: bool = False
    fails: bool = False
    error: Exception | None = None
    at_the_end: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def start(self) -> None:
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        _ending.writer = self
        try:
            self.phone.exchange(limit=0)
        except Exception as error:  # noqa: BLE001 -- looked at by ``end``
            self.error = error

    def end(self) -> None:
        """Waits until it has ended, as it should."""
        assert self.thread is not None
        self.thread.join(PATIENCE_SECONDS)
        assert not self.thread.is_alive()
        assert isinstance(self.error, GivenUp) if self.fails else self.error is None, self.error


class Stage(World):
    """A world whose writing transactions end when their writer may."""

    @contextmanager
    def writing(self, patient: bool = True) -> Iterator[Connection]:
        writer: Writer | None = getattr(_ending, "writer", None)
        with super().writing(patient) as connection:
            yield connection
            if writer is not None and connection.in_transaction():
                writer.at_the_end.set()
                if writer.held and not writer.go.wait(PATIENCE_SECONDS):
                    raise AssertionError("nobody let this writer go on")
                if writer.fails:
                    raise GivenUp

    def start(self, writer: Writer) -> None:
        """Starts it; returns when it stands at its end, is over, or waits for another one's lock."""
        writer.start()
        pause = threading.Event()
        for _ in range(PATIENCE_SECONDS * 50):
            stands = writer.held and writer.at_the_end.is_set()
            if stands or not writer.thread.is_alive() or self.waiting():
                return
            pause.wait(0.02)
        raise AssertionError("this writer neither ends nor waits")

    def waiting(self) -> int:
        """How many connections to this database wait for a lock."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with self.db.connect() as connection:
            return int(connection.execute(text(query)).scalar_one())
