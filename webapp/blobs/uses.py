"""Which record shows which photo, and whether all of a record's photos are here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import Connection, Table, select

from sync import Batch, Command, Document
from webapp.blobs.models import Blob, BlobSender, BlobUse

blob_table = cast(Table, Blob.__table__)
sender_table = cast(Table, BlobSender.__table__)
use_table = cast(Table, BlobUse.__table__)

# collection → a function that makes the record's document anew, once its photos have come
remakers: dict[str, Callable[[Connection, str], Document | None]] = {}


def digests_of(payload: dict[str, Any]) -> list[str]:
    return [*payload.get("photos", ()), *payload.get("recordings", ())]


def uses(
    command: Command, batch: Batch, collection: str, id: str, account_id: str | None
) -> tuple[list[tuple[Table, dict[str, Any]]], bool]:
    """The rows that tie a record to its photos, and whether all of them are here, sent by the record's own author.

    An anonymous record has no author to compare with: there the bytes count, whoever sent them.
    """
    digests = digests_of(command.payload)
    if not digests:
        return [], True
    rows = [
        (
            use_table,
            {
                "id": str(uuid.uuid5(uuid.UUID(command.id), digest)),
                "blob_id": digest,
                "collection": collection,
                "document_id": id,
                "account_id": account_id,
            },
        )
        for digest in dict.fromkeys(digests)
    ]
    return rows, set(digests) <= here(batch, account_id)


def here(batch: Batch, account_id: str | None) -> set[str]:
    """Of all digests that the batch names, those whose bytes are here."""

    def read() -> set[str]:
        named = sorted({digest for command in batch.commands for digest in digests_of(command.payload)})
        query = select(sender_table.c.blob_id).where(sender_table.c.blob_id.in_(named))
        if account_id is not None:
            query = query.where(sender_table.c.account_id == account_id)
        return set(batch.connection.execute(query).scalars())

    found: set[str] = batch.once(("blobs", account_id), read)
    return found
