"""Shapes of cases and their moves."""

from __future__ import annotations

from webapp.cases.stages import LEVELS, STATES
from webapp.db import registry
from webapp.payloads import (
    Choice,
    Flag,
    Id,
    List,
    Number,
    Part,
    Payload,
    Place,
    Reporter,
    Shown,
    Text,
    When,
)

TITLE_MOST, REFER_MOST, ASSISTING_MOST = 120, 400, 8


class Source(Payload):
    kind = Choice("opinion", "finding", "visit", "call", required=True)
    id = Id(load_default=None, allow_none=True)


class Expects(Payload):
    state = Choice(*STATES, required=True)
    level = Choice(*LEVELS, required=True)


class CaseRaise(Payload):
    case_id = Id(required=True)
    source = Part(Source, data_key="from", attribute="from", load_default=None, allow_none=True)
    title = Text(most=TITLE_MOST, required=True)
    category = Text(most=30, required=True)
    place = Part(Place, required=True, allow_none=True)
    urgent = Flag(load_default=False)


class CaseJoin(Payload):
    case_id = Id(required=True)
    reporter = Part(Reporter, required=True, allow_none=True)


class CaseEscalate(Payload):
    case_id = Id(required=True)
    expects = Part(Expects, required=True)
    reason = Text(required=True)


class CaseAdvance(Payload):
    case_id = Id(required=True)
    expects = Part(Expects, required=True)
    to = Choice(*STATES, "handled", required=True)
    note = Text(least=0, load_default="")
    refer_to = Text(most=REFER_MOST, load_default=None, allow_none=True)
    lead = Text(most=40, load_default=None, allow_none=True)
    assisting = List(Text(most=40), ASSISTING_MOST, load_default=list)
    due_at = When(load_default=None, allow_none=True)
    settled = Flag(load_default=None, allow_none=True)
    satisfied = Flag(load_default=None, allow_none=True)


class CaseExtend(Payload):
    case_id = Id(required=True)
    expects = Part(Expects, required=True)
    due_at = When(required=True)
    reason = Text(required=True)


class CaseNudge(Payload):
    case_id = Id(required=True)
    note = Text(least=0, load_default="")


class Left(Payload):
    """Where a case goes back to from here."""

    state = Choice(*STATES)
    level = Choice(*LEVELS)


class Line(Payload):
    """One step of a case's timeline."""

    at = When()
    kind = Choice("raise", "join", "escalate", "advance", "skip", "extend", "nudge")
    by = Id(allow_none=True)
    role = Text(allow_none=True)
    came_from = Choice(*STATES, "handled", data_key="from", allow_none=True)
    to = Choice(*STATES, "handled")
    level = Choice(*LEVELS)
    note = Text(least=0)


class CaseDocument(Shown):
    number = Text()
    title = Text()
    category = Text()
    place = Part(Place, allow_none=True)
    urgent = Flag()
    source = Part(Source, data_key="from", allow_none=True)
    state = Choice(*STATES)
    level = Choice(*LEVELS)
    organisation_id = Id()
    left = Part(Left, allow_none=True)
    lead = Text(allow_none=True)
    assisting = List(Text(), ASSISTING_MOST)
    due_at = When(allow_none=True)
    reporters = Number(0, 10**6)
    anonymous = Flag()
    by = Id(allow_none=True)
    made_at = Text(most=40)
    received_at = When()
    moved_at = When()
    closed_at = When(allow_none=True)
    attempts = Number(0, 10**6)
    refer_to = Text(allow_none=True)
    settled = Flag(allow_none=True)
    satisfied = Flag(allow_none=True)
    ready = Flag()
    timeline = List(Part(Line), 10_000)


registry.collection("cases", CaseDocument())
