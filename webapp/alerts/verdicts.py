"""What an answer of a push service means for a delivery (RECIPES.md, Sending pushes). Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

WAIT_MOST: Final = timedelta(minutes=15)
AGAIN: Final = (408, 425, 429)  # and all of 5xx
DEAD: Final = (404, 410)


@dataclass(frozen=True)
class Verdict:
    """``state``: sent; pending (once more at ``due_at``); gone (nobody there any more); failed (for good).

    ``ours`` says that we did something wrong, or that the push service takes it so: the operator is to look.
    """

    state: str
    status: int | None = None
    fault: str | None = None
    due_at: datetime | None = None
    ours: bool = False


def judge(status: int, retry_after: str | None, tries: int, now: datetime, expires_at: datetime) -> Verdict:
    """The verdict on an answer to the try number ``tries``, from 1."""
    if 200 <= status < 300:
        return Verdict("sent", status)
    fault = f"answer {status}"
    if status in DEAD:
        return Verdict("gone", status, fault)
    if status in AGAIN or status >= 500:
        return again(fault, tries, now, expires_at, status, retry_after)
    return Verdict("failed", status, fault, ours=True)


def again(fault: str, tries: int, now: datetime, expires_at: datetime, status: int | None = None,
          retry_after: str | None = None) -> Verdict:  # fmt: skip
    """Once more: at the time asked for or after 2ⁿ seconds, whichever is later, within 15 minutes and the lifetime."""
    wait = max(asked_for(retry_after, now), backoff(tries))
    due_at = now + min(wait, WAIT_MOST)
    if due_at >= expires_at:
        return Verdict("failed", status, fault)
    return Verdict("pending", status, fault, due_at)


def backoff(tries: int) -> timedelta:
    """2ⁿ seconds, up to half as much again, so that those who failed together do not come back together."""
    seconds = 2 ** min(max(tries, 1), 12)
    return timedelta(seconds=seconds * random.uniform(1, 1.5))


def asked_for(retry_after: str | None, now: datetime) -> timedelta:
    """``Retry-After`` in seconds or as a date; nothing where it is neither."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=int(text[:9]))
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return timedelta()
    return max(timedelta(), (at if at.tzinfo else at.replace(tzinfo=UTC)) - now)
