"""Which opinions a phone may hold: the author's own, and those of the cells that its person looks after."""

from __future__ import annotations

from typing import Any

from sync import Document
from sync.columns import iso
from webapp.places.cells import staff_places


def document(
    row: dict[str, Any], payload: dict[str, Any], home: str | None, new: bool = False, **more: Any
) -> Document:
    """An opinion as it is shown. An anonymous one tells the day and nothing else, and comes with the hourly release."""
    doc = {key: value for key, value in payload.items() if key != "opinion_id"}
    doc |= {"state": "recorded", "ready": row["ready"], **more}
    places = staff_places(row["estate_id"], row["grid_code"])
    if row["anonymous"]:
        doc["received_on"] = row["received_on"]
        return Document("opinions", row["id"], doc, places, new=new, later=new and not row["urgent"])
    doc |= {"by": row["account_id"], "made_at": row["made_at"], "received_at": iso(row["received_at"])}
    assert home is not None
    return Document("opinions", row["id"], doc, [*places, (home, f"account:{row['account_id']}")], new=new)
