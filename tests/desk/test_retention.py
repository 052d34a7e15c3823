"""The page of how long things are kept shows the table that the nights run on, and their report."""

from __future__ import annotations

from webapp import nights
from webapp.spans import NIGHTLY, SPANS


def test_before_the_first_night(office):
    page = office("secretary").get("/desk/retention")
    assert page.html.count('<th scope="row">') == len(SPANS)
    assert page.html.count("还没跑过") == len(NIGHTLY)
    assert "30 天" in page.words and "自定" in page.words


def test_after_a_night(app, cast, office):
    with app.app_context():
        for span in NIGHTLY:
            nights.run(span)
    page = office("secretary").get("/desk/retention")
    assert "还没跑过" not in page.words and page.html.count("清了 0 条") == len(NIGHTLY)
