"""A month of rounds, visits and opinions."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from webapp.demo import words
from webapp.demo.diary import DAYS, Diary, Entry
from webapp.demo.ids import Ids
from webapp.demo.matters import write_matters
from webapp.demo.people import GRID1, GRID2
from webapp.demo.places import CHECKPOINTS, Estate

WALKERS = (("patrol1", "patrol2"), ("patrol2", "patrol1"), ("grid1", "patrol1"))
VISITORS = (("grid1", GRID1, 2), ("grid2", GRID2, 2), ("building_head", f"{GRID1}-03", 1))
BUILDING_OF = {key: code for key, _name, _hint, code in CHECKPOINTS}


def plan(seed: int, now: datetime, estate: Estate, ids: Ids) -> list[Entry]:
    """Everything that happened in the thirty days before ``now``, oldest first."""
    diary = Diary(ids, estate, now, random.Random(seed))
    found = iter(words.FINDINGS * 2)
    for days_ago in range(DAYS, -1, -1):
        if diary.random.random() < 0.9:
            _round(diary, days_ago, next(found) if days_ago % 4 == 1 else None)
        for login, cells, most in VISITORS:
            for nth in range(diary.random.randint(0, most)):
                _visit(diary, days_ago, login, cells, nth)
        if diary.random.random() < 0.7:
            _opinion(diary, days_ago)
    write_matters(diary)
    return diary.ordered()


def _round(diary: Diary, days_ago: int, finding: tuple[str, str, str] | None) -> None:
    """One round of a pair; a point is missed now and then, and that is no fault."""
    chance, ids, estate = diary.random, diary.ids, diary.estate
    route, points = estate.routes["underground" if days_ago % 6 == 3 else "evening"]
    leader, companion = WALKERS[days_ago % len(WALKERS)]
    name = f"round:{days_ago}"
    patrol_id = ids(name)
    at = diary.moment(days_ago, 19, chance.randint(0, 25))
    # Down in the cellar there is no signal: what was recorded there arrives when the pair comes up again.
    lag = timedelta(minutes=chance.choice((0, 1, 40)))
    end = at + timedelta(minutes=11 * len(points))
    if end + lag >= diary.now:
        return
    start = {"patrol_id": patrol_id, "route_id": route, "companions": [estate.accounts[companion]], "track": False}
    diary.add(at, leader, "patrol.start", f"{name}:start", start, lag=lag)
    for point in points:
        at += timedelta(minutes=chance.randint(5, 10))
        if chance.random() < 0.06:
            continue
        scan = {"patrol_id": patrol_id, "checkpoint_id": estate.checkpoints[point]}
        scan["by"] = chance.choice(("qr", "qr", "tap"))
        diary.add(at, chance.choice((leader, leader, companion)), "patrol.scan", f"{name}:{point}", scan, lag=lag)
        if finding and finding[2] == point:
            _finding(diary, at, leader, name, patrol_id, finding, lag)
    note = "走完了，记了一处" if finding and finding[2] in points else chance.choice(words.ROUND_NOTES)
    diary.add(end, leader, "patrol.finish", f"{name}:finish", {"patrol_id": patrol_id, "note": note}, lag=lag)


def _finding(diary: Diary, at: datetime, login: str, name: str, patrol_id: str, finding: tuple[str, str, str],
             lag: timedelta) -> None:  # fmt: skip
    category, note, point = finding
    payload = {
        "finding_id": diary.ids(f"{name}:finding"),
        "patrol_id": patrol_id,
        "category": category,
        "note": note,
        "place": {"grid_code": BUILDING_OF[point], "position": None, "text": None},
        "photos": [],
        "recordings": [],
        "urgent": False,
    }
    diary.add(at, login, "patrol.finding", f"{name}:found", payload, lag=lag)


def _visit(diary: Diary, days_ago: int, login: str, cells: str, nth: int) -> None:
    """A knock at a door, at any hour; sometimes something is said that becomes an opinion."""
    chance, ids = diary.random, diary.ids
    unit = chance.choice([code for code in diary.estate.doors if code == cells or code.startswith(cells + "-")])
    household, door = chance.choice(diary.estate.doors[unit])
    outcome = chance.choice(("met", "met", "met", "not_home", "declined"))
    consent = outcome == "met" and chance.random() < 0.8
    name = f"visit:{days_ago}:{login}:{nth}"
    at = diary.moment(days_ago, chance.choice((9, 10, 15, 17, 18)), chance.randint(0, 55))
    payload: dict[str, Any] = {
        "visit_id": ids(name),
        "household_id": household,
        "grid_code": unit,
        "purpose": chance.choice(("routine", "routine", "care", "follow_up", "service", "survey")),
        "outcome": outcome,
        "consent": consent,
        "note": chance.choice(words.VISIT_NOTES) if consent else "",
        "photos": [],
    }
    diary.add(at, login, "visit.record", f"{name}:record", payload)
    if consent and chance.random() < 0.3:
        said = _said(diary, unit, f"{door} {chance.choice(words.PLACES)}".strip())
        more = {"opinion_id": ids(f"{name}:opinion"), "visit_id": ids(name), "anonymous": False}
        more["reporter"] = {"name": "住户", "phone": None, "account_id": None, "wants_news": chance.random() < 0.5}
        diary.add(at + timedelta(minutes=6), login, "opinion.record", f"{name}:said", {**said, **more})


def _opinion(diary: Diary, days_ago: int) -> None:
    """Said at the gate or by a resident alone; some without a name, and then no finer than the building."""
    chance = diary.random
    login = chance.choice(("resident1", "resident2", "grid1", "grid2", "building_head", "patrol1", "secretary"))
    grid = {"grid2": GRID2, "resident2": GRID2, "building_head": f"{GRID1}-03"}.get(login, GRID1)
    building = chance.choice([code for code in diary.estate.doors if code.startswith(grid + "-")]).rsplit("-", 1)[0]
    anonymous = chance.random() < 0.3
    name = f"opinion:{days_ago}"
    said = _said(diary, building, chance.choice(words.PLACES) or None)
    more: dict[str, Any] = {"visit_id": None, "anonymous": anonymous, "reporter": None}
    more["opinion_id"] = diary.ids.nameless(name) if anonymous else diary.ids(name)
    at = diary.moment(days_ago, chance.choice((8, 11, 16, 20)), chance.randint(0, 55))
    diary.add(at, login, "opinion.record", f"{name}:said", {**said, **more}, nameless=anonymous)


def _said(diary: Diary, code: str, text: str | None) -> dict[str, Any]:
    category = diary.random.choice(sorted(words.OPINIONS))
    return {
        "place": {"grid_code": code, "position": None, "text": text},
        "category": category,
        "text": diary.random.choice(words.OPINIONS[category]),
        "photos": [],
        "recordings": [],
        "urgent": False,
    }
