"""Photos and recordings come and are shown (PROTOCOL, Blobs). A photo's name is its content."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from flask import Blueprint, Response, request, send_file
from sqlalchemy import Connection, bindparam, exists, select, tuple_
from sqlalchemy.sql import text

from sync import UtcDateTime
from sync.documents import standing
from sync.feeds import publish
from sync.wire import dumps
from webapp import clock
from webapp.blobs import formats, store
from webapp.blobs.uses import blob_table, remakers, sender_table, use_table
from webapp.db import reading, writing
from webapp.payloads import DIGEST
from webapp.people.refusal import Refusal
from webapp.people.sign_in import SignedIn, current
from webapp.places.rights import read_callers

BLOB_MOST_BYTES: Final = 2 * 1024 * 1024

AT: Final = bindparam("at", type_=UtcDateTime())

blueprint = Blueprint("blobs", __name__)


def _sender(digest: str) -> SignedIn:
    who = current()
    if who is None:
        raise Refusal("sign_in")
    if request.headers.get("X-Silian-Device", "").lower() != who.device_id:
        raise Refusal("device")
    if not DIGEST.match(digest):
        raise Refusal("digest")
    return who


def _sent(connection: Connection, digest: str, account_id: str) -> bool:
    mine = (sender_table.c.blob_id == digest) & (sender_table.c.account_id == account_id)
    return bool(connection.execute(select(exists().where(mine))).scalar())


# Flask answers HEAD by running a GET view; this address has none, so that HEAD is declared by itself.
@blueprint.route("/sync/blobs/<digest>", methods=["HEAD"])
def ask(digest: str) -> Response:
    """200 where this account has sent it; another's upload does not show."""
    who = _sender(digest)
    with reading() as connection:
        status = 200 if _sent(connection, digest, who.account_id) else 404
    response = Response(status=status, content_type="application/json")
    if status == 200:
        response.set_etag(digest)  # a captive portal says 200 as well, but not to what
    return response


@blueprint.put("/sync/blobs/<digest>")
def put(digest: str) -> Response:
    """201 stored, 200 sent by this account before; a cut upload is sent again and changes nothing."""
    who = _sender(digest)
    if (request.content_length or 0) > BLOB_MOST_BYTES:
        raise Refusal("too_big")
    data = request.stream.read(BLOB_MOST_BYTES + 1)
    if len(data) > BLOB_MOST_BYTES:
        raise Refusal("too_big")
    if hashlib.sha256(data).hexdigest() != digest:
        raise Refusal("digest")
    with reading() as connection:
        if _sent(connection, digest, who.account_id):
            return _here(digest, 200)
        known = connection.execute(select(blob_table.c.id).where(blob_table.c.id == digest)).scalar()
    try:
        kind, kept = formats.settle(data)
    except formats.NotTaken as no:
        raise Refusal("media_type") from no
    if known is None:
        store.save(digest, kept)
    _note(digest, kind, len(kept), who.account_id, clock.now())
    return _here(digest, 201)


def _here(digest: str, status: int) -> Response:
    """Names what is here: a phone takes no other 200 for an answer."""
    return Response(dumps({"sha256": digest}), status, content_type="application/json")


def _note(digest: str, kind: str, size: int, account_id: str, now: datetime) -> None:
    """The blob, who sent it, and every record that waited for it."""
    with writing() as connection:
        put_blob = text(
            "INSERT INTO blob (id, content_type, size_bytes, stored_at) VALUES (:id, :kind, :size, :at) "
            "ON CONFLICT (id) DO NOTHING"
        ).bindparams(AT)
        connection.execute(put_blob, {"id": digest, "kind": kind, "size": size, "at": now})
        put_sender = text(
            "INSERT INTO blob_sender (blob_id, account_id, sent_at) VALUES (:id, :account, :at) ON CONFLICT DO NOTHING"
        ).bindparams(AT)
        connection.execute(put_sender, {"id": digest, "account": account_id, "at": now})
        u = use_table.c
        waiting = select(u.collection, u.document_id).where(
            u.blob_id == digest, u.account_id.is_(None) | (u.account_id == account_id)
        )
        documents = [remakers[row.collection](connection, row.document_id) for row in connection.execute(waiting).all()]
        publish(connection, [document for document in documents if document is not None], now)


@blueprint.get("/blobs/<digest>")
def show(digest: str) -> Response:
    """A photo, to whom a document shows it, where that document's author has sent the bytes; else 404, as if it were
    not there.
    """
    who = current()
    if who is None:
        raise Refusal("sign_in")
    if not DIGEST.match(digest) or who.suspended:
        raise Refusal("not_found")
    with reading() as connection:
        row = connection.execute(select(blob_table).where(blob_table.c.id == digest)).mappings().first()
        if row is None or not _shown(connection, digest, who.account_id):
            raise Refusal("not_found")
    path = store.path_of(digest)
    if not path.exists():
        raise Refusal("not_found")
    inline = str(row["content_type"]).startswith(("image/", "audio/"))
    response = send_file(path, mimetype=row["content_type"], as_attachment=not inline, download_name=digest[:12])
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = response.headers.get("Content-Disposition", "inline")
    return response


def _shown(connection: Connection, digest: str, account_id: str) -> bool:
    caller = read_callers(connection, [account_id], clock.now()).get(account_id)
    if caller is None:
        return False
    u, s, r = use_table.c, sender_table.c, standing.c
    sent = exists().where(s.blob_id == digest, (s.account_id == u.account_id) | u.account_id.is_(None))
    keys = [
        tuple(row) for row in connection.execute(select(u.collection, u.document_id).where(u.blob_id == digest, sent))
    ]
    if not keys:
        return False
    seen = select(r.feed, r.audience).where(tuple_(r.collection, r.id).in_(keys), r.gone.is_(False))
    return any(caller.sees(feed, audience) for feed, audience in connection.execute(seen))
