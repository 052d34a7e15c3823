"""A right claimed at the door: taken by the grid worker, carried out at the office, its outcome on the phone."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from webapp.db import reading, writing
from webapp.privacy.claims import claim_table
from webapp.privacy.subject import Subject
from webapp.visits.commands import household_table

from .. import make
from ..cast import GRID2
from ..phones import sign_in
from .conftest import STAIRS
from .test_rights import swept


def take(lives, right: str = "correct", phone=None, **more) -> dict:
    claim = make.claim(grid_code=STAIRS, household=lives.door, right=right, **more)
    outcome = (phone or lives.worker).record("claim.record", claim)
    assert outcome["status"] == "applied", outcome
    return claim


def on_the_phone(lives, claim: dict) -> dict:
    return lives.worker.holds("claims")[claim["claim_id"]]


class TestTaken:
    def test_it_waits_at_the_office_and_on_the_workers_phone(self, lives):
        claim = take(lives, words="户主换成了女儿")
        assert on_the_phone(lives, claim)["state"] == "open"
        page = lives.secretary.get("/desk/privacy")
        assert "3-2-101" in page.words and "改正" in page.words and "name of grid1" in page.words
        assert "户主换成了女儿" not in page.html, "what was said stands on the door's page, where looking is on record"
        assert "户主换成了女儿" in lives.secretary.get(f"/desk/privacy/door/{lives.door}").words

    def test_the_rail_counts_it(self, lives):
        before = lives.secretary.get("/desk/records").html
        take(lives)
        after = lives.secretary.get("/desk/records").html
        assert before.count('class="n"') + 1 == after.count('class="n"')

    def test_nobody_else_holds_it(self, lives):
        take(lives)
        for login in ("grid2", "building_head", "resident1", "community", "other"):
            assert not sign_in(lives.app, lives.cast[login]).holds("claims")

    def test_it_is_among_what_is_held_of_the_door(self, lives):
        take(lives, words="电话换了")
        assert [(one["right"], one["words"], one["state"]) for one in lives.held()["claims"]] == [
            ("correct", "电话换了", "open")
        ]

    def test_a_door_of_another_grid_is_kept_for_the_desk(self, lives):
        other = lives.cast.doors[f"{GRID2}-05-1"][0]
        outcome = lives.worker.record("claim.record", make.claim(grid_code=STAIRS, household=other))
        assert outcome["code"] == "out_of_scope"
        with lives.app.app_context(), reading() as connection:
            assert not connection.execute(claim_table.select()).all()

    def test_a_household_that_moved_meanwhile_is_kept_for_the_desk(self, lives):
        with lives.app.app_context(), writing() as connection:
            moved = update(household_table).where(household_table.c.id == lives.door)
            connection.execute(moved.values(grid_code=f"{GRID2}-05-1", door="909"))
        outcome = lives.worker.record("claim.record", make.claim(grid_code=STAIRS, household=lives.door))
        assert (outcome["status"], outcome["code"]) == ("parked", "out_of_scope")
        page = lives.secretary.get(f"/desk/parked/{outcome['id']}?do=apply")
        assert "改正" in page.words and "电话换了" in page.words and "居民在门口提出的要求" in page.words
        lives.secretary.post(page.form("/apply"))
        assert [one["state"] for one in lives.held()["claims"]] == ["open"]

    @pytest.mark.parametrize(
        "change", [{"right": "burn"}, {"words": "x" * 1001}, {"household_id": "1"}, {"right": None}]
    )
    def test_bad_input(self, lives, change):
        claim = make.claim(grid_code=STAIRS, household=lives.door) | change
        assert lives.worker.record("claim.record", claim)["code"] == "invalid"

    def test_sent_twice_it_is_one(self, lives):
        command = lives.worker.command("claim.record", make.claim(grid_code=STAIRS, household=lives.door))
        for _ in range(2):
            assert lives.worker.exchange([command]).get_json()["outcomes"][0]["status"] == "applied"
        assert len(lives.held()["claims"]) == 1


class TestWithdrawnAtTheDoor:
    def test_it_acts_at_once(self, lives):
        claim = take(lives, "withdraw")
        assert on_the_phone(lives, claim)["state"] == "done"
        (visit,) = lives.held()["visits"]
        assert "note" not in visit and "photos" not in visit and "consent" not in visit
        document = lives.worker.holds("visits")[lives.visit]
        assert (document["note"], document["photos"], document["consent"]) == ("", [], False)
        (consent,) = lives.held()["consents"]
        assert consent["withdrawn_at"]
        assert "居民在门口提出的" not in lives.secretary.get("/desk/privacy").words
        swept(lives)

    def test_also_of_a_visit_in_the_same_envelope(self, lives):
        """Offline, the visit and the withdrawal wait in one queue."""
        visit = make.visit(grid_code=STAIRS, household=lives.door, note="想请人送药")
        claim = make.claim(grid_code=STAIRS, household=lives.door, right="withdraw")
        worker = lives.worker
        said = [worker.command("visit.record", visit), worker.command("claim.record", claim)]
        outcomes = worker.exchange(said).get_json()["outcomes"]
        assert [one["status"] for one in outcomes] == ["applied", "applied"]
        assert "想请人送药" not in str(lives.held()) and "想请人送药" not in str(worker.holds("visits"))
        assert len(lives.held()["consents"]) == 2

    def test_what_was_agreed_to_afterwards_stands(self, lives):
        take(lives, "withdraw")
        visit = make.visit(grid_code=STAIRS, household=lives.door, note="又同意了")
        assert lives.worker.record("visit.record", visit)["status"] == "applied"
        assert lives.worker.holds("visits")[visit["visit_id"]]["note"] == "又同意了"


class TestSettled:
    def settle(self, lives, claim, state, **typed):
        page = lives.secretary.get(f"/desk/privacy/door/{lives.door}")
        return lives.secretary.post(page.form(f"/{claim['claim_id']}/{state}"), **typed)

    def test_done_with_a_word_for_the_worker(self, lives):
        claim = take(lives)
        assert "办好了" in self.settle(lives, claim, "done", answer="电话改好了").words
        document = on_the_phone(lives, claim)
        assert (document["state"], document["answer"]) == ("done", "电话改好了") and document["settled_at"]
        assert not lives.secretary.get(f"/desk/privacy/door/{lives.door}").has_form(f"/{claim['claim_id']}/done")

    def test_declined_needs_its_reason(self, lives):
        claim = take(lives, "erase")
        page = self.settle(lives, claim, "declined", answer=" ")
        assert page.status == 422 and "请写为什么办不了" in page.words
        assert on_the_phone(lives, claim)["state"] == "open"
        self.settle(lives, claim, "declined", answer="事情还没办完")
        assert on_the_phone(lives, claim)["answer"] == "事情还没办完"

    def test_the_first_word_stands(self, lives):
        claim = take(lives)
        page = lives.secretary.get(f"/desk/privacy/door/{lives.door}")
        for state, answer in (("done", "好了"), ("declined", "不行")):
            lives.secretary.post(page.form(f"/{claim['claim_id']}/{state}"), answer=answer)
        assert on_the_phone(lives, claim)["answer"] == "好了"

    def test_deleting_at_the_desk_settles_what_was_asked_and_forgets_what_was_said(self, lives):
        said, asked = take(lives, "see", words="想看看"), take(lives, "erase", words="都删掉")
        self.settle(lives, said, "done", answer="看过了")
        page = lives.secretary.get(f"/desk/privacy/door/{lives.door}?do=erase")
        lives.secretary.post(page.form(f"{lives.door}/erase"))
        assert on_the_phone(lives, asked)["state"] == "done"
        held = {(one["right"], one["words"], one["answer"]) for one in lives.held()["claims"]}
        assert held == {("see", "", ""), ("erase", "", "")}
        assert on_the_phone(lives, said)["words"] == ""

    def test_another_estates_is_not_there(self, lives):
        other = sign_in(lives.app, lives.cast["other"])
        door = lives.cast.doors["630102001002001-01-1"][0]
        claim = make.claim(grid_code="630102001002001-01-1", household=door)
        assert other.record("claim.record", claim)["status"] == "applied"
        assert "1-1-101" not in lives.secretary.get("/desk/privacy").words
        answer = lives.secretary.get(f"/desk/privacy/claims/{claim['claim_id']}/done")
        assert answer.status == 404
        assert lives.held(Subject(household_id=door))["claims"][0]["state"] == "open"
