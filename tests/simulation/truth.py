"""What the database holds, asked directly: who may see what, by the rules of DOMAIN.md, and whether each effect is
there once. Nothing of feeds, audiences and cursors is used here: those are what is being tested.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, text

from webapp.cases.stages import STAFF_OF_LEVEL
from webapp.db import db, reading, registry
from webapp.people.permissions import READERS, UPPER, covers
from webapp.retention import TRACKS_KEPT_DAYS

Id = tuple[str, str]  # collection and id
TRACKS_KEPT = timedelta(days=TRACKS_KEPT_DAYS)
LEAVE = ("commands", "cases", "alerts")  # by their age, from phones


@dataclass
class Person:
    """Today's posts of an account."""

    id: str
    login: str
    suspended: bool
    posts: list[dict[str, Any]] = field(default_factory=list)

    def has(self, role: str, at: str) -> bool:
        return any(post["role"] == role and post["at"] == at for post in self.posts)

    def reads(self, estate: str, grid_code: str | None) -> bool:
        """Whether this person looks after a place: staff by their cells, the secretary everywhere."""
        for post in self.posts:
            if post["at"] != estate or post["role"] not in READERS:
                continue
            if grid_code is None:
                if post["role"] == "secretary":
                    return True
            elif not post["cells"] or any(covers(cell, grid_code) for cell in post["cells"]):
                return True
        return False


class Books:
    """Everything that matters, as plain rows."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self.now = connection, now
        self.people = self._people()
        self.visits, self.opinions = self.rows("visit"), self.rows("opinion")
        self.findings, self.patrols = self.rows("finding"), self.rows("patrol")
        self.cases, self.moves, self.reporters = self.rows("case"), self.rows("case_move"), self.rows("case_reporter")
        self.alerts, self.ledger = self.rows("alert"), self.rows("sync_command")
        self.again, self.lost = self.rows("sync_again"), self.rows("sync_lost")
        self.held = {row["id"] for row in self.rows("sync_later")}
        self.sent = {(row["blob_id"], row["account_id"]) for row in self.rows("blob_sender")}
        self.texts = {(row["collection"], row["id"]): row for row in self.rows("sync_document")}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Typed as the models have it, read as they lie there."""
        known = db.metadata.tables.get(table)
        query = known.select() if known is not None else text(f'SELECT * FROM "{table}"')
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def _people(self) -> dict[str, Person]:
        accounts = self.rows("account")
        found = {row["id"]: Person(row["id"], row["login"], row["suspended_at"] is not None) for row in accounts}
        for row in self.rows("post"):
            if row["starts_at"] <= self.now and (row["ends_at"] is None or row["ends_at"] > self.now):
                post = {"role": row["role"], "at": row["organisation_id"], "cells": row["cells"] or []}
                found[row["account_id"]].posts.append(post)
        return found


def history() -> set[str]:
    """What was there before the first phone: ids of rows that carry one."""
    tables = ("visit", "opinion", "finding", "patrol", "case", "case_move", "audit_line", "sync_command")
    with reading() as connection:
        return {str(id) for table in tables for id in connection.execute(text(f'SELECT id FROM "{table}"')).scalars()}


def tell(now: datetime, past: set[str], recorded: dict[str, Any] | None = None) -> dict[str, Any]:
    """For each account what it may see; the ledger; with the payloads that were recorded, what is wrong by itself."""
    with reading() as connection:
        books = Books(connection, now)
        estates = {row["id"]: row for row in books.rows("organisation")}
        seen = {person.id: Sight(books, person, estates).all() for person in books.people.values()}
        keys = ("id", "device", "seq", "account", "type", "status", "code", "settled_by")
        parked = [row["parked_at"] is not None for row in books.ledger]
        received = [row["received_at"].timestamp() * 1000 for row in books.ledger]
        ledger = [
            {key: row[key] for key in keys} | {"parked": waited, "received": at}
            for row, waited, at in zip(books.ledger, parked, received, strict=True)
        ]
        again = [{key: row[key] for key in ("device", "seq", "command", "code")} for row in books.again]
        return {
            "seen": {id: sorted(list(key) for key in keys) for id, keys in seen.items()},
            "texts": [[c, id, row["rev"], row["text"]] for (c, id), row in books.texts.items() if row["text"]],
            "suspended": [person.id for person in books.people.values() if person.suspended],
            "ledger": ledger,
            "again": again,
            "lost": [{key: row[key] for key in ("device", "first", "last")} for row in books.lost],
            "erased": [row["id"] for row in books.rows("erased_record")],
            "origins": [row["from_id"] for row in books.cases if row["from_id"]],
            "blobs": [list(pair) for pair in sorted(books.sent)],
            "faults": [] if recorded is None else [*Effects(books, past, recorded).faults(), *_files(books)],
        }


class Sight:
    """What one person may hold on a phone."""

    def __init__(self, books: Books, person: Person, organisations: dict[str, Any]) -> None:
        self.books, self.me, self.organisations = books, person, organisations

    def all(self) -> set[Id]:
        if self.me.suspended:
            return set()
        found: set[Id] = set()
        for collection, rows, sees in (
            ("visits", self.books.visits, self._record),
            ("opinions", self.books.opinions, self._record),
            ("findings", self.books.findings, self._record),
            ("patrols", self.books.patrols, self._patrol),
            ("cases", self.books.cases, self._case),
            ("alerts", self.books.alerts, lambda row: row["account_id"] == self.me.id),
            ("commands", self.books.ledger, lambda row: row["parked_at"] is not None and row["account"] == self.me.id),
        ):
            found |= {(collection, row["id"]) for row in rows if sees(row)}
        # What has left by its age says so itself; that is not what is looked at here.
        left = {key for key, row in self.books.texts.items() if not row["text"] and key[0] in LEAVE}
        return (found - left) | self._places()

    def _record(self, row: dict[str, Any]) -> bool:
        if row["id"] in self.books.held:
            return False
        return row["account_id"] == self.me.id or self.me.reads(row["estate_id"], row["grid_code"])

    def _patrol(self, row: dict[str, Any]) -> bool:
        return self.me.id in (row["account_id"], *row["companions"]) or self.me.has("secretary", row["estate_id"])

    def _case(self, row: dict[str, Any]) -> bool:
        told = {one["account_id"] for one in self.books.reporters if one["case_id"] == row["id"]}
        if self.me.id in {row["account_id"], *told} or self.me.reads(row["estate_id"], row["grid_code"]):
            return True
        units = [row["lead"], *row["assisting"]] if row["lead"] else []
        if self.me.id in units or any(self.me.has(unit, row["estate_id"]) for unit in units):
            return True
        return any(self.me.has(STAFF_OF_LEVEL[self.organisations[at]["kind"]], at) for at in row["reached"])

    def _places(self) -> set[Id]:
        found: set[Id] = set()
        for (collection, id), row in self.books.texts.items():
            if row["text"] and self._place(collection, id, json.loads(row["text"])):
                found.add((collection, id))
        return found

    def _place(self, collection: str, id: str, doc: dict[str, Any]) -> bool:
        """The grid, the people and the lists: of the estates in which this person holds a post."""
        estates = {post["at"] for post in self.me.posts}
        if collection == "organisations":
            return id in estates or any(id in self._above(at) for at in estates if self._kind(at) == "estate")
        return any(self._of_estate(collection, at, doc) for at in estates
                   if self._kind(at) == "estate" and id in self.of(collection, at))  # fmt: skip

    def _of_estate(self, collection: str, at: str, doc: dict[str, Any]) -> bool:
        roles = {post["role"] for post in self.me.posts if post["at"] == at}
        if collection == "units":
            open_to = {"patrol_volunteer", "resident", "owners_committee", "property_company"}
            return bool(roles & open_to) or self.me.reads(at, doc["grid_code"])
        if collection == "people":
            return bool(roles - {"resident", *UPPER})
        if collection in ("routes", "checkpoints"):
            return bool(roles & {"patrol_volunteer", "grid_worker", "secretary"})
        return collection in ("categories", "purposes")

    def _kind(self, at: str) -> str:
        return str(self.organisations[at]["kind"])

    def _above(self, at: str) -> list[str]:
        found = []
        while (at := self.organisations[at]["parent_id"]) is not None:
            found.append(at)
        return found

    def of(self, collection: str, estate: str) -> set[str]:
        """The ids of a collection that belong to an estate."""
        cache: dict[Any, set[str]] = self.books.__dict__.setdefault("_of", {})
        if (collection, estate) not in cache:
            cache[collection, estate] = self._of(collection, estate)
        return cache[collection, estate]

    def _of(self, collection: str, estate: str) -> set[str]:
        if collection == "people":
            people = self.books.people.values()
            return {one.id for one in people if any(p["at"] == estate and p["role"] != "resident" for p in one.posts)}
        table = {"units": "cell", "routes": "route", "checkpoints": "checkpoint"}.get(collection, "choice")
        return {row["id"] for row in self.books.rows(table) if row["estate_id"] == estate}


class Effects:
    """Exactly one effect: what was recorded and applied on one side, the rows on the other. The demo is past."""

    def __init__(self, books: Books, past: set[str], recorded: dict[str, Any]) -> None:
        self.books, self.past = books, past
        self.applied: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in books.ledger:
            if row["status"] == "applied" and row["id"] in recorded:
                self.applied[row["type"]].append({**row, "payload": recorded[row["id"]]})
        self.erased = {row["id"] for row in books.rows("erased_record")}
        self.strangers = [row["id"] for row in books.ledger if self._new(row) and row["id"] not in recorded]

    def _new(self, row: dict[str, Any]) -> bool:
        return str(row["id"]) not in self.past

    def faults(self) -> list[str]:
        found = [f"{id} is held, and nobody recorded it" for id in self.strangers]
        checks = (self._records, self._rounds, self._moves, self._amendments, self._audit, self._ready, self._numbers)
        for check in checks:
            found += check()
        return found

    def _payloads(self, type: str) -> list[dict[str, Any]]:
        return [row["payload"] for row in self.applied[type]]

    def _records(self) -> list[str]:
        """Each applied record is there once, as it was recorded, and nothing else is."""
        found = []
        for type, name, rows in (
            ("visit.record", "visit_id", self.books.visits), ("opinion.record", "opinion_id", self.books.opinions),
            ("patrol.finding", "finding_id", self.books.findings), ("patrol.start", "patrol_id", self.books.patrols),
        ):  # fmt: skip
            made = Counter(payload[name] for payload in self._payloads(type))
            held = Counter(row["id"] for row in rows if self._new(row))
            found += [f"{type}: {id} was erased, and is here" for id in held if id in self.erased]
            differ = [id for id in made | held if made[id] != held[id] and id not in self.erased]
            found += [f"{type}: {id} {made[id]} times applied, {held[id]} rows" for id in differ]
            payloads = {payload[name]: payload for payload in self._payloads(type)}
            for row in rows:
                if "body" in row and row["id"] in payloads and not _same(json.loads(row["body"]), payloads[row["id"]]):
                    found.append(f"{type}: {row['id']} does not hold what was recorded")
        return found

    def _rounds(self) -> list[str]:
        found = []
        scanned: dict[str, set[str]] = defaultdict(set)
        for body in self._payloads("patrol.scan"):
            scanned[body["patrol_id"].lower()].add(body["checkpoint_id"].lower())
        finished = {body["patrol_id"].lower() for body in self._payloads("patrol.finish")}
        for row in filter(self._new, self.books.patrols):
            points = [one["checkpoint_id"] for one in row["scans"]]
            if sorted(points) != sorted(scanned[row["id"]]):
                found.append(f"round {row['id']}: {len(points)} points reached, {len(scanned[row['id']])} recorded")
            if (row["state"] == "finished") != (row["id"] in finished):
                found.append(f"round {row['id']} is {row['state']}")
        tracks, young = {row["id"] for row in self.books.rows("track_piece")}, self.books.now - TRACKS_KEPT
        recorded = {row["id"]: row for row in self.applied["patrol.track"] if row["id"] not in self.erased}
        if tracks - recorded.keys() or any(id not in tracks and recorded[id]["received_at"] > young for id in recorded):
            found.append("tracks are not those that were recorded")
        return found

    def _moves(self) -> list[str]:
        """Each case's timeline has one line for each applied step, and two where a handling ends."""
        wanted: Counter[tuple[str, str]] = Counter()
        for type, kind in (("case.escalate", "escalate"), ("case.advance", "advance")):
            for body in self._payloads(type):
                wanted[body["case_id"].lower(), kind] += 2 if body.get("to") == "handled" else 1
        wanted.update((row["id"], "raise") for row in self.books.cases if self._new(row))
        kinds = ("raise", "advance", "escalate")
        lines = [row for row in self.books.moves if row["kind"] in kinds and self._new(row)]
        held = Counter((row["case_id"], row["kind"]) for row in lines)
        found = [f"case {id}: {held[id, kind]} lines {kind}, {wanted[id, kind]} recorded"
                 for id, kind in wanted | held if held[id, kind] != wanted[id, kind]]  # fmt: skip
        raised = {body["case_id"].lower() for body in self._payloads("case.raise")}
        urgent = {row["case_id"] for row in self.books.findings if row["urgent"] and self._new(row)}
        if {row["id"] for row in self.books.cases if self._new(row)} != raised | urgent:
            found.append("cases are not those that were raised")
        joined = Counter((one["case_id"], one["account_id"]) for one in self.books.reporters if one["account_id"])
        found += [f"{who} has joined case {id} {n} times" for (id, who), n in joined.items() if n > 1]
        return found

    def _amendments(self) -> list[str]:
        made = Counter(body["id"].lower() for body in self._payloads("record.amend"))
        found = []
        for row in (*self.books.visits, *self.books.opinions, *self.books.findings):
            times = len(json.loads(row["body"]).get("earlier", []))
            if self._new(row) and times != made[row["id"]]:
                found.append(f"{row['id']} was amended {made[row['id']]} times and shows {times}")
        return found

    def _audit(self) -> list[str]:
        """One line for each applied command, with its author, and none for anything else."""
        types = {name for name, _ in registry.commands}
        applied = [row for type, rows in self.applied.items() for row in rows if type in types]
        wanted = Counter((row["account"] or None, row["type"]) for row in applied)
        lines = [row for row in self.books.rows("audit_line") if row["action"] in types and self._new(row)]
        held = Counter((row["account_id"], row["action"]) for row in lines)
        differ = [key for key in wanted | held if held[key] != wanted[key]]
        return [f"audit: {key} {held[key]} lines, {wanted[key]} applied" for key in differ]

    def _ready(self) -> list[str]:
        """A record says that it is ready exactly when its author's photos are all here."""
        found = []
        anyone = {blob for blob, _ in self.books.sent}
        for row in (*self.books.visits, *self.books.opinions, *self.books.findings):
            body = json.loads(row["body"])
            digests = [*body.get("photos", []), *body.get("recordings", [])]
            author = row["account_id"]
            here = all((one, author) in self.books.sent if author else one in anyone for one in digests)
            if here != bool(row["ready"]):
                found.append(f"{row['id']} says ready {row['ready']}, and its photos are here: {here}")
        return found

    def _numbers(self) -> list[str]:
        """In a feed no two documents share a number, and the counter is never behind."""
        query = (
            "SELECT p.feed, r.n, COUNT(DISTINCT r.document) AS count FROM sync_row r "
            "JOIN sync_place p ON p.id = r.place GROUP BY p.feed, r.n HAVING COUNT(DISTINCT r.document) > 1"
        )
        twice = self.books._connection.execute(text(query)).all()
        found = [f"feed {row.feed}: number {row.n} stands for {row.count} documents" for row in twice]
        counters = {row["id"]: row["counter"] for row in self.books.rows("sync_feed")}
        query = "SELECT p.feed, MAX(r.n) AS n FROM sync_row r JOIN sync_place p ON p.id = r.place GROUP BY p.feed"
        for row in self.books._connection.execute(text(query)):
            if row.n > counters.get(row.feed, 0):
                found.append(f"feed {row.feed}: counter {counters.get(row.feed)}, number {row.n}")
        return found


def _same(held: dict[str, Any], payload: dict[str, Any]) -> bool:
    """What was left out may have been filled in; what was amended is looked at elsewhere."""
    return bool(held.get("earlier")) or all(held.get(key) == value for key, value in payload.items())


def _files(books: Books) -> list[str]:
    folder = Path(current_app.instance_path) / "blobs"
    names = [row["id"] for row in books.rows("blob")]
    return [f"the photo {name} has no file" for name in names if not (folder / name[:2] / name).exists()]
