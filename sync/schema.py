"""JSON Schema 2020-12 of every command's payload and every collection's documents, from their marshmallow schemas."""

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, fields, validate

from .registry import Registry

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: list[tuple[type, dict[str, Any]]] = [  # the first that fits: what is special stands before what it is made from
    (fields.Boolean, {"type": "boolean"}),
    (fields.Integer, {"type": "integer"}),
    (fields.Float, {"type": "number"}),
    (fields.UUID, {"type": "string", "format": "uuid"}),
    (fields.Date, {"type": "string", "format": "date"}),
    (fields.DateTime, {"type": "string", "format": "date-time"}),
    (fields.String, {"type": "string"}),
    (fields.Dict, {"type": "object"}),
]


class CommandDocument(Schema):
    """What its author is told of a parked command: the one collection that is the engine's own."""

    class Meta:
        unknown = INCLUDE

    type = fields.String()
    status = fields.String(validate=validate.OneOf(["parked", "applied", "declined"]))
    code = fields.String(allow_none=True)
    made_at = fields.String()
    parked_at = fields.String()
    settled_at = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


def describe(registry: Registry) -> dict[str, Any]:
    """The document at /sync/schema; of a command with several versions the newest."""
    collections = {**registry.collections, "commands": CommandDocument()}
    return {
        "$schema": DIALECT,
        "commands": {
            name: {"v": v, "description": " ".join(kind.help.split()), "payload": of_schema(kind.schema)}
            for (name, v), kind in sorted(registry.commands.items())
        },
        "collections": {name: of_schema(schema, whole=True) for name, schema in sorted(collections.items())},
    }


def of_schema(schema: Schema, whole: bool = False) -> dict[str, Any]:
    """An object with the names that go over the wire, which are not always those of the fields.

    ``whole``: all that is named is there, as in a document, but for fields whose metadata say ``sometimes``.
    """
    named = {field.data_key or name: field for name, field in schema.fields.items()}
    found: dict[str, Any] = {"type": "object", "properties": {name: of_field(field) for name, field in named.items()}}
    found["additionalProperties"] = schema.unknown != RAISE
    always = {name for name, field in named.items() if whole and not field.metadata.get("sometimes")}
    if required := sorted(always | {name for name, field in named.items() if field.required}):
        found["required"] = required
    return found


def of_field(field: fields.Field[Any]) -> dict[str, Any]:
    """One field's schema. A field class may say it itself by a ``json_schema`` attribute."""
    found = _plain(field)
    for rule in field.validators:
        found |= _of_rule(rule, found.get("type"))
    return {"anyOf": [found, {"type": "null"}]} if field.allow_none else found


def _plain(field: fields.Field[Any]) -> dict[str, Any]:
    own = getattr(field, "json_schema", None)
    if own is not None:
        return dict(own)
    if isinstance(field, fields.Nested):
        one = of_schema(field.schema)
        return {"type": "array", "items": one} if field.many else one
    if isinstance(field, fields.List):
        return {"type": "array", "items": of_field(field.inner)}
    if isinstance(field, fields.Tuple):
        parts = [of_field(one) for one in field.tuple_fields]
        return {"type": "array", "prefixItems": parts, "items": False, "minItems": len(parts)}
    return dict(next((kind for cls, kind in _TYPES if isinstance(field, cls)), {}))


_COUNTED = {"array": ("minItems", "maxItems"), "object": ("minProperties", "maxProperties")}


def _of_rule(rule: Any, type: Any) -> dict[str, Any]:
    if isinstance(rule, validate.OneOf):
        return {"enum": list(rule.choices)}
    if isinstance(rule, validate.Length):
        low, high = _COUNTED.get(type, ("minLength", "maxLength"))
        least, most = (rule.min, rule.max) if rule.equal is None else (rule.equal, rule.equal)
        return {key: value for key, value in ((low, least), (high, most)) if value is not None}
    if isinstance(rule, validate.Range):
        low = "minimum" if rule.min_inclusive else "exclusiveMinimum"
        high = "maximum" if rule.max_inclusive else "exclusiveMaximum"
        return {key: value for key, value in ((low, rule.min), (high, rule.max)) if value is not None}
    return {}
