"""The audience sets that cursors were made for, kept by their digests: who comes back with an older one is told whether
sight was gained or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql import text

from .cursor import digest_of, members_of
from .documents import audience_table
from .registry import Caller

if TYPE_CHECKING:
    from .host import Host

_put = text("INSERT INTO sync_audience (digest, members) VALUES (:digest, :members) ON CONFLICT DO NOTHING")


class Audiences:
    """Those that this process knows to be kept, and those that are still to be written."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._kept: set[str] = set()
        self._waiting: dict[str, str] = {}

    def remember(self, caller: Caller) -> None:
        """Sees to it that this caller's set is kept; where another has the database to itself, a little later.

        Reading needs no write lock. Should sight change before the set is written, the phone is told to wipe where
        a sweep would have done: it fetches more, and lacks nothing.
        """
        members = members_of(caller)
        digest = digest_of(members)
        if digest not in self._kept and digest not in self._waiting:
            with self._host.reading() as connection:
                query = select(audience_table.c.digest).where(audience_table.c.digest == digest)
                found = connection.execute(query).first() is not None
            if found:
                self._kept.add(digest)
            else:
                self._waiting[digest] = members
        if self._waiting:
            self._write(dict(self._waiting))

    def _write(self, waiting: dict[str, str]) -> None:
        rows = [{"digest": digest, "members": members} for digest, members in sorted(waiting.items())]
        try:
            with self._host.writing(patient=False) as connection:
                connection.execute(_put, rows)
        except OperationalError:
            return  # it waits for the next exchange
        self._kept |= waiting.keys()
        for digest in waiting:
            self._waiting.pop(digest, None)

    def forget(self) -> None:
        """The database is another than it was."""
        self._kept, self._waiting = set(), {}
