"""What there is to say about a matter's time: the limit, who is waited for, or that it is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from webapp.desk.times import Times
from webapp.desk.words import cap, code, say


@dataclass(frozen=True)
class Due:
    """``words`` in the list with ``more`` quietly below; ``long`` beside the chosen matter. ``tone`` is a class."""

    words: str
    more: str
    long: str
    tone: str


def due_of(row: dict[str, Any], up: bool, times: Times) -> Due:
    """``up``: it waits for an answer from somewhere else than this person's office."""
    said = times.language
    if row["state"] in ("closed", "declined"):
        return _over(row, times)
    if row["state"] == "appraising":
        n = row["attempts"]
        asked = say(said, "due.attempts", n=n) if n else say(said, "due.attempts.none")
        return Due(say(said, "due.appraise"), asked, say(said, "due.long.appraise", asked=asked), "wait")
    if up:
        since = say(said, "due.wait.since", span=times.span(times.now - row["moved_at"]))
        long = say(said, "due.long.wait", level=code(said, "level", row["level"]))
        return Due(say(said, "due.wait"), since, long, "wait")
    if row["due_at"] is None:
        return Due(say(said, "due.none"), "", say(said, "due.none"), "")
    return _running(row, times)


def _over(row: dict[str, Any], times: Times) -> Due:
    said, state = times.language, row["state"]
    when = times.near(row["closed_at"]) if row["closed_at"] else ""
    long = cap(say(said, f"due.long.{state}", when=when))
    return Due(say(said, f"due.{state}"), cap(when), long, "done" if state == "closed" else "")


def _running(row: dict[str, Any], times: Times) -> Due:
    said, due = times.language, row["due_at"]
    gap = due - times.now
    when = times.when(due)
    if gap.total_seconds() < 0:
        words = say(said, "late", span=times.span(gap))
        return Due(words, _limit(row, times), cap(say(said, "due.long.late", when=when, late=words)), "late")
    words = say(said, "left", span=times.span(gap))
    left = say(said, "left.long", span=times.span(gap))
    key = "due.long.accept" if row["state"] == "raised" else "due.long.handle"
    tone = "soon" if due < times.end_of_today else ""
    return Due(words, _limit(row, times), cap(say(said, key, when=when, left=left)), tone)


def _limit(row: dict[str, Any], times: Times) -> str:
    """Below the words: the limit to accept within, else when it is due."""
    if row["state"] == "raised":
        hours = round((row["due_at"] - row["received_at"]).total_seconds() / 3600)
        return say(times.language, "due.accept", n=hours)
    return cap(times.near(row["due_at"]))
