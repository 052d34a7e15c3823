"""Who holds a case on the phone: those of its place, who raised or reported it, who leads or assists, and the upper
levels that it has come to, each in its own organisation's feed."""

from __future__ import annotations

from typing import Any

from sync import Batch, Document
from sync.columns import iso
from webapp.cases.stages import STAFF_OF_LEVEL
from webapp.cases.tables import move_table, reporter_table
from webapp.people.permissions import ROLES
from webapp.people.posts import home_of
from webapp.places.cells import staff_places
from webapp.places.rights import organisation_table

_PLAIN = (
    "number",
    "title",
    "category",
    "place",
    "urgent",
    "state",
    "level",
    "organisation_id",
    "lead",
    "assisting",
    "anonymous",
)
_ALSO = ("attempts", "refer_to", "settled", "satisfied", "made_at")
_TIMES = ("due_at", "received_at", "moved_at", "closed_at")


Rows = list[dict[str, Any]]


def document(
    row: dict[str, Any], batch: Batch, lines: Rows | None = None, reported: Rows | None = None, new: bool = False
) -> Document:
    """A case as it is shown; ``lines`` and ``reported`` are about to be added to its timeline and its reporters."""
    reporters = (reported or []) if new else batch.children(reporter_table, "case_id", row["id"]) + (reported or [])
    moves = (lines or []) if new else batch.children(move_table, "case_id", row["id"]) + (lines or [])
    doc = {key: row[key] for key in (*_PLAIN, *_ALSO)} | {key: iso(row[key]) for key in _TIMES}
    doc["from"] = {"kind": row["from_kind"], "id": row["from_id"]} if row["from_kind"] else None
    doc["left"] = {"state": row["left"][-1][0], "level": row["left"][-1][1]} if row["left"] else None
    doc["by"] = row["account_id"]
    doc["reporters"] = len(reporters)
    doc["ready"] = True
    doc["timeline"] = [_line(move) for move in moves]
    return Document("cases", row["id"], doc, _places(row, reporters, batch), new=new)


def _line(move: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": iso(move["at"]),
        "kind": move["kind"],
        "by": move["account_id"],
        "role": move["role"],
        "from": move["from_state"],
        "to": move["to_state"],
        "level": move["level"],
        "note": move["note"],
    }


def _places(row: dict[str, Any], reporters: list[dict[str, Any]], batch: Batch) -> list[tuple[str, str]]:
    places = staff_places(row["estate_id"], row["grid_code"])
    units = [row["lead"], *row["assisting"]] if row["lead"] else []
    places += [(row["estate_id"], f"role:{unit}") for unit in units if unit in ROLES]
    accounts = {
        row["account_id"],
        *(reporter["account_id"] for reporter in reporters),
        *(unit for unit in units if unit not in ROLES),
    }
    for account in accounts - {None}:
        if (home := home_of(batch, str(account))) is not None:
            places.append((home, f"account:{account}"))
    for organisation_id in row["reached"]:
        organisation = batch.get(organisation_table, organisation_id)
        assert organisation is not None
        places.append((organisation_id, f"role:{STAFF_OF_LEVEL[organisation['kind']]}"))
    return places
