"""A case's life, pure: steps, states, who may move it where (DOMAIN.md, "A case's life").

raise (说) → discuss (商) → handle (办) → appraise (评).
"""

from __future__ import annotations

from typing import Final

LEVELS: Final = ("unit", "building", "grid", "estate", "community", "street", "district")
INSIDE: Final = LEVELS[:4]  # within the estate: the micro-complex may act for each of them
STAFF_OF_LEVEL: Final = {
    "unit": "unit_head",
    "building": "building_head",
    "grid": "grid_worker",
    "estate": "secretary",
    "community": "community_staff",
    "street": "street_staff",
    "district": "district_staff",
}
LEVEL_OF_ROLE: Final = {role: level for level, role in STAFF_OF_LEVEL.items()} | {
    "owners_committee": "estate",
    "property_company": "estate",
}
STATES: Final = (
    "raised", "accepted", "declined", "discussing", "assigned", "handling", "escalated", "appraising", "closed",
)  # fmt: skip
STEP_OF: Final = {
    "raised": "raise",
    "accepted": "raise",
    "declined": "raise",
    "discussing": "discuss",
    "assigned": "handle",
    "handling": "handle",
    "escalated": "handle",
    "appraising": "appraise",
    "closed": "appraise",
}
ATTEMPTS_BEFORE_CLOSING: Final = 2  # dated attempts to reach the reporter, after which staff may close

# from → to → who: office (the micro-complex, or the staff of an upper level), lead, helper (lead or assisting unit),
# appraiser (the reporter; without one, who raised it; for an anonymous opinion the place's grid worker; never the
# lead),
# caller (office, after the attempts; and, while trying to reach the reporter, the place's grid worker)
MOVES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "raised": {"accepted": ("office",), "declined": ("office",)},
    "accepted": {"discussing": ("office",), "assigned": ("office",), "declined": ("office",)},
    "discussing": {"assigned": ("office",)},
    "assigned": {"handling": ("lead",), "accepted": ("lead",)},
    "handling": {"handling": ("helper",), "handled": ("lead",), "accepted": ("lead",)},
    "appraising": {"closed": ("appraiser", "caller"), "handling": ("appraiser",), "appraising": ("caller",)},
    "escalated": {},  # sent back to the state it left; inside the estate also taken on from there
    "declined": {},
    "closed": {},
}
OPEN: Final = tuple(state for state in STATES if state not in ("declined", "closed"))
ESCALATES: Final = tuple(state for state in OPEN if state != "appraising")  # "from any step above" in the table


def moves_from(state: str, level: str, left: list[list[str]]) -> dict[str, tuple[str, ...]]:
    """Where a case may go from here, and by whom."""
    if state != "escalated":
        return MOVES[state]
    back = left[-1][0]
    found: dict[str, tuple[str, ...]] = {back: ("office",)}
    if level == "estate":
        found = MOVES[_resting(left)] | found
    return found


def _resting(left: list[list[str]]) -> str:
    """The last state before the escalations, where the case was really worked on."""
    return next((state for state, *_ in reversed(left) if state != "escalated"), "raised")


def level_of(roles: set[str], has_place: bool) -> str:
    """Where a case starts: at its raiser's level; a resident's or a volunteer's with the grid worker of the place."""
    levels = [LEVEL_OF_ROLE[role] for role in roles if role in LEVEL_OF_ROLE]
    if levels:
        return min(levels, key=LEVELS.index)
    return "grid" if has_place else "estate"
