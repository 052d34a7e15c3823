"""How a case begins: raised by staff or by a resident's own call, or by itself, where a finding cannot wait."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from sync import Batch, Command, Effect, Ref, Rejected
from sync.wire import loads
from webapp.cases import clocks
from webapp.cases.feeds import document
from webapp.cases.moves import derived, move_row, number_of
from webapp.cases.schemas import CaseRaise
from webapp.cases.stages import INSIDE, STAFF_OF_LEVEL, level_of
from webapp.cases.tables import CaseMoved, case_table, move_table, reporter_table
from webapp.db import registry
from webapp.opinions.commands import opinion_table
from webapp.patrols.commands import UrgentFinding, finding_table
from webapp.patrols.feeds import finding_document
from webapp.payloads import grid_code_of
from webapp.people.permissions import STAFF
from webapp.people.posts import home_of
from webapp.places.cells import place_of
from webapp.places.lists import check, names
from webapp.places.rights import Rights, require
from webapp.visits.commands import visit_table

_SOURCES: dict[str, Table] = {"opinion": opinion_table, "finding": finding_table, "visit": visit_table}


def _raise_refs(payload: dict[str, Any]) -> list[Ref]:
    source = payload["from"]
    table = _SOURCES.get(source["kind"]) if source else None
    return [Ref(table, source["id"], outlived=True)] if table is not None and source["id"] else []


def _raise_permit(command: Command, batch: Batch) -> None:
    require(command, "case.raise", *place_of(command, batch))
    rights: Rights = command.caller.rights
    source = command.payload["from"]
    if not rights.roles() & set(STAFF) and (source is None or source["kind"] != "call"):
        raise Rejected("forbidden")  # a resident raises what is the resident's own, by a call


@registry.command("case.raise", CaseRaise(), permit=_raise_permit, refs=_raise_refs, creates=(case_table, "case_id"))
def raise_case(command: Command, batch: Batch) -> Effect:
    """A matter is raised, from an opinion, a finding, a visit or a call; it starts at its raiser's level."""
    p = command.payload
    estate_id, _ = place_of(command, batch)
    check(batch, estate_id, "categories", p["category"], "category")
    source = p["from"] or {"kind": None, "id": None}
    table = _SOURCES.get(source["kind"] or "")
    origin = batch.get(table, source["id"]) if table is not None else None
    rights: Rights = command.caller.rights
    level = level_of(rights.roles(), grid_code_of(p) is not None)
    effect = _raised(command, batch, p["case_id"], estate_id, p, source, level, origin)
    return effect.add(_taken_up(batch, origin, p["case_id"])) if source["kind"] == "finding" else effect


def _taken_up(batch: Batch, found: dict[str, Any] | None, case_id: str) -> Effect:
    """A finding says which case it has become, to whoever found it."""
    home = home_of(batch, found["account_id"]) if found else None
    if found is None or home is None or found["case_id"]:
        return Effect()
    values = {"case_id": case_id}
    shown = finding_document({**found, **values}, loads(found["body"].encode()), home)
    return Effect(changes=[(finding_table, found["id"], values)], documents=[shown])


def _organisation_at(rights: Rights, level: str, estate_id: str) -> str:
    """Where a case of this level starts: inside the estate, or at its raiser's own upper organisation."""
    if level in INSIDE:
        return estate_id
    return next(post.organisation_id for post in rights.now if post.role == STAFF_OF_LEVEL[level])


def _raised(
    command: Command,
    batch: Batch,
    case_id: str,
    estate_id: str,
    p: dict[str, Any],
    source: dict[str, Any],
    level: str,
    origin: Any,
) -> Effect:
    """The rows of a new case. An anonymous opinion's case keeps its raiser: it is the staff member who took it up."""
    anonymous = bool(origin and origin.get("anonymous"))
    organisation_id = _organisation_at(command.caller.rights, level, estate_id)
    row = {
        "id": case_id,
        "estate_id": estate_id,
        "organisation_id": organisation_id,
        "number": number_of(case_id),
        "title": p["title"],
        "category": p["category"],
        "place": p["place"],
        "grid_code": grid_code_of(p),
        "urgent": p["urgent"],
        "from_kind": source["kind"],
        "from_id": source["id"],
        "account_id": command.caller.account,
        "anonymous": anonymous,
        "state": "raised",
        "level": level,
        "left": [],
        "reached": [] if level in INSIDE else [organisation_id],
        "lead": None,
        "assisting": [],
        "due_at": clocks.accept_by(p["category"], p["urgent"], batch.now),
        "attempts": 0,
        "nudges": 0,
        "refer_to": None,
        "settled": None,
        "satisfied": None,
        "made_at": command.made_at,
        "received_at": command.received_at,
        "moved_at": batch.now,
        "closed_at": None,
    }
    line = move_row(command, batch, row, "raise", "raised", "") | {"position": 0, "from_state": None}
    reporters = _first_reporters(command, batch, row, origin)
    effect = Effect(
        documents=[document(row, batch, [line], reporters, new=True)],
        events=[CaseMoved("raised", row, command.caller.account)],
    )
    effect.rows = [(case_table, row), (move_table, line), *((reporter_table, one) for one in reporters)]
    return effect


def _first_reporters(command: Command, batch: Batch, row: dict[str, Any], origin: Any) -> list[dict[str, Any]]:
    """Who reported it at first: the caller of a call, or whoever the opinion names."""
    if row["from_kind"] == "call" and not command.caller.rights.roles() & set(STAFF):
        said = {"account_id": command.caller.account, "name": None, "phone": None, "wants_news": True}
    elif row["from_kind"] == "opinion" and origin is not None and not origin["anonymous"]:
        reporter = loads(origin["body"].encode()).get("reporter")
        if not reporter:
            return []
        said = {key: reporter.get(key) for key in ("account_id", "name", "phone")} | {
            "wants_news": bool(reporter.get("wants_news"))
        }
    else:
        return []
    return [{"id": derived(command, row["id"], "reporter"), "case_id": row["id"], "position": 0, **said}]


@registry.on(UrgentFinding)
def case_of_finding(event: UrgentFinding, command: Command, batch: Batch) -> Effect:
    """An urgent finding becomes a case by itself."""
    found = event.row
    case_id = derived(command, "case")
    title = names(batch, found["estate_id"], "categories")[found["category"]]["zh"]
    payload = {"title": title, "category": found["category"], "place": event.place, "urgent": True}
    source = {"kind": "finding", "id": found["id"]}
    level = level_of(command.caller.rights.roles(), found["grid_code"] is not None)
    effect = _raised(command, batch, case_id, found["estate_id"], payload, source, level, None)
    found["case_id"] = case_id
    effect.documents.append(finding_document(found, command.payload, command.caller.home, new=True))
    return effect
