"""Time limits on a working-day calendar that knows public holidays and make-up workdays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from webapp.cases.clocks import accept_by, handle_by, is_working_day

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # a Tuesday, ten in the morning in Xining


@pytest.mark.parametrize(
    ("category", "urgent", "hours"), [("security", True, 1), ("facilities", False, 2), ("other", False, 24)]
)
def test_to_accept(category, urgent, hours):
    assert accept_by(category, urgent, NOW) == NOW + timedelta(hours=hours)


def test_five_working_days_end_at_six_in_the_organisations_time():
    due = handle_by(NOW, "Asia/Shanghai")
    assert due.astimezone(ZoneInfo("Asia/Shanghai")).isoformat() == "2026-12-01T18:00:00+08:00"


def test_national_day_does_not_count_and_the_make_up_saturday_does():
    before = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
    due = handle_by(before, "Asia/Shanghai", days=2)
    assert due.astimezone(ZoneInfo("Asia/Shanghai")).date() == date(2026, 10, 9)
    assert is_working_day(date(2026, 10, 10)) and not is_working_day(date(2026, 10, 1))


def test_a_year_beyond_the_published_days_has_its_holidays_and_no_error():
    assert not is_working_day(date(2027, 2, 8)) and not is_working_day(date(2027, 2, 20))
