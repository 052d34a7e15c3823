"""The moves of a demo's matter, in few words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """A command on a case: how long after the step before, by whom, what."""

    after_hours: float
    login: str
    type: str
    payload: dict[str, Any]


def move(after_hours: float, login: str, to: str, note: str = "", **more: Any) -> Step:
    return Step(after_hours, login, "case.advance", {"to": to, "note": note, **more})


def handle(after_hours: float, login: str, note: str) -> Step:
    return move(after_hours, login, "handled", note)


def try_to_reach(after_hours: float, login: str, note: str) -> Step:
    return move(after_hours, login, "appraising", note)


def escalate(after_hours: float, login: str, reason: str) -> Step:
    return Step(after_hours, login, "case.escalate", {"reason": reason})


def join(after_hours: float, login: str, reporter: str) -> Step:
    """ "Me too", said to somebody on duty; ``reporter`` is the login of who said it."""
    return Step(after_hours, login, "case.join", {"reporter": reporter})
