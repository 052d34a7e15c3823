"""``record.amend``: within seven days an author may put right what was recorded; the earlier wording is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from marshmallow import ValidationError
from sqlalchemy import Table

from sync import Batch, Command, Document, Effect, OutOfScope, Ref, Rejected
from sync.columns import iso
from sync.wire import dumps, loads
from webapp.blobs.uses import use_table
from webapp.db import registry
from webapp.opinions.commands import opinion_table
from webapp.opinions.feeds import document as opinion_document
from webapp.opinions.schemas import OpinionRecord
from webapp.patrols.commands import finding_table
from webapp.patrols.feeds import finding_document
from webapp.patrols.schemas import PatrolFinding
from webapp.payloads import UUID, Choice, Id, Json, Payload, Text
from webapp.people.posts import account_table
from webapp.places.lists import check
from webapp.places.rights import require
from webapp.visits.commands import visit_table
from webapp.visits.feeds import document as visit_document
from webapp.visits.schemas import VisitRecord

AMEND_DAYS: Final = 7  # PROTOCOL, Commands: counted between receipts; later it is parked for the desk


@dataclass(frozen=True)
class Amendable:
    """What may be changed of one kind of record, and how it is shown afterwards."""

    table: Table
    schema: Payload
    fields: frozenset[str]
    show: Callable[..., Document]


KINDS: Final = {
    "visit": Amendable(
        visit_table, VisitRecord(), frozenset({"purpose", "outcome", "consent", "note"}), visit_document
    ),
    "opinion": Amendable(opinion_table, OpinionRecord(), frozenset({"category", "text", "reporter"}), opinion_document),
    "finding": Amendable(finding_table, PatrolFinding(), frozenset({"category", "note"}), finding_document),
}


class RecordAmend(Payload):
    kind = Choice(*KINDS, required=True)
    id = Id(required=True)
    changes = Json(required=True)
    reason = Text(most=400, required=True)


def _refs(payload: dict[str, Any]) -> list[Ref]:
    refs = [Ref(KINDS[payload["kind"]].table, payload["id"], changes=True)]
    reporter = payload["changes"].get("reporter")
    account_id = reporter.get("account_id") if isinstance(reporter, dict) else None
    if isinstance(account_id, str) and UUID.match(account_id):
        refs.append(Ref(account_table, account_id.lower()))
    return refs


def _permit(command: Command, batch: Batch) -> None:
    row = batch.get(KINDS[command.payload["kind"]].table, command.payload["id"])
    assert row is not None
    require(command, "record.amend")
    if row["account_id"] != command.caller.account:
        raise Rejected("forbidden")
    if command.received_at - row["received_at"] > timedelta(days=AMEND_DAYS):
        raise OutOfScope


@registry.command("record.amend", RecordAmend(), permit=_permit, refs=_refs)
def amend(command: Command, batch: Batch) -> Effect:
    """Puts a record right; what it said before stays beside it. An anonymous one has no author: nobody amends it."""
    p = command.payload
    kind = KINDS[p["kind"]]
    row = batch.get(kind.table, p["id"])
    assert row is not None
    body = loads(row["body"].encode())
    earlier = body.pop("earlier", [])
    body.pop("amended_at", None)
    strange = p["changes"].keys() - kind.fields
    if strange or not p["changes"]:
        raise Rejected(
            "invalid",
            fields={f"changes.{name}": ["unknown"] for name in sorted(strange)[:10]} or {"changes": ["required"]},
        )
    try:
        after = kind.schema.load(body | p["changes"])
    except ValidationError as error:
        faults = error.normalized_messages()
        raise Rejected("invalid", fields={f"changes.{name}": ["invalid"] for name in sorted(faults)}) from error
    if "category" in p["changes"]:
        check(batch, row["estate_id"], "categories", after["category"], "changes.category")
    if "purpose" in p["changes"]:
        check(batch, row["estate_id"], "purposes", after["purpose"], "changes.purpose")
    effect = Effect()
    if p["kind"] == "visit" and not after["consent"]:
        if after["note"]:
            raise Rejected("invalid", fields={"changes.note": ["consent"]})
        after |= {"photos": [], "answers": None}  # withdrawn consent takes with it what was photographed and answered
        row = {**row, "ready": True}
        effect.removals = [(use_table, one["id"]) for one in batch.children(use_table, "document_id", row["id"])]
    was = {name: body.get(name) for name in p["changes"]} | {"until": iso(command.received_at), "reason": p["reason"]}
    more = {"amended_at": iso(command.received_at), "earlier": [*earlier, was]}
    values = {"body": dumps(after | more)} | {
        name: after[name] for name in ("category", "outcome", "consent") if name in kind.table.c
    }
    values["ready"] = row["ready"]
    effect.changes = [(kind.table, row["id"], values)]
    effect.documents = [kind.show({**row, **values}, after, command.caller.home, **more)]
    return effect
