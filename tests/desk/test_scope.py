"""Who sees which matters: at the desk what the phone would hold, and nothing of anybody else's."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from sync import Batch
from webapp import clock as clocks
from webapp.cases.commands import sees_case
from webapp.cases.ladder import is_office
from webapp.cases.tables import case_table
from webapp.db import reading, writing
from webapp.desk import scope
from webapp.places.rights import read_callers

from .. import make
from ..cast import GRID1, GRID2, OTHER_GRID
from .office import sit_down

PLACES = (f"{GRID1}-03-2", f"{GRID1}-03", f"{GRID1}-04-1", GRID1, f"{GRID2}-05-1", None)


@pytest.fixture
def matters(office, raised):
    """Matters at every kind of place, by several people, in several states and on several levels."""
    ids = [raised("secretary", grid_code=place) for place in PLACES]
    ids += [raised("grid1"), raised("property", grid_code=f"{GRID2}-05-1"), raised("owners"), raised("building_head")]
    ids += [raised("resident1", source={"kind": "call", "id": None}), raised("other", grid_code=f"{OTHER_GRID}-01-1")]
    secretary = office("secretary")
    for id, lead in ((ids[0], "property_company"), (ids[4], "grid_worker"), (ids[5], "owners_committee")):
        secretary.move(id, "accept")
        secretary.move(id, "assign", lead=lead, assisting=["owners_committee"])
    for id in (ids[1], ids[4], ids[6]):
        secretary.move(id, "escalate", note="请社区来办")
    office("community").move(ids[1], "escalate", note="请街道来办")
    office("community").move(ids[4], "answer", note="知道了")
    secretary.move(ids[2], "decline", note="不归我们", refer_to="街道")
    return ids


def test_the_desk_shows_what_the_phone_holds(app, cast, matters):
    """The same rows by the list's condition as by the rule that commands are judged by, for everybody in the cast."""
    with app.app_context(), reading() as connection:
        everyone = read_callers(connection, [member.id for member in cast.members.values()], clocks.now())
        rows = [dict(row) for row in connection.execute(select(case_table)).mappings()]
        batch = Batch(connection, clocks.now(), [])
        for login, member in cast.members.items():
            caller = everyone[member.id]
            shown = set(connection.execute(select(case_table.c.id).where(scope.seen(caller))).scalars())
            assert shown == {row["id"] for row in rows if sees_case(row, caller, batch)}, login
            held = set(connection.execute(select(case_table.c.id).where(scope.held(caller))).scalars())
            assert held == {row["id"] for row in rows if is_office(caller.rights.now, row)}, login


def test_other_sees_nothing_of_this_estate(app, cast, clock, matters):
    """Their own post has no business at the desk; with one that has, there is still nothing of ours."""
    with app.app_context(), writing() as connection:
        make.post(connection, account=cast["other"].id, role="secretary", at=cast.other_estate, starts_at=clocks.now())
    other, *ours = matters[-1], *matters[:-1]
    office = sit_down(app, cast["other"])
    assert [link for link in office.get("/desk/matters").links if other in link]
    for case_id, do in itertools.product(ours, (None, "accept")):
        assert office.matter(case_id, do).status == 404
    for path in ("/desk/matters", "/desk/matters?show=over", "/desk/matters?q=灯", "/desk/records", "/desk/people"):
        html = office.get(path).html
        assert not any(case_id in html for case_id in ours)
        assert "name of grid1" not in html


def test_a_matter_out_of_sight_cannot_be_moved(office, raised, state):
    case_id = raised()
    form = office("secretary").matter(case_id).form("/accept")
    token = dict(office("owners").get("/desk/matters").form("/sign-out").fields)["csrf_token"]
    page = office("owners").post(form, csrf_token=token)
    assert page.status == 404 and state(case_id)["state"] == "raised"


def test_a_role_that_was_taken_off_sees_it_no_more(office, raised):
    case_id = raised()
    office("secretary").move(case_id, "accept")
    office("secretary").move(case_id, "assign", lead="owners_committee")
    assert office("owners").matter(case_id).status == 200
    office("owners").move(case_id, "giveback", note="不归业委会")
    assert office("owners").matter(case_id).status == 404


def test_names_to_call_back_are_the_offices_alone(office, cast):
    secretary = office("secretary")
    form = secretary.get("/desk/raise").form("/raise")
    page = secretary.post(form, title="楼道灯不亮", category="facilities", name="王阿姨", phone="13900000000")
    case_id = page.answer.request.path.rsplit("/", 1)[1]
    assert "王阿姨 13900000000" in page.words
    secretary.move(case_id, "accept")
    secretary.move(case_id, "assign", lead="property_company")
    page = office("property").matter(case_id)
    assert page.status == 200 and "王阿姨" not in page.html and "13900000000" not in page.html
