"""The exchange over HTTP: who may speak, how bodies are packed, and each outcome's status (PROTOCOL, POST
/sync/exchange).
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, request
from zlib_ng import gzip_ng, zlib_ng

from sync import Caller, Gap, Malformed, Rejected, read_envelope
from sync.schema import describe
from sync.urgent import hear
from sync.wire import dumps
from webapp import clock
from webapp.alerts.telling import tell_copy
from webapp.db import one_snapshot, reading, registry
from webapp.errors import problem
from webapp.host import engine
from webapp.people import audit, handover
from webapp.people.refusal import Refusal
from webapp.people.sign_in import SignedIn, current
from webapp.places.rights import read_callers

SENT_MOST_BYTES: Final = 1024 * 1024
UNPACKED_MOST_BYTES: Final = 8 * 1024 * 1024
PACK_FROM_BYTES: Final = 500
# Of 1 to 9: measured, half the time of zlib's 4 for fewer bytes; 6 saves a twentieth at twice the time.
PACK_LEVEL: Final = 3

blueprint = Blueprint("sync", __name__)


@blueprint.post("/sync/exchange")
def exchange() -> Response:
    """Commands in, outcomes and changes out."""
    now = clock.now()
    with one_snapshot():
        who = signed_in()
        caller = caller_of(who)
    envelope = read_envelope(sent := body())
    if envelope.device != who.device_id:
        raise Refusal("device")
    if envelope.account != who.account_id:
        raise Refusal("account")
    if who.suspended and not envelope.commands:  # what was recorded while the last answer was on its way is taken still
        handover.may_still_speak(who)
    answer = engine.exchange(envelope, caller, now)
    with audit.noting(caller, audit.told(caller, answer.page.told, sent if envelope.commands else b""), now):
        packed_answer = packed(answer.text())
    if who.suspended and not envelope.commands and envelope.waiting == 0:
        handover.is_done(who, now)
    return packed_answer


@blueprint.post("/sync/urgent")
def urgent() -> Response:
    """A copy of an urgent command, ahead of its queue: the alert is raised once, the command follows in its number."""
    who = signed_in()
    envelope = read_envelope(body())
    if envelope.device != who.device_id:
        raise Refusal("device")
    if envelope.account != who.account_id:
        raise Refusal("account")
    if len(envelope.commands) != 1:
        raise Malformed("one command at a time")
    try:
        refused = hear(engine, envelope.commands[0], caller_of(who), clock.now(), tell_copy)
    except Rejected as no:
        return problem(no.code)
    if refused is not None:
        return Response(dumps(refused), 422, content_type="application/json")
    return Response("{}", 202, content_type="application/json")


@blueprint.get("/sync/schema")
def schema() -> Response:
    """JSON Schema of every command's payload and every collection's documents."""
    response = packed(dumps(describe(registry)))
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.errorhandler(Malformed)
def malformed(_error: Malformed) -> Response:
    return problem("malformed")


@blueprint.errorhandler(Gap)
def gap(error: Gap) -> Response:
    return problem("gap", expected=error.expected)


def signed_in() -> SignedIn:
    """Who speaks, by session and device header; raises ``sign_in`` or ``device``."""
    who = current()
    if who is None:
        raise Refusal("sign_in")
    if request.headers.get("X-Silian-Device", "").lower() != who.device_id:
        raise Refusal("device")
    return who


def caller_of(who: SignedIn) -> Caller:
    with reading() as connection:
        caller = read_callers(connection, [who.account_id], clock.now())[who.account_id]
    return replace(caller, device=who.device_id, suspended=who.suspended)


def body() -> bytes:
    """The body as JSON text, unpacked; raises ``media_type``, ``too_big`` or ``Malformed``."""
    if request.mimetype != "application/json":
        raise Refusal("media_type")
    if (request.content_length or 0) > SENT_MOST_BYTES:
        raise Refusal("too_big")
    raw = request.stream.read(SENT_MOST_BYTES + 1)
    if len(raw) > SENT_MOST_BYTES:
        raise Refusal("too_big")
    encoding = request.headers.get("Content-Encoding", "").lower()
    if encoding in ("", "identity"):
        return raw
    if encoding != "gzip":
        raise Refusal("media_type")
    return unpacked(raw)


def unpacked(raw: bytes) -> bytes:
    """gzip undone, but never past the limit, whatever the sender claims."""
    try:
        with gzip_ng.GzipNGFile(fileobj=io.BytesIO(raw)) as packed_body:
            found: bytes = packed_body.read(UNPACKED_MOST_BYTES + 1)
    except (OSError, EOFError, zlib_ng.error) as error:  # type: ignore[misc]
        raise Malformed("gzip") from error
    if len(found) > UNPACKED_MOST_BYTES:
        raise Refusal("too_big")
    return found


def packed(text: str) -> Response:
    """A JSON answer, gzipped where the client takes it and it is worth it."""
    data, headers = text.encode("utf-8", "replace"), {"Vary": "Accept-Encoding"}
    if len(data) > PACK_FROM_BYTES and "gzip" in request.headers.get("Accept-Encoding", ""):
        data = gzip_ng.compress(data, PACK_LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(data, 200, headers, content_type="application/json")
