"""Documents, who sees them, and the numbers that put their changes in order.

Each feed has a counter. A transaction takes the numbers it needs late, feed by feed in the order of their ids, so that
a reader never sees 12 before 11 exists and two batches never wait for each other in a ring.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, tuple_, update
from sqlalchemy.sql import text

from .bulk import insert_rows
from .columns import Row
from .documents import document_table, feed_table, later_table, place_table, row_table, standing, transaction_table
from .registry import Document
from .wire import dumps, loads

Id = tuple[str, str]  # collection and id
Place = tuple[str, str]  # feed and audience
KEYS_BEGIN_MS = 1_577_836_800_000  # 2020: 41 bits of milliseconds from then on last until 2089

_put_place = text(
    "INSERT INTO sync_place (feed, audience) VALUES (:feed, :audience) ON CONFLICT (feed, audience) DO NOTHING"
)
_change_document = (
    update(document_table)
    .where(document_table.c.key == bindparam("_key"))
    .values(rev=bindparam("_rev"), text=bindparam("_text"), erased=bindparam("_erased"))
)
_PLAIN = re.compile(r"[0-9A-Za-z:._-]{1,36}\Z")
_put_row = "ON CONFLICT (document, place) DO UPDATE SET n = excluded.n, gone = excluded.gone"
_put_later = text(
    "INSERT INTO sync_later (collection, id, text, places) VALUES (:collection, :id, :text, :places) "
    "ON CONFLICT (collection, id) DO UPDATE SET text = excluded.text, places = excluded.places"
)


# Built once: every batch runs these, and building a statement costs more than running it.
_d, _s, _p, _h, _f = document_table.c, standing.c, place_table.c, later_table.c, feed_table.c
_revs = select(_d.key, _d.rev, _d.collection, _d.id).where(
    tuple_(_d.collection, _d.id).in_(bindparam("ids", expanding=True))
)
_standings = select(_s.collection, _s.id, _s.feed, _s.audience, _s.gone).where(
    tuple_(_s.collection, _s.id).in_(bindparam("ids", expanding=True))
)
_places = select(_p.id, _p.feed, _p.audience).where(
    tuple_(_p.feed, _p.audience).in_(bindparam("places", expanding=True))
)
_held = (
    select(_h.collection, _h.id)
    .where(tuple_(_h.collection, _h.id).in_(bindparam("ids", expanding=True)))
    .with_for_update()
)
_advance = (
    update(feed_table)
    .where(_f.id == bindparam("_id"))
    .values(counter=_f.counter + bindparam("_by"))
    .returning(_f.counter)
)


def published(connection: Connection, collection: str, id: str) -> bool:
    """Whether this document has been published already, or is still held back."""
    d = document_table.c
    return connection.execute(select(d.rev).where(d.collection == collection, d.id == id)).first() is not None


@dataclass
class _Known:
    """What is published already: ``places`` are those that see it; where it is being erased, those that ever saw it."""

    key: int
    rev: int
    places: set[Place] = field(default_factory=set)


def _known(connection: Connection, documents: list[Document]) -> dict[Id, _Known]:
    erased = {(document.collection, document.id) for document in documents if document.erased}
    keys = [(document.collection, document.id) for document in documents if not document.new]
    found: dict[Id, _Known] = {}
    for start in range(0, len(keys), 200):
        some = {"ids": keys[start : start + 200]}
        for key, rev, *id in connection.execute(_revs, some):
            found[id[0], id[1]] = _Known(key, rev)
        for row in connection.execute(_standings, some):
            if not row.gone or (row.collection, row.id) in erased:
                found[row.collection, row.id].places.add((row.feed, row.audience))
    return found


def _new_keys(count: int, now: datetime) -> range:
    """Keys for new documents: milliseconds, then 22 bits of chance, so that two transactions hardly ever take the same.

    Where they do, the unique key says so, and the batch is run again with others.
    """
    first = int(now.timestamp() * 1000 - KEYS_BEGIN_MS) << 22 | secrets.randbelow(1 << 22)
    return range(first, first + count)


def _place_ids(connection: Connection, wanted: set[Place]) -> dict[Place, int]:
    """The numbers of these places; those that are new get one."""
    found: dict[Place, int] = {}
    for _ in range(2):
        for start in range(0, len(wanted), 200):
            some = {"places": sorted(wanted)[start : start + 200]}
            found.update(((row.feed, row.audience), row.id) for row in connection.execute(_places, some))
        lacking = [{"feed": feed, "audience": audience} for feed, audience in sorted(wanted - found.keys())]
        if not lacking:
            break
        connection.execute(_put_place, lacking)
    return found


def _take_numbers(connection: Connection, wanted: dict[str, int]) -> dict[str, int]:
    """Advances the counters by what is wanted; returns each feed's number before. The lock is held until the commit."""
    before: dict[str, int] = {}
    for feed in sorted(wanted):
        n = wanted[feed]
        counter = connection.execute(_advance, {"_id": feed, "_by": n}).scalar()
        if counter is None:
            made = text("INSERT INTO sync_feed (id, counter) VALUES (:id, 0) ON CONFLICT (id) DO NOTHING")
            connection.execute(made, {"id": feed})
            counter = connection.execute(_advance, {"_id": feed, "_by": n}).scalar_one()
        before[feed] = counter - n
    return before


def publish(connection: Connection, documents: Iterable[Document], now: datetime) -> None:
    """Writes the documents and numbers their changes in every feed and for every audience that sees or saw them."""
    out = _hold_back(connection, list(documents))
    if not out:
        return
    known = _known(connection, out)
    seen: list[tuple[Document, set[Place], set[Place]]] = []
    wanted: dict[str, int] = {}
    for document in out:
        places = set(document.places) if document.doc is not None else set()
        before = known.get((document.collection, document.id))
        all_places = places | before.places if before else places
        seen.append((document, places, all_places))
        for feed in {feed for feed, _ in all_places}:
            wanted[feed] = wanted.get(feed, 0) + 1
    place_ids = _place_ids(connection, {place for _, _, all_places in seen for place in all_places})
    numbers = _take_numbers(connection, wanted)
    last = {feed: numbers[feed] + wanted[feed] for feed in wanted}
    fresh = iter(_new_keys(len(out) - len(known), now))
    rows: list[Row] = []
    moved: list[Row] = []  # rows of documents that were known before, in places that may be
    added: list[Row] = []
    changed: list[Row] = []
    for document, places, all_places in seen:
        before = known.get((document.collection, document.id))
        key = before.key if before else next(fresh)
        given: dict[str, int] = {}
        for place in sorted(all_places):
            if place[0] not in given:
                numbers[place[0]] += 1
                given[place[0]] = numbers[place[0]]
            n = given[place[0]]
            row = {"document": key, "place": place_ids[place], "n": n, "born": n, "gone": place not in places}
            (moved if before else rows).append(row)
        body = None if document.doc is None else dumps(document.doc)
        rev = max(given.values(), default=0)
        if before is None:
            ids = {"key": key, "collection": document.collection, "id": document.id}
            added.append({**ids, "rev": rev, "text": body, "erased": document.erased})
        else:  # numbers of several feeds: a rev must differ from the one before, which may be of another feed
            rev = max(rev, before.rev + 1)
            changed.append({"_key": key, "_rev": rev, "_text": body, "_erased": document.erased})
    insert_rows(connection, document_table, added)
    if changed:
        connection.execute(_change_document, changed)
    if rows or moved:
        insert_rows(connection, row_table, rows)
        insert_rows(connection, row_table, moved, _put_row)
        tag = secrets.token_hex(8)
        transactions = [{"feed": feed, "last": n, "tag": tag, "at": now} for feed, n in last.items()]
        insert_rows(connection, transaction_table, transactions)


def publish_changed(connection: Connection, documents: Iterable[Document], now: datetime) -> int:
    """Publishes those whose text or audiences differ from what is published; returns how many."""
    every = list(documents)
    d, s = document_table.c, standing.c
    texts: dict[Id, str | None] = {}
    places: dict[Id, set[Place]] = {}
    for start in range(0, len(every), 200):
        keys = [(one.collection, one.id) for one in every[start : start + 200]]
        found = connection.execute(select(d.collection, d.id, d.text).where(tuple_(d.collection, d.id).in_(keys)))
        texts.update(((row.collection, row.id), row.text) for row in found)
        query = select(s.collection, s.id, s.feed, s.audience).where(
            tuple_(s.collection, s.id).in_(keys), s.gone.is_(False)
        )
        for row in connection.execute(query):
            places.setdefault((row.collection, row.id), set()).add((row.feed, row.audience))
    changed = []
    for one in every:
        key, body = (one.collection, one.id), None if one.doc is None else dumps(one.doc)
        one.places = set(one.places) | (places.get(key, set()) if one.adds else set())
        if texts.get(key, "") != body or places.get(key, set()) != one.places:
            changed.append(one)
    publish(connection, changed, now)
    return len(changed)


def _hold_back(connection: Connection, documents: list[Document]) -> list[Document]:
    """Keeps for the release what is to come later, and what changes before its release; returns the others."""
    for document in documents:
        if not _PLAIN.match(document.id):  # it goes into answers as it is
            raise ValueError(f"an id that may break an answer, in {document.collection}")
    held = {(document.collection, document.id) for document in documents if document.later}
    keys = [(document.collection, document.id) for document in documents if not document.later and not document.new]
    for start in range(0, len(keys), 200):
        rows = connection.execute(_held, {"ids": keys[start : start + 200]})
        held.update((row.collection, row.id) for row in rows)
    if not held:
        return documents
    kept = [document for document in documents if (document.collection, document.id) in held]
    if put := [_held_row(document) for document in kept if document.doc is not None]:
        connection.execute(_put_later, put)
    for document in kept:
        if document.doc is None:
            connection.execute(delete(later_table).where(_h.collection == document.collection, _h.id == document.id))
    return [document for document in documents if (document.collection, document.id) not in held]


def _held_row(document: Document) -> Row:
    places = dumps(sorted(document.places))
    return {"collection": document.collection, "id": document.id, "text": dumps(document.doc), "places": places}


def release(connection: Connection, now: datetime) -> int:
    """Publishes what was held back, in random order, so that neither time nor neighbours tell who said it."""
    # In one statement: what another transaction holds back meanwhile must not be deleted unread.
    rows: list[Any] = list(connection.execute(delete(later_table).returning(*later_table.c)))
    secrets.SystemRandom().shuffle(rows)
    documents = [
        Document(
            row.collection,
            row.id,
            loads(row.text.encode()),
            [(feed, audience) for feed, audience in loads(row.places.encode())],
        )
        for row in rows
    ]
    publish(connection, documents, now)
    return len(documents)
