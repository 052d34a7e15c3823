"""Who may do what: one table, role × action × scope, that the code runs on.

Scopes: ``cells`` the grid cells of the post; ``estate`` anywhere in the organisation of the post; ``own`` what this
person made or takes part in; ``level`` the post that stands on the case's present level; ``table`` DOMAIN.md's table of
moves.
Source: PROTOCOL.md, Core commands, column "who".
"""

from __future__ import annotations

from typing import Final

UPPER: Final = ("community_staff", "street_staff", "district_staff")
HEADS: Final = ("building_head", "unit_head")
STAFF: Final = (*UPPER, "secretary", "owners_committee", "property_company", "grid_worker", *HEADS)
ROLES: Final = (*STAFF, "patrol_volunteer", "resident")
PATROLLERS: Final = ("patrol_volunteer", "grid_worker")

_ALL = dict.fromkeys(ROLES, "estate") | {"grid_worker": "cells", "building_head": "cells", "unit_head": "cells"}
_STAFF = {role: scope for role, scope in _ALL.items() if role in STAFF}

PERMISSIONS: Final[dict[str, dict[str, str]]] = {
    "patrol.start": dict.fromkeys(PATROLLERS, "estate"),
    "patrol.scan": dict.fromkeys(PATROLLERS, "own"),
    "patrol.track": dict.fromkeys(PATROLLERS, "own"),
    "patrol.finding": dict.fromkeys(PATROLLERS, "estate"),
    "patrol.finish": dict.fromkeys(PATROLLERS, "own"),
    "visit.record": dict.fromkeys(("grid_worker", *HEADS), "cells"),
    "opinion.record": _ALL,
    "claim.record": {"grid_worker": "cells"},
    "case.raise": _STAFF | {"resident": "estate"},
    "case.join": dict.fromkeys(ROLES, "estate"),
    "case.escalate": dict.fromkeys(STAFF, "level"),
    "case.advance": dict.fromkeys(ROLES, "table"),
    "case.extend": dict.fromkeys(STAFF, "level"),
    "case.nudge": dict.fromkeys(STAFF, "level"),
    "record.amend": dict.fromkeys(ROLES, "own"),
    "alert.subscribe": dict.fromkeys(ROLES, "own"),
    "alert.unsubscribe": dict.fromkeys(ROLES, "own"),
    "alert.test": dict.fromkeys(ROLES, "own"),
    # reading what others have recorded there: visits, opinions, findings, and the matters of the place
    "records.read": {"secretary": "estate"} | dict.fromkeys(("grid_worker", *HEADS), "cells"),
    # one's own data: see, take along, correct, withdraw consent, have deleted; and doing it for somebody who asks
    "privacy.own": dict.fromkeys(ROLES, "own"),
    "privacy.serve": {"secretary": "estate"},
    # the desk's own
    "desk.read": dict.fromkeys((*UPPER, "secretary", "owners_committee", "property_company"), "estate"),
    "parked.settle": {"secretary": "estate"},
    "account.close": {"secretary": "estate"},
    "account.invite": {"secretary": "estate"},  # for the roles of ``GIVES``, as the next
    "post.change": {"secretary": "estate"},
    "places.import": {"secretary": "estate"},
    "places.export": {"secretary": "estate"},
}
# Whom an office lets in and appoints: its estate's people, neither those above it nor its own like.
GIVES: Final[dict[str, tuple[str, ...]]] = {
    "secretary": tuple(role for role in ROLES if role not in (*UPPER, "secretary")),
}
READERS: Final = tuple(PERMISSIONS["records.read"])  # who reads what is recorded in their cells


def covers(cell: str, grid_code: str) -> bool:
    """Whether a cell holds a grid code, by ``-`` segments: ``…-3`` holds ``…-3-2`` and not ``…-31``."""
    return grid_code == cell or grid_code.startswith(cell + "-")
