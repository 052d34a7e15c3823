"""All that is held about somebody, in one piece: what is shown, and what is taken along."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from sync.columns import iso
from sync.ledger import device_table
from webapp.alerts.telling import alert_table
from webapp.cases.tables import reporter_table
from webapp.people.posts import account_table, post_table
from webapp.places.feeds import household_table
from webapp.places.rights import organisation_table
from webapp.privacy.consents import register_of
from webapp.privacy.looks import looks_at
from webapp.privacy.subject import Found, Subject, find, person_table
from webapp.retention import track_table

# Of a record: what it says, and not the ids by which the program ties it together.
SAID: Final = ("category", "purpose", "outcome", "consent", "text", "note", "place", "photos", "answers", "reporter",
               "earlier")  # fmt: skip


def held(connection: Connection, subject: Subject, now: datetime) -> dict[str, Any]:
    """Lists by kind. Whoever looks at this is on record by its caller."""
    found = find(connection, subject)
    about = _household(connection, subject) if subject.household_id else _account(connection, subject)
    return {
        "made_at": iso(now),
        **about,
        "opinions": [_record(row) for row in found.opinions],
        "visits": [_record(row) for row in found.visits],
        "findings": [_record(row) for row in found.findings],
        "patrols": [_patrol(row) for row in found.patrols],
        "claims": [_claim(row) for row in found.claims],
        "cases": _cases(connection, subject, found),
        "consents": register_of(connection, subject),
        "looks": looks_at(connection, subject, found.ids(), now),
    }


def _account(connection: Connection, subject: Subject) -> dict[str, Any]:
    a, p, o, d = account_table.c, post_table.c, organisation_table.c, device_table.c
    row = connection.execute(select(account_table).where(a.id == subject.account_id)).mappings().one()
    posts = select(p.role, o.name, p.cells, p.starts_at, p.ends_at).join_from(
        post_table, organisation_table, o.id == p.organisation_id
    )
    pieces = select(track_table.c.points).where(track_table.c.account_id == subject.account_id)
    alerts = select(alert_table.c.at, alert_table.c.title).where(alert_table.c.account_id == subject.account_id)
    return {
        "account": {"name": row["name"], "login": row["login"], "language": row["language"],
                    "since": iso(row["created_at"])},
        "posts": [
            {"role": one.role, "at": one.name, "cells": [] if one.role == "resident" else one.cells,
             "from": iso(one.starts_at), "until": iso(one.ends_at)}
            for one in connection.execute(posts.where(p.account_id == subject.account_id).order_by(p.starts_at))
        ],
        "devices": [
            {"kind": one.kind, "since": iso(one.registered_at), "contact": iso(one.contacted_at)}
            for one in connection.execute(select(device_table).where(d.account == subject.account_id))
        ],
        "track_points": [point for points in connection.execute(pieces).scalars() for point in points],
        "alerts": [{"at": iso(one.at), "title": one.title} for one in connection.execute(alerts)],
    }  # fmt: skip


def _household(connection: Connection, subject: Subject) -> dict[str, Any]:
    h, p = household_table.c, person_table.c
    door = connection.execute(select(h.grid_code, h.floor, h.door).where(h.id == subject.household_id)).one()
    row = connection.execute(select(person_table).where(p.household_id == subject.household_id)).mappings().first()
    shown = row and subject.answers(connection, row["holder"])  # a landlord's telephone is the landlord's
    known = {name: row[name] for name in ("holder", "phone", "area_m2")} if row and shown else {}
    return {"household": {"unit": door.grid_code, "door": door.door, **known}}


def _record(row: dict[str, Any]) -> dict[str, Any]:
    at = iso(row["received_at"]) if row["received_at"] else row.get("received_on")
    return {"id": row["id"], "at": at} | {name: row["said"][name] for name in SAID if row["said"].get(name)}


def _patrol(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "at": iso(row["received_at"]), "note": row["note"], "scans": len(row["scans"])}


def _claim(row: dict[str, Any]) -> dict[str, Any]:
    said = {name: row[name] for name in ("right", "words", "state", "answer")}
    return {"id": row["id"], "at": iso(row["received_at"]), **said}


def _cases(connection: Connection, subject: Subject, found: Found) -> list[dict[str, Any]]:
    """The matters, and what is kept of who reported them: of this person alone."""
    r, ids = reporter_table.c, [row["id"] for row in found.cases]
    mine = r.account_id == subject.account_id if subject.account_id else r.case_id.in_(ids)
    query = select(r.case_id, r.name, r.phone, r.wants_news).where(r.case_id.in_(ids), mine)
    reported = {row.case_id: row for row in connection.execute(query)}
    shown = []
    for row in found.cases:
        one = {"id": row["id"], "at": iso(row["received_at"]), "number": row["number"], "title": row["title"]}
        one |= {"state": row["state"], "place": row["place"]}
        if who := reported.get(row["id"]):
            one["reporter"] = {"name": who.name, "phone": who.phone, "wants_news": who.wants_news}
        shown.append(one)
    return shown
