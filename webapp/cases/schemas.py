"""Shapes of cases and their moves."""

from __future__ import annotations

from webapp.cases.stages import LEVELS, STATES
from webapp.db import registry
from webapp.payloads import Choice, Flag, Id, List, Part, Payload, Place, Reporter, Text, When

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


class CaseDocument(Payload):
    class Meta:
        unknown = "include"

    number = Text()
    title = Text()
    category = Text()
    state = Choice(*STATES)
    level = Choice(*LEVELS)
    urgent = Flag()
    lead = Text(allow_none=True)
    due_at = When(allow_none=True)


registry.collection("cases", CaseDocument())
