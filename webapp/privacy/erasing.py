"""Deleting what is held about somebody. What an open matter, a duty or the law requires stays, and says so."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, insert, select, update

from sync import Document
from sync.feeds import publish
from webapp.alerts.telling import alert_table, delivery_table
from webapp.blobs.uses import use_table
from webapp.cases.tables import case_table, move_table, reporter_table
from webapp.opinions.commands import opinion_table
from webapp.people.audit import note
from webapp.privacy import away, claims, outside
from webapp.privacy.away import Gone
from webapp.privacy.models import Erasure
from webapp.privacy.subject import OVER, Found, Subject, find, person_table
from webapp.retention import track_table
from webapp.visits.commands import visit_table

ERASE: Final = "privacy.erase"
# Why something stays; the words are the screens'.
OPEN_CASE, CASE_FILE, DUTY, POST, AUDIT = "open_case", "case_file", "duty", "post", "audit"


@dataclass
class Erased:
    """``deleted`` counts by kind; ``stays`` are (kind, id, why)."""

    deleted: Counter[str] = field(default_factory=Counter)
    stays: list[tuple[str, str, str]] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    gone: Gone = field(default_factory=lambda: defaultdict(list))

    def report(self) -> dict[str, Any]:
        named = [{"kind": kind, "id": id, "why": why} for kind, id, why in self.stays]
        return {"deleted": {kind: n for kind, n in sorted(self.deleted.items()) if n}, "stays": named}


def erase(connection: Connection, subject: Subject, by: str | None, now: datetime) -> Erased:
    """Deletes; the documents vanish from phones at their next exchange, photos within the minute (``sweeping``)."""
    estate = subject.estate(connection)
    if estate is None:
        raise LookupError("nobody")
    done, found = Erased(), find(connection, subject)
    open_cases = {row["from_id"] for row in found.cases if row["from_id"] and row["state"] not in OVER}
    own, others = found.split(connection, subject)
    _records(connection, "opinions", opinion_table, own, open_cases, done)
    done.stays += [("opinions", row["id"], DUTY) for row in others]
    if subject.household_id is not None:
        _records(connection, "visits", visit_table, found.visits, open_cases, done)
        _door(connection, subject, done)
        _claims(connection, subject, by, done, now)
    else:
        assert subject.account_id is not None
        _on_duty(found, done)
        _whereabouts(connection, subject.account_id, done)
        _inbox(connection, subject.account_id, done)
    _cases(connection, subject, found, done, now)
    publish(connection, done.documents, now)
    done.stays.append(("audit", "", AUDIT))
    id = str(uuid.uuid4())
    _keep(connection, id, subject, estate, by, done, now)
    away.remember(connection, id, done.gone)
    outside.keep(id, subject, done.gone, now)
    return done


def repeat(connection: Connection, line: outside.Line, now: datetime) -> None:
    """An erasure of which a restored backup knows nothing, for what has no id of its own to be taken out by (``away``).

    What was recorded since is no part of it: phones may have sent that again already.
    """
    estate, done = line.subject.estate(connection), Erased()
    if estate is None:
        return  # who is not here has nothing here
    if line.subject.household_id is not None:
        _door(connection, line.subject, done)
        _claims(connection, line.subject, None, done, now, until=line.at)
    _keep(connection, line.id, line.subject, estate, None, done, now)


def _keep(connection: Connection, id: str, subject: Subject, estate: str, by: str | None, done: Erased,
          now: datetime) -> None:  # fmt: skip
    whose = {"account_id": subject.account_id, "household_id": subject.household_id, "estate_id": estate}
    row = {"id": id, **whose, "asked_at": now, "asked_by": by, "report": done.report()}
    connection.execute(insert(Erasure).values(**row, photos=sorted(set(done.photos))))
    note(connection, by, ERASE, [subject.account_id or subject.household_id], now)


def _records(connection: Connection, collection: str, table: Table, rows: list[dict[str, Any]], needed: set[Any],
             done: Erased) -> None:  # fmt: skip
    gone = [row for row in rows if row["id"] not in needed]
    done.stays += [(collection, row["id"], OPEN_CASE) for row in rows if row["id"] in needed]
    ids = [row["id"] for row in gone]
    if not ids:
        return
    mine = use_table.c.document_id.in_(ids)
    done.photos += connection.execute(select(use_table.c.blob_id).where(mine)).scalars()
    connection.execute(delete(use_table).where(mine))
    connection.execute(delete(table).where(table.c.id.in_(ids)))
    done.documents += [Document(collection, id, None, [], erased=True) for id in ids]
    done.gone[collection] += ids
    done.deleted[collection] += len(ids)


def _door(connection: Connection, subject: Subject, done: Erased) -> None:
    """Who answers for it; a resident who lives there has only their own name deleted."""
    mine = person_table.c.household_id == subject.household_id
    holder = connection.execute(select(person_table.c.holder).where(mine)).scalar()
    if not subject.answers(connection, holder):
        return
    gone = connection.execute(delete(person_table).where(mine))
    done.deleted["household"] += gone.rowcount


def _claims(connection: Connection, subject: Subject, by: str | None, done: Erased, now: datetime,
            until: datetime | None = None) -> None:  # fmt: skip
    assert subject.household_id is not None
    claims.carried_out(connection, subject.household_id, "erase", by, now, subject.since, until)
    done.deleted["claims"] += claims.forget(connection, subject.household_id, now, subject.since, until)


def _on_duty(found: Found, done: Erased) -> None:
    """What a post-holder recorded on duty is about others, or is service that has to be recorded truthfully."""
    every = {"visits": found.visits, "findings": found.findings, "patrols": found.patrols, "claims": found.claims}
    for kind, rows in every.items():
        done.stays += [(kind, row["id"], DUTY) for row in rows]
    done.stays.append(("account", "", POST))


def _whereabouts(connection: Connection, account_id: str, done: Erased) -> None:
    mine = track_table.c.account_id == account_id
    done.gone[away.TRACKS] += connection.execute(select(track_table.c.id).where(mine)).scalars()
    done.deleted["tracks"] += connection.execute(delete(track_table).where(mine)).rowcount


def _inbox(connection: Connection, account_id: str, done: Erased) -> None:
    ids = connection.execute(select(alert_table.c.id).where(alert_table.c.account_id == account_id)).scalars().all()
    connection.execute(delete(delivery_table).where(delivery_table.c.alert_id.in_(ids)))
    connection.execute(delete(alert_table).where(alert_table.c.id.in_(ids)))
    done.documents += [Document("alerts", id, None, [], erased=True) for id in ids]
    done.gone[away.ALERTS] += ids
    done.deleted["alerts"] += len(ids)


def _cases(connection: Connection, subject: Subject, found: Found, done: Erased, now: datetime) -> None:
    """An open matter needs to know whom to ask; of one that is over the file stays, and the names leave it."""
    for row in found.cases:
        if row["state"] not in OVER:
            done.stays.append(("cases", row["id"], OPEN_CASE))
            continue
        done.stays.append(("cases", row["id"], CASE_FILE))
        done.deleted["names"] += _names(connection, subject, row, done.gone)
    over = [row["id"] for row in found.cases if row["state"] in OVER]
    done.documents += away.case_documents(connection, over, now)


def _names(connection: Connection, subject: Subject, row: dict[str, Any], gone: Gone) -> int:
    r, m, c, account = reporter_table.c, move_table.c, case_table.c, subject.account_id
    mine = r.case_id == row["id"]
    if account is not None:
        mine = mine & (r.account_id == account)
        raised = (c.id == row["id"]) & (c.account_id == account)
        moved = (m.case_id == row["id"]) & (m.account_id == account)
        for kind, table, which in ((away.RAISED, case_table, raised), (away.MOVES, move_table, moved)):
            gone[kind] += connection.execute(select(table.c.id).where(which)).scalars()
            connection.execute(update(table).where(which).values(account_id=None))
    gone[away.REPORTERS] += connection.execute(select(r.id).where(mine)).scalars()
    return connection.execute(update(reporter_table).where(mine).values(**away.NOBODY)).rowcount
