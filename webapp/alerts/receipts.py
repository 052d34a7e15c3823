"""Receipts: a browser tells that it has shown an alert, or that its person has opened it."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, update

from sync.feeds import publish
from webapp.alerts.telling import alert_table, document, token_of
from webapp.payloads import UUID
from webapp.people.posts import account_table

NOBODY: Final = "00000000-0000-0000-0000-000000000000"


def find(connection: Connection, alert_id: str, token: str, secret: bytes) -> dict[str, Any] | None:
    """The alert, if the token is its own. An unknown id costs the same work as a wrong token."""
    id = alert_id.lower() if UUID.match(alert_id) else NOBODY
    own = hmac.compare_digest(token_of(id, secret).encode(), token.encode("utf-8", "replace"))
    row = connection.execute(select(alert_table).where(alert_table.c.id == id)).mappings().first()
    return dict(row) if row is not None and own else None


def is_news(row: dict[str, Any], what: str) -> bool:
    """Whether this receipt says something that is not known yet."""
    return row["shown_at"] is None or (what == "opened" and row["opened_at"] is None)


def take(connection: Connection, row: dict[str, Any], what: str, at: datetime, now: datetime) -> None:
    """Writes a receipt down, once; a later one changes nothing. What was opened was shown.

    ``at`` is the phone's clock, believed between the alert and now: receipts wait while there is no network.
    """
    at = min(max(at, row["at"]), now)
    a = alert_table.c
    mine = update(alert_table).where(a.id == row["id"])
    connection.execute(mine.where(a.shown_at.is_(None)).values(shown_at=at))
    if what == "opened" and connection.execute(mine.where(a.opened_at.is_(None)).values(opened_at=at)).rowcount == 1:
        home = select(account_table.c.home_id).where(account_table.c.id == row["account_id"])
        publish(connection, [document({**row, "opened_at": at}, connection.execute(home).scalar_one())], now)
