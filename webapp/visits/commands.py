"""A knock at a door: who, where, what came of it. What was said is kept only with the resident's consent."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table

from sync import Batch, Caller, Command, Effect, OutOfScope, Ref, Rejected
from webapp.blobs.uses import uses
from webapp.db import registry
from webapp.places.cells import place_of
from webapp.places.lists import check
from webapp.places.models import Household
from webapp.places.rights import Rights, require
from webapp.visits.feeds import document
from webapp.visits.models import Visit
from webapp.visits.schemas import VisitRecord

visit_table = cast(Table, Visit.__table__)
household_table = cast(Table, Household.__table__)


def _refs(payload: dict[str, Any]) -> list[Ref]:
    return [Ref(household_table, payload["household_id"])] if payload["household_id"] else []


@registry.sight(household_table)
def _sees_household(row: dict[str, Any], caller: Caller, batch: Batch) -> bool:
    rights: Rights = caller.rights
    return any(row["estate_id"] in post.estates for post in (*rights.now, *rights.past))


def _permit(command: Command, batch: Batch) -> None:
    estate_id, grid_code = place_of(command, batch)
    require(command, "visit.record", estate_id, grid_code)
    household = batch.get(household_table, command.payload["household_id"])
    rights: Rights = command.caller.rights
    if household is not None and not rights.allows(
        rights.now, "visit.record", household["estate_id"], household["grid_code"]
    ):
        raise OutOfScope  # the household was moved under another building while the visit waited


@registry.sight(visit_table)
def _sees_visit(row: dict[str, Any], caller: Caller, batch: Batch) -> bool:
    return caller.account == row["account_id"] or caller.sees(row["estate_id"], f"grid:{row['grid_code']}")


@registry.command("visit.record", VisitRecord(), permit=_permit, refs=_refs, creates=(visit_table, "visit_id"))
def record(command: Command, batch: Batch) -> Effect:
    """A doorstep visit. Without consent there is no note, no photo and no answer: only that somebody came."""
    p = command.payload
    estate_id, grid_code = place_of(command, batch)
    check(batch, estate_id, "purposes", p["purpose"], "purpose")
    if not p["consent"]:
        written = {name: ["consent"] for name in ("note", "photos", "answers") if p[name]}
        if written:
            raise Rejected("invalid", fields=written)
    household = batch.get(household_table, p["household_id"])
    rows, ready = uses(command, batch, "visits", p["visit_id"], command.caller.account)
    row = {
        "id": p["visit_id"],
        "estate_id": estate_id,
        "account_id": command.caller.account,
        "household_id": p["household_id"],
        "grid_code": household["grid_code"] if household else grid_code,
        "outcome": p["outcome"],
        "consent": p["consent"],
        "ready": ready,
        "body": command.body,
        "made_at": command.made_at,
        "received_at": command.received_at,
    }
    return Effect(rows=[(visit_table, row), *rows], documents=[document(row, p, command.caller.home, new=True)])
