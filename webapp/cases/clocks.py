"""Time limits, on a working-day calendar (DOMAIN.md). Every one is a default that the desk may change for a case.

Sources: to accept – Beijing DB11/T 2021: danger 1 h, water, power, gas and heat 2 h, others 24 h [P];
to handle – 5 working days as a rule, 15 for hard ones [P].
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

ACCEPT_URGENT: Final = timedelta(hours=1)
ACCEPT_FACILITIES: Final = timedelta(hours=2)
ACCEPT_USUAL: Final = timedelta(hours=24)
HANDLE_WORKING_DAYS: Final = 5
END_OF_WORK_HOUR: Final = 18


def accept_by(category: str, urgent: bool, now: datetime) -> datetime:
    """Until when somebody has to say yes or no; a clock that runs at night too."""
    if urgent:
        return now + ACCEPT_URGENT
    return now + (ACCEPT_FACILITIES if category == "facilities" else ACCEPT_USUAL)


def handle_by(now: datetime, time_zone: str, days: int = HANDLE_WORKING_DAYS) -> datetime:
    """The end of the working day that many working days on, in the organisation's time."""
    local = now.astimezone(ZoneInfo(time_zone))
    while days:
        local += timedelta(days=1)
        days -= is_working_day(local.date())
    return local.replace(hour=END_OF_WORK_HOUR, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


def is_working_day(day: date) -> bool:
    """Public holidays are none; a weekend day that was made a workday is one, as far as such days are published."""
    return bool(_calendar(day.year).is_working_day(day))


@cache
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=[year])
