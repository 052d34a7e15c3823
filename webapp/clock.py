"""The only reader of the clock, so that tests can stop it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present time, in UTC."""
    return datetime.now(UTC)
