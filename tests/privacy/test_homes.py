"""A resident whose post is a household: its records are theirs to see, since they live there, and no other door's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from webapp import appointing, jobs
from webapp.db import reading, writing
from webapp.people.posts import Unfit
from webapp.places.models import HouseholdPerson
from webapp.privacy import outside, sweeping
from webapp.privacy.models import Erasure
from webapp.visits.commands import visit_table

from .. import make
from ..conftest import NOW
from ..phones import post_json, sign_in
from .conftest import STAIRS

SINCE = NOW - timedelta(days=100)


def move_in(lives, login: str = "resident1", *, door: str | None = None, since=SINCE) -> None:
    with lives.app.app_context():
        appointing.appoint(account_id=lives.cast[login].id, organisation_id=lives.cast.estate, role="resident",
                           cells=[door or lives.door], starts_at=since)  # fmt: skip


def mine(lives, login: str = "resident1") -> dict:
    return sign_in(lives.app, lives.cast[login]).client.get("/privacy/mine").get_json()


def ask(lives, path: str):
    phone = sign_in(lives.app, lives.cast["resident1"])
    return post_json(phone.client, path, {}, device=phone.device).get_json()


def test_what_is_held_about_the_household_is_shown(lives):
    assert mine(lives)["visits"] == [] and "household" not in mine(lives)
    move_in(lives)
    found = mine(lives)
    assert found["account"]["name"] == "name of resident1"
    assert [(one["unit"], one["door"]) for one in found["household"]] == [(STAIRS, "101")]
    assert [one["note"] for one in found["visits"]] == ["腿脚不便"]
    assert [one["source"] for one in found["consents"]] == [lives.visit]
    page = sign_in(lives.app, lives.cast["resident1"]).client.get("/privacy/mine.html").get_data(as_text=True)
    assert "腿脚不便" in page


def test_and_never_another_door(lives):
    move_in(lives, door=lives.cast.doors[STAIRS][1])
    found = mine(lives)
    assert [one["door"] for one in found["household"]] == ["102"]
    assert found["visits"] == found["consents"] == [] and "腿脚不便" not in str(found)
    assert mine(lives, "resident2")["visits"] == []


def test_nothing_from_before_they_lived_there(lives, clock):
    clock.shift(timedelta(days=1))
    move_in(lives, since=NOW + timedelta(hours=1))
    found = mine(lives)
    assert found["household"] and found["visits"] == found["consents"] == found["looks"] == []
    assert ask(lives, "/privacy/withdraw") == {"withdrawn": 0}
    ask(lives, "/privacy/erase")
    with lives.app.app_context(), reading() as connection:
        assert connection.execute(select(visit_table.c.id)).scalars().all() == [lives.visit]


def test_nothing_after_they_have_left(lives):
    move_in(lives)
    with lives.app.app_context(), reading() as connection:
        post = appointing.post_table.c
        query = select(post.id, post.cells).where(post.account_id == lives.cast["resident1"].id)
        ids = [row.id for row in connection.execute(query) if row.cells]
    with lives.app.app_context():
        for id in ids:
            appointing.dismiss(id, NOW - timedelta(hours=1))
    assert mine(lives)["visits"] == [] and "household" not in mine(lives)


def test_a_landlords_telephone_is_not_the_tenants(lives):
    move_in(lives)
    assert "13900000001" not in str(mine(lives)) and "住户甲" not in str(mine(lives))
    phone = sign_in(lives.app, lives.cast["resident1"])
    post_json(phone.client, "/privacy/correct", {"name": "住户甲"}, device=phone.device)
    assert mine(lives)["household"][0]["phone"] == "13900000001", "one's own is"


def test_who_looked_at_the_household(lives):
    lives.secretary.get(f"/desk/privacy/door/{lives.door}")
    move_in(lives)
    looks = {(one["who"], one["how"]) for one in mine(lives)["looks"]}
    assert ("name of secretary", "privacy.view") in looks
    assert "name of resident1" not in {who for who, _ in looks}
    assert mine(lives, "resident2")["looks"] == []


def test_consent_is_withdrawn_for_the_household(lives):
    move_in(lives)
    assert ask(lives, "/privacy/withdraw") == {"withdrawn": 1}
    assert "腿脚不便" not in str(mine(lives)) and mine(lives)["consents"][0]["withdrawn_at"]


def test_deleting_reaches_the_household_and_says_what_went(lives):
    claim = make.claim(grid_code=STAIRS, household=lives.door, right="see", words="想看看")
    assert lives.worker.record("claim.record", claim)["status"] == "applied"
    move_in(lives)
    told = ask(lives, "/privacy/erase")
    assert {"kind": "走访", "n": 1} in told["deleted"]
    assert lives.visit not in lives.worker.holds("visits")
    with lives.app.app_context(), reading() as connection:
        kept = connection.execute(select(HouseholdPerson.holder)).scalars().all()
    assert kept == ["住户甲"], "whoever answers for the door is somebody else"


def test_a_restored_backup_deletes_the_same_again_and_no_more(lives, clock):
    """The line outside the database says since when."""
    with lives.app.app_context():
        outside.path().unlink(missing_ok=True)
    move_in(lives, since=NOW + timedelta(hours=1))
    clock.shift(timedelta(days=1))
    ask(lives, "/privacy/erase")
    with lives.app.app_context(), writing() as connection:
        connection.execute(Erasure.__table__.delete())
    with lives.app.app_context():
        jobs.declared()[sweeping.AGAIN].run()
    with lives.app.app_context(), reading() as connection:
        assert connection.execute(select(visit_table.c.id)).scalars().all() == [lives.visit]
        assert len(connection.execute(select(Erasure.id)).all()) == 2


def test_ones_own_telephone_goes_and_goes_again(lives):
    """After a restore too, though the line outside names nobody."""
    with lives.app.app_context():
        outside.path().unlink(missing_ok=True)
    move_in(lives)
    phone = sign_in(lives.app, lives.cast["resident1"])
    post_json(phone.client, "/privacy/correct", {"name": "住户甲"}, device=phone.device)
    for _ in range(2):
        ask(lives, "/privacy/erase")
        with lives.app.app_context(), writing() as connection:
            assert not connection.execute(select(HouseholdPerson.holder)).all()
            row = {"household_id": lives.door, "holder": "住户甲", "phone": "1", "area_m2": 1.0, "changed_at": NOW}
            connection.execute(insert(HouseholdPerson).values(row))
            connection.execute(Erasure.__table__.delete())
        with lives.app.app_context():
            jobs.declared()[sweeping.AGAIN].run()
            with reading() as connection:
                assert not connection.execute(select(HouseholdPerson.holder)).all()
            assert "住户甲" not in outside.path().read_text(encoding="utf-8")


@pytest.mark.parametrize("role", ["resident", "grid_worker"])
def test_a_household_of_this_estate_and_a_resident_alone(lives, role):
    other = lives.cast.doors["630102001002001-01-1"][0]
    cells = {"resident": [[other], [STAIRS], [lives.door, lives.cast.doors[STAIRS][1]]], "grid_worker": [[lives.door]]}
    for one in cells[role]:
        with lives.app.app_context(), pytest.raises(Unfit):
            appointing.appoint(account_id=lives.cast["resident2"].id, organisation_id=lives.cast.estate, role=role,
                               cells=one, starts_at=NOW)  # fmt: skip


def test_the_same_door_once(lives):
    move_in(lives)
    with pytest.raises(Unfit):
        move_in(lives)
