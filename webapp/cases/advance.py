"""The rules of ``case.advance``: who may make which move, what a move must say, and what it changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sync import Batch, Caller, Command, Rejected
from webapp.cases import clocks
from webapp.cases.ladder import is_office, is_unit
from webapp.cases.stages import ATTEMPTS_BEFORE_CLOSING, moves_from
from webapp.cases.tables import reporter_table
from webapp.people.permissions import ROLES
from webapp.places.rights import Holding


def who_may(batch: Batch, caller: Caller, posts: tuple[Holding, ...], row: dict[str, Any], to: str) -> bool:
    """Whether one of these posts may move the case to ``to``. A move that is not in the table is nobody's: told as
    invalid.
    """
    allowed = moves_from(row["state"], row["level"], row["left"])
    if to not in allowed:
        return is_office(posts, row) or _is_lead(caller, posts, row)
    return any(_is(who, batch, caller, posts, row) for who in allowed[to])


def _is_lead(caller: Caller, posts: tuple[Holding, ...], row: dict[str, Any]) -> bool:
    return is_unit(posts, caller.account, row["lead"], row)


def _is(who: str, batch: Batch, caller: Caller, posts: tuple[Holding, ...], row: dict[str, Any]) -> bool:
    if who == "office":
        return is_office(posts, row)
    if who == "lead":
        return _is_lead(caller, posts, row)
    if who == "helper":
        return any(is_unit(posts, caller.account, unit, row) for unit in (row["lead"], *row["assisting"]))
    if _is_lead(caller, (*posts, *caller.rights.now), row):  # who handles it does not also say whether it is settled
        return False
    if who == "caller":
        return is_office(posts, row) or _place_worker(posts, row)
    return _appraises(batch, caller, posts, row)


def _place_worker(posts: tuple[Holding, ...], row: dict[str, Any]) -> bool:
    return any(post.role == "grid_worker" and post.reaches(row["estate_id"], row["grid_code"]) for post in posts)


def _appraises(batch: Batch, caller: Caller, posts: tuple[Holding, ...], row: dict[str, Any]) -> bool:
    """The reporter; without one, who raised it; for an anonymous opinion the place's grid worker."""
    if row["anonymous"]:
        return _place_worker(posts, row)
    reporters = {one["account_id"] for one in batch.children(reporter_table, "case_id", row["id"])} - {None}
    return caller.account in (reporters or {row["account_id"]})


def check_details(command: Command, batch: Batch, row: dict[str, Any]) -> None:
    """What each move must say; ``invalid`` with the field that is missing."""
    p = command.payload
    allowed = moves_from(row["state"], row["level"], row["left"])
    if p["to"] not in allowed:
        raise Rejected("invalid", fields={"to": ["transition"]})
    faults: dict[str, list[str]] = {}
    back = row["state"] == "escalated" and p["to"] == row["left"][-1][0]
    if p["to"] == "declined" and not (p["refer_to"] and p["note"].strip()):
        faults = {"refer_to" if not p["refer_to"] else "note": ["required"]}
    elif p["to"] == "assigned" and not back and p["lead"] is None:
        faults = {"lead": ["required"]}
    elif p["to"] == "closed" and row["attempts"] < ATTEMPTS_BEFORE_CLOSING and p["settled"] is None:
        faults = {"settled": ["required"]}
    elif (back or p["to"] in ("handled", "appraising") or _returns(row, p["to"])) and not p["note"].strip():
        faults = {"note": ["required"]}
    for name, units in (("lead", [p["lead"]] if p["lead"] else []), ("assisting", p["assisting"])):
        if any(unit not in ROLES and len(unit) != 36 for unit in units):
            faults[name] = ["person"]
    if faults:
        raise Rejected("invalid", fields=faults)


def _returns(row: dict[str, Any], to: str) -> bool:
    return to == "accepted" and row["state"] in ("assigned", "handling")


def may_close(row: dict[str, Any], caller: Caller, batch: Batch, posts: tuple[Holding, ...]) -> bool:
    """Staff close only after two dated attempts to reach the reporter; the reporter closes at once."""
    return _appraises(batch, caller, posts, row) or row["attempts"] >= ATTEMPTS_BEFORE_CLOSING


def advance_values(command: Command, batch: Batch, row: dict[str, Any], time_zone: str) -> tuple[dict[str, Any], str]:
    """What the move changes, and its kind for those who listen: moved, assigned or returned."""
    p, now = command.payload, batch.now
    values: dict[str, Any] = {"moved_at": now, "state": p["to"]}
    if p["to"] != row["state"]:
        values["nudges"] = 0  # a new step has a clock of its own
    if row["state"] == "escalated":
        if p["to"] == row["left"][-1][0]:
            state, level, organisation_id = row["left"][-1]
            return values | {
                "state": state,
                "level": level,
                "organisation_id": organisation_id,
                "left": row["left"][:-1],
            }, "returned"
        values["left"] = []  # the micro-complex takes it on from here
    if p["to"] == "accepted":
        values |= {"lead": None, "assisting": [], "due_at": clocks.handle_by(now, time_zone)}
    elif p["to"] == "declined":
        values |= {"refer_to": p["refer_to"], "due_at": None, "closed_at": now}
    elif p["to"] == "assigned":
        due = datetime.fromisoformat(p["due_at"]) if p["due_at"] else clocks.handle_by(now, time_zone)
        values |= {"lead": p["lead"], "assisting": list(dict.fromkeys(p["assisting"])), "due_at": due}
        return values, "assigned"
    elif p["to"] == "handled":
        values |= {"state": "appraising", "due_at": None}
    elif p["to"] == "appraising":
        values["attempts"] = row["attempts"] + 1
    elif p["to"] == "handling" and row["state"] == "appraising":
        values |= {"attempts": 0, "due_at": clocks.handle_by(now, time_zone)}
    elif p["to"] == "closed":
        if not may_close(row, command.caller, batch, command.caller.rights.now) and not batch.overrule:
            raise Rejected("forbidden")
        values |= {"settled": p["settled"], "satisfied": p["satisfied"], "closed_at": now, "due_at": None}
    return values, "moved"
