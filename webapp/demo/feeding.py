"""Feeding the plan through the engine: the demo's records pass the same checks and leave the same traces as others."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from sync import Caller, device_table, release
from webapp.cases.models import Case
from webapp.db import reading, writing
from webapp.demo.diary import Entry
from webapp.demo.ids import Ids
from webapp.demo.places import Estate
from webapp.host import engine
from webapp.places.rights import read_callers


class Unexpected(Exception):
    """The plan does not fit the rules any more: one of its commands was not applied."""


def feed(entries: list[Entry], estate: Estate, ids: Ids, now: datetime) -> Counter[str]:
    """Submits every entry at its own time; returns how many of each type were applied."""
    with writing() as connection:
        callers = _callers(connection, estate, ids, now)
    counts: Counter[str] = Counter()
    for entry in entries:
        payload = entry.payload
        if entry.type in ("case.advance", "case.escalate"):
            payload = {**payload, "expects": _where(payload["case_id"])}
        caller = callers[entry.login]
        outcome = engine.submit(caller, entry.type, payload, entry.id, entry.made_at, entry.at)
        if outcome["status"] != "applied":
            raise Unexpected(f"{entry.type} of {entry.login}: {outcome}")
        counts[entry.type] += 1
    with writing() as connection:
        release(connection, now)  # what was said without a name waits for the hour otherwise
    return counts


def _callers(connection: Connection, estate: Estate, ids: Ids, now: datetime) -> dict[str, Caller]:
    """A caller for each login, on a device that stands for the phone on which all this was recorded."""
    known = read_callers(connection, estate.accounts.values(), now)
    callers: dict[str, Caller] = {}
    rows: list[dict[str, Any]] = []
    for login, account_id in estate.accounts.items():
        device = ids(f"device:{login}")
        row = {"id": device, "account": account_id, "kind": "desk", "registered_at": now}
        rows.append({**row, "last_seq": 0, "app": "", "waiting": 0})
        callers[login] = replace(known[account_id], device=device)
    connection.execute(insert(device_table), rows)
    return callers


def _where(case_id: str) -> dict[str, str]:
    with reading() as connection:
        row = connection.execute(select(Case.state, Case.level).where(Case.id == case_id)).one()
    return {"state": row.state, "level": row.level}
