"""JSON Schema 2020-12 of every command's payload and every collection's documents, from their marshmallow schemas."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from .registry import Registry

_TYPES: list[tuple[type, dict[str, Any]]] = [
    (fields.Boolean, {"type": "boolean"}),
    (fields.Integer, {"type": "integer"}),
    (fields.Float, {"type": "number"}),
    (fields.String, {"type": "string"}),
]


def describe(registry: Registry) -> dict[str, Any]:
    """The document at /sync/schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "commands": {
            name: {"v": v, "description": " ".join(kind.help.split()), "payload": of_schema(kind.schema)}
            for (name, v), kind in sorted(registry.commands.items())
        },
        "collections": {name: of_schema(schema) for name, schema in sorted(registry.collections.items())},
    }


def of_schema(schema: Schema) -> dict[str, Any]:
    properties = {name: of_field(field) for name, field in schema.fields.items()}
    required = sorted(name for name, field in schema.fields.items() if field.required)
    found: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "additionalProperties": schema.unknown == "include",
    }
    if required:
        found["required"] = required
    return found


def of_field(field: fields.Field[Any]) -> dict[str, Any]:
    """One field's schema. A field class may say it itself by a ``json_schema`` attribute."""
    own = getattr(field, "json_schema", None)
    if own is not None:
        found: dict[str, Any] = dict(own)
    elif isinstance(field, fields.Nested):
        found = of_schema(field.schema)
    elif isinstance(field, fields.List):
        found = {"type": "array", "items": of_field(field.inner)}
    elif isinstance(field, fields.Tuple):
        found = {"type": "array", "prefixItems": [of_field(one) for one in field.tuple_fields], "items": False}
    elif isinstance(field, fields.Dict):
        found = {"type": "object"}
    else:
        found = dict(next((kind for cls, kind in _TYPES if isinstance(field, cls)), {}))
    for rule in field.validators:
        found |= _of_rule(rule, found.get("type"))
    if field.allow_none:
        return {"anyOf": [found, {"type": "null"}]}
    return found


def _of_rule(rule: Any, type: Any) -> dict[str, Any]:
    if isinstance(rule, validate.OneOf):
        return {"enum": list(rule.choices)}
    if isinstance(rule, validate.Length):
        low, high = ("minItems", "maxItems") if type == "array" else ("minLength", "maxLength")
        return {key: value for key, value in ((low, rule.min), (high, rule.max)) if value is not None}
    if isinstance(rule, validate.Range):
        return {key: value for key, value in (("minimum", rule.min), ("maximum", rule.max)) if value is not None}
    return {}
