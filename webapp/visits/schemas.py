"""Shapes of doorstep visits."""

from __future__ import annotations

from webapp.db import registry
from webapp.payloads import (
    Choice,
    Flag,
    GridCode,
    Id,
    Json,
    Payload,
    Recorded,
    Text,
    photos,
)

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


class VisitDocument(Recorded, VisitRecord):
    class Meta(Recorded.Meta):
        exclude = ("visit_id",)


registry.collection("visits", VisitDocument())
