"""Cases are raised, joined, escalated and advanced, each by a command, from the phone as from the desk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from sync import Batch, Caller, Command, Effect, OutOfScope, Ref, Rejected
from sync.wire import loads
from webapp.cases import clocks
from webapp.cases.advance import advance_values, check_details, who_may
from webapp.cases.feeds import document
from webapp.cases.ladder import stands_on, steps_up
from webapp.cases.moves import derived, move_row, moved, number_of
from webapp.cases.schemas import CaseAdvance, CaseEscalate, CaseJoin, CaseRaise
from webapp.cases.stages import ESCALATES, INSIDE, STAFF_OF_LEVEL, level_of
from webapp.cases.tables import CaseMoved, case_table, move_table, reporter_table
from webapp.db import registry
from webapp.opinions.commands import opinion_table
from webapp.patrols.commands import UrgentFinding, finding_table
from webapp.patrols.feeds import finding_document
from webapp.payloads import grid_code_of
from webapp.people.permissions import ROLES
from webapp.people.posts import account_table
from webapp.places.cells import place_of
from webapp.places.lists import check, names
from webapp.places.rights import Rights, organisation_table, require
from webapp.visits.commands import visit_table

_SOURCES: dict[str, Table] = {"opinion": opinion_table, "finding": finding_table, "visit": visit_table}


@registry.sight(case_table)
def sees_case(row: dict[str, Any], caller: Caller, batch: Batch) -> bool:
    """Whether the caller's phone may hold it."""
    shown = document(row, batch)
    return any(caller.sees(feed, audience) for feed, audience in shown.places)


def _case_ref(payload: dict[str, Any]) -> list[Ref]:
    return [Ref(case_table, payload["case_id"], changes=True)]


# raise


def _raise_refs(payload: dict[str, Any]) -> list[Ref]:
    source = payload["from"]
    table = _SOURCES.get(source["kind"]) if source else None
    return [Ref(table, source["id"])] if table is not None and source["id"] else []


def _raise_permit(command: Command, batch: Batch) -> None:
    require(command, "case.raise", *place_of(command, batch))
    rights: Rights = command.caller.rights
    source = command.payload["from"]
    if rights.roles() == {"resident"} and (source is None or source["kind"] != "call"):
        raise Rejected("forbidden")


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
    return _raised(command, batch, p["case_id"], estate_id, p, source, level, origin)


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
    if row["from_kind"] == "call" and command.caller.rights.roles() == {"resident"}:
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


# join


def _join_refs(payload: dict[str, Any]) -> list[Ref]:
    account = (payload["reporter"] or {}).get("account_id")
    return _case_ref(payload) + ([Ref(account_table, account)] if account else [])


def _join_permit(command: Command, batch: Batch) -> None:
    row = batch.get(case_table, command.payload["case_id"])
    assert row is not None
    require(command, "case.join", row["estate_id"] if row["level"] in INSIDE else None)


@registry.command("case.join", CaseJoin(), permit=_join_permit, refs=_join_refs)
def join(command: Command, batch: Batch) -> Effect:
    """ "Me too": another reporter, who is kept informed where they ask for it. Joining twice changes nothing."""
    row = batch.get(case_table, command.payload["case_id"])
    assert row is not None
    if row["state"] in ("closed", "declined"):
        raise Rejected("stale", state=row["state"], level=row["level"])
    said = command.payload["reporter"] or {
        "account_id": command.caller.account,
        "name": None,
        "phone": None,
        "wants_news": True,
    }
    known = batch.children(reporter_table, "case_id", row["id"])
    if said["account_id"] and any(one["account_id"] == said["account_id"] for one in known):
        return Effect()
    reporter = {"id": derived(command, row["id"], "reporter"), "case_id": row["id"], "position": len(known), **said}
    line = move_row(command, batch, row, "join", row["state"], "")
    return moved(batch, row, {}, [line], CaseMoved("joined", row, command.caller.account), [reporter])


# escalate


def _expected(command: Command, row: dict[str, Any]) -> None:
    expects = command.payload["expects"]
    if expects["state"] != row["state"] or expects["level"] != row["level"]:
        raise Rejected("stale", state=row["state"], level=row["level"])


def _escalate_permit(command: Command, batch: Batch) -> None:
    row = batch.get(case_table, command.payload["case_id"])
    assert row is not None
    require(command, "case.escalate")
    rights: Rights = command.caller.rights
    if not stands_on(rights.now, row):
        if stands_on(rights.past, row):
            raise OutOfScope
        if stands_on(rights.now, {**row, "level": command.payload["expects"]["level"]}):
            _expected(command, row)  # it was theirs until somebody moved it: tell them what has changed
        raise Rejected("forbidden")


@registry.command("case.escalate", CaseEscalate(), permit=_escalate_permit, refs=_case_ref)
def escalate(command: Command, batch: Batch) -> Effect:
    """One level up the ladder, with a reason. A level without a post-holder is skipped, and the timeline says so."""
    row = batch.get(case_table, command.payload["case_id"])
    assert row is not None
    _expected(command, row)
    if row["state"] not in ESCALATES:
        raise Rejected("invalid", fields={"expects.state": ["transition"]})
    lines: list[dict[str, Any]] = []
    for level, organisation_id, staff in steps_up(batch, row):
        if not staff:
            lines.append(move_row(command, batch, row, "skip", row["state"], "", len(lines), level=level))
            continue
        lines.append(
            move_row(command, batch, row, "escalate", "escalated", command.payload["reason"], len(lines), level=level)
        )
        values = {
            "state": "escalated",
            "level": level,
            "organisation_id": organisation_id,
            "left": [*row["left"], [row["state"], row["level"], row["organisation_id"]]],
            "reached": row["reached"] if level in INSIDE else list(dict.fromkeys([*row["reached"], organisation_id])),
            "moved_at": batch.now,
        }
        event = CaseMoved(
            "escalated", {**row, **values}, command.caller.account, tuple(one.account_id for one in staff)
        )
        return moved(batch, row, values, lines, event)
    raise Rejected("forbidden")


# advance


def _advance_refs(payload: dict[str, Any]) -> list[Ref]:
    units = [unit for unit in (payload["lead"], *payload["assisting"]) if unit and unit not in ROLES]
    return _case_ref(payload) + [Ref(account_table, unit) for unit in units if len(unit) == 36]


def _advance_permit(command: Command, batch: Batch) -> None:
    row = batch.get(case_table, command.payload["case_id"])
    assert row is not None
    require(command, "case.advance")
    rights: Rights = command.caller.rights
    if row["state"] != command.payload["expects"]["state"] or row["level"] != command.payload["expects"]["level"]:
        return  # whoever it was meant for, the case has moved on: the handler says so
    if not who_may(batch, command.caller, rights.now, row, command.payload["to"]):
        if who_may(batch, command.caller, rights.past, row, command.payload["to"]):
            raise OutOfScope
        raise Rejected("forbidden")


@registry.command("case.advance", CaseAdvance(), permit=_advance_permit, refs=_advance_refs)
def advance(command: Command, batch: Batch) -> Effect:
    """The next step by DOMAIN.md's table; an upper level sends a case back, with the answer, to the state it left."""
    row = batch.get(case_table, command.payload["case_id"])
    assert row is not None
    _expected(command, row)
    check_details(command, batch, row)
    organisation = batch.get(organisation_table, row["estate_id"])
    assert organisation is not None
    values, kind = advance_values(command, batch, row, organisation["time_zone"])
    to: str = values["state"]
    after = {**row, **values}
    line = move_row(
        command, batch, row, "advance", command.payload["to"], command.payload["note"], level=after["level"]
    )
    lines = [line]
    if command.payload["to"] == "handled":
        lines.append(move_row(command, batch, {**row, "state": "handled"}, "advance", to, "", 1))
    return moved(batch, row, values, lines, CaseMoved(kind, after, command.caller.account))
