"""Shapes of the documents that a phone holds of its places and lists."""

from __future__ import annotations

from marshmallow import fields

from webapp.db import registry
from webapp.payloads import Choice, Flag, GridCode, Id, Json, List, Number, Shown, Text
from webapp.places.models import KINDS


class OrganisationDocument(Shown):
    kind = Choice(*KINDS)
    name = Text()
    code = Text()
    parent_id = Id(allow_none=True)
    time_zone = Text()
    phone = Text(allow_none=True)


class UnitDocument(Shown):
    """A stairwell unit with its doors, each [household_id, floor, door]; no names."""

    grid_code = GridCode()
    building = Number(1, 99)
    unit = Number(1, 99)
    doors = List(fields.Tuple((Id(), Number(-9, 199), Text(most=10))), 1000)


class PersonDocument(Shown):
    name = Text()
    posts = List(Json(), 50)


class ChoiceDocument(Shown):
    code = Text()
    names = Json()
    order = Number(0, 10**6)
    active = Flag()


for _name, _schema in (("organisations", OrganisationDocument), ("units", UnitDocument), ("people", PersonDocument)):
    registry.collection(_name, _schema())
registry.collection("categories", ChoiceDocument())
registry.collection("purposes", ChoiceDocument())
