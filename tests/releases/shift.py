"""What the people of a release's fixture do: a morning that is sent, and all that their phones still hold unsent."""

from __future__ import annotations

import base64
from typing import Any

from ..cast import Cast
from ..protocol import payloads as p
from ..protocol.client import uuid4, uuid7
from ..protocol.pictures import Picture
from ..protocol.serving import STAIRS

Deed = dict[str, Any]


def deed(type: str, payload: dict[str, Any], **more: Any) -> Deed:
    return {"type": type, "payload": payload, **more}


def photo() -> tuple[str, str]:
    """Digest and base64 of one."""
    data = Picture()()
    return Picture.digest(data), base64.b64encode(data).decode()


def morning() -> list[dict[str, Any]]:
    """Sent before the release is left behind: what an upgrade finds in the database."""
    deeds = [deed("visit.record", p.visit()), deed("opinion.record", p.opinion(place=p.place(STAIRS), urgent=True))]
    return [{"login": "grid1", "deeds": deeds, "send": True}]


def unsent(cast: Cast) -> list[dict[str, Any]]:
    """Every type of command that a phone saves, each of them with whom it waits."""
    worker = _round(cast) + _grid_worker()
    people = {"grid1": worker, "secretary": _secretary(), "resident1": _resident()}
    return [{"login": login, "deeds": deeds, "send": False} for login, deeds in people.items()]


def _round(cast: Cast) -> list[Deed]:
    started, (digest, bytes) = p.patrol(route_id=cast.route, track=True), photo()
    id = started["patrol_id"]
    return [
        deed("patrol.start", started),
        deed("patrol.scan", p.scan(id, cast.checkpoints[0], position=p.POSITION)),
        deed("patrol.track", p.track(id)),
        deed("patrol.finding", p.finding(patrol_id=id, photos=[digest]), photo=bytes),
        deed("patrol.finish", {"patrol_id": id, "note": ""}),
    ]


def _grid_worker() -> list[Deed]:
    (digest, bytes), visited, endpoint = photo(), uuid7(), p.ENDPOINT + uuid4()
    heard = p.opinion(visit_id=visited, place=p.place(STAIRS), reporter=p.REPORTER)
    raised = p.case(place=p.place(STAIRS), **{"from": {"kind": "opinion", "id": heard["opinion_id"]}})
    return [
        deed("visit.record", p.visit(visit_id=visited, photos=[digest]), photo=bytes),
        deed("opinion.record", heard),
        deed("record.amend", p.amend("visit", visited, note="更正")),
        deed("case.raise", raised),
        deed("case.join", p.join(raised["case_id"], reporter=p.REPORTER)),
        deed("case.escalate", p.escalate(raised["case_id"])),
        deed("alert.subscribe", p.subscribe(endpoint=endpoint)),
        deed("alert.test", {}),
        deed("alert.unsubscribe", p.unsubscribe(endpoint)),
    ]


def _secretary() -> list[Deed]:
    raised = p.case(place=p.place(STAIRS), **{"from": p.CALL})
    id, at = raised["case_id"], {"level": "estate"}
    return [
        deed("case.raise", raised),
        deed("case.advance", p.advance(id, "accepted", **at)),
        deed("case.extend", p.extend(id, "accepted", **at)),
        deed("case.nudge", {"case_id": id, "note": "请快一点"}),
    ]


def _resident() -> list[Deed]:
    return [
        deed("case.raise", p.case(place=p.place(STAIRS), **{"from": p.CALL})),
        deed("opinion.record", p.nameless(place=p.place(p.HOUSE)), anonymous=True),
    ]
