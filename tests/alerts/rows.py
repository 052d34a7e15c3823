"""Builders of alerts, subscriptions and deliveries as rows, and readers of what became of them."""

from __future__ import annotations

import base64
import hashlib
import os
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import Connection, insert, select

from webapp import clock
from webapp.alerts.sending import send_due
from webapp.alerts.telling import alert_table, delivery_table, subscription_table
from webapp.db import reading, writing

from ..make import id4


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def keys() -> dict[str, str]:
    """As a browser gives them."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return {"p256dh": base64url(point), "auth": base64url(os.urandom(16))}


def subscription(connection: Connection, *, account: str, endpoint: str, device: str | None = None, **more: Any) -> str:
    row = {"id": id4(), "account_id": account, "device_id": device or id4(), "endpoint": endpoint} | keys()
    row |= {"endpoint_digest": hashlib.sha256(endpoint.encode()).hexdigest(), "created_at": clock.now()}
    connection.execute(insert(subscription_table).values(row | more))
    return str(row["id"])


def alert(connection: Connection, *, account: str, urgent: bool = False, tag: str = "case-1", **more: Any) -> str:
    row = {"id": id4(), "account_id": account, "kind": "escalated", "category": "facilities", "urgent": urgent}
    row |= {"title": "公共设施 · 3号楼：请您接手", "body": "", "path": "/#/matters/1", "tag": tag, "at": clock.now()}
    connection.execute(insert(alert_table).values(row | more))
    return str(row["id"])


def delivery(connection: Connection, *, alert: str, subscription: str, lasts: timedelta = timedelta(hours=24),
             due_at: datetime | None = None, **more: Any) -> str:  # fmt: skip
    row = {"id": id4(), "alert_id": alert, "channel": "push", "target_id": subscription, "state": "pending", "tries": 0}
    row |= {"due_at": due_at or clock.now(), "expires_at": clock.now() + lasts}
    connection.execute(insert(delivery_table).values(row | more))
    return str(row["id"])


def told(app: Flask, account: str, endpoint: str, **more: Any) -> str:
    """A browser of this account at ``endpoint``, with an alert to be sent there; the id of the delivery."""
    with app.app_context(), writing() as connection:
        mine = subscription(connection, account=account, endpoint=endpoint)
        return delivery(connection, alert=alert(connection, account=account), subscription=mine, **more)


def send(app: Flask) -> None:
    """What a worker does when it is rung, to its end."""
    with app.app_context():
        send_due()


def read_delivery(app: Flask, id: str) -> dict[str, Any]:
    with app.app_context(), reading() as connection:
        return dict(connection.execute(select(delivery_table).where(delivery_table.c.id == id)).mappings().one())


def read_subscriptions(app: Flask, account: str | None = None) -> list[dict[str, Any]]:
    query = select(subscription_table)
    if account is not None:
        query = query.where(subscription_table.c.account_id == account)
    with app.app_context(), reading() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def states(app: Flask) -> list[str]:
    with app.app_context(), reading() as connection:
        return list(connection.execute(select(delivery_table.c.state).order_by(delivery_table.c.state)).scalars())
