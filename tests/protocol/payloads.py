"""An example of every core command's payload, as PROTOCOL.md shows them; what a test does not say, it minds not."""

from __future__ import annotations

from typing import Any

from .client import MADE_AT, uuid4, uuid7
from .serving import HOUSE, STAIRS

Payload = dict[str, Any]
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/"
P256DH = "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U"
AUTH = "8eByTtKTxo3GPCkcRcGNbg"
POSITION = {"lat": 36.62, "lon": 101.77, "accuracy_m": 12.5, "at": MADE_AT}
REPORTER = {"name": "住户", "phone": "000", "account_id": None, "wants_news": False}

CALL = {"kind": "call", "id": None}
ASSIGNED: dict[str, Any] = {
    "lead": "property_company",
    "assisting": ["grid_worker"],
    "due_at": MADE_AT,
    "refer_to": None,
    "settled": None,
}
ASSIGNED |= {"satisfied": None}


def place(grid_code: str | None = HOUSE, **more: Any) -> Payload:
    return {"grid_code": grid_code, "position": None, "text": None} | more


def patrol(**more: Any) -> Payload:
    return {"patrol_id": uuid7(), "route_id": None, "companions": [], "track": False} | more


def scan(patrol_id: str, checkpoint_id: str, **more: Any) -> Payload:
    return {"patrol_id": patrol_id, "checkpoint_id": checkpoint_id, "by": "qr", "position": None} | more


def track(patrol_id: str, **more: Any) -> Payload:
    return {"patrol_id": patrol_id, "points": [[0, 36.62, 101.77, 8], [15, 36.621, 101.771, 8.5]]} | more


def finding(**more: Any) -> Payload:
    payload = {
        "finding_id": uuid7(),
        "patrol_id": None,
        "category": "fire_passage",
        "note": "楼道堆物",
        "place": place(),
    }
    return payload | {"photos": [], "recordings": [], "urgent": False} | more


def visit(**more: Any) -> Payload:
    payload = {"visit_id": uuid7(), "household_id": None, "grid_code": STAIRS, "purpose": "routine", "outcome": "met"}
    return payload | {"consent": True, "note": "都好", "photos": [], "answers": None} | more


def claim(household_id: str, **more: Any) -> Payload:
    return {"claim_id": uuid7(), "household_id": household_id, "grid_code": STAIRS, "right": "see", "words": ""} | more


def opinion(**more: Any) -> Payload:
    payload = {"opinion_id": uuid7(), "visit_id": None, "place": place(), "category": "facilities", "text": "灯不亮"}
    payload |= {"anonymous": False, "reporter": None, "photos": [], "recordings": [], "urgent": False}
    return payload | more


def nameless(**more: Any) -> Payload:
    """An opinion without a name: every id of it is a random one."""
    return opinion(opinion_id=uuid4(), anonymous=True) | more


def case(**more: Any) -> Payload:
    payload = {"case_id": uuid7(), "from": None, "title": "门关不严", "category": "facilities", "place": place()}
    return payload | {"urgent": False} | more


def join(case_id: str, **more: Any) -> Payload:
    return {"case_id": case_id, "reporter": None} | more


def expects(state: str, level: str) -> dict[str, str]:
    return {"state": state, "level": level}


def escalate(case_id: str, state: str = "raised", level: str = "grid", **more: Any) -> Payload:
    return {"case_id": case_id, "expects": expects(state, level), "reason": "这里办不了"} | more


def advance(case_id: str, to: str, state: str = "raised", level: str = "grid", **more: Any) -> Payload:
    return {"case_id": case_id, "expects": expects(state, level), "to": to, "note": ""} | more


def extend(case_id: str, state: str = "raised", level: str = "grid", **more: Any) -> Payload:
    due = {"due_at": "2031-01-02T03:04:05+08:00", "reason": "配件要等"}
    return {"case_id": case_id, "expects": expects(state, level)} | due | more


def amend(kind: str, id: str, **changes: Any) -> Payload:
    return {"kind": kind, "id": id, "changes": changes, "reason": "写错了"}


def subscribe(**more: Any) -> Payload:
    return {"endpoint": ENDPOINT + uuid4(), "keys": {"p256dh": P256DH, "auth": AUTH}} | more


def unsubscribe(endpoint: str) -> Payload:
    return {"endpoint": endpoint}


def examples() -> dict[str, Payload]:
    """One of each; their ids lead nowhere, so that anybody can send them and none of them does anything twice."""
    nowhere = uuid7()
    full = {"position": POSITION, "text": "门口"}
    return {
        "patrol.start": patrol(),
        "patrol.scan": scan(nowhere, uuid7(), position=POSITION),
        "patrol.track": track(nowhere),
        "patrol.finding": finding(place=place(**full)),
        "patrol.finish": {"patrol_id": nowhere, "note": ""},
        "visit.record": visit(answers={"q1": "yes"}),
        "opinion.record": opinion(place=place(**full), reporter=REPORTER),
        "claim.record": claim(nowhere),
        "case.raise": case(**{"from": CALL}),
        "case.join": join(nowhere, reporter=REPORTER),
        "case.escalate": escalate(nowhere),
        "case.advance": advance(nowhere, "assigned", **ASSIGNED),
        "case.extend": extend(nowhere),
        "case.nudge": {"case_id": nowhere, "note": "请快一点"},
        "record.amend": amend("visit", nowhere, note="更正"),
        "alert.subscribe": subscribe(),
        "alert.unsubscribe": unsubscribe(ENDPOINT + nowhere),
        "alert.test": {},
    }
