"""A round, from its start to its finish: points reached, things found. A round looks at places, not at people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table

from sync import Batch, Caller, Command, Effect, Ref, Rejected
from webapp.blobs.uses import uses
from webapp.db import registry
from webapp.patrols.feeds import finding_document, patrol_document
from webapp.patrols.models import Checkpoint, Finding, Patrol, Route, TrackPiece
from webapp.patrols.schemas import PatrolFinding, PatrolFinish, PatrolScan, PatrolStart, PatrolTrack
from webapp.people.posts import account_table
from webapp.places.cells import place_of
from webapp.places.lists import check
from webapp.places.rights import Rights, require

patrol_table = cast(Table, Patrol.__table__)
route_table = cast(Table, Route.__table__)
checkpoint_table = cast(Table, Checkpoint.__table__)
finding_table = cast(Table, Finding.__table__)
track_table = cast(Table, TrackPiece.__table__)


@dataclass(frozen=True)
class UrgentFinding:
    """Something found that cannot wait: it becomes a case by itself."""

    row: dict[str, Any]
    place: dict[str, Any] | None


@registry.sight(patrol_table)
def _sees_patrol(row: dict[str, Any], caller: Caller, batch: Batch) -> bool:
    rights: Rights = caller.rights
    return caller.account in (row["account_id"], *row["companions"]) or rights.holds("secretary", row["estate_id"])


@registry.sight(finding_table)
def _sees_finding(row: dict[str, Any], caller: Caller, batch: Batch) -> bool:
    place = f"grid:{row['grid_code']}" if row["grid_code"] else "role:secretary"
    return caller.account == row["account_id"] or caller.sees(row["estate_id"], place)


@registry.sight(route_table)
@registry.sight(checkpoint_table)
def _sees_estate(row: dict[str, Any], caller: Caller, batch: Batch) -> bool:
    rights: Rights = caller.rights
    return any(row["estate_id"] in post.estates for post in (*rights.now, *rights.past))


def _patrol_ref(payload: dict[str, Any]) -> list[Ref]:
    return [Ref(patrol_table, payload["patrol_id"], changes=True)]


def _one_of_them(command: Command, batch: Batch) -> None:
    """Its patrollers: who started it and who walks along."""
    row = batch.get(patrol_table, command.payload["patrol_id"])
    assert row is not None
    require(command, command.type, row["estate_id"])
    if command.caller.account not in (row["account_id"], *row["companions"]):
        raise Rejected("forbidden")


def _start_refs(payload: dict[str, Any]) -> list[Ref]:
    refs = [Ref(account_table, id) for id in payload["companions"]]
    return refs + ([Ref(route_table, payload["route_id"])] if payload["route_id"] else [])


def _start_permit(command: Command, batch: Batch) -> None:
    route = batch.get(route_table, command.payload["route_id"])
    require(command, "patrol.start", route["estate_id"] if route else place_of(command, batch)[0])


@registry.command(
    "patrol.start", PatrolStart(), permit=_start_permit, refs=_start_refs, creates=(patrol_table, "patrol_id")
)
def start(command: Command, batch: Batch) -> Effect:
    """A round begins. ``track`` says whether its sender has switched a track on at the start."""
    p = command.payload
    route = batch.get(route_table, p["route_id"])
    row = {
        "id": p["patrol_id"],
        "estate_id": route["estate_id"] if route else place_of(command, batch)[0],
        "account_id": command.caller.account,
        "route_id": p["route_id"],
        "companions": [id for id in dict.fromkeys(p["companions"]) if id != command.caller.account],
        "track": p["track"],
        "state": "started",
        "note": "",
        "scans": [],
        "made_at": command.made_at,
        "received_at": command.received_at,
        "finished_at": None,
    }
    return Effect(rows=[(patrol_table, row)], documents=[patrol_document(row, batch, new=True)])


def _scan_refs(payload: dict[str, Any]) -> list[Ref]:
    return [*_patrol_ref(payload), Ref(checkpoint_table, payload["checkpoint_id"])]


@registry.command("patrol.scan", PatrolScan(), permit=_one_of_them, refs=_scan_refs)
def scan(command: Command, batch: Batch) -> Effect:
    """A checkpoint is reached. The second time counts no more than the first; a finished round still takes it."""
    p = command.payload
    row = batch.get(patrol_table, p["patrol_id"])
    assert row is not None
    if any(one["checkpoint_id"] == p["checkpoint_id"] for one in row["scans"]):
        return Effect()
    point = {
        "checkpoint_id": p["checkpoint_id"],
        "by": p["by"],
        "at": command.made_at,
        "account_id": command.caller.account,
    }
    values = {"scans": [*row["scans"], point]}
    return Effect(changes=[(patrol_table, row["id"], values)], documents=[patrol_document({**row, **values}, batch)])


@registry.command("patrol.track", PatrolTrack(), permit=_one_of_them, refs=_patrol_ref)
def track(command: Command, batch: Batch) -> Effect:
    """Points of the sender's own track, appended. Sensitive: in no document, and on no phone but the sender's."""
    row = {
        "id": command.id,
        "patrol_id": command.payload["patrol_id"],
        "account_id": command.caller.account,
        "points": [list(point) for point in command.payload["points"]],
        "received_at": command.received_at,
    }
    return Effect(rows=[(track_table, row)])


@registry.command("patrol.finish", PatrolFinish(), permit=_one_of_them, refs=_patrol_ref)
def finish(command: Command, batch: Batch) -> Effect:
    """A round ends; "nothing found" is a good one. A second finish is applied without effect."""
    row = batch.get(patrol_table, command.payload["patrol_id"])
    assert row is not None
    if row["state"] == "finished":
        return Effect()
    values = {"state": "finished", "note": command.payload["note"], "finished_at": command.received_at}
    return Effect(changes=[(patrol_table, row["id"], values)], documents=[patrol_document({**row, **values}, batch)])


def _finding_refs(payload: dict[str, Any]) -> list[Ref]:
    return [Ref(patrol_table, payload["patrol_id"])] if payload["patrol_id"] else []


def _finding_permit(command: Command, batch: Batch) -> None:
    require(command, "patrol.finding", *place_of(command, batch))


def _urgent(payload: dict[str, Any]) -> bool:
    return payload.get("urgent") is True


@registry.command(
    "patrol.finding",
    PatrolFinding(),
    permit=_finding_permit,
    refs=_finding_refs,
    creates=(finding_table, "finding_id"),
    urgent=_urgent,
)
def finding(command: Command, batch: Batch) -> Effect:
    """Something found on a round or beside one. An urgent one becomes a case by itself, in the same transaction."""
    p = command.payload
    estate_id, grid_code = place_of(command, batch)
    check(batch, estate_id, "categories", p["category"], "category")
    rows, ready = uses(command, batch, "findings", p["finding_id"], command.caller.account)
    row = {
        "id": p["finding_id"],
        "estate_id": estate_id,
        "account_id": command.caller.account,
        "patrol_id": p["patrol_id"],
        "category": p["category"],
        "grid_code": grid_code,
        "urgent": p["urgent"],
        "case_id": None,
        "ready": ready,
        "body": command.body,
        "made_at": command.made_at,
        "received_at": command.received_at,
    }
    effect = Effect(rows=[(finding_table, row), *rows])
    effect.events = [UrgentFinding(row, p["place"])] if p["urgent"] else []
    effect.documents = [finding_document(row, p, command.caller.home, new=True)]
    return effect
