"""Which moves a person may make with a matter, and what each asks. The rules are those of ``webapp.cases`` alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sync import Batch
from webapp.cases.advance import may_close, who_may
from webapp.cases.ladder import is_office, stands_on, steps_up
from webapp.cases.stages import ESCALATES, INSIDE, moves_from
from webapp.desk.visitor import Visitor

# What each move asks for; those that ask nothing are made at once.
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "accept": (),
    "begin": (),
    "decline": ("note", "refer_to"),
    "discuss": ("note",),
    "assign": ("lead", "assisting", "due", "note"),
    "progress": ("note",),
    "handled": ("note",),
    "giveback": ("note",),
    "close": ("settled", "satisfied", "note"),
    "conclude": ("settled", "satisfied", "note"),
    "attempt": ("note",),
    "reopen": ("note",),
    "answer": ("note",),
    "escalate": ("note",),
    "nudge": ("note",),
    "extend": ("due", "note"),
}
NEEDED: Final[dict[str, tuple[str, ...]]] = FIELDS | {
    "discuss": (),
    "assign": ("lead",),
    "close": ("settled",),
    "conclude": (),
    "nudge": (),
}
# The most likely next step comes first: it wears the armband. The others follow in this order, without one.
LIKELY: Final = ("accept", "answer", "assign", "begin", "handled", "close", "conclude", "attempt", "progress", "nudge")
OTHERS: Final = (
    "nudge", "extend", "discuss", "assign", "progress", "answer", "attempt",
    "reopen", "giveback", "decline", "escalate",
)  # fmt: skip
UNDER_WAY: Final = ("assigned", "handling")  # somebody is at it, and may be reminded or given more time
ICONS: Final = {"escalate": "ladder", "progress": "pen", "attempt": "phone", "discuss": "meeting", "nudge": "nudge"}

_NAMES: Final = {
    ("raised", "accepted"): "accept",
    ("raised", "declined"): "decline",
    ("accepted", "declined"): "decline",
    ("accepted", "discussing"): "discuss",
    ("accepted", "assigned"): "assign",
    ("discussing", "assigned"): "assign",
    ("assigned", "handling"): "begin",
    ("assigned", "accepted"): "giveback",
    ("handling", "accepted"): "giveback",
    ("handling", "handling"): "progress",
    ("handling", "handled"): "handled",
    ("appraising", "appraising"): "attempt",
    ("appraising", "handling"): "reopen",
    ("appraising", "closed"): "close",
}


@dataclass(frozen=True)
class Move:
    """``to`` is the state of ``case.advance``. An escalation has the level it goes to, and those it leaves on the way:
    ``case.escalate`` climbs one at a time, and inside the estate all of them are the secretary's."""

    name: str
    to: str | None = None
    level: str | None = None
    hops: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return FIELDS[self.name]

    @property
    def needed(self) -> tuple[str, ...]:
        return NEEDED[self.name]

    @property
    def at_once(self) -> bool:
        return not FIELDS[self.name]

    @property
    def icon(self) -> str | None:
        return ICONS.get(self.name)


@dataclass(frozen=True)
class Moves:
    """All that this person may do; ``likely`` is the one next step, if there is one."""

    likely: Move | None
    others: tuple[Move, ...]

    def named(self, name: str | None) -> Move | None:
        every = ([self.likely] if self.likely else []) + list(self.others)
        return next((move for move in every if move.name == name), None)


def moves_of(batch: Batch, visitor: Visitor, row: dict[str, Any]) -> Moves:
    found: dict[str, Move] = {}
    for to in moves_from(row["state"], row["level"], row["left"]):
        if visitor.may("case.advance") and who_may(batch, visitor.caller, visitor.rights.now, row, to):
            name = _name(batch, visitor, row, to)
            if name is not None:
                found[name] = Move(name, to)
    if visitor.may("case.escalate") and stands_on(visitor.rights.now, row) and row["state"] in ESCALATES:
        found |= _escalation(batch, visitor, row)
    if is_office(visitor.rights.now, row) and row["state"] in UNDER_WAY:
        found |= {"nudge": Move("nudge"), "extend": Move("extend")}
    likely = next((found[name] for name in LIKELY if name in found), None)
    order = [*OTHERS, *(name for name in LIKELY if name not in OTHERS)]
    return Moves(likely, tuple(found[name] for name in order if name in found and found[name] is not likely))


def _escalation(batch: Batch, visitor: Visitor, row: dict[str, Any]) -> dict[str, Move]:
    """To the next level on which somebody holds a post; the office goes on until it is no longer its own."""
    hops, own = [row["level"]], is_office(visitor.rights.now, row) and row["level"] in INSIDE
    for level, _organisation, staff in steps_up(batch, row):
        if not staff:
            continue
        if not own or level not in INSIDE:
            return {"escalate": Move("escalate", level=level, hops=tuple(hops))}
        hops.append(level)
    return {}


def _name(batch: Batch, visitor: Visitor, row: dict[str, Any], to: str) -> str | None:
    state = row["state"]
    if state == "escalated":
        if to == row["left"][-1][0]:
            return "answer"
        state = next((left for left, *_ in reversed(row["left"]) if left != "escalated"), "raised")
    name = _NAMES.get((state, to))
    if name != "close":
        return name
    if not may_close(row, visitor.caller, batch, visitor.rights.now):
        return None  # first two attempts to reach the reporter
    appraises = who_may(batch, visitor.caller, visitor.rights.now, row, "handling")
    return "close" if appraises else "conclude"
