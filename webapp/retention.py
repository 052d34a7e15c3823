"""What leaves after its time (PROTOCOL, Changes and Blobs).

Each function takes a connection whose transaction may write, and the time. It does a bounded piece and returns how much
that was, so that a night's work is many short transactions; run again, it goes on, and finds nothing in the end.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, cast

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, select

from sync import Document
from sync.documents import standing
from sync.feeds import publish
from sync.ledger import command_table
from sync.parked import SETTLED_SHOWN_DAYS
from webapp.alerts.telling import alert_table, delivery_table
from webapp.blobs.uses import blob_table, sender_table, use_table
from webapp.cases.tables import case_table
from webapp.patrols.models import TrackPiece

CASES_SHOWN_DAYS: Final = 90
ALERTS_SHOWN_DAYS: Final = 90
TRACKS_KEPT_DAYS: Final = 30
DELIVERIES_KEPT_DAYS: Final = 90
BLOBS_UNUSED_DAYS: Final = 30
FILES_UNKNOWN_DAYS: Final = 1
PIECE: Final = 500

track_table = cast(Table, TrackPiece.__table__)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def settled_commands_leave(connection: Connection, now: datetime) -> int:
    """What became of a parked command is shown to its author for 30 days after it was settled."""
    old = command_table.c.settled_at <= now - timedelta(days=SETTLED_SHOWN_DAYS)
    return _leave(connection, "commands", command_table, old, now)


def closed_cases_leave(connection: Connection, now: datetime) -> int:
    """A phone holds cases for 90 days after they were closed or declined; the desk keeps them all."""
    old = case_table.c.closed_at <= now - timedelta(days=CASES_SHOWN_DAYS)
    return _leave(connection, "cases", case_table, old, now)


def old_alerts_leave(connection: Connection, now: datetime) -> int:
    """An inbox holds 90 days."""
    old = alert_table.c.at <= now - timedelta(days=ALERTS_SHOWN_DAYS)
    return _leave(connection, "alerts", alert_table, old, now)


def _leave(connection: Connection, collection: str, table: Table, old: ColumnElement[bool], now: datetime) -> int:
    """Publishes that old documents are gone, for everybody who sees them still."""
    r = standing.c
    seen = select(r.id).where(r.collection == collection, r.gone.is_(False)).distinct()
    ids = list(connection.execute(seen.where(exists().where(table.c.id == r.id, old)).limit(PIECE)).scalars())
    publish(connection, [Document(collection, id, None, []) for id in ids], now)
    return len(ids)


def tracks_are_deleted(connection: Connection, now: datetime) -> int:
    """Whereabouts of patrollers: 30 days."""
    t = track_table.c
    old = select(t.id).where(t.received_at <= now - timedelta(days=TRACKS_KEPT_DAYS)).limit(PIECE)
    return connection.execute(delete(track_table).where(t.id.in_(old))).rowcount


def deliveries_are_pruned(connection: Connection, now: datetime) -> int:
    """What became of pushes is kept for 90 days; those under way are never touched."""
    d = delivery_table.c
    settled = d.state.in_(("sent", "failed", "gone")) & (d.due_at <= now - timedelta(days=DELIVERIES_KEPT_DAYS))
    old = select(d.id).where(settled).limit(PIECE)
    return connection.execute(delete(delivery_table).where(d.id.in_(old))).rowcount


def unused_blobs_are_forgotten(connection: Connection, now: datetime) -> int:
    """Blobs sent 30 days ago and more that no document and no parked command refers to. Their files go a day later."""
    b, long_ago = blob_table.c, now - timedelta(days=BLOBS_UNUSED_DAYS)
    used = exists().where(use_table.c.blob_id == b.id)
    sent_lately = exists().where(sender_table.c.blob_id == b.id, sender_table.c.sent_at > long_ago)
    found = select(b.id).where(b.stored_at <= long_ago, ~used, ~sent_lately)
    ids = set(connection.execute(found).scalars())
    if ids:
        ids -= _digests_of_parked(connection)
    piece = sorted(ids)[:PIECE]
    connection.execute(delete(sender_table).where(sender_table.c.blob_id.in_(piece)))
    connection.execute(delete(blob_table).where(b.id.in_(piece)))
    return len(piece)


def _digests_of_parked(connection: Connection) -> set[str]:
    c = command_table.c
    bodies = connection.execute(select(c.body).where(c.status == "parked", c.body.is_not(None))).scalars()
    return {digest for body in bodies for digest in _DIGEST.findall(body)}


def unknown_files_are_deleted(connection: Connection, now: datetime, folder: Path) -> int:
    """Files that no row knows, a day old: of forgotten blobs, and of uploads that were cut.

    The day is for a phone that sends the same photo at the very moment in which it is forgotten.
    """
    before = (now - timedelta(days=FILES_UNKNOWN_DAYS)).timestamp()
    count = 0
    for part in sorted(path for path in folder.glob("*") if path.is_dir()):
        known = set(connection.execute(select(blob_table.c.id).where(blob_table.c.id.startswith(part.name))).scalars())
        for path in [path for path in part.iterdir() if path.name not in known]:
            if path.stat().st_mtime < before:
                path.unlink()
                count += 1
    return count
