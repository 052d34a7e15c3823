"""Outcomes as the ledger keeps them and gives them back: what is written of a command, and what is said again."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from .columns import Row
from .registry import Command, Outcome
from .wire import Sent, check_form, dumps, loads, take_command


def outcome_of(row: Any) -> Outcome:
    """What a stored command became; a declined one is told as rejected."""
    status = "rejected" if row.status == "declined" else row.status
    return Outcome(status, row.code, loads(row.detail.encode()) if row.detail else None)


def refused_before(command: Command | Sent, code: str | None) -> Outcome:
    """What was told of a known id under this number: that it is known, or what its form said against it."""
    if code in (None, "id_reused"):
        return Outcome("rejected", "id_reused")
    fault = check_form(take_command(command.it) if isinstance(command, Sent) else command).fault
    return fault if fault is not None and fault.code == code else Outcome("rejected", "id_reused")


def number_taken() -> Outcome:
    """A known number under another id: the phone's storage went back. Under a new device the command can be taken."""
    return Outcome("rejected", "id_reused", {"taken": "seq"})


def again_row(command: Command, code: str | None) -> Row:
    """What ``sync_again`` keeps of a number that brought a known id, or an id or number of something else."""
    kept = code == "id_reused" and not command.traceless
    content = dumps(command.content).encode("utf-8", "replace").decode() if kept else None
    row = {"device": command.caller.device, "seq": command.seq, "command": command.id, "code": code}
    return {**row, "content": content, "received_at": command.received_at}


def same_content(row: Any, command: Command | Sent) -> bool:
    """Whether a stored command and one that has come are the same; a void stands in for any that was sent before."""
    return row.digest in (None, command.digest) or command.type == "void"


def holds_place(row: Any, command: Command | Sent) -> bool:
    """Whether a void holds the number of this command, whose phone had heard what became of it.

    After a restore a phone that had let go of the content could bring nothing but the void. Its own storage has gone
    back since, and here the content is. What was withdrawn before it was sent has no outcome, and stays withdrawn.
    """
    was = command.it.get("was") if isinstance(command, Sent) else command.was
    return row.type == "void" and command.type != "void" and was in ("applied", "parked")


def settle_traceless(command: Command, outcome: Outcome) -> Outcome:
    """What must leave no trace cannot be kept for a person to look at: it is refused instead, with the same code."""
    if command.traceless and outcome.status == "parked":
        return Outcome("rejected", outcome.code, outcome.detail)
    return outcome


def ledger_row(command: Command, outcome: Outcome, now: datetime) -> Row:
    """What the ledger keeps. Of a traceless command the id, that it may not be applied twice, and the outcome; neither
    account nor device and number nor time of day, and no digest, by which its content could be tried out. The payload
    stays only while the command waits: what was applied stands in its effects, what was refused on the phone."""
    parked_at = now if outcome.status == "parked" else None
    trace, at = not command.traceless, command.received_at
    keep = trace and command.type != "void" and (command.fault is None or outcome.status == "parked")
    return {
        "id": command.id,
        "device": command.caller.device if trace else "",
        "seq": command.seq if trace else secrets.randbits(53),
        "account": command.caller.account if trace else "",
        "type": command.type,
        "v": command.v,
        "made_at": command.made_at[:40] if keep else None,
        "received_at": at if trace else at.replace(hour=0, minute=0, second=0, microsecond=0),
        "supersedes": command.supersedes if keep else None,
        "digest": command.digest if trace else None,
        "body": command.body if keep and parked_at else None,
        "status": outcome.status,
        "code": outcome.code,
        "detail": dumps(outcome.detail) if outcome.detail else None,
        "parked_at": parked_at,
        "was": command.was if parked_at else None,
    }


def flat(errors: Any, path: str = "", into: dict[str, list[str]] | None = None) -> dict[str, list[str]]:
    """marshmallow's nested errors as {"place.position.lat": ["code"]}."""
    into = {} if into is None else into
    if isinstance(errors, dict):
        for key, value in list(errors.items())[:50]:
            name = str(key)[:80].encode("utf-8", "replace").decode().replace("\x00", "")
            flat(value, f"{path}.{name}" if path else name, into)
    else:
        into[path or "payload"] = [str(one) for one in errors]
    return into
