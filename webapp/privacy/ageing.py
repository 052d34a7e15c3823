"""Records that have outlived their purpose: visits, opinions and findings, unless an open matter stands on them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Table, delete, exists, select, update

from sync import Document
from sync.feeds import publish
from webapp.blobs.uses import use_table
from webapp.cases.tables import case_table
from webapp.opinions.commands import opinion_table
from webapp.patrols.commands import finding_table
from webapp.people.models import SignIn
from webapp.people.posts import account_table
from webapp.privacy.subject import OVER
from webapp.retention import PIECE
from webapp.visits.commands import visit_table

RECORDS_KEPT_DAYS: Final = 3 * 365
SESSIONS_KEPT_DAYS: Final = 180
CLOSED_NAMES_KEPT_DAYS: Final = 180
NOBODY: Final = "—"


def visits_are_deleted(connection: Connection, now: datetime) -> int:
    """Who was met at which door."""
    return _aged(connection, "visits", visit_table, now)


def opinions_are_deleted(connection: Connection, now: datetime) -> int:
    """What was said, with a name or without one."""
    return _aged(connection, "opinions", opinion_table, now)


def findings_are_deleted(connection: Connection, now: datetime) -> int:
    """What was found on rounds."""
    return _aged(connection, "findings", finding_table, now)


def ended_sessions_are_deleted(connection: Connection, now: datetime) -> int:
    """When somebody was signed in where: half a year after the end."""
    s = SignIn.__table__.c
    old = select(s.id).where(s.ended_at <= now - timedelta(days=SESSIONS_KEPT_DAYS)).limit(PIECE)
    return connection.execute(delete(SignIn).where(s.id.in_(old))).rowcount


def closed_accounts_lose_their_names(connection: Connection, now: datetime) -> int:
    """Whoever left half a year ago: the number stays, since records and audit lines hold it; name and login go."""
    a = account_table.c
    old = (a.suspended_at <= now - timedelta(days=CLOSED_NAMES_KEPT_DAYS)) & (a.name != NOBODY)
    ids = list(connection.execute(select(a.id).where(old).limit(PIECE)).scalars())
    connection.execute(update(account_table).where(a.id.in_(ids)).values(name=NOBODY, login=None))
    return len(ids)


def _aged(connection: Connection, collection: str, table: Table, now: datetime) -> int:
    before, c = now - timedelta(days=RECORDS_KEPT_DAYS), case_table.c
    needed = exists().where(c.from_id == table.c.id, c.state.not_in(OVER))
    old = table.c.received_at <= before
    if "received_on" in table.c:  # of an anonymous one only the day is known
        old = old | (table.c.received_at.is_(None) & (table.c.received_on <= f"{before:%Y-%m-%d}"))
    ids = list(connection.execute(select(table.c.id).where(old, ~needed).limit(PIECE)).scalars())
    connection.execute(delete(use_table).where(use_table.c.document_id.in_(ids)))
    connection.execute(delete(table).where(table.c.id.in_(ids)))
    publish(connection, [Document(collection, id, None, [], erased=True) for id in ids], now)
    return len(ids)
