"""A door that was visited, with a photo, and a resident who speaks: what their rights are about."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import insert

from webapp.db import reading, writing
from webapp.places.models import HouseholdPerson
from webapp.privacy.held import held
from webapp.privacy.subject import Subject

from .. import make
from ..cast import GRID1
from ..conftest import NOW
from ..desk.office import sit_down
from ..phones import Phone, sign_in
from ..rules.scene import digest, picture

STAIRS = f"{GRID1}-03-2"
CALL = {"kind": "call", "id": None}


@dataclass
class Lives:
    app: object
    cast: object
    door: str
    visit: str
    photo: str
    worker: Phone
    resident: Phone
    secretary: object

    @property
    def subject(self) -> Subject:
        return Subject(household_id=self.door)

    def held(self, subject: Subject | None = None) -> dict:
        with self.app.app_context(), reading() as connection:
            return held(connection, subject or self.subject, NOW)

    def say(self, **more) -> str:
        """The resident's own opinion."""
        opinion = make.opinion(grid_code=STAIRS, text="楼上漏水", **more)
        assert self.resident.record("opinion.record", opinion)["status"] == "applied"
        return opinion["opinion_id"]

    def raise_case(self) -> str:
        case = make.case(grid_code=STAIRS, source=CALL)
        assert self.resident.record("case.raise", case)["status"] == "applied"
        return case["case_id"]


@pytest.fixture
def lives(app, cast, clock) -> Lives:
    door, data = cast.doors[STAIRS][0], picture()
    with app.app_context(), writing() as connection:
        row = {"household_id": door, "holder": "住户甲", "phone": "13900000001", "area_m2": 88.0, "changed_at": NOW}
        connection.execute(insert(HouseholdPerson).values(row))
    worker = sign_in(app, cast["grid1"])
    visit = make.visit(grid_code=STAIRS, household=door, note="腿脚不便", photos=[digest(data)])
    assert worker.record("visit.record", visit)["status"] == "applied"
    sent = worker.client.put(f"/sync/blobs/{digest(data)}", data=data, headers={"X-Silian-Device": worker.device})
    assert sent.status_code == 201
    resident, office = sign_in(app, cast["resident1"]), sit_down(app, cast["secretary"])
    return Lives(app, cast, door, visit["visit_id"], digest(data), worker, resident, office)
