"""What each answer of a push service means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from webapp.alerts.verdicts import WAIT_MOST, again, asked_for, backoff, judge

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TOMORROW = NOW + timedelta(hours=24)


def verdict(status: int, retry_after: str | None = None, tries: int = 1, expires_at: datetime = TOMORROW):
    return judge(status, retry_after, tries, NOW, expires_at)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_taken(status):
    assert verdict(status).state == "sent"


@pytest.mark.parametrize("status", [404, 410])
def test_nobody_there_any_more(status):
    found = verdict(status)
    assert (found.state, found.ours) == ("gone", False)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 403, 405, 413])
def test_our_own_fault_is_not_repeated(status):
    found = verdict(status)
    assert (found.state, found.ours, found.status, found.due_at) == ("failed", True, status, None)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_once_more_later(status):
    found = verdict(status)
    assert (found.state, found.ours) == ("pending", False)
    assert NOW + timedelta(seconds=2) <= found.due_at <= NOW + timedelta(seconds=3)


@pytest.mark.parametrize("retry_after", ["120", " 120 ", format_datetime(NOW + timedelta(seconds=120), usegmt=True)])
def test_both_forms_of_retry_after(retry_after):
    assert verdict(429, retry_after).due_at == NOW + timedelta(seconds=120)


def test_the_later_of_both_counts():
    assert verdict(429, "1", tries=5).due_at >= NOW + timedelta(seconds=32)


@pytest.mark.parametrize("retry_after", ["86400", "9" * 30, format_datetime(NOW + timedelta(days=2), usegmt=True)])
def test_never_longer_than_a_quarter_of_an_hour(retry_after):
    assert verdict(503, retry_after).due_at == NOW + WAIT_MOST


@pytest.mark.parametrize("nonsense", ["", "soon", "-5", "1.5", "١٢", "Tue, 99 Foo 2026 99:99:99 GMT",
                                      format_datetime(NOW - timedelta(days=1), usegmt=True)])  # fmt: skip
def test_nonsense_asks_for_nothing(nonsense):
    assert asked_for(nonsense, NOW) == timedelta()


@pytest.mark.parametrize("tries", [1, 2, 3, 8, 30])
def test_waits_double_and_spread(tries):
    least = timedelta(seconds=2 ** min(tries, 12))
    waits = {backoff(tries) for _ in range(20)}
    assert all(least <= wait <= least * 1.5 for wait in waits)
    assert len(waits) > 1


def test_not_past_the_end_of_its_life():
    assert again("timeout", 1, NOW, NOW + timedelta(seconds=10)).state == "pending"
    over = again("timeout", 1, NOW, NOW + timedelta(seconds=1))
    assert (over.state, over.fault, over.ours) == ("failed", "timeout", False)
