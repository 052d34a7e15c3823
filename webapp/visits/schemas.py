"""Shapes of doorstep visits."""

from __future__ import annotations

from webapp.db import registry
from webapp.payloads import Choice, Flag, GridCode, Id, Json, Payload, Text, photos

OUTCOMES = ("met", "not_home", "declined")


class VisitRecord(Payload):
    visit_id = Id(required=True)
    household_id = Id(load_default=None, allow_none=True)
    grid_code = GridCode(required=True)
    purpose = Text(most=30, required=True)
    outcome = Choice(*OUTCOMES, required=True)
    consent = Flag(required=True)
    note = Text(least=0, load_default="")
    photos = photos()
    answers = Json(load_default=None, allow_none=True)


class VisitDocument(VisitRecord):
    """As recorded, with what the server adds."""

    class Meta:
        unknown = "include"
        exclude = ("visit_id",)

    state = Text(most=20)
    by = Id()
    ready = Flag()


registry.collection("visits", VisitDocument())
