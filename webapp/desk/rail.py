"""The rail: where one can go from here, with what waits there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import g, request

from webapp.db import reading
from webapp.desk import matters, parked
from webapp.desk.visitor import Visitor
from webapp.privacy import claims

# What this office runs by, under one heading of the rail.
RULES: Final = {
    "desk.permissions": "permissions", "desk.seats": "seats", "desk.retention": "retention", "desk.impact": "impact",
}  # fmt: skip

# Those who are here: the list, and what is done about an account, a post, a phone.
PEOPLE: Final = ("desk.people", "desk.invite", "desk.post_", "desk.account_", "desk.device_")


@dataclass(frozen=True)
class Entry:
    endpoint: str
    word: str
    icon: str
    n: int | None
    current: bool


def entries(visitor: Visitor) -> list[Entry]:
    """What this person may open; the counts are those of the page, where it has counted already."""
    if "counts" not in g or "kept" not in g:
        with reading() as connection:
            if "counts" not in g:
                g.counts = matters.counts(connection, visitor)
            g.kept = parked.count(connection, visitor)
            g.claims = claims.count(connection, visitor.organisations_for("privacy.serve"))
    at = request.endpoint or ""
    found = [
        Entry("desk.matters", "nav.matters", "matter", g.counts["open"], at in ("desk.matters", "desk.matter")),
        Entry("desk.records", "nav.records", "list", None, at == "desk.records"),
    ]
    if visitor.may("parked.settle"):
        found.append(Entry("desk.parked", "nav.parked", "sync-kept", g.kept, at.startswith("desk.parked")))
    found.append(Entry("desk.people", "nav.people", "people", None, at.startswith(PEOPLE)))
    if visitor.may("places.import"):
        found.append(Entry("desk.doors", "nav.doors", "building", None, at.startswith("desk.doors")))
    if visitor.may("privacy.serve"):
        at_rights = at.startswith(("desk.privacy", "desk.claim"))
        found.append(Entry("desk.privacy", "nav.privacy", "search", g.claims or None, at_rights))
    found.append(Entry("desk.permissions", "nav.rules", "lock", None, at in RULES))
    return found
