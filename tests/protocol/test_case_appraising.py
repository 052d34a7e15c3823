"""DOMAIN, appraise (评): the reporter says whether it is settled; never the lead, and never the handler alone."""

from __future__ import annotations

from .client import uuid4
from .matters import Matter
from .payloads import CALL, REPORTER, join, nameless, opinion


def told(outcome: dict) -> str:
    return outcome.get("code") or outcome["status"]


def appraised_by(matter: Matter, *logins: str) -> dict[str, str]:
    return {login: told(matter.tries(login, "closed")) for login in logins}


EVERYBODY = ("property", "owners", "secretary", "grid1", "building_head")


def brought(matter: Matter, **assigned: object) -> Matter:
    """To where it is to be appraised."""
    matter.goes("secretary", "accepted").goes("secretary", "assigned", **assigned)
    lead = {"grid_worker": "grid1", "owners_committee": "owners"}.get(str(assigned.get("lead")), "property")
    return matter.goes(lead, "handling").goes(lead, "handled")


class TestWho:
    def test_the_reporter(self, at):
        matter = brought(Matter(at))
        assert appraised_by(matter, *EVERYBODY) == dict.fromkeys(EVERYBODY, "forbidden")
        assert told(matter.tries("resident1", "closed")) == "applied"

    def test_whoever_joined_too(self, at):
        matter = Matter(at)
        assert at("grid1").say(
            "case.join", join(matter.id, reporter=REPORTER | {"account_id": at("resident2").account})
        )
        brought(matter)
        assert told(matter.tries("resident2", "closed")) == "applied"

    def test_whom_the_opinion_names(self, at):
        said = opinion(
            reporter={"name": "住户", "phone": None, "account_id": at("resident2").account, "wants_news": True}
        )
        at("grid1").say("opinion.record", said)
        matter = brought(Matter(at, "grid1", **{"from": {"kind": "opinion", "id": said["opinion_id"]}}))
        assert appraised_by(matter, *EVERYBODY) == dict.fromkeys(EVERYBODY, "forbidden")
        assert told(matter.tries("resident2", "closed")) == "applied"

    def test_without_a_reporter_who_raised_it(self, at):
        matter = brought(Matter(at, "building_head", **{"from": None}))
        assert appraised_by(matter, *EVERYBODY) == dict.fromkeys(EVERYBODY, "forbidden") | {"building_head": "applied"}

    def test_for_an_anonymous_opinion_the_places_grid_worker(self, at, server):
        said = nameless()
        at("resident2").say("opinion.record", said, id=uuid4())
        server.release()
        matter = brought(Matter(at, "building_head", **{"from": {"kind": "opinion", "id": said["opinion_id"]}}))
        others = ("property", "owners", "secretary", "building_head")
        assert appraised_by(matter, *others) == dict.fromkeys(others, "forbidden")
        assert told(matter.tries("resident2", "closed")) == "missing"  # nobody knows whose it was, the server neither
        assert told(matter.tries("grid1", "closed")) == "applied"

    def test_never_the_lead(self, at):
        """Not even where the lead raised it, or looks after the place."""
        matter = brought(Matter(at, "grid1", **{"from": None}), lead="grid_worker")
        assert appraised_by(matter, "grid1", "secretary") == {"grid1": "forbidden", "secretary": "forbidden"}
        assert told(matter.tries("grid1", "handling")) == "forbidden"
        assert told(matter.tries("grid1", "appraising")) == "forbidden"


class TestAttempts:
    def test_two_dated_ones_then_staff_may_close(self, at):
        matter = brought(Matter(at))
        assert told(matter.tries("secretary", "closed")) == "forbidden"
        matter.goes("secretary", "appraising", note="打了电话，没有人接")
        assert told(matter.tries("secretary", "closed")) == "forbidden"
        matter.goes("grid1", "appraising", note="上门，没有人在")
        assert matter.doc()["attempts"] == 2
        assert [line["note"] for line in matter.doc()["timeline"][-2:]] == ["打了电话，没有人接", "上门，没有人在"]
        assert told(matter.tries("property", "closed")) == "forbidden"  # the handler never
        matter.goes("secretary", "closed", settled=None, satisfied=None)
        doc = matter.doc()
        assert (doc["state"], doc["settled"], doc["satisfied"]) == (
            "closed",
            None,
            None,
        )  # no answer is a value of its own

    def test_the_reporter_still_may(self, at):
        matter = brought(Matter(at)).goes("secretary", "appraising").goes("secretary", "appraising")
        assert matter.goes("resident1", "closed", settled=False, satisfied=False).doc()["settled"] is False

    def test_reopened_they_are_counted_anew(self, at):
        matter = brought(Matter(at)).goes("secretary", "appraising").goes("secretary", "appraising")
        matter.goes("resident1", "handling", note="还是漏")
        doc = matter.doc()
        assert (doc["state"], doc["attempts"], doc["closed_at"]) == ("handling", 0, None)
        assert doc["due_at"]
        matter.goes("property", "handled")
        assert told(matter.tries("secretary", "closed")) == "forbidden"


class TestJoin:
    def test_me_too(self, at):
        matter = Matter(at)
        at("grid1").say("case.join", join(matter.id))
        doc = matter.doc()
        assert doc["reporters"] == 2
        assert doc["timeline"][-1]["kind"] == "join"
        assert doc["state"] == "raised"

    def test_twice_changes_nothing(self, at):
        matter = Matter(at)
        for _ in range(2):
            assert at("grid1").say("case.join", join(matter.id))["status"] == "applied"
        assert matter.doc()["reporters"] == 2

    def test_somebody_without_an_account(self, at):
        matter = Matter(at)
        named = join(
            matter.id, reporter={"name": "三楼住户", "phone": "12345", "account_id": None, "wants_news": False}
        )
        for _ in range(2):
            at("grid1").say("case.join", named)
        assert matter.doc()["reporters"] == 3

    def test_who_reported_is_counted_and_not_named(self, at):
        matter = Matter(at)
        named = join(
            matter.id, reporter={"name": "三楼住户", "phone": "12345678", "account_id": at("resident2").account}
        )
        at("grid1").say("case.join", named)
        for login in ("secretary", "grid1", "resident2"):
            text = str(matter.doc(login))
            assert "三楼住户" not in text
            assert "12345678" not in text
            assert at("resident2").account not in text

    def test_when_it_is_over(self, at):
        for state in ("declined", "closed"):
            outcome = at("grid1").say("case.join", join(Matter(at).until(state).id))
            assert (outcome["code"], outcome["state"], outcome["level"]) == ("stale", state, "grid")


class TestNews:
    def news(self, at, login: str, matter: Matter) -> int:
        return sum(one["case_id"] == matter.id and one["kind"] == "news" for one in at(login).holds("alerts").values())

    def test_for_reporters_who_asked_for_it(self, at):
        matter = Matter(at, **{"from": CALL})
        for login, wants in (("resident2", True), ("owners", False)):
            named = REPORTER | {"account_id": at(login).account, "wants_news": wants}
            at("grid1").say("case.join", join(matter.id, reporter=named))
        matter.goes("secretary", "accepted")
        assert (self.news(at, "resident1", matter), self.news(at, "resident2", matter)) == (1, 1)
        assert self.news(at, "owners", matter) == 0
