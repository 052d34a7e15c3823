"""Shapes of rounds and findings."""

from __future__ import annotations

from marshmallow import fields

from webapp.db import registry
from webapp.payloads import (
    Choice,
    Digest,
    Flag,
    GridCode,
    Id,
    List,
    Number,
    Part,
    Payload,
    Place,
    Position,
    Recorded,
    Shown,
    Text,
    When,
    photos,
)

COMPANIONS_MOST, POINTS_MOST = 12, 2000


class PatrolStart(Payload):
    patrol_id = Id(required=True)
    route_id = Id(load_default=None, allow_none=True)
    companions = List(Id(), COMPANIONS_MOST, load_default=list)
    track = Flag(load_default=False)


class PatrolScan(Payload):
    patrol_id = Id(required=True)
    checkpoint_id = Id(required=True)
    by = Choice("qr", "nfc", "place", "tap", required=True)
    position = Part(Position, load_default=None, allow_none=True)


class PatrolTrack(Payload):
    patrol_id = Id(required=True)
    points = List(
        fields.Tuple((Number(0, 10**6), Number(-90, 90), Number(-180, 180), Number(0, 10**5))),
        POINTS_MOST,
        required=True,
    )


class PatrolFinding(Payload):
    finding_id = Id(required=True)
    patrol_id = Id(load_default=None, allow_none=True)
    category = Text(most=30, required=True)
    note = Text(least=0, load_default="")
    place = Part(Place, required=True, allow_none=True)
    photos = photos()
    recordings = List(Digest(), 3, load_default=list)
    urgent = Flag(load_default=False)


class PatrolFinish(Payload):
    patrol_id = Id(required=True)
    note = Text(least=0, load_default="")


class Scan(Payload):
    checkpoint_id = Id()
    by = Text(most=10)
    at = Text(most=40)
    account_id = Id()


class PatrolDocument(PatrolStart):
    class Meta(Shown.Meta):
        exclude = ("patrol_id",)

    state = Choice("started", "finished")
    note = Text(least=0)
    by = Id()
    made_at = Text(most=40)
    received_at = When()
    finished_at = When(allow_none=True)
    scans = List(Part(Scan), 1000)
    ready = Flag()


class FindingDocument(Recorded, PatrolFinding):
    class Meta(Recorded.Meta):
        exclude = ("finding_id",)

    case_id = Id(allow_none=True)


class RouteDocument(Shown):
    name = Text()
    minutes = Number(0, 1440)
    checkpoint_ids = List(Id(), 200)
    active = Flag()


class CheckpointDocument(Shown):
    name = Text()
    hint = Text(least=0)
    grid_code = GridCode(allow_none=True)
    position = Part(Position, allow_none=True)


registry.collection("patrols", PatrolDocument())
registry.collection("findings", FindingDocument())
registry.collection("routes", RouteDocument())
registry.collection("checkpoints", CheckpointDocument())
