"""The document at /sync/schema: valid JSON Schema, and of one mind with marshmallow about what a payload may be."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import EXCLUDE, INCLUDE, Schema, ValidationError, fields, validate

from sync import Registry
from sync.schema import DIALECT, describe, of_field, of_schema

from . import toy


class Point(Schema):
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(min=-180, max=180, max_inclusive=False))


class Flag(fields.Boolean):
    """Says its shape itself, and takes no "yes"."""

    json_schema = {"type": "boolean"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if type(value) is not bool:
            raise ValidationError("flag")
        return value


class Everything(Schema):
    note_id = fields.UUID(required=True)
    text = fields.String(required=True, validate=validate.Length(1, 10))
    code = fields.String(validate=validate.Length(equal=3), data_key="from")
    kind = fields.String(load_default="plain", validate=validate.OneOf(["plain", "fancy"]))
    count = fields.Integer(strict=True, validate=validate.Range(min=0, min_inclusive=False))
    urgent = Flag(load_default=False)
    place = fields.Nested(Point, allow_none=True, load_default=None)
    points = fields.Nested(Point, many=True)
    tags = fields.List(fields.String(validate=validate.Length(max=4)), validate=validate.Length(max=2))
    track = fields.List(fields.Tuple((fields.Integer(strict=True), fields.Float())))
    on = fields.Date()
    at = fields.DateTime()
    more = fields.Dict(validate=validate.Length(max=1))


class Document(Schema):
    class Meta:
        unknown = INCLUDE

    text = fields.String()
    shelf = fields.String(required=True)


@pytest.fixture
def registry() -> Registry:
    registry = Registry()

    @registry.command("note.add", Everything(), permit=lambda c, b: None)
    def add(command, batch):
        """Puts a note
        on a shelf."""

    @registry.command("note.add", Document(), permit=lambda c, b: None, v=2)
    def add_again(command, batch):
        """The newer one."""

    registry.collection("notes", Document())
    return registry


def test_it_names_commands_with_version_and_meaning_and_collections(registry):
    found = describe(registry)
    assert found["$schema"] == DIALECT
    assert (found["commands"]["note.add"]["v"], found["commands"]["note.add"]["description"]) == (2, "The newer one.")
    assert found["collections"]["notes"]["additionalProperties"] is True
    toys = describe(toy.registry)
    assert toys["commands"]["note.add"]["description"] == "Puts a note on a shelf."
    assert set(toys["commands"]) == {"note.add", "note.bump", "note.move", "note.lift"}


@pytest.mark.parametrize("schema", [Everything(), Document(), Point(), toy.NoteAdd(), toy.NoteBump(), toy.NoteLift()])
def test_each_part_is_valid_json_schema(schema):
    found = json.loads(json.dumps({"$schema": DIALECT, **of_schema(schema)}))
    jsonschema.Draft202012Validator.check_schema(found)


def test_the_whole_is_valid_json_schema(registry):
    jsonschema.Draft202012Validator.check_schema(json.loads(json.dumps(describe(registry))))


def agrees(value: Any) -> bool:
    """Whether a payload is taken; both must say the same."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validator = jsonschema.Draft202012Validator(of_schema(Everything()), format_checker=checker)
    by_schema = validator.is_valid(value)
    try:
        Everything().load(value)
        loads = True
    except ValidationError:
        loads = False
    assert by_schema == loads, (value, by_schema, [error.message for error in validator.iter_errors(value)])
    return loads


GOOD: dict[str, Any] = {"note_id": "0192e4a0-0000-4000-8000-000000000001", "text": "hello"}
SAMPLES: list[tuple[bool, dict[str, Any]]] = [
    (True, {}),
    (False, {"text": ""}),
    (False, {"text": "x" * 11}),
    (False, {"text": None}),
    (False, {"text": 1}),
    (False, {"note_id": "no"}),
    (True, {"from": "abc"}),
    (False, {"from": "ab"}),
    (False, {"code": "abc"}),
    (False, {"other": 1}),
    (True, {"kind": "fancy"}),
    (False, {"kind": "odd"}),
    (True, {"count": 1}),
    (False, {"count": 0}),
    (False, {"count": 1.5}),
    (True, {"urgent": True}),
    (False, {"urgent": "true"}),
    (False, {"urgent": 1}),
    (True, {"place": None}),
    (True, {"place": {"lat": 90, "lon": -180}}),
    (False, {"place": {"lat": 90, "lon": 180}}),
    (False, {"place": {"lat": 91, "lon": 0}}),
    (False, {"place": {"lat": 1}}),
    (False, {"place": {"lat": 1, "lon": 1, "up": 1}}),
    (True, {"points": [{"lat": 1, "lon": 1}]}),
    (False, {"points": {"lat": 1, "lon": 1}}),
    (False, {"points": [{"lat": 1}]}),
    (True, {"tags": ["a", "b"]}),
    (False, {"tags": ["a", "b", "c"]}),
    (False, {"tags": ["abcde"]}),
    (False, {"tags": "a"}),
    (True, {"track": [[1, 2.5]]}),
    (False, {"track": [[1]]}),
    (False, {"track": [[1, 2.5, 3]]}),
    (False, {"track": [[1.5, 2.5]]}),
    (True, {"on": "2026-11-24"}),
    (False, {"on": "24.11.2026"}),
    (True, {"more": {"a": 1}}),
    (False, {"more": {"a": 1, "b": 2}}),
    (False, {"more": []}),
]


@pytest.mark.parametrize(("taken", "more"), SAMPLES, ids=lambda value: json.dumps(value))
def test_samples(taken, more):
    assert agrees({**GOOD, **more}) is taken


@pytest.mark.parametrize("name", GOOD)
def test_what_is_required(name):
    assert not agrees({key: value for key, value in GOOD.items() if key != name})


# Texts stand where numbers might: marshmallow reads "1.5" as a number, JSON Schema does not. Payload fields of
# the application are strict; here those that are not are left alone.
strict_values = st.none() | st.text(max_size=12) | st.booleans() | st.lists(st.text(max_size=5), max_size=3)


@given(more=st.dictionaries(st.sampled_from(["text", "from", "kind", "urgent", "tags", "other"]), strict_values))
@settings(max_examples=60, deadline=None)
def test_whatever_is_sent_both_say_the_same(more):
    agrees({**GOOD, **more})


def test_unknown_fields_are_shut_out_only_where_the_schema_says_so():
    class Loose(Document):
        class Meta:
            unknown = EXCLUDE

    assert of_schema(Loose())["additionalProperties"] is True
    assert of_schema(Everything())["additionalProperties"] is False


def test_a_field_that_may_be_null():
    assert of_field(fields.String(allow_none=True)) == {"anyOf": [{"type": "string"}, {"type": "null"}]}
