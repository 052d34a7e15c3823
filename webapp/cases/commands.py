"""Cases are joined, escalated and advanced, each by a command, from the phone as from the desk."""

from __future__ import annotations

from typing import Any

from sync import Batch, Caller, Command, Effect, OutOfScope, Ref, Rejected
from webapp.cases.advance import advance_values, check_details, who_may
from webapp.cases.feeds import document
from webapp.cases.ladder import stands_on, steps_up
from webapp.cases.moves import derived, move_row, moved
from webapp.cases.schemas import CaseAdvance, CaseEscalate, CaseJoin
from webapp.cases.stages import ESCALATES, INSIDE
from webapp.cases.tables import CaseMoved, case_table, reporter_table
from webapp.db import registry
from webapp.people.permissions import ROLES
from webapp.people.posts import account_table
from webapp.places.rights import Rights, organisation_table, require


@registry.sight(case_table)
def sees_case(row: dict[str, Any], caller: Caller, batch: Batch) -> bool:
    """Whether the caller's phone may hold it."""
    shown = document(row, batch)
    return any(caller.sees(feed, audience) for feed, audience in shown.places)


def case_ref(payload: dict[str, Any]) -> list[Ref]:
    return [Ref(case_table, payload["case_id"], changes=True)]


# join


def _join_refs(payload: dict[str, Any]) -> list[Ref]:
    account = (payload["reporter"] or {}).get("account_id")
    return case_ref(payload) + ([Ref(account_table, account)] if account else [])


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


def expected(command: Command, row: dict[str, Any]) -> None:
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
            expected(command, row)  # it was theirs until somebody moved it: tell them what has changed
        raise Rejected("forbidden")


@registry.command("case.escalate", CaseEscalate(), permit=_escalate_permit, refs=case_ref)
def escalate(command: Command, batch: Batch) -> Effect:
    """One level up the ladder, with a reason. A level without a post-holder is skipped, and the timeline says so."""
    row = batch.get(case_table, command.payload["case_id"])
    assert row is not None
    expected(command, row)
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
    return case_ref(payload) + [Ref(account_table, unit) for unit in units if len(unit) == 36]


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
    expected(command, row)
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
