"""A matter brought to where a test wants it, by those who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .client import Phone
from .payloads import CALL, advance, case, expects, place
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
        self.where: tuple[str, str] | None = None  # state and level, where they are known without asking
        outcome = at(by).say("case.raise", payload)
        assert outcome["status"] == "applied", outcome

    def doc(self, login: str = "secretary") -> Json:
        found = self.at(login).doc("cases", self.id)
        assert found is not None
        return found

    def tries(self, login: str, to: str, **more: Any) -> Json:
        """The outcome of a move from where the matter stands; what the move must say is said."""
        return self.at(login).say("case.advance", self.step(to, **more))

    def step(self, to: str, **more: Any) -> Json:
        return advance(self.id, to, *self.stands(), **(SAID | more))

    def stands(self) -> tuple[str, str]:
        if self.where is None:
            now = self.doc()
            self.where = now["state"], now["level"]
        return self.where

    def goes(self, login: str, to: str, **more: Any) -> Matter:
        outcome = self.tries(login, to, **more)
        assert outcome["status"] == "applied", outcome
        before, level = self.stands()
        self.where = None if before == "escalated" else ("appraising" if to == "handled" else to, level)
        return self

    def escalates(self, login: str, reason: str = "这里办不了") -> Matter:
        payload = {"case_id": self.id, "expects": expects(*self.stands()), "reason": reason}
        outcome = self.at(login).say("case.escalate", payload)
        assert outcome["status"] == "applied", outcome
        self.where = None
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
            if self.stands()[0] == state:
                break
            self.goes(login, to)
        assert self.stands()[0] == state
        return self
