"""Last contact, version and what waits of each device: gathered, and written for all together and seldom."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update
from sqlalchemy.exc import OperationalError

from .columns import Row, UtcDateTime
from .ledger import device_table
from .registry import Caller
from .wire import Envelope

if TYPE_CHECKING:
    from .host import Host

CONTACT_MINUTES = 10  # at most so often (PROTOCOL, exchange)

_write = (
    update(device_table)
    .where(device_table.c.id == bindparam("_id"))
    .values(
        contacted_at=bindparam("_at", type_=UtcDateTime()), app=bindparam("_app"), waiting=bindparam("_waiting")
    )
)


class Contacts:
    """Those of one process."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._rows: dict[str, Row] = {}
        self._written: datetime | None = None
        self._lock = threading.Lock()

    def note(self, envelope: Envelope, caller: Caller, now: datetime) -> None:
        """Keeps this one in mind, so that a poll takes no lock; now and then all are written."""
        row = {"_id": caller.device, "_at": now, "_app": envelope.app, "_waiting": envelope.waiting}
        with self._lock:
            self._rows[caller.device] = row
            due = self._written is None or now - self._written >= timedelta(minutes=CONTACT_MINUTES)
            if not due:
                return
            rows, self._rows, self._written = list(self._rows.values()), {}, now
        self.write(rows)

    def write(self, rows: list[Row]) -> None:
        try:
            with self._host.writing(patient=False) as connection:
                connection.execute(_write, rows)
        except OperationalError:
            # The database is busy: a poll is not worth a 503 for the sake of a time of day. It is written next time.
            with self._lock:
                self._written = None
                for row in rows:
                    self._rows.setdefault(row["_id"], row)

    def forget(self) -> None:
        """The database is another than it was."""
        with self._lock:
            self._rows, self._written = {}, None
