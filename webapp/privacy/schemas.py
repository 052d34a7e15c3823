"""Shapes of what residents claim at the door."""

from __future__ import annotations

from typing import Final

from webapp.db import registry
from webapp.payloads import SOMETIMES, Choice, GridCode, Id, Payload, Recorded, Text, When

RIGHTS: Final = ("see", "correct", "export", "erase", "withdraw")
ANSWER_MOST: Final = 400
WORDS_MOST: Final = 1000


class ClaimRecord(Payload):
    claim_id = Id(required=True)
    household_id = Id(required=True)
    grid_code = GridCode(required=True)
    right = Choice(*RIGHTS, required=True)
    words = Text(least=0, most=WORDS_MOST, load_default="")


class ClaimDocument(Recorded, ClaimRecord):
    answer = Text(least=0, most=ANSWER_MOST)
    settled_at = When(allow_none=True, metadata=SOMETIMES)

    class Meta(Recorded.Meta):
        exclude = ("claim_id",)


registry.collection("claims", ClaimDocument())
