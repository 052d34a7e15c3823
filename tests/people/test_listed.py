"""Who holds a post is listed for those who work with them, and leaves the list when the post ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from webapp.db import writing
from webapp.founding import publish
from webapp.people.models import Post

from .. import make
from ..cast import OTHER_GRID
from ..conftest import NOW
from ..phones import sign_in


@pytest.fixture
def colleague(app, cast, clock):
    """A phone of the estate, and one of the other estate."""
    return sign_in(app, cast["grid2"]), sign_in(app, cast["other"])


def again(app, cast):
    with app.app_context(), writing() as connection:
        for estate in (cast.estate, cast.other_estate):
            publish(connection, estate, NOW)


def test_who_holds_a_post_no_more_leaves_the_list(app, cast, colleague):
    phone, _ = colleague
    left = cast["patrol1"].id
    assert left in phone.holds("people")
    with app.app_context(), writing() as connection:
        connection.execute(update(Post).where(Post.account_id == left).values(ends_at=NOW - timedelta(hours=1)))
    again(app, cast)
    assert left not in phone.holds("people")


def test_posts_in_two_estates_are_listed_in_both(app, cast, colleague):
    here, there = colleague
    both = cast["grid1"].id
    with app.app_context(), writing() as connection:
        there_too = {"role": "grid_worker", "at": cast.other_estate, "cells": [OTHER_GRID]}
        make.post(connection, account=both, starts_at=NOW, **there_too)
    for _ in range(2):  # whichever estate is looked at last
        again(app, cast)
        for phone in (here, there):
            posts = phone.holds("people")[both]["posts"]
            assert {post["organisation"] for post in posts} == {cast.estate, cast.other_estate}
    with app.app_context(), writing() as connection:
        mine = (Post.account_id == both) & (Post.organisation_id == cast.estate)
        connection.execute(update(Post).where(mine).values(ends_at=NOW - timedelta(hours=1)))
    again(app, cast)
    assert both not in here.holds("people")
    assert both in there.holds("people")
