"""Each move of a matter at the desk, and by whom it may be made."""

from __future__ import annotations

import pytest


def buttons(page):
    """The moves that a page offers: forms made at once, and links that open one."""
    links = {link.split("do=")[1].split("#")[0] for link in page.links if "do=" in link}
    return links | {form.action.split("?")[0].rsplit("/", 1)[1] for form in page.forms if "/matters/" in form.action}


def test_a_matter_goes_its_way(office, raised, state):
    secretary, company, case_id = office("secretary"), office("property"), raised()
    assert buttons(secretary.matter(case_id)) == {"accept", "decline", "escalate"}
    page = secretary.move(case_id, "accept")
    assert page.status == 200 and "受理了" in page.words and state(case_id)["state"] == "accepted"
    assert buttons(page) == {"assign", "discuss", "decline", "escalate"}
    secretary.move(case_id, "discuss", note="下周二的联席会议")
    assert state(case_id)["state"] == "discussing"
    secretary.move(
        case_id, "assign", lead="property_company", assisting=["grid_worker", "owners_committee"], due="2026-12-01"
    )
    row = state(case_id)
    assert (row["state"], row["lead"], row["assisting"]) == (
        "assigned", "property_company", ["grid_worker", "owners_committee"],
    )  # fmt: skip
    assert row["due_at"].isoformat() == "2026-12-01T10:00:00+00:00", "18:00 in Xining"
    assert buttons(company.matter(case_id)) == {"begin", "giveback"}
    company.move(case_id, "begin")
    company.move(case_id, "progress", note="灯泡在路上")
    assert state(case_id)["state"] == "handling"
    page = company.move(case_id, "handled", note="换了灯泡")
    assert state(case_id)["state"] == "appraising" and "等居民评价" in page.words
    words = secretary.matter(case_id).words
    for said in ("下周二的联席会议", "灯泡在路上", "换了灯泡", "派给物业公司", "网格员提出"):
        assert said in words


def test_who_is_at_it_is_reminded_and_given_more_time(office, raised, state):
    secretary, case_id = office("secretary"), raised()
    secretary.move(case_id, "accept")
    page = secretary.move(case_id, "assign", lead="property_company", due="2026-12-01")
    assert buttons(page) == {"nudge", "extend", "escalate"}
    assert "催过了" in secretary.move(case_id, "nudge", note="居民等着").words
    assert secretary.move(case_id, "extend", due="2026-12-04", note=" ").status == 422
    page = secretary.move(case_id, "extend", due="2026-12-04", note="等配件")
    assert state(case_id)["due_at"].isoformat() == "2026-12-04T10:00:00+00:00"
    assert "延期" in page.words and "等配件" in page.words and "催办" in page.words


def test_declining_says_why_and_where_to_go(office, raised, state):
    case_id = raised()
    page = office("secretary").move(case_id, "decline", note="不在小区里", refer_to="街道信访窗口")
    assert state(case_id)["state"] == "declined"
    assert "不在小区里" in page.words and "街道信访窗口" in page.words


def test_what_is_missing_comes_back_with_what_was_typed(office, raised, state):
    case_id = raised()
    page = office("secretary").move(case_id, "decline", note="不在小区里", refer_to=" ")
    assert page.status == 422 and state(case_id)["state"] == "raised"
    form = page.form("/decline")
    assert dict(form.fields)["note"] == "不在小区里"
    assert 'aria-describedby="wrong-refer_to"' in page.html and 'role="alert"' in page.html
    page = office("secretary").post(form, refer_to="街道信访窗口")
    assert page.status == 200 and state(case_id)["state"] == "declined"


@pytest.mark.parametrize("typed", [{"lead": ""}, {"lead": "nobody"}, {"lead": "resident"}, {"due": "2026-11-23"},
                                   {"due": "soon"}, {"note": "x" * 4001}, {"assisting": ["x" * 36]}])  # fmt: skip
def test_an_assignment_that_makes_no_sense_is_told_at_its_field(office, raised, state, typed):
    case_id = raised()
    office("secretary").move(case_id, "accept")
    page = office("secretary").move(case_id, "assign", **({"lead": "property_company"} | typed))
    assert page.status == 422 and state(case_id)["state"] == "accepted"
    assert 'aria-invalid="true"' in page.html


def test_a_person_can_lead(office, cast, raised, state):
    case_id = raised()
    office("secretary").move(case_id, "accept")
    page = office("secretary").move(case_id, "assign", lead=cast["grid1"].id)
    assert state(case_id)["lead"] == cast["grid1"].id
    assert "name of grid1" in page.words


def test_the_lead_gives_it_back_and_it_leaves_their_sight(office, assigned, state):
    company = office("property")
    form = company.matter(assigned, "giveback").form("/giveback")
    page = company.post(form, note="这是公共维修资金的事")
    assert state(assigned)["state"] == "accepted"
    assert page.answer.request.path == "/desk/matters" and "退回了" in page.words
    assert company.matter(assigned).status == 404
    page = company.post(form, note="这是公共维修资金的事")
    assert page.status == 200 and "退回了" in page.words, "a second click is no 404"


def test_the_office_closes_after_two_attempts(office, handled, state):
    secretary = office("secretary")
    assert buttons(secretary.matter(handled)) == {"attempt"}
    secretary.move(handled, "attempt", note="打过电话，没人接")
    page = secretary.move(handled, "attempt", note="又打了一次")
    assert "conclude" in buttons(page) and state(handled)["attempts"] == 2
    page = secretary.move(handled, "conclude", settled="none", note="两次都没人接")
    row = state(handled)
    assert (row["state"], row["settled"], row["satisfied"]) == ("closed", None, None)
    assert "没有回音" in page.words


def test_the_reporters_word_closes_or_opens_again(app, cast, office, raised, state):
    """Raised at the desk without a named account behind it: who raised it says whether it is settled."""
    secretary = office("secretary")
    case_id = raised("secretary")
    secretary.move(case_id, "accept")
    secretary.move(case_id, "assign", lead="property_company")
    office("property").move(case_id, "begin")
    office("property").move(case_id, "handled", note="好了")
    page = secretary.move(case_id, "reopen", note="又不亮了")
    assert state(case_id)["state"] == "handling" and "没办好" in page.words
    office("property").move(case_id, "handled", note="这回真好了")
    page = secretary.move(case_id, "close", settled="", satisfied="")
    assert page.status == 422, "settled or not has to be said"
    secretary.post(page.form("/close"), settled="yes", satisfied="yes")
    row = state(case_id)
    assert (row["state"], row["settled"], row["satisfied"]) == ("closed", True, True)


def test_the_lead_does_not_appraise_its_own_work(office, handled):
    assert buttons(office("property").matter(handled)) == set()


def test_up_to_the_community_and_back_with_the_answer(office, assigned, state):
    secretary, community = office("secretary"), office("community")
    assert community.matter(assigned).status == 404
    page = secretary.matter(assigned)
    assert "上报社区" in page.words
    page = secretary.move(assigned, "escalate", note="路是市政的")
    row = state(assigned)
    assert (row["state"], row["level"]) == ("escalated", "community"), "in one go, also from the grid's level"
    assert "等回复" in page.words
    page = community.matter(assigned)
    assert page.status == 200 and buttons(page) == {"answer", "escalate"} and "上报街道" in page.words
    community.move(assigned, "answer", note="")
    assert state(assigned)["state"] == "escalated", "no answer without words"
    community.move(assigned, "answer", note="已报市政，周五来修")
    secretary.move(assigned, "answer", note="请物业接着办")
    row = state(assigned)
    assert (row["state"], row["level"], row["lead"]) == ("assigned", "grid", "property_company")
    words = secretary.matter(assigned).words
    assert "已报市政，周五来修" in words and "路是市政的" in words


def test_all_the_way_to_the_district(office, raised, state):
    case_id = raised()
    for login, level in (("secretary", "community"), ("community", "street"), ("street", "district")):
        office(login).move(case_id, "escalate", note="请上级来办")
        assert state(case_id)["level"] == level
    assert buttons(office("district").matter(case_id)) == {"answer"}


def test_one_armband_on_a_page(office, raised, assigned, handled):
    for case_id in (raised(), handled):
        for login in ("secretary", "property"):
            for do in (None, "escalate", "decline", "attempt", "progress"):
                assert office(login).matter(case_id, do).html.count('btn band"') <= 1
