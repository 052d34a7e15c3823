"""The chain's head, written each night outside the database: one line a day in ``instance/audit-heads``, to be printed.

Whoever can write to the database can make a chain that fits whatever it holds. What was on paper, or on another
machine, yesterday cannot be made to fit.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sync.columns import iso
from webapp import settings

NAME: Final = "audit-heads"
RESTORED: Final = "restored"


@dataclass(frozen=True)
class Head:
    at: str
    n: int
    last_id: int
    digest: str

    def __str__(self) -> str:
        return f"{self.at} {self.n} {self.last_id} {self.digest}"


@dataclass(frozen=True)
class Kept:
    """All heads; those since a backup was last put in place, before which the chain may have been longer; when."""

    every: tuple[Head, ...] = ()
    binding: tuple[Head, ...] = ()
    restored_at: str | None = None


def path() -> Path:
    return settings.current().instance / NAME


def read() -> Kept:
    """What the file says. A line that is neither a head nor a mark counts as a head that nothing can match."""
    every: list[Head] = []
    since, restored_at = 0, None
    file = path()
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        parts = line.split()
        if len(parts) == 2 and parts[1] == RESTORED:
            since, restored_at = len(every), parts[0]
        elif len(parts) == 4 and parts[1].isdigit() and parts[2].isdigit():
            every.append(Head(parts[0], int(parts[1]), int(parts[2]), parts[3]))
        elif parts:
            every.append(Head(parts[0], 1, 0, "not a head"))
    return Kept(tuple(every), tuple(every[since:]), restored_at)


def keep(seal: Any, now: datetime) -> bool:
    """Adds where the chain stands, unless that was the last thing added."""
    kept = read().binding
    if kept and kept[-1].n == seal.n:
        return False
    append(str(Head(iso(now) or "", seal.n, seal.last_id, seal.digest)))
    return True


def note_restored(now: datetime) -> None:
    """A backup was put in place: what was sealed after it was made is gone, and that is no fault."""
    if path().exists():
        append(f"{iso(now)} {RESTORED}")


def append(line: str) -> None:
    handle = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
