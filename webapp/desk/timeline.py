"""What happened to a matter, newest first, in words: roles, not names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from webapp.cases.stages import STEP_OF
from webapp.desk.shown import unit_words
from webapp.desk.visitor import Visitor
from webapp.desk.words import cap, code, say

ICONS: Final = {"escalate": "ladder", "skip": "ladder", "join": "people", "nudge": "nudge", "extend": "clock"}
STEPS: Final = {
    "accepted": "accept",
    "declined": "decline",
    "discussing": "discuss",
    "assigned": "assign",
    "handled": "handled",
    "closed": "close",
}


@dataclass(frozen=True)
class Step:
    title: str
    note: str
    when: str
    link: str | None  # the chain's character, where the step brought the matter to another link
    icon: str
    bell: bool
    over: bool


def steps_of(row: dict[str, Any], moves: list[dict[str, Any]], names: dict[str, str], visitor: Visitor) -> list[Step]:
    """The steps from the newest down. The one that follows ``handled`` by itself is not told twice."""
    told = [move for move in moves if move["from_state"] != "handled"]
    return [_step(row, move, moves, names, visitor) for move in reversed(told)]


def _step(
    row: dict[str, Any], move: dict[str, Any], moves: list[dict[str, Any]], names: dict[str, str], visitor: Visitor
) -> Step:
    said = visitor.language
    who = code(said, "role", move["role"], say(said, "role.none"))
    level = code(said, "level", move["level"])
    lead = unit_words(row["lead"], names, said) if _is_last_assignment(move, moves) else ""
    key = step_key(row, move)
    if key == "assign" and not lead:
        key = "assign.plain"
    when = visitor.times.when(move["at"])
    if move["kind"] not in ("raise", "nudge") and move["role"]:
        when = say(said, "timeline.when", when=when, who=who)
    return Step(
        title=cap(say(said, f"step.{key}", who=who, level=level, lead=lead)),
        note=move["note"],
        when=cap(when),
        link=_link(move),
        icon=ICONS.get(move["kind"], "pen"),
        bell=move["kind"] == "nudge",
        over=move["to_state"] == "closed",
    )


def _is_last_assignment(move: dict[str, Any], moves: list[dict[str, Any]]) -> bool:
    """The matter keeps its present lead alone: earlier assignments are told without one."""
    return move is next((one for one in reversed(moves) if one["to_state"] == "assigned"), None)


def step_key(row: dict[str, Any], move: dict[str, Any]) -> str:
    """Which words: the same step means another thing where it comes from another state."""
    kind, before, after = move["kind"], move["from_state"], move["to_state"]
    if kind == "raise":
        return "raise.anonymous" if row["anonymous"] else "raise"
    if kind == "join":
        return "reporter" if row["from_kind"] == "call" and move["position"] == 1 else "join"
    if kind != "advance":
        return kind if kind in ("escalate", "skip", "nudge", "extend") else "other"
    if before == "escalated":
        return "answer" if after not in ("accepted", "declined") else STEPS[after]
    if after == "accepted" and before in ("assigned", "handling"):
        return "giveback"
    if after == "handling":
        return {"handling": "progress", "appraising": "reopen"}.get(before, "begin")
    if after == "appraising":
        return "attempt"
    return STEPS.get(after, "other")


def _link(move: dict[str, Any]) -> str | None:
    if move["kind"] == "raise":
        return "raise"
    if move["kind"] != "advance":
        return None
    after = "appraise" if move["to_state"] == "handled" else STEP_OF[move["to_state"]]
    return after if after != STEP_OF.get(move["from_state"], "appraise") else None
