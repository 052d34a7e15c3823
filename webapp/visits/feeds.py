"""Which visits a phone may hold: the author's own, and those of the cells that its person looks after."""

from __future__ import annotations

from typing import Any

from sync import Document
from sync.columns import iso
from webapp.places.cells import staff_places


def document(row: dict[str, Any], payload: dict[str, Any], home: str, new: bool = False, **more: Any) -> Document:
    """A visit as it is shown: the payload's fields and what the server adds."""
    doc = {key: value for key, value in payload.items() if key != "visit_id"}
    doc |= {
        "state": "recorded",
        "by": row["account_id"],
        "made_at": row["made_at"],
        "received_at": iso(row["received_at"]),
        "ready": row["ready"],
        **more,
    }
    places = [*staff_places(row["estate_id"], row["grid_code"]), (home, f"account:{row['account_id']}")]
    return Document("visits", row["id"], doc, places, new=new)
