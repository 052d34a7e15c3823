"""The plan of what happened: who recorded what and when, in the order in which it reached the server."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from webapp.demo.ids import Ids
from webapp.demo.places import Estate

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = 30


@dataclass(frozen=True)
class Entry:
    """One command. ``expects`` of a case's move is filled in when its turn comes, from where the case then is."""

    at: datetime
    made_at: str
    login: str
    type: str
    payload: dict[str, Any]
    id: str


@dataclass
class Diary:
    """Collects entries; whatever would lie in the future is left out."""

    ids: Ids
    estate: Estate
    now: datetime
    random: random.Random
    entries: list[Entry] = field(default_factory=list)

    def moment(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """A time of the clock on the wall, so many days ago."""
        day = self.now.astimezone(ZONE) - timedelta(days=days_ago)
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0)

    def add(self, at: datetime, login: str, type: str, name: str, payload: dict[str, Any], nameless: bool = False,
            lag: timedelta = timedelta(0)) -> bool:  # fmt: skip
        """Adds a command that was made at ``at`` and arrived ``lag`` later; False where that is still to come."""
        if at + lag >= self.now:
            return False
        id = self.ids.nameless(f"command:{name}") if nameless else self.ids(f"command:{name}")
        made_at = at.astimezone(ZONE).isoformat(timespec="milliseconds")
        self.entries.append(Entry(at + lag, made_at, login, type, payload, id))
        return True

    def ordered(self) -> list[Entry]:
        """In order of arrival; what arrived together stays in the order in which it was made."""
        return sorted(self.entries, key=lambda entry: entry.at)
