"""What a resident said, written down at a door, at a table, or by the resident alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table

from sync import Batch, Caller, Command, Effect, Ref, Rejected
from sync.wire import dumps
from webapp.blobs.uses import uses
from webapp.db import registry
from webapp.opinions.feeds import document
from webapp.opinions.models import Opinion
from webapp.opinions.schemas import OpinionRecord
from webapp.payloads import UUID4
from webapp.people.posts import account_table
from webapp.places.cells import place_of
from webapp.places.lists import check
from webapp.places.rights import require
from webapp.visits.commands import visit_table

opinion_table = cast(Table, Opinion.__table__)
DAY_OFFSET = timedelta(hours=8)  # the date of an anonymous record is the estate's own, Asia/Shanghai


@dataclass(frozen=True)
class UrgentOpinion:
    """Somebody said something that cannot wait."""

    opinion_id: str
    estate_id: str
    grid_code: str | None
    category: str


@registry.sight(opinion_table)
def sees_opinion(row: dict[str, Any], caller: Caller, batch: Batch) -> bool:
    place = f"grid:{row['grid_code']}" if row["grid_code"] else "role:secretary"
    return caller.account == row["account_id"] or caller.sees(row["estate_id"], place)


def _refs(payload: dict[str, Any]) -> list[Ref]:
    refs = [Ref(visit_table, payload["visit_id"])] if payload["visit_id"] else []
    account_id = (payload["reporter"] or {}).get("account_id")
    return refs + ([Ref(account_table, account_id)] if account_id else [])


def _permit(command: Command, batch: Batch) -> None:
    require(command, "opinion.record", *place_of(command, batch))


def _anonymous(payload: dict[str, Any]) -> bool:
    return payload.get("anonymous") is True


def _urgent(payload: dict[str, Any]) -> bool:
    return payload.get("urgent") is True


@registry.command(
    "opinion.record",
    OpinionRecord(),
    permit=_permit,
    refs=_refs,
    creates=(opinion_table, "opinion_id"),
    traceless=_anonymous,
    urgent=_urgent,
)
def record(command: Command, batch: Batch) -> Effect:
    """A resident's opinion, with a name or anonymous. An anonymous one keeps neither account nor time of day."""
    p, anonymous = command.payload, command.payload["anonymous"]
    estate_id, grid_code = place_of(command, batch)
    check(batch, estate_id, "categories", p["category"], "category")
    if anonymous and not UUID4.match(command.id):
        raise Rejected("invalid", fields={"id": ["anonymous"]})
    account_id = None if anonymous else command.caller.account
    rows, ready = uses(command, batch, "opinions", p["opinion_id"], account_id)
    row = {
        "id": p["opinion_id"],
        "estate_id": estate_id,
        "account_id": account_id,
        "visit_id": p["visit_id"],
        "category": p["category"],
        "grid_code": grid_code,
        "anonymous": anonymous,
        "urgent": p["urgent"],
        "ready": ready,
        "body": dumps(p) if anonymous else command.body,
        "made_at": None if anonymous else command.made_at,
        "received_at": None if anonymous else command.received_at,
        "received_on": (command.received_at + DAY_OFFSET).date().isoformat(),
    }
    events = [UrgentOpinion(p["opinion_id"], estate_id, grid_code, p["category"])] if p["urgent"] else []
    effect = Effect(rows=[(opinion_table, row), *rows], events=list(events))
    effect.documents = [document(row, p, None if anonymous else command.caller.home, new=True)]
    return effect
