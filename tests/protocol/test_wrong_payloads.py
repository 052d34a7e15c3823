"""Wrong payloads of every core command, made from the published schema: each field with each wrong type.

The schema and the server must agree: what the one calls wrong the other calls ``invalid``, with the field's path, and
what the one takes the other does not call ``invalid`` on account of its form.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from .client import uuid4
from .payloads import examples
from .serving import Server
from .test_schema import COMMANDS

Json = Any
Path = tuple[str | int, ...]
VALUES: list[Json] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    1.5,
    2**53,
    "",
    " ",
    "x",
    "x" * 5000,
    [],
    [None],
    ["x"],
    {},
    {"x": 1},
]
FORMATS = FormatChecker(["uuid"])


@FORMATS.checks("date-time")
def is_time(value: object) -> bool:
    return not isinstance(value, str) or value[:1].isdigit()


def branches(schema: Json) -> list[Json]:
    """A field's schema without its null."""
    return [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]


def paths(schema: Json, value: Json, path: Path = ()) -> Iterator[Path]:
    """Every field of an example that the schema names, to the innermost."""
    for one in branches(schema):
        if isinstance(value, dict):
            for name, inner in one.get("properties", {}).items():
                yield (*path, name)
                yield from paths(inner, value.get(name), (*path, name))
        if isinstance(value, list) and value:
            inner = one.get("items") or (one.get("prefixItems") or [{}])[0]
            yield (*path, 0)
            yield from paths(inner, value[0], (*path, 0))


def put(payload: Json, path: Path, value: Json) -> Json:
    changed = copy.deepcopy(payload)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


def without(payload: Json, path: Path) -> Json:
    changed = copy.deepcopy(payload)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return changed


def holds(payload: Json, path: Path) -> bool:
    for step in path:
        if not isinstance(payload, dict | list) or (isinstance(payload, dict) and step not in payload):
            return False
        payload = payload[step]
    return True


def variants(schema: Json, example: Json) -> Iterator[tuple[Path, str, Json]]:
    """(the field, what is done to it, the payload)"""
    for path in dict.fromkeys(paths(schema, example)):
        if not holds(example, path):
            continue
        for value in VALUES:
            yield path, f"is {value!r:.20}", put(example, path, value)
        if isinstance(path[-1], str):
            yield path, "is missing", without(example, path)
            yield (*path[:-1], "unknown"), "is unknown", put(example, (*path[:-1], "unknown"), 1)


@pytest.fixture(scope="module")
def schema(server: Server) -> dict[str, Json]:
    return server.browser().web.ask("GET", "/sync/schema").json["commands"]


def names_the_field(fields: dict[str, Any], path: Path) -> bool:
    """Told at the field itself, inside it, or at the list that it is in."""
    dotted = ".".join(str(step) for step in path)
    return any(name == dotted or name.startswith(dotted + ".") or dotted.startswith(name + ".") for name in fields)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_field_with_each_wrong_value(name, schema, server: Server):
    described, example = schema[name]["payload"], examples()[name]
    validator = Draft202012Validator(described, format_checker=FORMATS)
    phone, cases = server.phone("grid1"), list(variants(described, example))
    assert cases or not described["properties"]
    for _, _, payload in cases:
        phone.record(name, payload, id=uuid4())
    wrong = []
    while queue := phone.queue()[:500]:
        phone.send(*queue)
    for (path, what, payload), entry in zip(cases, phone.journal, strict=True):
        outcome, valid = entry.outcome, validator.is_valid(payload)
        refused = outcome["status"] == "rejected" and outcome["code"] == "invalid"
        if not valid and not (refused and names_the_field(outcome["fields"], path)):
            wrong.append((path, what, "taken" if not refused else outcome["fields"]))
        if valid and refused and not allowed_beyond_the_schema(path, payload):
            wrong.append((path, what, outcome["fields"]))
    assert not wrong


def allowed_beyond_the_schema(path: Path, payload: Json) -> bool:
    """What no schema can say, and the rules of the domain do."""
    value: Json = payload
    for step in path:
        value = value[step] if holds(value, (step,)) else None
    blank = isinstance(value, str) and not value.strip()  # a text must say something
    known = path[-1] in (
        "grid_code",
        "category",
        "purpose",
        "endpoint",
        "to",
        "lead",
        "assisting",
        "refer_to",
        "changes",
    )
    linked = payload.get("anonymous") is True or payload.get("consent") is False
    return blank or known or linked or "assisting" in path or "changes" in path or "keys" in path


@pytest.mark.parametrize("name", sorted(COMMANDS))
@pytest.mark.parametrize("value", [None, [], "x", 1, True])
def test_a_payload_that_is_no_object(name, value, new):
    outcome = new("grid1").say(name, value)
    assert (outcome["status"], outcome["code"], list(outcome["fields"])) == ("rejected", "invalid", ["payload"])
