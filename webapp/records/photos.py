"""A record is ready once all its photos are here: its document is made anew when the last one comes."""

from __future__ import annotations

from sqlalchemy import Connection, exists, select, update

from sync import Document
from sync.feeds import published
from sync.wire import loads
from webapp.blobs.uses import remakers, sender_table, use_table
from webapp.people.posts import account_table
from webapp.records.commands import KINDS, Amendable


def remake(connection: Connection, kind: Amendable, id: str) -> Document | None:
    """The document of a record whose photos have all come; None while some are still missing, or where it is gone."""
    row = connection.execute(select(kind.table).where(kind.table.c.id == id)).mappings().first()
    if row is None or row["ready"]:
        return None
    u, s = use_table.c, sender_table.c
    sent = exists().where(s.blob_id == u.blob_id, (s.account_id == u.account_id) | u.account_id.is_(None))
    if connection.execute(select(u.id).where(u.document_id == id, ~sent).limit(1)).first() is not None:
        return None
    connection.execute(update(kind.table).where(kind.table.c.id == id).values(ready=True))
    home = connection.execute(select(account_table.c.home_id).where(account_table.c.id == row["account_id"])).scalar()
    body = loads(row["body"].encode())
    more = {key: body.pop(key) for key in ("amended_at", "earlier") if key in body}
    document = kind.show({**row, "ready": True}, body, home, **more)
    if row.get("anonymous"):  # its photo must not bring it forward
        document.later = not published(connection, document.collection, id)
    return document


for _name, _kind in KINDS.items():
    remakers[f"{_name}s"] = lambda connection, id, kind=_kind: remake(connection, kind, id)  # type: ignore[misc]
