"""What is on record: who did what, and who looked at what. Lines are added, never changed and never taken away.

``chain`` seals them shortly after their commit, so that a push waits for nobody's line but its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Table

from sync import Caller
from sync.bulk import insert_rows
from sync.columns import iso
from sync.wire import dumps
from webapp.db import writing
from webapp.people.models import AuditLine

TOLD: Final = "sync.told"
# Collections whose documents say something about a resident, or about where somebody was.
PERSONAL: Final = frozenset({"visits", "opinions", "findings", "cases", "patrols"})
ID: Final = re.compile(rb'"([0-9a-f-]{36})"')
ASIDE_FROM: Final = 10_000  # so long is a line of some 250 ids
_aside = ThreadPoolExecutor(thread_name_prefix="audit")  # has no thread before it is given work
audit_table = cast(Table, AuditLine.__table__)


def note(connection: Connection, account_id: str | None, action: str, subjects: Iterable[str | None], now: datetime,
         detail: str | None = None) -> None:  # fmt: skip
    """One line for each subject, in the transaction of what it tells."""
    line = {"at": iso(now), "account_id": account_id, "action": action}
    insert_rows(connection, audit_table, [{**line, "subject_id": one, "detail": detail} for one in subjects])


def told(caller: Caller, documents: Collection[tuple[str, str]], sent: bytes) -> str | None:
    """What is to be noted where a phone is given others' documents: their ids by collection; None where nothing is.

    ``sent`` is the text of the phone's own commands: what comes back of it was not looked at but written. Residents
    are given nothing but their own.
    """
    if not documents or not any(post.role != "resident" for post in caller.rights.now):
        return None
    found: dict[str, list[str]] = {}
    own = {id.decode() for id in ID.findall(sent)}  # once: to look for each id in a long text would cost far more
    for collection, id in documents:
        if collection in PERSONAL and id not in own:
            found.setdefault(collection, []).append(id)
    return dumps({name: sorted(ids) for name, ids in sorted(found.items())}) if found else None


@contextmanager
def noting(caller: Caller, detail: str | None, now: datetime) -> Iterator[None]:
    """One line an exchange, committed when this ends: before the answer goes out, or there is no answer.

    The line of a long page is written by another thread while this one packs the page: the disk and the packing take
    about as long as each other, and neither needs the other.
    """
    if detail is None:
        yield
    elif len(detail) < ASIDE_FROM:
        _note_told(caller, detail, now)
        yield
    else:
        written = _aside.submit(copy_context().run, _note_told, caller, detail, now)
        try:
            yield
        finally:
            written.result()


def _note_told(caller: Caller, detail: str, now: datetime) -> None:
    with writing() as connection:
        note(connection, caller.account, TOLD, [None], now, detail)


def line_of(row: Any) -> dict[str, Any]:
    """A line as it is shown and sealed."""
    return {name: row[name] for name in ("id", "at", "account_id", "action", "subject_id", "detail")}
