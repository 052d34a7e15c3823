"""Shapes of residents' opinions, and what an anonymous one may not hold."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from webapp.db import registry
from webapp.payloads import (
    SOMETIMES,
    UUID4,
    Digest,
    Flag,
    Id,
    List,
    Part,
    Payload,
    Place,
    Recorded,
    Reporter,
    Text,
    When,
    photos,
)

RECORDINGS_MOST = 3


class OpinionRecord(Payload):
    opinion_id = Id(required=True)
    visit_id = Id(load_default=None, allow_none=True)
    place = Part(Place, required=True, allow_none=True)
    category = Text(most=30, required=True)
    text = Text(required=True)
    anonymous = Flag(required=True)
    reporter = Part(Reporter, load_default=None, allow_none=True)
    photos = photos()
    recordings = List(Digest(), RECORDINGS_MOST, load_default=list)
    urgent = Flag(load_default=False)

    @validates_schema
    def _nameless(self, data: dict[str, Any], **_: Any) -> None:
        """PROTOCOL, Anonymous: whatever could tell who spoke, or when and where exactly, is not taken at all."""
        if not data["anonymous"]:
            return
        place = data["place"] or {}
        faults = [name for name in ("visit_id", "reporter", "recordings") if data[name]]
        faults += ["place.position"] if place.get("position") else []
        faults += ["place.grid_code"] if (place.get("grid_code") or "").count("-") > 1 else []
        faults += ["opinion_id"] if not UUID4.match(data["opinion_id"]) else []
        if faults:
            raise ValidationError({name: ["anonymous"] for name in faults})


class OpinionDocument(Recorded, OpinionRecord):
    """An anonymous one tells the day, and neither who nor when."""

    class Meta(Recorded.Meta):
        exclude = ("opinion_id",)

    by = Id(metadata=SOMETIMES)
    made_at = Text(most=40, metadata=SOMETIMES)
    received_at = When(metadata=SOMETIMES)
    received_on = Text(most=10, metadata=SOMETIMES)


registry.collection("opinions", OpinionDocument())
