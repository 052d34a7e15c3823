"""Who is told of a move, and in which words. It runs in the transaction of the move: an alert is never forgotten
between the two. Titles are made from category and building, never from what somebody typed."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from sqlalchemy import Table

from sync import Batch, Command, Document, Effect
from sync.columns import iso
from webapp.alerts.models import Alert, Delivery, Subscription
from webapp.cases.ladder import staff_at
from webapp.cases.stages import INSIDE
from webapp.cases.tables import CaseMoved, reporter_table
from webapp.db import registry
from webapp.opinions.commands import UrgentOpinion
from webapp.people.permissions import ROLES
from webapp.people.posts import Holder, account_table, holders
from webapp.places.lists import names

alert_table = cast(Table, Alert.__table__)
delivery_table = cast(Table, Delivery.__table__)
subscription_table = cast(Table, Subscription.__table__)

PUSH_TTL: Final = timedelta(hours=24)
WORDS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "escalated": "{what}：请您接手",
        "returned": "{what}：上级有了答复",
        "assigned": "{what}：由您负责",
        "assisting": "{what}：请您协助",
        "urgent": "急：{what}",
        "news": "{what}：有了新进展",
        "raised": "{what}：新的事，等受理",
        "nudge": "催办：{what}",
        "test": "试一试：推送能收到",
    },
    "en": {
        "escalated": "{what}: please take over",
        "returned": "{what}: an answer has come back",
        "assigned": "{what}: yours to handle",
        "assisting": "{what}: please assist",
        "urgent": "Urgent: {what}",
        "news": "{what}: there is news",
        "raised": "{what}: new, to be accepted",
        "nudge": "A reminder: {what}",
        "test": "A test: push works",
    },
}


@dataclass(frozen=True)
class AlertsWritten:
    """Deliveries wait to be sent, once this transaction is committed."""

    urgent: bool


def place_words(grid_code: str | None, language: str) -> str:
    """A place down to its building, in words; nothing where none is known."""
    parts = (grid_code or "").split("-")
    if len(parts) < 2:
        return ""
    number = int(parts[1])
    return f"Building {number}" if language.startswith("en") else f"{number}号楼"


def token_of(alert_id: str, secret: bytes) -> str:
    """What proves that a receipt comes from the browser that was told."""
    return hmac.new(secret, alert_id.encode(), hashlib.sha256).hexdigest()[:32]


@registry.on(CaseMoved)
def tell(event: CaseMoved, command: Command, batch: Batch) -> Effect:
    """Post-holders of the level, lead and assisting units, reporters who asked for news; never who made the move."""
    row = event.row
    told: dict[str, str] = {}
    if event.kind in ("raised", "returned"):
        kind = "urgent" if row["urgent"] and event.kind == "raised" else event.kind
        told |= {holder.account_id: kind for holder in staff_at(batch, row, row["level"], row["organisation_id"])}
        if event.kind == "raised" and row["level"] in INSIDE:  # the micro-complex is to accept it, whoever raised it
            told |= {one.account_id: kind for one in staff_at(batch, row, "estate", row["estate_id"])}
    elif event.kind == "escalated":
        told |= dict.fromkeys(event.level_staff, "escalated")
    elif event.kind == "assigned":
        for unit in row["assisting"]:
            told |= dict.fromkeys(_accounts(batch, row, unit), "assisting")
        told |= dict.fromkeys(_accounts(batch, row, row["lead"]), "assigned")
    elif event.kind == "nudged":  # whoever has to act now, and whom the clock names besides
        acting = _accounts(batch, row, row["lead"]) if row["state"] in ("assigned", "handling") else []
        office = staff_at(batch, row, "estate" if row["level"] in INSIDE else row["level"], row["organisation_id"])
        told |= dict.fromkeys(acting or [one.account_id for one in office], "nudge")
        told |= dict.fromkeys(event.level_staff, "nudge")
    if event.kind in ("escalated", "returned", "assigned", "moved"):
        reporters = batch.children(reporter_table, "case_id", row["id"])
        for one in reporters:
            if one["wants_news"] and one["account_id"]:
                told.setdefault(one["account_id"], "news")
    told.pop(event.by or "", None)
    what = _what(batch, row["estate_id"], row["category"], row["grid_code"])
    return alerts(
        command,
        batch,
        told,
        what,
        row["category"],
        f"/#/matters/{row['id']}",
        f"case-{row['id']}",
        row["id"],
        row["urgent"],
    )


@registry.on(UrgentOpinion)
def tell_urgent(event: UrgentOpinion, command: Command, batch: Batch) -> Effect:
    """Something urgent was said: the grid worker of the place, else the micro-complex, hears of it at once."""
    everyone = holders(batch, event.estate_id)
    near = [one for one in everyone if one.role == "grid_worker" and event.grid_code and one.covers(event.grid_code)]
    staff = near or [one for one in everyone if one.role == "secretary"]
    told = {holder.account_id: "urgent" for holder in staff}
    if not command.traceless:
        told.pop(command.caller.account, None)
    what = _what(batch, event.estate_id, event.category, event.grid_code)
    return alerts(command, batch, told, what, event.category, "/#/matters", f"opinion-{event.opinion_id}", None, True)


def tell_copy(command: Command, batch: Batch) -> Effect:
    """The alerts of an urgent copy, ahead of its command: what the handler's events would tell, and nothing else.

    Ids are made from the command's id, so that the command itself, when it comes, finds them told.
    """
    assert command.kind is not None
    effect = registry.follow(command.kind.handler(command, batch), command, batch)
    return Effect(
        rows=[(table, row) for table, row in effect.rows if table in (alert_table, delivery_table)],
        documents=[document for document in effect.documents if document.collection == "alerts"],
        events=[event for event in effect.events if isinstance(event, AlertsWritten)],
    )


def _accounts(batch: Batch, row: dict[str, Any], unit: str | None) -> list[str]:
    """The people of a lead or assisting unit: everyone in that role who covers the place, or the one account."""
    if unit is None:
        return []
    if unit not in ROLES:
        return [unit]
    found: list[Holder] = [one for one in holders(batch, row["estate_id"]) if one.role == unit]
    return [one.account_id for one in found if one.covers(row["grid_code"])]


def _what(batch: Batch, estate_id: str, category: str, grid_code: str | None) -> dict[str, str]:
    known = names(batch, estate_id, "categories").get(category, {"zh": category, "en": category})
    return {
        "zh": "".join((place_words(grid_code, "zh"), known["zh"])),
        "en": ", ".join(part for part in (known["en"], place_words(grid_code, "en").lower()) if part),
    }


def alerts(
    command: Command,
    batch: Batch,
    told: dict[str, str],
    what: dict[str, str],
    category: str | None,
    path: str,
    tag: str,
    case_id: str | None,
    urgent: bool,
) -> Effect:
    """An alert for each account with its document, and a delivery for each of its subscriptions.

    ``told``: account → kind.
    """
    effect = Effect()
    batch.fetch(account_table, told)
    for account_id, kind in sorted(told.items()):
        account = batch.get(account_table, account_id)
        if account is None or account["suspended_at"] is not None:
            continue
        language = "en" if account["language"].startswith("en") else "zh"
        id = str(uuid.uuid5(uuid.UUID(command.id), f"alert:{account_id}:{kind}:{tag}"))
        title = WORDS[language][kind].format(what=what[language])
        row = {
            "id": id,
            "account_id": account_id,
            "case_id": case_id,
            "kind": kind,
            "category": category,
            "title": title,
            "body": "",
            "path": path,
            "tag": tag,
            "urgent": urgent,
            "at": batch.now,
            "shown_at": None,
            "opened_at": None,
        }
        if batch.get(alert_table, id) is not None:  # an urgent copy has told it already
            continue
        effect.rows.append((alert_table, row))
        effect.documents.append(document(row, account["home_id"], new=True))
        effect.rows += [(delivery_table, _delivery(row, target)) for target in _subscriptions(batch, account_id)]
    if effect.rows:
        effect.events.append(AlertsWritten(urgent))
    return effect


def _subscriptions(batch: Batch, account_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = batch.once(
        ("subscriptions", account_id),
        lambda: [
            dict(row)
            for row in batch.connection.execute(
                subscription_table.select().where(subscription_table.c.account_id == account_id)
            ).mappings()
        ],
    )
    return found


def _delivery(alert: dict[str, Any], subscription: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid5(uuid.UUID(alert["id"]), subscription["id"])),
        "alert_id": alert["id"],
        "channel": "push",
        "target_id": subscription["id"],
        "state": "pending",
        "tries": 0,
        "due_at": alert["at"],
        "expires_at": alert["at"] + PUSH_TTL,
    }


def document(row: dict[str, Any], home: str, new: bool = False) -> Document:
    """An alert in the inbox of its account."""
    doc = {key: row[key] for key in ("case_id", "kind", "category", "title", "body", "path", "tag")}
    doc |= {"at": iso(row["at"]), "opened_at": iso(row["opened_at"])}
    return Document("alerts", row["id"], doc, [(home, f"account:{row['account_id']}")], new=new)
