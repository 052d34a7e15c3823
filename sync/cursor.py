"""Where a phone stands, and what is new to it.

A cursor holds, for each feed that the person reads, a position and the tag of the transaction there, and the digest of
the audience set it was made for. It is no secret and gives no rights: what is read is read with today's audiences.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, or_, select, tuple_

from .documents import (
    audience_table,
    document_table,
    feed_table,
    place_table,
    row_table,
    standing,
    transaction_table,
)
from .registry import Caller
from .wire import Malformed, dumps, loads, sound

CURSOR_DAYS = 100  # an older position is answered from the beginning (PROTOCOL, Changes)


@dataclass
class Page:
    """One page of changes, as JSON texts; ``reset`` is False, "sweep" or "wipe"."""

    changes: list[str] = field(default_factory=list)
    cursor: str | None = None
    more: bool = False
    reset: str | bool = False
    told: set[tuple[str, str]] = field(default_factory=set)


def members_of(caller: Caller) -> str:
    """What the caller reads, as a text that people who read the same share: one's own audience is called so."""
    own = f"account:{caller.account}"
    return dumps(sorted((feed, "own" if audience == own else audience) for feed, audience in caller.reads))


def digest_of(members: str) -> str:
    return hashlib.sha256(members.encode()).hexdigest()[:32]


class Position(NamedTuple):
    """How far a feed has been read, how far it went then, and the tag of its newest transaction then.

    The position's own tag is not enough. A document changed since stands behind the position; the phone leaves it for
    the next page; a restore between the two pages puts it back before the position, where it is never read.
    """

    n: int = 0
    head: int = 0
    tag: str = ""


def _encode(account: str, digest: str, positions: dict[str, Position]) -> str:
    return base64.urlsafe_b64encode(dumps([account, digest, positions]).encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[str, str, dict[str, Position]] | None:
    try:
        held = loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        account, digest, positions = held
        clean = {str(feed): Position(int(n), int(head), str(tag)) for feed, (n, head, tag) in positions.items()}
    except (ValueError, TypeError, AttributeError, OverflowError, Malformed):
        return None
    if not sound(held) or not isinstance(account, str) or not isinstance(digest, str):
        return None
    return (account, digest, clean) if all(0 <= one.n <= one.head for one in clean.values()) else None


# Built once: every poll runs these, and building a statement costs more than running it.
_t, _f, _p, _r, _d = transaction_table.c, feed_table.c, place_table.c, row_table.c, document_table.c
_tags = select(_t.feed, _t.last, _t.tag, _t.at).where(tuple_(_t.feed, _t.last).in_(bindparam("heads", expanding=True)))
_heads = select(_f.id, _f.counter).where(_f.id.in_(bindparam("feeds", expanding=True)))
_new = (
    select(_r.n, _r.document, _r.gone)
    .join_from(place_table, row_table, _r.place == _p.id)
    .where(
        _p.feed == bindparam("feed"),
        _p.audience.in_(bindparam("audiences", expanding=True)),
        _r.n > bindparam("position"),
        _r.n <= bindparam("until"),
    )
    .order_by(_r.n, _r.gone)  # where a document's rows are cut short, what is seen comes first
    .limit(bindparam("most"))
    .subquery()
)
_news = (
    select(_new.c.n, _d.collection, _d.id, _new.c.gone, _d.rev, _d.text, _d.erased)
    .join_from(_new, document_table, _d.key == _new.c.document)
    .order_by(_new.c.n, _new.c.gone)
)


Tags = dict[tuple[str, int], Any]  # transactions by feed and last number


def _tags_at(connection: Connection, heads: dict[str, int], positions: dict[str, Position]) -> Tags:
    """The newest transactions of these feeds, now and when the positions were given, in one question.

    A cursor may name any feeds; only the caller's are asked for.
    """
    wanted = {*heads.items(), *((feed, held.head) for feed, held in positions.items() if feed in heads)}
    if not wanted:
        return {}
    rows = connection.execute(_tags, {"heads": sorted(wanted)})
    return {(row.feed, row.last): row for row in rows}


def _sound(tags: Tags, positions: dict[str, Position], heads: dict[str, int], now: datetime) -> bool:
    """Whether each position still means what it meant: same past, and not too old while newer transactions exist."""
    for feed, held in positions.items():
        if held.head == 0:
            continue
        found = tags.get((feed, held.head))
        if found is None or found.tag != held.tag:
            return False
        if found.at < now - timedelta(days=CURSOR_DAYS) and found.last != heads.get(feed, 0):
            return False
    return True


def read_changes(connection: Connection, caller: Caller, cursor: str | None, limit: int, now: datetime) -> Page:
    """What is new to this caller since ``cursor``: at most ``limit`` documents, each once, in its newest state."""
    digest = digest_of(members_of(caller))
    heads = {row.id: row.counter for row in connection.execute(_heads, {"feeds": caller.feeds})}
    reset: str | bool = False
    positions: dict[str, Position] = {}
    held = None if cursor is None else _decode(cursor)
    if held is not None and held[0] == caller.account:
        positions = held[2]
    tags = _tags_at(connection, heads, positions)
    if cursor is None:
        reset = "sweep"
    elif held is None or held[0] != caller.account or (held[1] == digest and positions.keys() != set(caller.feeds)):
        reset = "wipe"
    elif held[1] != digest:
        reset = _lost_or_gained(connection, held[1], caller)
    elif not _sound(tags, positions, heads, now):
        reset = "sweep"
    if reset:
        positions = {}
    page = Page(reset=reset)
    room, since = limit, {feed: position.n for feed, position in positions.items()}
    after: dict[str, Position] = {}
    for feed in sorted(caller.feeds):
        head, position = heads.get(feed, 0), positions.get(feed, Position())
        if position.n < head and room > 0:
            n, taken = _read_feed(connection, caller, feed, since, head, room, page)
            room -= taken
            position = Position(n, head, tags[feed, head].tag)
        after[feed] = position
        page.more = page.more or position.n < head
    page.cursor = _encode(caller.account, digest, after)
    return page


def _read_feed(
    connection: Connection, caller: Caller, feed: str, since: dict[str, int], head: int, room: int, page: Page
) -> tuple[int, int]:
    """Adds one feed's news to the page; returns the new position and how many documents were added."""
    most = room + 1  # a document that reaches a person in two ways has two rows: such a page just holds fewer
    position = since.get(feed, 0)
    # First only as far as a page is likely to reach: who reads nearly all of a feed is spared sorting the rest of it.
    near = min(head, position + 2 * most)
    asked = {"feed": feed, "audiences": caller.audiences_in(feed), "position": position, "most": most}
    found = connection.execute(_news, {**asked, "until": near}).all()
    if len(found) < most and near < head:
        found = connection.execute(_news, {**asked, "until": head}).all()
    cut = found[-1].n if len(found) == most else None  # this document's rows may go on behind the limit
    lost = {(one[1], one[2]): one[6] for one in found if one[3]}
    gone = _gone(connection, caller, lost, since)
    taken, last = 0, position
    for n, collection, id, is_gone, rev, text, erased in found:
        if n == last:
            continue  # the same document by another way; what is seen came first
        if taken == room or (n == cut and taken):
            return last, taken
        last = n
        if (collection, id) in page.told:
            continue
        if is_gone or text is None:
            if (collection, id) not in gone:
                continue
            text = 'null,"erased":true' if erased else "null"
        # Put together here: it holds nothing that would have to be escaped, and the text is as it was kept.
        page.changes.append(f'{{"collection":"{collection}","id":"{id}","rev":{rev},"doc":{text}}}')
        page.told.add((collection, id))
        taken += 1
    return (last if cut is not None else head), taken


def _gone(
    connection: Connection, caller: Caller, keys: dict[tuple[str, str], bool], since: dict[str, int]
) -> set[tuple[str, str]]:
    """Which of these documents, gone in one way, this person sees in no other and may have seen before.

    Of an erased one (``keys`` says which are) a phone is told that reads from the beginning, too: its journal may hold
    the record still, whatever became of its documents.

    All the person's feeds are looked at: one that moved between two of them must neither be taken away by the one it
    left nor stay for ever because the one it came to, and left again, had never told of it.
    """
    s, wanted = standing.c, sorted(keys)
    seen_before: set[tuple[str, str]] = set()
    seen_now: set[tuple[str, str]] = set()
    for start in range(0, len(wanted), 200):
        query = select(s.collection, s.id, s.feed, s.born, s.gone).where(
            tuple_(s.collection, s.id).in_(wanted[start : start + 200]),
            or_(*((s.feed == feed) & s.audience.in_(caller.audiences_in(feed)) for feed in caller.feeds)),
        )
        for row in connection.execute(query):
            if not row.gone:
                seen_now.add((row.collection, row.id))
            elif row.born <= since.get(row.feed, 0) or keys[row.collection, row.id]:
                seen_before.add((row.collection, row.id))
    return seen_before - seen_now


def _lost_or_gained(connection: Connection, digest: str, caller: Caller) -> str:
    members = connection.execute(select(audience_table.c.members).where(audience_table.c.digest == digest)).scalar()
    if members is None:
        return "wipe"
    own = f"account:{caller.account}"
    before = {(feed, own if audience == "own" else audience) for feed, audience in loads(members.encode())}
    return "sweep" if before <= caller.reads else "wipe"
