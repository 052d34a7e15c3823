"""Which rounds and findings a phone may hold: its person's, its companions', and those of the cells looked after."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, select

from sync import Batch, Document
from sync.columns import iso
from sync.feeds import publish_changed
from webapp.patrols.models import Checkpoint, Route
from webapp.people.posts import home_of
from webapp.places.cells import staff_places


def patrol_document(row: dict[str, Any], batch: Batch, new: bool = False) -> Document:
    """A round, seen by the secretary and by everyone who walks it."""
    doc = {key: row[key] for key in ("route_id", "companions", "track", "state", "note", "made_at", "scans")}
    doc |= {
        "by": row["account_id"],
        "received_at": iso(row["received_at"]),
        "finished_at": iso(row["finished_at"]),
        "ready": True,
    }
    places = [(row["estate_id"], "role:secretary")]
    for account in {row["account_id"], *row["companions"]}:
        if (home := home_of(batch, account)) is not None:
            places.append((home, f"account:{account}"))
    return Document("patrols", row["id"], doc, places, new=new)


def finding_document(
    row: dict[str, Any], payload: dict[str, Any], home: str, new: bool = False, **more: Any
) -> Document:
    doc = {key: value for key, value in payload.items() if key != "finding_id"}
    doc |= {
        "state": "recorded",
        "by": row["account_id"],
        "case_id": row["case_id"],
        "made_at": row["made_at"],
        "received_at": iso(row["received_at"]),
        "ready": row["ready"],
        **more,
    }
    places = [*staff_places(row["estate_id"], row["grid_code"]), (home, f"account:{row['account_id']}")]
    return Document("findings", row["id"], doc, places, new=new)


def publish_routes(connection: Connection, estate_id: str, now: datetime) -> int:
    """Publishes what has changed of an estate's routes and checkpoints, for those who walk rounds and the secretary."""
    readers = [(estate_id, f"role:{role}") for role in ("patrol_volunteer", "grid_worker", "secretary")]
    routes, checkpoints = cast(Table, Route.__table__), cast(Table, Checkpoint.__table__)
    documents = []
    for row in connection.execute(select(routes).where(routes.c.estate_id == estate_id)).mappings():
        doc = {key: row[key] for key in ("name", "minutes", "checkpoint_ids", "active")}
        documents.append(Document("routes", row["id"], doc, readers))
    for row in connection.execute(select(checkpoints).where(checkpoints.c.estate_id == estate_id)).mappings():
        doc = {key: row[key] for key in ("name", "hint", "grid_code")} | {"position": None}
        documents.append(Document("checkpoints", row["id"], doc, readers))
    return publish_changed(connection, documents, now)
