"""Times in words, in the organisation's time zone: 今天 18:00, 剩 4 小时, 11月24日."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from datetime import date as Date  # noqa: N812 -- the method below has the better right to the word
from typing import Final
from zoneinfo import ZoneInfo

from webapp.desk.words import say

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Times:
    """What time it is, where, and in which language that is said."""

    language: str
    zone: ZoneInfo
    now: datetime

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    @property
    def today(self) -> Date:
        return self.local(self.now).date()

    @property
    def end_of_today(self) -> datetime:
        """The coming midnight, in UTC."""
        return datetime.combine(self.today + timedelta(days=1), time(), self.zone).astimezone(UTC)

    def at(self, day: Date, hour: int) -> datetime:
        """An hour of a local day, in UTC."""
        return datetime.combine(day, time(hour), self.zone).astimezone(UTC)

    def date(self, day: Date) -> str:
        """The date; with its year where that is another."""
        key = "date" if day.year == self.today.year else "date.year"
        return say(
            self.language, key, year=day.year, month=day.month, day=day.day, month_name=MONTHS[day.month - 1]
        )

    def day(self, day: Date) -> str:
        """Today, yesterday, tomorrow, else the date."""
        near = {0: "day.today", -1: "day.yesterday", 1: "day.tomorrow"}
        key = near.get((day - self.today).days)
        return say(self.language, key) if key else self.date(day)

    def clock(self, moment: datetime) -> str:
        return f"{self.local(moment):%H:%M}"

    def when(self, moment: datetime) -> str:
        day = self.day(self.local(moment).date())
        return say(self.language, "when", day=day, clock=self.clock(moment))

    def near(self, moment: datetime) -> str:
        """Under a due time: the hour where the day is today or tomorrow, else the date alone."""
        day = self.local(moment).date()
        return self.when(moment) if abs((day - self.today).days) <= 1 else self.date(day)

    def span(self, length: timedelta) -> str:
        """A length in its one fitting unit, rounded down; never nothing."""
        minutes = max(1, int(abs(length).total_seconds() // 60))
        if minutes < 60:
            return say(self.language, "span.minutes", n=minutes)
        if minutes < 24 * 60:
            return say(self.language, "span.hours", n=minutes // 60)
        return say(self.language, "span.days", n=minutes // (24 * 60))


def moment(text: str | None) -> datetime | None:
    """A time as it went over the wire; None for what is none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None  # a phone's clock may have said anything; the day is shown without it
    return found if found.tzinfo else None
