"""Pressing twice, pressing too late, pressing what is not one's own: nothing is doubled and no word is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from webapp.cases.tables import move_table
from webapp.db import reading

from ..phones import sign_in

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'


def lines(app, case_id):
    with app.app_context(), reading() as connection:
        query = select(func.count()).select_from(move_table).where(move_table.c.case_id == case_id)
        return connection.execute(query).scalar_one()


def test_a_second_click_is_harmless(app, office, raised, state):
    secretary, case_id = office("secretary"), raised()
    accept = secretary.matter(case_id).form("/accept")
    for _ in range(3):
        page = secretary.post(accept)
        assert page.status == 200 and "受理了" in page.words
    assert lines(app, case_id) == 2
    form = secretary.matter(case_id, "escalate").form("/escalate")
    for _ in range(2):
        assert secretary.post(form, note="请社区来办").status == 200
    assert lines(app, case_id) == 4, "grid to estate, estate to community, each once"
    page = secretary.post(form, note="换一种说法")
    assert page.status == 409 and "换一种说法" in page.html and lines(app, case_id) == 4


def test_stale_shows_what_has_changed_and_keeps_what_was_typed(app, cast, office, raised, state):
    case_id = raised()
    form = office("secretary").matter(case_id, "decline").form("/decline")
    expects = {"state": "raised", "level": "grid"}
    accept = {"case_id": case_id, "expects": expects, "to": "accepted", "note": "接了"}
    sign_in(app, cast["secretary"]).record("case.advance", accept)
    page = office("secretary").post(form, note="太远了", refer_to="街道")
    assert page.status == 409 and state(case_id)["state"] == "accepted"
    assert "别人刚办过这一步" in page.words and "您打开以后" in page.words and "接了" in page.words
    assert dict(page.form("/decline").fields)["note"] == "太远了", "the move is still possible: its form is open again"
    page = office("secretary").post(page.form("/decline"))
    assert state(case_id)["state"] == "declined"


def test_stale_where_the_move_is_over_shows_the_words_to_copy(app, office, assigned, state):
    company = office("property")
    form = company.matter(assigned, "giveback").form("/giveback")
    company.move(assigned, "begin")
    company.move(assigned, "handled", note="好了")
    page = company.post(form, note="不归我们管")
    assert page.status == 409 and not page.has_form("/giveback")
    assert "您写的还在这里" in page.words and "不归我们管" in page.words


@pytest.mark.parametrize(
    ("login", "name", "to"),
    [
        ("property", "accept", "accepted"),
        ("owners", "accept", "accepted"),
        ("secretary", "begin", "handling"),
        ("secretary", "close", "closed"),
    ],
)
def test_a_move_that_is_not_ones_own_is_refused(office, raised, state, login, name, to):
    case_id = raised("secretary" if login == "secretary" else login)
    form = office("secretary").matter(case_id).form("/accept")
    form.action = form.action.replace("/accept", f"/{name}")
    page = office(login).post(_with_token(office(login), form), to=to, note="x", settled="yes")
    assert page.status in (403, 422) and state(case_id)["state"] == "raised"


def _with_token(someone, form):
    """The same form as that person's own browser would have it."""
    token = dict(someone.get("/desk/matters").form("/sign-out").fields)["csrf_token"]
    form.fields = [(name, token if name == "csrf_token" else value) for name, value in form.fields]
    return form


@pytest.mark.parametrize("spoiled", [{"command": ""}, {"command": "x"}, {"made_at": "now"}, {"made_at": ""}])
def test_a_form_that_is_not_ours_is_refused(office, raised, state, spoiled):
    case_id = raised()
    form = office("secretary").matter(case_id).form("/accept")
    page = office("secretary").post(form, **spoiled)
    assert page.status == 400 and state(case_id)["state"] == "raised"


def test_nonsense_is_never_a_500(office, raised, state):
    secretary, case_id = office("secretary"), raised()
    form = secretary.matter(case_id).form("/accept")
    nonsense = ({"state": "x"}, {"level": ""}, {"to": "handled"}, {"to": "x"}, {"seen": "-1"}, {"note": "a\x00\ud800"})
    for spoiled in nonsense:
        typed = {key: value.encode("utf-8", "surrogatepass") for key, value in spoiled.items()}
        form = secretary.matter(case_id).form("/accept") if secretary.matter(case_id).has_form("/accept") else form
        assert secretary.post(form, **typed).status < 500
    form.action = form.action.replace("/accept", "/escalate")
    assert secretary.post(form, note="x").status == 400
    form.action = form.action.replace("/escalate", "/nothing")
    assert secretary.post(form).status == 404


def test_without_a_token_nothing_moves_and_what_was_typed_stays(office, raised, state):
    secretary, case_id = office("secretary"), raised()
    form = secretary.matter(case_id, "decline").form("/decline")
    page = secretary.post(form, csrf_token="", note="不在小区里", refer_to="街道")
    assert page.status == 400 and state(case_id)["state"] == "raised"
    assert "页面放得太久" in page.words and dict(page.form("/decline").fields)["note"] == "不在小区里"
    secretary.post(page.form("/decline"))
    assert state(case_id)["state"] == "declined"


def test_hostile_text_is_never_html(office, assigned):
    company = office("property")
    company.move(assigned, "begin")
    page = company.move(assigned, "progress", note=HOSTILE)
    again = company.move(assigned, "giveback", note="", lead=HOSTILE)
    for html in (page.html, again.html, office("secretary").matter(assigned).html):
        assert "<script>alert" not in html and "<img src=x" not in html and "49" not in html.split("alert(1)")[-1][:20]
    assert HOSTILE in page.words
