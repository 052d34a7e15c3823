"""Posts begin and end: what is refused, what a phone sees with its next exchange, what becomes of what it recorded."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from sync.ledger import command_table
from webapp import appointing
from webapp.db import reading, writing
from webapp.people.models import AuditLine, Post
from webapp.people.posts import UNFIT, Unfit, end_post, open_post, tidy, withdraw_post

from .. import make
from ..cast import GRID1, GRID2, OTHER_GRID
from ..conftest import NOW
from ..phones import sign_in

DAY = timedelta(days=1)
UNIT1, UNIT2 = f"{GRID1}-03-2", f"{GRID2}-05-1"


@pytest.fixture
def begin(app, cast):
    """Opens a post of grid2's in the cast's estate; the cast's own one is over its grid."""

    def write(role="grid_worker", cells=(GRID1,), starts_at=NOW, ends_at=None, login="grid2", at=None):
        with app.app_context(), writing() as connection:
            return open_post(connection, account_id=cast[login].id, organisation_id=at or cast.estate, role=role,
                             cells=cells, starts_at=starts_at, ends_at=ends_at)  # fmt: skip

    return write


@pytest.fixture
def appoint(app, cast, clock):
    def do(login, role="grid_worker", cells=(), **options):
        given = {"account_id": cast[login].id, "organisation_id": cast.estate, "starts_at": NOW}
        with app.app_context():
            return appointing.appoint(role=role, cells=cells, **(given | options))

    return do


@pytest.fixture
def dismiss(app, cast, clock):
    """Ends the only post that this person has."""

    def do(login, ends_at=NOW):
        post = next(row for row in posts(app) if row.account_id == cast[login].id)
        with app.app_context():
            appointing.dismiss(post.id, ends_at)

    return do


def posts(app):
    with app.app_context(), reading() as connection:
        return connection.execute(select(Post.__table__)).all()


def unfit(do, *given, **named):
    with pytest.raises(Unfit) as no:
        do(*given, **named)
    return no.value.code


# --- what cannot be ---


@pytest.mark.parametrize("ends_at", [NOW, NOW - DAY])
def test_an_end_before_the_start(app, begin, ends_at):
    before = posts(app)
    assert unfit(begin, ends_at=ends_at) == "ends_before_start"
    assert posts(app) == before


@pytest.mark.parametrize("cells", [(GRID2,), (), (f"{GRID2}-05",), (GRID1, f"{GRID2}-05-1")])
def test_a_post_over_what_the_same_person_has_already(app, begin, cells):
    before = posts(app)
    assert unfit(begin, cells=cells) == "overlaps"
    assert posts(app) == before


def test_the_wider_one_later_too(begin):
    assert begin(role="building_head", cells=(f"{GRID1}-03-1",))
    assert unfit(begin, role="building_head", cells=(f"{GRID1}-03",)) == "overlaps"
    assert begin(role="building_head", cells=(f"{GRID1}-03-2", f"{GRID1}-04"))


def test_by_segments_and_not_by_letters(begin):
    assert begin(role="unit_head", cells=(f"{GRID1}-03-1",))
    assert begin(role="unit_head", cells=(f"{GRID1}-03-11",)), "…-1 does not hold …-11"


def test_what_is_no_overlap(cast, begin):
    """Other cells, another role, another organisation, another person, another time."""
    assert begin(cells=(GRID1,))
    assert begin(role="secretary", cells=())
    assert begin(cells=(GRID2,), at=cast.other_estate)
    assert begin(cells=(GRID2,), login="patrol1")
    assert begin(role="unit_head", cells=(UNIT2,), starts_at=NOW, ends_at=NOW + DAY)
    assert begin(role="unit_head", cells=(UNIT2,), starts_at=NOW + DAY)
    assert unfit(begin, role="unit_head", cells=(UNIT2,), starts_at=NOW - DAY, ends_at=NOW + DAY / 2) == "overlaps"
    assert begin(role="unit_head", cells=(UNIT2,), starts_at=NOW - DAY, ends_at=NOW)


def test_cells_that_lie_in_others_are_one(app, begin):
    begin(cells=(f"{GRID1}-03", GRID1, f"{GRID1}-03-2", GRID1))
    assert [row.cells for row in posts(app) if row.starts_at == NOW] == [[GRID1]]
    assert tidy([f"{GRID1}-1", f"{GRID1}-11"]) == [f"{GRID1}-1", f"{GRID1}-11"]


def test_an_unknown_role(begin):
    assert unfit(begin, role="manager") == "role"


@pytest.mark.parametrize(("role", "at", "cells", "code"), [
    ("secretary", "community", (), "level"), ("community_staff", "estate", (), "level"),
    ("manager", "estate", (), "role"),
    ("community_staff", "community", (GRID1,), "cells"), ("grid_worker", "estate", (OTHER_GRID,), "cells"),
    ("grid_worker", "estate", (f"{GRID1}-77",), "cells"),
])  # fmt: skip
def test_a_post_where_it_does_not_belong(app, cast, appoint, role, at, cells, code):
    before = posts(app)
    assert unfit(appoint, "patrol1", role, cells, organisation_id=getattr(cast, at)) == code
    assert posts(app) == before


def test_ending(app, begin):
    id = begin()

    def end(ends_at, now=NOW):
        with app.app_context(), writing() as connection:
            end_post(connection, id, ends_at, now)

    assert unfit(end, NOW) == "ends_before_start" and unfit(end, NOW - DAY) == "ends_before_start"
    end(NOW + 9 * DAY)
    end(NOW + 5 * DAY)
    assert unfit(end, NOW + 7 * DAY, NOW + 6 * DAY) == "ended", "who comes back gets a new post"
    with app.app_context(), writing() as connection:
        assert unfit(end_post, connection, "nowhere", NOW, NOW) == "missing"
        assert unfit(withdraw_post, connection, id, NOW) == "begun"


def test_one_that_has_not_begun_is_taken_back(app, cast, clock, begin):
    before = len(posts(app))
    id = begin(starts_at=NOW + DAY)
    with app.app_context():
        appointing.withdraw(id)
        assert unfit(appointing.withdraw, id) == "missing" and unfit(appointing.dismiss, id, NOW) == "missing"
    assert len(posts(app)) == before


def test_every_refusal_has_its_words():
    assert all(zh and en and not any("\u4e00" <= char <= "\u9fff" for char in en) for zh, en in UNFIT.values())


# --- what a phone sees ---


def test_a_new_post_is_on_the_phone_with_the_next_exchange(cast, appoint):
    phone, colleague = sign_in(cast.app, cast["grid2"]), sign_in(cast.app, cast["grid1"])
    phone.pull(), colleague.pull()
    assert GRID1 not in str(phone.holds("units"))
    assert phone.exchange().get_json()["reset"] is False
    appoint("grid2", "building_head", (f"{GRID1}-03",))
    assert phone.exchange().get_json()["reset"] == "sweep", "more is in sight now"
    assert {f"{GRID1}-03-1", f"{GRID1}-03-2"} <= {doc["grid_code"] for doc in phone.holds("units").values()}
    roles = {post["role"] for post in colleague.holds("people")[cast["grid2"].id]["posts"]}
    assert roles == {"grid_worker", "building_head"}
    me = phone.client.get("/auth/me", headers={"X-Silian-Device": phone.device}).get_json()["account"]["posts"]
    assert {post["role"] for post in me} == roles


def test_an_ended_post_is_off_the_phone_with_the_next_exchange(cast, dismiss):
    phone, secretary = sign_in(cast.app, cast["grid1"]), sign_in(cast.app, cast["secretary"])
    assert phone.record("visit.record", make.visit(grid_code=UNIT1))["status"] == "applied"
    mine = set(phone.holds("visits"))
    assert phone.holds("units") and cast["grid1"].id in secretary.holds("people")
    dismiss("grid1")
    assert phone.exchange().get_json()["reset"] == "wipe", "something is out of sight now"
    held = phone.pull()
    assert {collection for collection, _id in held} <= {"visits", "organisations", "commands", "alerts"}
    assert set(phone.holds("visits")) == mine, "what they recorded stays theirs to see"
    assert cast["grid1"].id not in secretary.holds("people")


def test_what_was_recorded_since_is_kept_and_nothing_is_lost(app, cast, dismiss, office, clock):
    """Before the end: applied. After it, in a basement without signal: kept, word for word, for the secretary."""
    phone = sign_in(app, cast["grid1"])
    before = phone.record("visit.record", make.visit(grid_code=UNIT1, note="之前"))
    dismiss("grid1")
    queue = [
        phone.command("visit.record", make.visit(grid_code=UNIT1, note="之后的第一条")),
        phone.command("opinion.record", make.opinion(grid_code=UNIT1, text="之后的第二条")),
        phone.command("visit.record", make.visit(grid_code=UNIT2, note="从来不归他管")),
    ]
    answer = phone.exchange(queue).get_json()
    outcomes = [(one["status"], one.get("code")) for one in answer["outcomes"]]
    assert before["status"] == "applied"
    assert outcomes == [("parked", "out_of_scope"), ("parked", "out_of_scope"), ("rejected", "forbidden")]
    assert answer["last_seq"] == 4
    words = office("secretary").get("/desk/parked").words
    assert "之后的第一条" in words and "之后的第二条" in words and "不管这一块了" in words
    assert sorted(doc["status"] for doc in phone.holds("commands").values()) == ["parked", "parked"]


def test_who_comes_back_has_a_new_post(cast, appoint, dismiss, clock):
    phone = sign_in(cast.app, cast["grid1"])
    dismiss("grid1")
    assert phone.record("visit.record", make.visit(grid_code=UNIT1))["code"] == "out_of_scope"
    appoint("grid1", "grid_worker", (GRID1,))
    assert phone.record("visit.record", make.visit(grid_code=UNIT1))["status"] == "applied"
    assert phone.holds("units")


def test_what_waited_for_sight_is_tried_again(app, cast, appoint):
    """PROTOCOL: a command that refers to what is not in sight is tried again when a post changes."""
    grid1, grid2 = sign_in(app, cast["grid1"]), sign_in(app, cast["grid2"])
    case = make.case(grid_code=UNIT1)
    assert grid1.record("case.raise", case)["status"] == "applied"
    reporter = {"name": "甲", "phone": None, "account_id": None, "wants_news": False}
    payload = {"case_id": case["case_id"], "reporter": reporter}
    assert grid2.record("case.join", payload)["code"] == "missing"
    appoint("grid2", "building_head", (f"{GRID1}-03",))
    with app.app_context(), reading() as connection:
        found = select(command_table.c.status).where(command_table.c.type == "case.join")
        assert connection.execute(found).scalar() == "applied"


def test_a_post_that_begins_and_ends_by_the_clock(app, cast, appoint, clock):
    phone, colleague = sign_in(app, cast["patrol1"]), sign_in(app, cast["grid1"])

    def listed():
        with app.app_context():
            appointing.show_turned()
        return {post["role"] for post in colleague.holds("people")[cast["patrol1"].id]["posts"]}

    appoint("patrol1", "grid_worker", (GRID1,), starts_at=NOW + DAY, ends_at=NOW + 9 * DAY)
    visits = (make.visit(grid_code=UNIT1) for _ in itertools.count())
    assert phone.record("visit.record", next(visits))["code"] == "forbidden" and listed() == {"patrol_volunteer"}
    clock.move_to(NOW + DAY + timedelta(minutes=3))
    assert phone.record("visit.record", next(visits))["status"] == "applied"
    assert listed() == {"patrol_volunteer", "grid_worker"}
    clock.move_to(NOW + 9 * DAY)
    assert phone.record("visit.record", next(visits))["code"] == "out_of_scope" and listed() == {"patrol_volunteer"}


def test_who_did_it_is_on_record(app, cast, appoint):
    id = appoint("grid2", "building_head", (f"{GRID1}-03",), by=cast["secretary"].id)
    with app.app_context():
        appointing.dismiss(id, NOW + DAY)
    with app.app_context(), reading() as connection:
        columns = (AuditLine.action, AuditLine.account_id, AuditLine.subject_id)
        lines = connection.execute(select(*columns).where(AuditLine.action.startswith("post."))).all()
    assert lines == [("post.open", cast["secretary"].id, id), ("post.end", None, id)]
