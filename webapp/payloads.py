"""The fields that payloads are made of. Errors are codes of ``problems.FIELDS``, put into words when they are said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, missing, validate

UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\Z")
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
GRID_CODE = re.compile(r"[0-9]{15}(-[0-9]{2}(-[0-9]{1,2})?)?\Z")
TEXT_MOST = 4000  # PROTOCOL, Core commands: texts are 1 to 4,000 characters
PHOTOS_MOST = 12

_MESSAGES: dict[str, Any] = {
    "required": "required",
    "null": "required",
    "validator_failed": "invalid",
    "invalid": "invalid",
    "type": "invalid",
}
_MESSAGES |= {"unknown": "unknown", "invalid_utf8": "invalid", "too_large": "range", "special": "range"}


class Payload(Schema):
    """Base of all payload schemas: unknown fields are invalid, errors are codes.

    ``load`` takes a short road where all is well, which is nearly always: marshmallow's own costs three times as much.
    At the first doubt the payload goes the long way from its beginning, so that every error is told as marshmallow
    tells it.
    """

    error_messages = _MESSAGES

    class Meta:
        unknown = RAISE

    def load(self, data: Any, **options: Any) -> Any:
        if options or type(data) is not dict:
            return super().load(data, **options)
        try:
            loaded = self._quickly(data)
        except ValidationError:
            loaded = None
        return super().load(data) if loaded is None else loaded

    @cached_property
    def _plan(self) -> list[tuple[str, str, fields.Field[Any]]]:
        return [(field.data_key or name, field.attribute or name, field) for name, field in self.load_fields.items()]

    @cached_property
    def _whole_rules(self) -> list[Any]:
        """The rules over the payload as a whole (``validates_schema``)."""
        return [getattr(self, name) for name, *_ in self._hooks["validates_schema"]]

    def _quickly(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """The loaded payload; None, or a ValidationError, at the first doubt."""
        loaded: dict[str, Any] = {}
        taken = 0
        for key, attribute, field in self._plan:
            value = data.get(key, missing)
            if value is missing:
                if field.required:
                    return None
                default = field.load_default
                loaded[attribute] = default() if callable(default) else default
                continue
            taken += 1
            if value is None:
                if not field.allow_none:
                    return None
                loaded[attribute] = None
            elif field.validators:
                loaded[attribute] = field.deserialize(value, key, data)
            else:
                loaded[attribute] = field._deserialize(value, key, data)
        if taken != len(data):
            return None
        for rule in self._whole_rules:
            rule(loaded, partial=False, many=False, unknown=RAISE)
        return loaded


class _Coded(fields.Field[Any]):
    default_error_messages = _MESSAGES


class Text(_Coded, fields.Field[str]):
    """A text of ``least`` to ``most`` characters. Stored as typed: it is never HTML, wherever it is shown."""

    def __init__(self, *, least: int = 1, most: int = TEXT_MOST, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most
        self.json_schema = {"type": "string", "minLength": least, "maxLength": most}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if type(value) is not str:
            raise ValidationError("invalid")
        if not self.least <= len(value) <= self.most or (self.least and not value.strip()):
            raise ValidationError("required" if not value.strip() and self.least else "length")
        return value


class Pattern(_Coded, fields.Field[str]):
    """A text of a known form, in lower case."""

    pattern: re.Pattern[str]
    code: str
    json_schema: dict[str, Any]

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if type(value) is not str or not self.pattern.match(value):
            raise ValidationError(self.code)
        return value.lower()


class Id(Pattern):
    pattern, code, json_schema = UUID, "id", {"type": "string", "format": "uuid"}


class Digest(Pattern):
    pattern, code, json_schema = DIGEST, "digest", {"type": "string", "pattern": "^[0-9a-f]{64}$"}


class GridCode(Pattern):
    pattern, code = GRID_CODE, "grid_code"
    json_schema = {"type": "string", "pattern": "^[0-9]{15}(-[0-9]{2}(-[0-9]{1,2})?)?$"}


class Flag(_Coded, fields.Field[bool]):
    json_schema = {"type": "boolean"}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if type(value) is not bool:
            raise ValidationError("invalid")
        return value


class Number(_Coded, fields.Field[float]):
    """A number between ``low`` and ``high``, both included; never a boolean."""

    def __init__(self, low: float, high: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high = low, high
        self.json_schema = {"type": "number", "minimum": low, "maximum": high}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> float:
        if type(value) not in (int, float):
            raise ValidationError("invalid")
        if not self.low <= value <= self.high:
            raise ValidationError("range")
        return float(value) if type(value) is float else value


class When(_Coded, fields.Field[str]):
    """An ISO 8601 time with its offset, kept as it was sent."""

    json_schema = {"type": "string", "format": "date-time"}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        try:
            if type(value) is str and len(value) <= 40 and datetime.fromisoformat(value).tzinfo is not None:
                return value
        except ValueError:
            raise ValidationError("time") from None
        raise ValidationError("time")


class Choice(_Coded, fields.Field[str]):
    def __init__(self, *choices: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = frozenset(choices)
        self.json_schema = {"enum": list(choices)}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if type(value) is not str or value not in self.choices:
            raise ValidationError("choice")
        return value


class List(_Coded, fields.List[Any]):
    """At most ``most`` things of one kind."""

    def __init__(self, inner: fields.Field[Any], most: int, **kwargs: Any) -> None:
        super().__init__(inner, validate=validate.Length(max=most, error="length"), **kwargs)


class Part(_Coded, fields.Nested):
    """Another schema inside this one."""

    def _load(self, value: Any, partial: Any = None) -> Any:
        return self.schema.load(value) if partial is None else super()._load(value, partial=partial)


class Json(_Coded, fields.Field[Any]):
    """An object whose shape another rule knows."""

    json_schema = {"type": "object"}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if type(value) is not dict:
            raise ValidationError("invalid")
        return value


class Position(Payload):
    """WGS-84."""

    lat = Number(-90, 90, required=True)
    lon = Number(-180, 180, required=True)
    accuracy_m = Number(0, 100_000, load_default=None, allow_none=True)
    at = When(load_default=None, allow_none=True)


class Place(Payload):
    grid_code = GridCode(load_default=None, allow_none=True)
    position = Part(Position, load_default=None, allow_none=True)
    text = Text(least=0, most=200, load_default=None, allow_none=True)


class Reporter(Payload):
    name = Text(least=0, most=60, load_default=None, allow_none=True)
    phone = Text(least=0, most=30, load_default=None, allow_none=True)
    account_id = Id(load_default=None, allow_none=True)
    wants_news = Flag(load_default=False)


class Shown(Payload):
    """Base of the shapes of documents. What is named is in each of them, unless it is marked ``SOMETIMES``."""

    class Meta:
        unknown = INCLUDE


SOMETIMES: Final = {"sometimes": True}


class Recorded(Shown):
    """What the server adds to a record. Once it was amended, its earlier wordings stand beside it."""

    state = Text(most=20)
    by = Id()
    made_at = Text(most=40)  # as the phone's clock had it
    received_at = When()
    ready = Flag()
    amended_at = When(metadata=SOMETIMES)
    earlier = List(Json(), 1000, metadata=SOMETIMES)


def photos() -> List:
    return List(Digest(), PHOTOS_MOST, load_default=list)


def grid_code_of(payload: dict[str, Any]) -> str | None:
    """The grid code that a payload names, whether itself or in its place."""
    place = payload.get("place")
    code = payload.get("grid_code") or (place.get("grid_code") if isinstance(place, dict) else None)
    return code if isinstance(code, str) else None
