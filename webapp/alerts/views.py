"""The one address of alerts: receipts, without a session, since a service worker may have none when a push wakes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, current_app, request
from marshmallow import ValidationError

from sync import Malformed
from sync.wire import loads
from webapp import clock
from webapp.alerts import receipts
from webapp.alerts.schemas import AlertSeen
from webapp.db import reading, writing
from webapp.people.refusal import Refusal

BODY_MOST_BYTES: Final = 4096
SEEN: Final = AlertSeen()

blueprint = Blueprint("alerts", __name__)


@blueprint.post("/alerts/<alert_id>/seen")
def seen(alert_id: str) -> Response:
    """204, however often; 404 for an unknown id and for a wrong token alike."""
    said = _body()
    with reading() as connection:
        row = receipts.find(connection, alert_id, said["token"], current_app.config["SECRET_KEY"].encode())
    if row is None:
        raise Refusal("not_found")
    if receipts.is_news(row, said["what"]):
        with writing() as connection:
            receipts.take(connection, row, said["what"], datetime.fromisoformat(said["at"]), clock.now())
    return Response(status=204)


def _body() -> dict[str, Any]:
    """What the receipt says; raises ``media_type``, ``too_big`` or ``malformed``."""
    if request.mimetype != "application/json":
        raise Refusal("media_type")
    raw = request.stream.read(BODY_MOST_BYTES + 1)
    if len(raw) > BODY_MOST_BYTES:
        raise Refusal("too_big")
    try:
        said: dict[str, Any] = SEEN.load(loads(raw))
    except (Malformed, ValidationError) as error:
        raise Refusal("malformed") from error
    return said
