"""Erasures and withdrawn consents, written outside the database too: one line each in ``instance/erasures``, of ids and
when it was.

A restored backup holds again what somebody had deleted, or is from before it was recorded, and a phone sends it again.
The worker finds, within a minute, the lines that the database knows nothing of, deletes once more, and notes what must
not come back (``away``); and it takes back again what had been agreed to (``consents``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sync.columns import iso
from webapp import settings
from webapp.privacy.away import Gone
from webapp.privacy.subject import Subject

NAME: Final = "erasures"


@dataclass(frozen=True)
class Line:
    """``at`` is when it was asked: what came to be known later is no part of it. ``taken_back`` are the visits and
    matters for which consent was withdrawn; such a line deletes nothing."""

    id: str
    subject: Subject
    gone: Gone
    at: datetime
    taken_back: tuple[str, ...] = ()


def path() -> Path:
    return settings.current().instance / NAME


def read() -> list[Line]:
    """Oldest first. A line that was cut short by a full disk or a power cut is nobody's: its deletion failed too."""
    file, found = path(), []
    for text in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            said = json.loads(text)
        except ValueError:
            continue
        since = datetime.fromisoformat(said["since"]) if "since" in said else None
        whose = Subject(said["account_id"], said["household_id"], since, said.get("reader"))
        back = tuple(said.get("taken_back", ()))
        found.append(Line(said["id"], whose, said["gone"], datetime.fromisoformat(said["at"]), back))
    return found


def keep(id: str, subject: Subject, gone: Gone, at: datetime, taken_back: Iterable[str] = ()) -> None:
    """On the disk before the deletion is committed: what fails after this is done over, which harms nobody."""
    whose = {"id": id, "at": iso(at), "account_id": subject.account_id, "household_id": subject.household_id}
    whose |= {"since": iso(subject.since), "reader": subject.reader} if subject.since else {}
    handle = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{json.dumps(whose | {'gone': gone} | ({'taken_back': list(taken_back)} if taken_back else {}))}\n")
        file.flush()
        os.fsync(file.fileno())
