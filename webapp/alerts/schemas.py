"""Shapes of alerts and of what a browser gives to be reached by."""

from __future__ import annotations

import re

from webapp.db import registry
from webapp.payloads import Id, Part, Pattern, Payload, Text, When


class Key(Pattern):
    """A base64url text as the Push API gives it."""

    pattern, code, json_schema = re.compile(r"[A-Za-z0-9_-]{16,120}={0,2}\Z"), "invalid", {"type": "string"}

    def _deserialize(self, value, attr, data, **kwargs):  # type: ignore[no-untyped-def]
        super()._deserialize(value, attr, data, **kwargs)
        return value  # unlike an id, its case counts


class Keys(Payload):
    p256dh = Key(required=True)
    auth = Key(required=True)


class AlertSubscribe(Payload):
    endpoint = Text(most=1000, required=True)
    keys = Part(Keys, required=True)


class AlertUnsubscribe(Payload):
    endpoint = Text(most=1000, required=True)


class AlertDocument(Payload):
    class Meta:
        unknown = "include"

    case_id = Id(allow_none=True)
    kind = Text()
    title = Text()
    body = Text(least=0)
    path = Text()
    tag = Text()
    at = When()
    opened_at = When(allow_none=True)


registry.collection("alerts", AlertDocument())
