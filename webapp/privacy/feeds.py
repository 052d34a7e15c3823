"""Which claims a phone may hold: those that its own person took at a door."""

from __future__ import annotations

from typing import Any

from sync import Document
from sync.columns import iso


def document(row: dict[str, Any], grid_code: str, home: str, new: bool = False) -> Document:
    """A claim as the worker's phone shows it, with what became of it."""
    doc = {name: row[name] for name in ("household_id", "right", "words", "state", "answer", "made_at")}
    doc |= {"grid_code": grid_code, "by": row["account_id"], "ready": True}
    doc |= {"received_at": iso(row["received_at"]), "settled_at": iso(row["settled_at"])}
    return Document("claims", row["id"], doc, [(home, f"account:{row['account_id']}")], new=new)
