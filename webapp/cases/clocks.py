"""Time limits, on a working-day calendar (DOMAIN.md). Every one is a default that the desk may change for a case.

Sources: to accept – Beijing DB11/T 2021: danger 1 h, water, power, gas and heat 2 h, others 24 h [P];
to handle – 5 working days as a rule [P].
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ACCEPT_URGENT: Final = timedelta(hours=1)
ACCEPT_FACILITIES: Final = timedelta(hours=2)
ACCEPT_USUAL: Final = timedelta(hours=24)
HANDLE_WORKING_DAYS: Final = 5
END_OF_WORK_HOUR: Final = 18


def accept_by(category: str, urgent: bool, now: datetime) -> datetime:
    if urgent:
        return now + ACCEPT_URGENT
    return now + (ACCEPT_FACILITIES if category == "facilities" else ACCEPT_USUAL)


def handle_by(now: datetime, time_zone: str, days: int = HANDLE_WORKING_DAYS) -> datetime:
    """The end of the working day that many working days on: Monday to Friday, in the organisation's time."""
    local = now.astimezone(ZoneInfo(time_zone))
    while days:
        local += timedelta(days=1)
        days -= local.weekday() < 5
    return local.replace(hour=END_OF_WORK_HOUR, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
