"""``claim.record``: at the door, a grid worker takes what a resident asks about the household's data."""

from __future__ import annotations

from typing import Any

from sync import Batch, Command, Effect, OutOfScope, Ref
from webapp.db import registry
from webapp.places.cells import place_of
from webapp.places.feeds import household_table
from webapp.places.rights import Rights, require
from webapp.privacy.claims import claim_table
from webapp.privacy.consents import taken_back
from webapp.privacy.feeds import document
from webapp.privacy.schemas import ClaimRecord


def _refs(payload: dict[str, Any]) -> list[Ref]:
    return [Ref(household_table, payload["household_id"])]


def _permit(command: Command, batch: Batch) -> None:
    estate_id, grid_code = place_of(command, batch)
    require(command, "claim.record", estate_id, grid_code)
    household = batch.get(household_table, command.payload["household_id"])
    assert household is not None
    rights: Rights = command.caller.rights
    if not rights.allows(rights.now, "claim.record", household["estate_id"], household["grid_code"]):
        raise OutOfScope  # the household was moved under another building while the claim waited


@registry.command("claim.record", ClaimRecord(), permit=_permit, refs=_refs, creates=(claim_table, "claim_id"))
def record(command: Command, batch: Batch) -> Effect:
    """What a resident asks about their data, for the office to carry out. Consent is withdrawn at once."""
    p, at = command.payload, command.received_at
    household = batch.get(household_table, p["household_id"])
    assert household is not None
    effect, at_once = Effect(), p["right"] == "withdraw"
    if at_once:
        effect = taken_back(batch, household["id"], household["estate_id"], command.caller.account)
    row = {
        "id": p["claim_id"],
        "estate_id": household["estate_id"],
        "household_id": household["id"],
        "account_id": command.caller.account,
        "right": p["right"],
        "words": p["words"],
        "state": "done" if at_once else "open",
        "answer": "",
        "made_at": command.made_at,
        "received_at": at,
        "settled_at": at if at_once else None,
        "settled_by": command.caller.account if at_once else None,
    }
    effect.rows.append((claim_table, row))
    effect.documents.append(document(row, household["grid_code"], command.caller.home, new=True))
    return effect
