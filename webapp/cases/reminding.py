"""Reminders by a person (催办) and by the clock, and more time from the micro-complex (延期); all on the timeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from sync import Batch, Command, Effect, Rejected
from webapp.cases import clocks
from webapp.cases.commands import case_ref, expected
from webapp.cases.ladder import is_office, steps_up
from webapp.cases.moves import move_row, moved
from webapp.cases.schemas import CaseExtend, CaseNudge
from webapp.cases.stages import OPEN
from webapp.cases.tables import CaseMoved, case_table, move_table
from webapp.db import registry
from webapp.places.rights import Rights, organisation_table, require

NUDGE_EVERY: Final = timedelta(hours=1)  # by a person: a reminder, not a drum [own]
EARLY: Final = timedelta(days=1)  # the first nudge of the clock, where there is more time than twice that [own]
LATE: Final = timedelta(days=1)  # then the next level up hears of it too [P, one bureau's ladder]
LATER_WORKING_DAYS: Final = 5  # and once again after so many more [P]
TIMED: Final = tuple(state for state in OPEN if state not in ("appraising", "escalated"))


def _office(command: Command, batch: Batch) -> None:
    """Whoever decides on the case at its present level approves more time, and reminds."""
    row = batch.get(case_table, command.payload["case_id"])
    assert row is not None
    require(command, command.type)
    rights: Rights = command.caller.rights
    if not is_office(rights.now, row):
        raise Rejected("forbidden")


@registry.command("case.extend", CaseExtend(), permit=_office, refs=case_ref)
def extend(command: Command, batch: Batch) -> Effect:
    """More time, with a reason; who approved it stands on the timeline. Later than now, and than before."""
    row = batch.get(case_table, command.payload["case_id"])
    assert row is not None
    expected(command, row)
    due = datetime.fromisoformat(command.payload["due_at"])
    if row["state"] not in TIMED or row["due_at"] is None:
        raise Rejected("invalid", fields={"expects.state": ["transition"]})
    if due <= max(batch.now, row["due_at"]):
        raise Rejected("invalid", fields={"due_at": ["time"]})
    line = move_row(command, batch, row, "extend", row["state"], command.payload["reason"])
    values = {"due_at": due, "moved_at": batch.now, "nudges": 0}
    return moved(batch, row, values, [line], CaseMoved("moved", {**row, **values}, command.caller.account))


@registry.command("case.nudge", CaseNudge(), permit=_office, refs=case_ref)
def nudge(command: Command, batch: Batch) -> Effect:
    """A reminder to whoever has to act now. A second one within the hour is applied without effect."""
    row = batch.get(case_table, command.payload["case_id"])
    assert row is not None
    if row["state"] not in TIMED:
        raise Rejected("stale", state=row["state"], level=row["level"])
    moves = batch.children(move_table, "case_id", row["id"])
    if any(move["kind"] == "nudge" and batch.now - move["at"] < NUDGE_EVERY for move in moves):
        return Effect()
    line = move_row(command, batch, row, "nudge", row["state"], command.payload["note"])
    return moved(batch, row, {}, [line], CaseMoved("nudged", row, command.caller.account))


def due_nudges(connection: Connection, now: datetime, most: int = 200) -> list[tuple[str, int]]:
    """(case, step) whose time has come: before expiry, at expiry, a day after, five working days after."""
    c = case_table.c
    query = select(c.id, c.estate_id, c.due_at, c.moved_at, c.nudges).where(
        c.state.in_(TIMED), c.due_at.is_not(None), c.due_at <= now + EARLY, c.nudges < 4
    )
    found = []
    for row in connection.execute(query.order_by(c.due_at).limit(most)):
        reached = sum(now >= at for at in _steps(connection, row))
        if reached > row.nudges:
            found.append((row.id, reached))
    return found


def _steps(connection: Connection, row: Any) -> list[datetime]:
    zone = connection.execute(select(organisation_table.c.time_zone).where(organisation_table.c.id == row.estate_id))
    early = row.due_at - EARLY if row.due_at - row.moved_at > 2 * EARLY else row.due_at
    late = row.due_at + LATE
    return [early, row.due_at, late, clocks.handle_by(late, zone.scalar() or "Asia/Shanghai", LATER_WORKING_DAYS)]


def remind(step: int) -> Callable[[Command, Batch], Effect]:
    """What the clock does at a step: a line on the timeline, and word to who has to act; late, to the next level."""

    def act(command: Command, batch: Batch) -> Effect:
        row = batch.get(case_table, command.payload["case_id"])
        if row is None or row["state"] not in TIMED or row["nudges"] >= step:
            return Effect()
        above = next((people for _, _, people in steps_up(batch, row) if people), []) if step >= 3 else []
        staff = tuple(one.account_id for one in above)
        line = move_row(command, batch, row, "nudge", row["state"], "") | {"account_id": None, "role": None}
        return moved(batch, row, {"nudges": step}, [line], CaseMoved("nudged", row, None, staff))

    return act
