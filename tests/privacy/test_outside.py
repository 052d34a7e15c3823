"""PROTOCOL, Changes: erasure of personal data is written outside the database too and replayed after a restore."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, insert, select, update

from sync.ledger import command_table
from webapp import jobs
from webapp.backups import making, restoring
from webapp.cases.tables import reporter_table
from webapp.db import db, reading, writing
from webapp.privacy import consents, outside, sweeping
from webapp.privacy.away import erased_table
from webapp.privacy.erasing import erase
from webapp.privacy.models import Erasure
from webapp.privacy.subject import Subject

from .. import make
from ..conftest import NOW
from ..phones import sign_in
from .conftest import CALL, STAIRS
from .test_rights import closed

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


TIME = r"[0-9-]{10}T[0-9:.]+Z"


def erased(lives) -> None:
    with lives.app.app_context(), writing() as connection:
        erase(connection, lives.subject, None, NOW)


def run_job(lives) -> None:
    with lives.app.app_context():
        jobs.declared()[sweeping.AGAIN].run()


def restored(lives, file) -> None:
    with lives.app.app_context():
        db.engine.dispose()
        restoring.restore(file)
        db.engine.dispose()


def backup(lives, folder):
    with lives.app.app_context():
        return making.backup(folder)


def handed_in_again(phone, *sent):
    """The phone comes back to a server that has gone back, and holds an outcome for each of these."""
    answer = phone.exchange([{**one, "was": "applied"} for one in sent], acked=sent[-1]["seq"])
    return [(outcome["status"], outcome.get("code")) for outcome in answer.get_json()["outcomes"]]


def at_the_door(lives, **more):
    """A visit that the worker's phone has sent, as it lies in its journal."""
    visit = make.visit(grid_code=STAIRS, household=lives.door, note="一个人住", **more)
    return sent_by(lives.worker, "visit.record", visit)


def sent_by(phone, type, payload):
    one = phone.command(type, payload)
    answer = phone.exchange([one])
    assert answer.get_json()["outcomes"][0]["status"] == "applied", answer.text
    return one


def count(lives) -> int:
    with lives.app.app_context(), reading() as connection:
        return len(connection.execute(Erasure.__table__.select()).all())


@pytest.fixture(autouse=True)
def own_file(lives):
    """Each test begins without lines of the others."""
    with lives.app.app_context():
        outside.path().unlink(missing_ok=True)


def test_what_a_restore_brings_back_is_deleted_again(lives, tmp_path):
    file = backup(lives, tmp_path)
    erased(lives)
    assert not any(lives.held()["visits"])
    restored(lives, file)
    assert lives.held()["visits"], "the backup has brought it back"
    run_job(lives)
    assert not any(lives.held()["visits"]) and count(lives) == 1
    assert ("visits", lives.visit) not in lives.worker.pull()
    run_job(lives)
    assert count(lives) == 1


class TestWhatWasSaidAtAVisit:
    """One restore has lost it, then the door was erased, and an older backup brings it back with the visit."""

    def brought_back(self, lives, tmp_path, raise_case=False) -> str:
        before = backup(lives, tmp_path / "before")
        opinion = make.opinion(grid_code=STAIRS, visit_id=lives.visit)
        sent_by(lives.worker, "opinion.record", opinion)
        if raise_case:
            source = {"kind": "opinion", "id": opinion["opinion_id"]}
            sent_by(lives.worker, "case.raise", make.case(grid_code=STAIRS, source=source))
        after = backup(lives, tmp_path / "after")
        restored(lives, before)
        erased(lives)
        restored(lives, after)
        run_job(lives)
        assert not any(lives.held()["visits"])
        return opinion["opinion_id"]

    def test_goes_with_it(self, lives, tmp_path):
        lives.worker.pull()
        opinion = self.brought_back(lives, tmp_path)
        assert opinion not in lives.worker.holds("opinions")

    def test_stays_where_a_matter_was_raised_from_it(self, lives, tmp_path):
        opinion = self.brought_back(lives, tmp_path, raise_case=True)
        assert opinion in lives.worker.holds("opinions")


class TestConsentThatWasWithdrawn:
    """At the desk it is no command of any phone: a restored backup knows nothing of it."""

    def withdrawn(self, lives) -> None:
        with lives.app.app_context(), writing() as connection:
            consents.withdraw(connection, lives.subject, None, NOW)

    def test_is_withdrawn_again_after_a_restore(self, lives, tmp_path):
        file = backup(lives, tmp_path)
        self.withdrawn(lives)
        restored(lives, file)
        assert [one["withdrawn_at"] for one in lives.held()["consents"]] == [None], "the backup has brought it back"
        for _ in range(2):
            run_job(lives)
            (once,) = lives.held()["consents"]
            assert once["withdrawn_at"]
        assert lives.worker.holds("visits")[lives.visit]["note"] == ""

    def test_is_withdrawn_again_when_a_phone_sends_the_visit_again(self, lives, tmp_path):
        file = backup(lives, tmp_path)
        visit = at_the_door(lives)
        self.withdrawn(lives)
        restored(lives, file)
        run_job(lives)
        assert handed_in_again(lives.worker, visit) == [("applied", None)]
        run_job(lives)
        assert all(one["withdrawn_at"] for one in lives.held()["consents"])
        assert lives.worker.holds("visits")[visit["payload"]["visit_id"]]["note"] == ""

    def test_is_withdrawn_again_where_it_was_withdrawn_at_the_door(self, lives, tmp_path):
        """The claim comes back from its phone, and after it the visit from another one."""
        file = backup(lives, tmp_path)
        visit = at_the_door(lives)
        claim = make.claim(grid_code=STAIRS, household=lives.door, right="withdraw")
        claimed = sent_by(lives.worker, "claim.record", claim)
        restored(lives, file)
        other = sign_in(lives.app, lives.cast["grid1"])
        assert handed_in_again(other, claimed | {"seq": 1}) == [("applied", None)]
        assert handed_in_again(other, visit | {"seq": 2}) == [("applied", None)]
        run_job(lives)
        assert all(one["withdrawn_at"] for one in lives.held()["consents"])
        assert lives.worker.holds("visits")[visit["payload"]["visit_id"]]["note"] == ""

    def test_stands_where_it_was_given_since(self, lives, tmp_path):
        file = backup(lives, tmp_path)
        self.withdrawn(lives)
        restored(lives, file)
        since = at_the_door(lives)
        run_job(lives)
        assert lives.worker.holds("visits")[since["payload"]["visit_id"]]["note"] == "一个人住"

    def test_is_for_news_of_a_matter_too(self, lives, tmp_path):
        case, me, mine = lives.raise_case(), Subject(lives.resident.account), reporter_table.c
        with lives.app.app_context(), writing() as connection:
            connection.execute(update(reporter_table).where(mine.case_id == case).values(wants_news=True))
        file = backup(lives, tmp_path)
        with lives.app.app_context(), writing() as connection:
            consents.withdraw(connection, me, lives.resident.account, NOW)
        restored(lives, file)
        run_job(lives)
        assert [bool(one["withdrawn_at"]) for one in lives.held(me)["consents"]] == [True]


class TestAPhoneThatWasAway:
    """It holds what was recorded after the backup, and erased since."""

    def a_closed_matter_lost(self, lives, tmp_path):
        """Raised from a visit and closed; then the door is erased and the server goes back to before all that."""
        file = backup(lives, tmp_path)
        visit = at_the_door(lives)
        source = {"kind": "visit", "id": visit["payload"]["visit_id"]}
        raised = sent_by(lives.worker, "case.raise", make.case(grid_code=STAIRS, source=source))
        closed(lives, raised["payload"]["case_id"])
        erased(lives)
        restored(lives, file)
        return visit, raised

    def test_hands_nothing_back(self, lives, tmp_path):
        file = backup(lives, tmp_path)
        visit = at_the_door(lives)
        amend = {"kind": "visit", "id": visit["payload"]["visit_id"], "changes": {"note": "独居"}, "reason": "写错了"}
        amended = sent_by(lives.worker, "record.amend", amend)
        erased(lives)
        restored(lives, file)
        run_job(lives)
        assert handed_in_again(lives.worker, visit, amended) == [("rejected", "erased")] * 2
        assert not any(lives.held()["visits"])

    def test_is_told_so_in_words(self, lives, tmp_path):
        file = backup(lives, tmp_path)
        visit = at_the_door(lives)
        erased(lives)
        restored(lives, file)
        run_job(lives)
        (outcome,) = lives.worker.exchange([visit | {"was": "applied"}]).get_json()["outcomes"]
        assert outcome["message"] == "这一条已按本人的要求删除，不再收"

    def test_comes_before_the_worker_has_read_the_file(self, lives, tmp_path):
        file = backup(lives, tmp_path)
        visit = at_the_door(lives)
        erased(lives)
        restored(lives, file)
        assert handed_in_again(lives.worker, visit) == [("applied", None)]
        assert visit["payload"]["visit_id"] in lives.worker.holds("visits")
        run_job(lives)
        assert visit["payload"]["visit_id"] not in lives.worker.holds("visits")
        assert not any(lives.held()["visits"])

    def test_hands_in_what_was_recorded_since_and_that_stays(self, lives, tmp_path):
        """Also where it comes before the worker has read the file: nobody has asked for that to be deleted."""
        file = backup(lives, tmp_path)
        erased(lives)
        since = at_the_door(lives)
        restored(lives, file)
        assert handed_in_again(lives.worker, since) == [("applied", None)]
        run_job(lives)
        assert [visit["id"] for visit in lives.held()["visits"]] == [since["payload"]["visit_id"]]
        assert since["payload"]["visit_id"] in lives.worker.holds("visits")

    def test_comes_while_the_matter_is_open_again(self, lives, tmp_path):
        """At its first time the matter was over, and the visit went; the restored matter is not."""
        visit, raised = self.a_closed_matter_lost(lives, tmp_path)
        handed_in_again(lives.worker, visit, raised)
        run_job(lives)
        assert not any(lives.held()["visits"])

    def test_hands_in_the_matter_that_outlives_its_visit(self, lives, tmp_path):
        visit, raised = self.a_closed_matter_lost(lives, tmp_path)
        run_job(lives)
        assert handed_in_again(lives.worker, visit, raised) == [("rejected", "erased"), ("applied", None)]
        assert raised["payload"]["case_id"] in lives.worker.holds("cases")

    def test_hands_in_a_name_that_leaves_again_when_the_matter_is_over(self, lives, tmp_path):
        file, me = backup(lives, tmp_path), Subject(lives.resident.account)
        raised = sent_by(lives.resident, "case.raise", make.case(grid_code=STAIRS, source=CALL))
        case = raised["payload"]["case_id"]
        closed(lives, case)
        with lives.app.app_context(), writing() as connection:
            erase(connection, me, None, NOW)
        restored(lives, file)
        run_job(lives)
        assert handed_in_again(lives.resident, raised) == [("applied", None)]
        run_job(lives)
        assert [one["id"] for one in lives.held(me)["cases"]] == [case], "whom to ask, as long as it is open"
        closed(lives, case)
        run_job(lives)
        assert lives.held(me)["cases"] == []
        assert lives.worker.holds("cases")[case]["reporters"] == 1

    def test_hears_of_an_erasure_though_it_has_to_read_all_anew(self, lives):
        lives.worker.pull()
        erased(lives)
        lives.worker.cursor = None
        changes = lives.worker.exchange().get_json()["changes"]
        (told,) = [one for one in changes if one["id"] == lives.visit]
        assert told["doc"] is None and told["erased"]


def test_what_is_parked_about_it_is_emptied(lives, tmp_path):
    visit = at_the_door(lives)
    amend = {"kind": "visit", "id": visit["payload"]["visit_id"], "changes": {"note": "独居"}, "reason": "写错了"}
    late = lives.worker.command("record.amend", amend)
    with lives.app.app_context(), writing() as connection:
        erase(connection, lives.subject, None, NOW)
        connection.execute(delete(erased_table))  # as the rules were before anybody had asked
    assert lives.worker.exchange([late]).get_json()["outcomes"][0]["status"] == "parked"
    with lives.app.app_context(), writing() as connection:
        row = {"id": visit["payload"]["visit_id"], "kind": "visits", "erasure_id": make.id4()}
        connection.execute(insert(erased_table).values(row))
    with lives.app.app_context():
        jobs.declared()["sync.retry"].run()
        with reading() as connection:
            c = command_table.c
            kept = connection.execute(select(c.status, c.code, c.body).where(c.id == late["id"])).one()
            assert kept == ("declined", "erased", None)


def test_the_file_names_nobody(lives):
    erased(lives)
    with lives.app.app_context():
        text = outside.path().read_text(encoding="utf-8")
        assert [line.subject for line in outside.read()] == [lives.subject]
        assert outside.path().stat().st_mode & 0o777 == 0o600
    assert not set(re.sub(f"{UUID}|{TIME}", "", text)) - set('abcdefghijklmnopqrstuvwxyz_[]{}":, \n'), "ids and times"


def test_a_line_that_was_cut_short_stops_nothing(lives):
    erased(lives)
    with lives.app.app_context():
        with outside.path().open("a", encoding="utf-8") as file:
            file.write('{"id": "half')
        assert len(outside.read()) == 1
    run_job(lives)
    assert count(lives) == 1
