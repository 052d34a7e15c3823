"""A matter brought to where a test wants it, by those who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .client import Phone
from .payloads import CALL, advance, case, place
from .serving import STAIRS

Json = dict[str, Any]
SAID: Json = {"note": "写明了", "refer_to": "人民法院", "lead": "property_company"}
SAID |= {"assisting": ["owners_committee"]}
SAID |= {"settled": True, "satisfied": True}


class Matter:
    """A resident's call about grid1's stairwell; the property company leads, the owners' committee assists."""

    def __init__(self, at: Callable[[str], Phone], by: str = "resident1", **more: Any) -> None:
        self.at = at
        payload = case(place=place(STAIRS), **({"from": CALL} | more))
        self.id = str(payload["case_id"])
        outcome = at(by).say("case.raise", payload)
        assert outcome["status"] == "applied", outcome

    def doc(self, login: str = "secretary") -> Json:
        found = self.at(login).doc("cases", self.id)
        assert found is not None
        return found

    def tries(self, login: str, to: str, **more: Any) -> Json:
        """The outcome of a move from where the matter stands; what the move must say is said."""
        now = self.doc()
        payload = advance(self.id, to, now["state"], now["level"], **(SAID | more))
        return self.at(login).say("case.advance", payload)

    def goes(self, login: str, to: str, **more: Any) -> Matter:
        outcome = self.tries(login, to, **more)
        assert outcome["status"] == "applied", outcome
        return self

    def escalates(self, login: str, reason: str = "这里办不了") -> Matter:
        now = self.doc()
        expects = {"state": now["state"], "level": now["level"]}
        outcome = self.at(login).say("case.escalate", {"case_id": self.id, "expects": expects, "reason": reason})
        assert outcome["status"] == "applied", outcome
        return self

    WAY = (
        ("secretary", "accepted"),
        ("secretary", "discussing"),
        ("secretary", "assigned"),
        ("property", "handling"),
        ("property", "handled"),
        ("resident1", "closed"),
    )

    def until(self, state: str) -> Matter:
        """Along the usual road, by those whose steps they are."""
        if state == "declined":
            return self.goes("secretary", "declined")
        if state == "escalated":
            return self.goes("secretary", "accepted").escalates("grid1")
        for login, to in self.WAY:
            if self.doc()["state"] == state:
                break
            self.goes(login, to)
        assert self.doc()["state"] == state
        return self
