"""Subscribing a browser to pushes, taking it off again, and trying whether they arrive."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select

from sync import Batch, Command, Effect, Rejected
from webapp.alerts.endpoints import Refused, check_endpoint
from webapp.alerts.schemas import AlertSubscribe, AlertTest, AlertUnsubscribe
from webapp.alerts.telling import alert_table, alerts, subscription_table
from webapp.db import registry
from webapp.places.rights import require

SUBSCRIPTIONS_MOST: Final = 20  # of one account: phones, a tablet, a desk; more is a mistake or an attack
TESTS_EVERY: Final = timedelta(seconds=10)  # of one account


def _digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _permit(command: Command, batch: Batch) -> None:
    require(command, command.type)


@registry.command("alert.subscribe", AlertSubscribe(), permit=_permit)
def subscribe(command: Command, batch: Batch) -> Effect:
    """This browser may be reached by push. An endpoint belongs to one account: subscribing moves it."""
    p = command.payload
    try:
        check_endpoint(p["endpoint"])
    except Refused as no:
        raise Rejected("invalid", fields={"endpoint": ["endpoint"]}) from no
    s = subscription_table.c
    values: dict[str, Any] = {
        "account_id": command.caller.account,
        "device_id": command.caller.device,
        "endpoint": p["endpoint"],
        "p256dh": p["keys"]["p256dh"],
        "auth": p["keys"]["auth"],
        "created_at": batch.now,
        "failed_at": None,
        "fault": None,
    }
    known = batch.connection.execute(select(s.id).where(s.endpoint_digest == _digest(p["endpoint"]))).scalar()
    if known is not None:
        return Effect(changes=[(subscription_table, known, values)])
    mine = batch.connection.execute(select(func.count()).where(s.account_id == command.caller.account)).scalar_one()
    staged = batch.once(("subscribed", command.caller.account), lambda: [0])
    if mine + staged[0] >= SUBSCRIPTIONS_MOST:
        raise Rejected("too_many_devices")
    staged[0] += 1
    row = {
        "id": str(uuid.uuid5(uuid.UUID(command.id), "subscription")),
        "endpoint_digest": _digest(p["endpoint"]),
        **values,
    }
    return Effect(rows=[(subscription_table, row)])


@registry.command("alert.unsubscribe", AlertUnsubscribe(), permit=_permit)
def unsubscribe(command: Command, batch: Batch) -> Effect:
    """This browser is not to be reached any more. One's own alone can be taken off; an unknown one is no error."""
    s = subscription_table.c
    mine = (s.endpoint_digest == _digest(command.payload["endpoint"])) & (s.account_id == command.caller.account)
    ids = batch.connection.execute(select(s.id).where(mine)).scalars()
    return Effect(removals=[(subscription_table, id) for id in ids])


@registry.command("alert.test", AlertTest(), permit=_permit)
def test(command: Command, batch: Batch) -> Effect:
    """Tells the caller something on all of the caller's own browsers, to see that it arrives."""
    caller, a = command.caller.account, alert_table.c
    mine = select(func.max(a.at)).where(a.account_id == caller, a.kind == "test")
    last = batch.once(("tested", caller), lambda: [batch.connection.execute(mine).scalar()])
    if last[0] is not None and batch.now - last[0] < TESTS_EVERY:
        raise Rejected("slow_down")
    last[0] = batch.now
    nothing = {"zh": "", "en": ""}
    return alerts(command, batch, {caller: "test"}, nothing, None, "/#/inbox", "test", None, urgent=True)
