"""How long each kind of thing is kept, why, and by what rule: one table, on which the nightly work runs.

``source`` is [L] where a law says it, [own] where it is our choice; an [own] span is no rule of anybody's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from sync.parked import SETTLED_SHOWN_DAYS
from webapp import retention
from webapp.privacy import ageing

Task = Callable[[Connection, datetime], int]


@dataclass(frozen=True)
class Span:
    """``kind`` has its words at the desk; ``task`` does it, a piece at a time; None: it is kept."""

    kind: str
    days: int | None
    task: Task | None
    source: str


SPANS: Final = (
    Span("track", retention.TRACKS_KEPT_DAYS, retention.tracks_are_deleted, "[L] PIPL 19, 28"),
    Span("visit", ageing.RECORDS_KEPT_DAYS, ageing.visits_are_deleted, "[L] PIPL 19; [own]"),
    Span("opinion", ageing.RECORDS_KEPT_DAYS, ageing.opinions_are_deleted, "[L] PIPL 19; [own]"),
    Span("finding", ageing.RECORDS_KEPT_DAYS, ageing.findings_are_deleted, "[L] PIPL 19; [own]"),
    Span("command", SETTLED_SHOWN_DAYS, retention.settled_commands_leave, "[own]"),
    Span("case_shown", retention.CASES_SHOWN_DAYS, retention.closed_cases_leave, "[own]"),
    Span("alert", retention.ALERTS_SHOWN_DAYS, retention.old_alerts_leave, "[own]"),
    Span("delivery", retention.DELIVERIES_KEPT_DAYS, retention.deliveries_are_pruned, "[own]"),
    Span("blob", retention.BLOBS_UNUSED_DAYS, retention.unused_blobs_are_forgotten, "[L] PIPL 19; [own]"),
    Span("session", ageing.SESSIONS_KEPT_DAYS, ageing.ended_sessions_are_deleted, "[own]"),
    Span("account", ageing.CLOSED_NAMES_KEPT_DAYS, ageing.closed_accounts_lose_their_names, "[L] PIPL 19; [own]"),
    Span("case", None, None, "[L] 滨州 2021"),
    Span("audit", None, None, "[L] PIPL 51"),
    Span("consent", None, None, "[L] PIPL 13, 15"),
    Span("patrol", None, None, "[L] 志愿服务条例 19"),
)
NIGHTLY: Final[tuple[Span, ...]] = tuple(span for span in SPANS if span.task is not None)
