"""Who is told of what, in which words, in the transaction of the move."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from webapp import clock as our_clock
from webapp.alerts.telling import alert_table
from webapp.db import reading, writing
from webapp.people.models import Account

from .. import make
from ..cast import GRID1
from ..phones import post_json, sign_in
from . import rows


class Matter:
    """A case and its moves, each by whoever is named."""

    def __init__(self, app, cast, **more) -> None:
        self.app, self.cast = app, cast
        self.phones = {}
        self.payload = make.case(grid_code=f"{GRID1}-03-2", **more)
        self.id = self.payload["case_id"]

    def phone(self, who):
        if who not in self.phones:
            self.phones[who] = sign_in(self.app, self.cast[who])
        return self.phones[who]

    def raised(self, who="grid1"):
        assert self.phone(who).record("case.raise", self.payload)["status"] == "applied"
        return self

    def move(self, who, type, **more):
        now = self.phone(who).holds("cases")[self.id]
        payload = {"case_id": self.id, "expects": {"state": now["state"], "level": now["level"]}} | more
        outcome = self.phone(who).record(type, payload)
        assert outcome["status"] == "applied", outcome
        return self

    def advance(self, who, to, **more):
        return self.move(who, "case.advance", to=to, note="说明", **more)

    def escalate(self, who):
        return self.move(who, "case.escalate", reason="办不了")

    def told(self, kind):
        """The logins of those who were told so."""
        logins = {member.id: login for login, member in self.cast.members.items()}
        query = select(alert_table.c.account_id).where(alert_table.c.kind == kind)
        with self.app.app_context(), reading() as connection:
            return sorted(logins[id] for id in connection.execute(query).scalars())


@pytest.fixture
def matter(app, cast, clock):
    return Matter(app, cast)


def test_an_escalation_tells_the_staff_of_the_level_it_comes_to(matter):
    matter.raised().escalate("grid1")
    assert matter.told("escalated") == ["secretary"]
    matter.escalate("secretary")
    assert matter.told("escalated") == ["community", "secretary"]
    assert matter.told("news") == []


def test_whoever_moves_it_is_not_told(matter):
    matter.raised("secretary")
    assert "secretary" not in matter.told("raised")


def test_the_answer_of_an_upper_level_tells_those_it_comes_back_to(matter):
    matter.raised().escalate("grid1").escalate("secretary").advance("community", "escalated")
    assert matter.told("returned") == ["secretary"]


def test_lead_and_assisting_units(matter):
    matter.raised().escalate("grid1").advance("secretary", "accepted")
    matter.advance("secretary", "assigned", lead="property_company", assisting=["owners_committee"])
    assert matter.told("assigned") == ["property"]
    assert matter.told("assisting") == ["owners"]


def test_one_person_as_lead(matter, cast):
    matter.raised().escalate("grid1").advance("secretary", "accepted")
    matter.advance("secretary", "assigned", lead=cast["patrol1"].id)
    assert matter.told("assigned") == ["patrol1"]


def test_reporters_who_asked_for_news(matter, cast):
    matter.raised()
    for login, wants in (("resident1", True), ("resident2", False)):
        reporter = {"name": None, "phone": None, "account_id": cast[login].id, "wants_news": wants}
        joined = matter.phone("grid1").record("case.join", {"case_id": matter.id, "reporter": reporter})
        assert joined["status"] == "applied"
    matter.escalate("grid1")
    assert matter.told("news") == ["resident1"]


def test_nobody_elsewhere_and_nobody_suspended(app, cast, clock, matter):
    with app.app_context(), writing() as connection:
        gone = update(Account).where(Account.id == cast["secretary"].id).values(suspended_at=our_clock.now())
        connection.execute(gone)
    matter.raised()
    assert set(matter.told("raised")) & {"secretary", "other", "grid2"} == set()


def test_words_are_made_from_category_and_place_in_the_readers_language(app, cast, clock):
    with app.app_context(), writing() as connection:
        connection.execute(update(Account).where(Account.id == cast["community"].id).values(language="en"))
    matter = Matter(app, cast, title="张三家漏水", category="facilities").raised()
    matter.escalate("grid1").escalate("secretary")
    for login, place, words in (("secretary", "3号楼", "：请您接手"), ("community", "building 3", "take over")):
        alerts = matter.phone(login).holds("alerts").values()
        (title,) = [alert["title"] for alert in alerts if alert["kind"] == "escalated"]
        assert place in title and title.endswith(words)
        assert "张三" not in title


def test_one_delivery_for_each_browser(app, cast, clock, matter):
    with app.app_context(), writing() as connection:
        for n in range(3):
            rows.subscription(connection, account=cast["secretary"].id, endpoint=f"https://web.push.apple.com/{n}")
    matter.raised()
    before = len(rows.states(app))
    matter.escalate("grid1")
    assert len(rows.states(app)) == before + 3


def test_what_is_rejected_tells_nobody(app, matter):
    matter.raised()
    step = {"case_id": matter.id, "expects": {"state": "handling", "level": "grid"}, "reason": "x"}
    assert matter.phone("grid1").record("case.escalate", step)["code"] == "stale"
    assert matter.told("escalated") == []


def test_an_urgent_copy_tells_at_once_and_its_command_tells_nobody_again(app, cast, clock):
    phone = sign_in(app, cast["resident1"])
    command = phone.command("opinion.record", make.opinion(grid_code=f"{GRID1}-03", urgent=True))
    envelope = {"device": phone.device, "account": phone.account, "app": "test", "now": "", "commands": [command]}
    matter = Matter(app, cast)
    for _ in range(2):
        answer = post_json(phone.client, "/sync/urgent", envelope, device=phone.device)
        assert answer.status_code == 202, answer.text
        assert matter.told("urgent") == ["grid1"]
    assert phone.exchange([command]).get_json()["outcomes"][0]["status"] == "applied"
    assert matter.told("urgent") == ["grid1"]
