"""A resident's rights, each by what becomes of it: on the server, on phones, among the photos, at the desk."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import insert, select, update

from webapp.blobs.uses import blob_table
from webapp.cases.tables import case_table, reporter_table
from webapp.db import reading, writing
from webapp.patrols.models import TrackPiece
from webapp.people.posts import account_table
from webapp.privacy import sweeping
from webapp.privacy.models import Erasure
from webapp.privacy.subject import Subject

from .. import make
from ..conftest import NOW
from ..phones import post_json, sign_in
from .conftest import STAIRS


def closed(lives, case_id: str) -> None:
    with lives.app.app_context(), writing() as connection:
        values = {"state": "closed", "closed_at": NOW}
        connection.execute(update(case_table).where(case_table.c.id == case_id).values(**values))


def ask(lives, path: str, body=None):
    return post_json(lives.resident.client, path, body or {}, device=lives.resident.device)


class TestSee:
    def test_from_the_phone(self, lives):
        opinion, case = lives.say(), lives.raise_case()
        mine = lives.resident.client.get("/privacy/mine").get_json()
        assert mine["account"]["name"] == "name of resident1"
        assert [one["id"] for one in mine["opinions"]] == [opinion] and mine["opinions"][0]["text"] == "楼上漏水"
        assert [one["id"] for one in mine["cases"]] == [case]
        assert mine["visits"] == []

    def test_nothing_of_anybody_else(self, lives):
        lives.raise_case()
        other = sign_in(lives.app, lives.cast["resident2"]).client.get("/privacy/mine").get_json()
        assert other["cases"] == other["opinions"] == []

    def test_a_readable_page(self, lives):
        lives.say(reporter=None)
        page = lives.resident.client.get("/privacy/mine.html").get_data(as_text=True)
        assert "楼上漏水" in page and "name of resident1" in page and "<script" not in page

    def test_what_was_said_without_a_name_is_nobodys(self, lives):
        opinion = make.opinion(grid_code=STAIRS[:-2], anonymous=True, text="无名")
        assert lives.resident.record("opinion.record", opinion)["status"] == "applied"
        assert "无名" not in lives.resident.client.get("/privacy/mine").get_data(as_text=True)

    def test_a_household_at_the_desk(self, lives):
        page = lives.secretary.get("/desk/privacy?q=3-2-101")
        assert lives.door in page.html
        shown = lives.secretary.get(f"/desk/privacy/door/{lives.door}")
        assert "住户甲" in shown.words and "腿脚不便" in shown.words
        taken = lives.secretary.get(f"/desk/privacy/door/{lives.door}.json")
        assert json.loads(taken.html)["visits"][0]["note"] == "腿脚不便"

    def test_text_is_never_html(self, lives):
        lives.say()
        bad = "<img src=x onerror=alert(1)>"
        ask(lives, "/privacy/correct", {"name": bad})
        assert bad not in lives.resident.client.get("/privacy/mine.html").get_data(as_text=True)


class TestWhoLooked:
    def test_the_desk_and_a_phone_are_told(self, lives):
        case = lives.raise_case()
        lives.secretary.matter(case)
        head = sign_in(lives.app, lives.cast["building_head"])
        head.pull()
        looks = lives.resident.client.get("/privacy/mine").get_json()["looks"]
        assert {(one["who"], one["role"], one["how"]) for one in looks} == {
            ("name of secretary", "secretary", "desk.view"), ("name of building_head", "building_head", "sync.told"),
        }  # fmt: skip

    def test_half_a_year_back(self, lives, clock):
        case = lives.raise_case()
        lives.secretary.matter(case)
        clock.shift(timedelta(days=181))
        assert sign_in(lives.app, lives.cast["resident1"]).client.get("/privacy/mine").get_json()["looks"] == []


class TestCorrect:
    def test_ones_own_name(self, lives):
        assert ask(lives, "/privacy/correct", {"name": " 住户甲 "}).get_json() == {"name": "住户甲"}
        assert lives.resident.client.get("/privacy/mine").get_json()["account"]["name"] == "住户甲"

    def test_an_empty_name_is_refused(self, lives):
        for body in ({"name": " "}, {"name": 5}, {}, {"name": "x" * 61}):
            assert ask(lives, "/privacy/correct", body).status_code in (400, 422)

    def test_a_name_that_others_see_reaches_their_phones(self, lives):
        device = lives.worker.device
        post_json(lives.worker.client, "/privacy/correct", {"name": "新名字"}, device=device)
        people = sign_in(lives.app, lives.cast["secretary"]).holds("people")
        assert people[lives.worker.account]["name"] == "新名字"

    def test_a_householder_at_the_desk(self, lives):
        page = lives.secretary.get(f"/desk/privacy/door/{lives.door}")
        done = lives.secretary.post(page.form("/correct"), holder="马玉兰", phone="")
        assert "马玉兰" in done.html and "已改正" in done.words and "13900000001" not in done.html


class TestWithdraw:
    def test_what_was_kept_by_consent_goes_and_the_visit_stays(self, lives):
        page = lives.secretary.get(f"/desk/privacy/door/{lives.door}")
        assert "走访时记下内容、拍照" in page.words
        lives.secretary.post(page.form("/withdraw"))
        (visit,) = lives.held()["visits"]
        assert "note" not in visit and "photos" not in visit and "consent" not in visit
        document = lives.worker.holds("visits")[lives.visit]
        assert (document["note"], document["photos"], document["consent"]) == ("", [], False)

    def test_the_register_says_when(self, lives, clock):
        (before,) = lives.held()["consents"]
        assert before["withdrawn_at"] is None and before["source"] == lives.visit
        clock.shift(timedelta(days=2))
        lives.secretary.post(lives.secretary.get(f"/desk/privacy/door/{lives.door}").form("/withdraw"))
        (after,) = lives.held()["consents"]
        assert after == {**before, "withdrawn_at": "2026-11-26T02:00:00.000Z"}

    def test_its_photos_are_deleted(self, lives):
        lives.secretary.post(lives.secretary.get(f"/desk/privacy/door/{lives.door}").form("/withdraw"))
        swept(lives)

    def test_no_more_news_for_who_does_not_want_them(self, lives):
        case = lives.raise_case()
        with lives.app.app_context(), writing() as connection:
            mine = reporter_table.c.case_id == case
            connection.execute(update(reporter_table).where(mine).values(wants_news=True))
        assert ask(lives, "/privacy/withdraw").get_json() == {"withdrawn": 1}
        assert ask(lives, "/privacy/withdraw").get_json() == {"withdrawn": 0}
        (said,) = lives.resident.client.get("/privacy/mine").get_json()["consents"]
        assert said["purpose"] == "news" and said["withdrawn_at"]


def swept(lives) -> None:
    """The photo's file and rows are gone after the sweep, and nobody is shown it."""
    with lives.app.app_context():
        path = sweeping.path_of(lives.photo)
        assert path.exists()
        sweeping.sweep()
        assert not path.exists()
        with reading() as connection:
            assert connection.execute(select(blob_table.c.id).where(blob_table.c.id == lives.photo)).first() is None
            assert connection.execute(select(Erasure.id).where(Erasure.swept_at.is_(None))).first() is None
    assert lives.worker.client.get(f"/blobs/{lives.photo}").status_code == 404


class TestDelete:
    def test_a_door_on_phones_and_among_the_photos(self, lives):
        assert lives.visit in lives.worker.holds("visits")
        page = lives.secretary.get(f"/desk/privacy/door/{lives.door}?do=erase")
        done = lives.secretary.post(page.form("/erase"))
        assert "已删除" in done.words and "住户甲" not in done.html and "腿脚不便" not in done.html
        assert lives.visit not in lives.worker.holds("visits")
        swept(lives)

    def test_a_photo_that_another_record_shows_stays(self, lives):
        again = make.visit(grid_code=STAIRS, photos=[lives.photo])
        assert lives.worker.record("visit.record", again)["status"] == "applied"
        lives.secretary.post(lives.secretary.get(f"/desk/privacy/door/{lives.door}?do=erase").form("/erase"))
        with lives.app.app_context():
            sweeping.sweep()
            assert sweeping.path_of(lives.photo).exists()
        assert lives.worker.client.get(f"/blobs/{lives.photo}").status_code == 200

    def test_ones_own_from_the_phone(self, lives):
        opinion = lives.say()
        assert opinion in lives.worker.holds("opinions") and opinion in lives.resident.holds("opinions")
        told = ask(lives, "/privacy/erase").get_json()
        assert {"kind": "民情", "n": 1} in told["deleted"]
        assert opinion not in lives.worker.holds("opinions") and opinion not in lives.resident.holds("opinions")
        assert lives.resident.client.get("/privacy/mine").get_json()["opinions"] == []

    def test_an_open_matter_stays_with_its_opinion_and_says_so(self, lives):
        opinion = lives.say()
        case = make.case(grid_code=STAIRS, source={"kind": "opinion", "id": opinion})
        assert lives.worker.record("case.raise", case)["status"] == "applied"
        stays = ask(lives, "/privacy/erase").get_json()["stays"]
        why = "事情还没办完，办完再删"
        assert [one for one in stays if one["kind"] == "民情"] == [{"kind": "民情", "n": 1, "why": why}]
        assert opinion in lives.worker.holds("opinions")

    def test_of_a_closed_matter_the_names_leave_and_the_file_stays(self, lives):
        case = lives.raise_case()
        assert case in lives.resident.holds("cases")
        closed(lives, case)
        ask(lives, "/privacy/erase")
        assert case not in lives.resident.holds("cases"), "it was theirs by name alone"
        document = lives.worker.holds("cases")[case]
        assert document["by"] is None and lives.resident.account not in json.dumps(document)

    def test_what_has_left_the_phones_is_not_brought_back(self, lives, clock):
        from webapp import retention

        case = lives.raise_case()
        closed(lives, case)
        clock.shift(timedelta(days=91))
        with lives.app.app_context(), writing() as connection:
            assert retention.closed_cases_leave(connection, NOW + timedelta(days=91)) == 1
        resident = sign_in(lives.app, lives.cast["resident1"])
        post_json(resident.client, "/privacy/erase", {}, device=resident.device)
        assert case not in sign_in(lives.app, lives.cast["grid1"]).holds("cases")

    def test_a_track_goes_at_once_and_service_on_duty_stays(self, lives):
        patrol = make.id4()
        lives.worker.record("patrol.start", {"patrol_id": patrol, "route_id": None, "track": True})
        with lives.app.app_context(), writing() as connection:
            row = {"id": make.id4(), "patrol_id": patrol, "account_id": lives.worker.account, "points": [[1, 2]]}
            connection.execute(insert(TrackPiece).values(**row, received_at=NOW))
        told = post_json(lives.worker.client, "/privacy/erase", {}, device=lives.worker.device).get_json()
        assert {"kind": "轨迹", "n": 1} in told["deleted"]
        assert {one["kind"] for one in told["stays"]} >= {"巡逻", "走访", "账号"}
        assert lives.worker.client.get("/privacy/mine").get_json()["track_points"] == []
        assert patrol in lives.worker.holds("patrols")

    def test_what_a_worker_wrote_down_for_others_is_not_the_workers_to_delete(self, lives):
        theirs, own = make.opinion(grid_code=STAIRS), make.opinion(grid_code=STAIRS)
        own["reporter"] = {"name": None, "phone": None, "account_id": lives.worker.account, "wants_news": False}
        for opinion in (theirs, own):
            assert lives.worker.record("opinion.record", opinion)["status"] == "applied"
        post_json(lives.worker.client, "/privacy/erase", {}, device=lives.worker.device)
        assert set(lives.worker.holds("opinions")) == {theirs["opinion_id"]}

    def test_the_inbox_goes(self, lives):
        lives.say(urgent=True)
        before = lives.worker.holds("alerts")
        post_json(lives.worker.client, "/privacy/erase", {}, device=lives.worker.device)
        assert not lives.worker.holds("alerts")
        assert before

    def test_twice_is_once(self, lives):
        lives.say()
        ask(lives, "/privacy/erase")
        assert ask(lives, "/privacy/erase").get_json()["deleted"] == []

    def test_it_is_on_record_without_a_name(self, lives):
        lives.say()
        ask(lives, "/privacy/erase")
        with lives.app.app_context(), reading() as connection:
            (report,) = connection.execute(select(Erasure.report)).scalars()
            names = set(connection.execute(select(account_table.c.name)).scalars())
        assert report["deleted"] == {"opinions": 1}
        assert not [name for name in names if name in json.dumps(report, ensure_ascii=False)]


def test_another_estates_door_is_not_there(lives):
    other = lives.cast.doors["630102001002001-01-1"][0]
    assert lives.secretary.get(f"/desk/privacy/door/{other}").status == 404
    assert lives.held(Subject(household_id=other))["visits"] == []


def test_who_is_suspended_is_told_so(lives):
    with lives.app.app_context(), writing() as connection:
        mine = account_table.c.id == lives.resident.account
        connection.execute(update(account_table).where(mine).values(suspended_at=NOW))
    assert lives.resident.client.get("/privacy/mine").status_code == 403
