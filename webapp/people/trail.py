"""Lines of the audit trail about getting in: signing in and out, second steps, devices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from sync.columns import iso
from webapp.people.models import AuditLine


def note(
    connection: Connection, account_id: str | None, action: str, now: datetime, *, subject: str | None = None,
    detail: str | None = None,
) -> None:  # fmt: skip
    """One line. ``detail`` is a word of ours, never what somebody typed."""
    line = {"at": iso(now), "account_id": account_id, "action": action, "subject_id": subject, "detail": detail}
    connection.execute(insert(AuditLine).values(line))
