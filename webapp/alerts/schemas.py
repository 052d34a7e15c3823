"""Shapes of alerts and of what a browser gives to be reached by."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields

from webapp.db import registry
from webapp.payloads import (
    Choice,
    Id,
    Part,
    Payload,
    Shown,
    Text,
    When,
)


class Key(fields.Field[str]):
    """So many bytes in base64url, as the Push API gives them."""

    def __init__(self, size_bytes: int, **kwargs: Any) -> None:
        super().__init__(error_messages={"required": "required", "null": "required"}, **kwargs)
        self.size_bytes = size_bytes
        self.json_schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]+={0,2}$"}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if type(value) is str and len(value) <= 2 * self.size_bytes and _BASE64URL.match(value):
            bare = value.rstrip("=")
            if len(base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))) == self.size_bytes:
                return value
        raise ValidationError("invalid")


_BASE64URL: Final = re.compile(r"(?:[A-Za-z0-9_-]{4})*[A-Za-z0-9_-]{2,4}={0,2}\Z")


class Keys(Payload):
    p256dh = Key(65, required=True)  # an uncompressed point of P-256
    auth = Key(16, required=True)


class AlertSubscribe(Payload):
    endpoint = Text(most=1000, required=True)
    keys = Part(Keys, required=True)


class AlertUnsubscribe(Payload):
    endpoint = Text(most=1000, required=True)


class AlertTest(Payload):
    pass


class AlertSeen(Payload):
    """The body of a receipt; what it says beside this is not looked at."""

    class Meta:
        unknown = "exclude"

    token = Text(most=200, required=True)
    what = Choice("shown", "opened", required=True)
    at = When(required=True)


class AlertDocument(Shown):
    case_id = Id(allow_none=True)
    kind = Text()
    category = Text(allow_none=True)
    title = Text()
    body = Text(least=0)
    path = Text()
    tag = Text()
    at = When()
    opened_at = When(allow_none=True)


registry.collection("alerts", AlertDocument())
