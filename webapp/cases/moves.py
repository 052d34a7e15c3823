"""Rows for a case and its moves: what raising, joining, escalating and advancing have in common."""

from __future__ import annotations

import uuid
from typing import Any

from sync import Batch, Command, Effect
from webapp.cases.feeds import document
from webapp.cases.ladder import role_of
from webapp.cases.tables import CaseMoved, case_table, move_table, reporter_table


def derived(command: Command, *names: str) -> str:
    """An id that a command's effects create: a UUIDv5 of the command's id, so that it is the same after a restore."""
    return str(uuid.uuid5(uuid.UUID(command.id), ":".join(names)))


def number_of(case_id: str) -> str:
    """Six figures to say on the telephone."""
    return f"{uuid.UUID(case_id).int % 1_000_000:06d}"


def move_row(
    command: Command, batch: Batch, row: dict[str, Any], kind: str, to: str, note: str, nth: int = 0, **more: Any
) -> dict[str, Any]:
    position = len(batch.children(move_table, "case_id", row["id"])) + nth
    return {
        "id": derived(command, row["id"], "move", str(position)),
        "case_id": row["id"],
        "position": position,
        "kind": kind,
        "account_id": None if command.traceless else command.caller.account,
        "role": role_of(command.caller, row),
        "from_state": row["state"],
        "to_state": to,
        "level": row["level"],
        "note": note,
        "at": batch.now,
        **more,
    }


def moved(
    batch: Batch,
    row: dict[str, Any],
    values: dict[str, Any],
    lines: list[dict[str, Any]],
    event: CaseMoved,
    reporters: list[dict[str, Any]] | None = None,
) -> Effect:
    """The effect of a move: the case's new values, timeline, document, and word of it to whoever listens."""
    effect = Effect(documents=[document({**row, **values}, batch, lines, reporters)], events=[event])
    effect.changes = [(case_table, row["id"], values)] if values else []
    effect.rows = [(move_table, line) for line in lines] + [(reporter_table, one) for one in reporters or []]
    return effect
