"""The part of a form that says which post: its role, its cells or door; and words for what cannot be so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from flask import request
from sqlalchemy import Connection
from werkzeug.exceptions import NotFound

from webapp.desk.care import given_by
from webapp.desk.choices import Group, Option, estates_for, places_for
from webapp.desk.forms import UNFIT, Typed, text_of
from webapp.desk.visitor import Visitor
from webapp.desk.words import cap, code, say
from webapp.inviting import Amiss, cells_for
from webapp.people.posts import UNFIT as CANNOT_BE
from webapp.people.posts import Unfit

DOOR_CHARACTERS: Final = 20
CELLS_MOST: Final = 500
# Beside which field of the form each is said; what else cannot be, above the form.
BESIDE: Final = {
    "login": "login", "taken": "login", "resident_cells": "cells", "other_door": "door", "door": "door",
    "cell": "cells", "cells": "cells", "household": "door", "role": "role", "ends_before_start": "until",
    "overlaps": "role", "ended": "until",
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """What can be chosen: the estates of this office, the roles that it gives, the cells of the estate at hand."""

    estates: list[Option]
    estate: Option
    roles: list[Option]
    groups: list[Group]


@dataclass
class PostTyped(Typed):
    cells: tuple[str, ...] = ()


def offer_for(connection: Connection, visitor: Visitor, action: str, estate_id: str) -> Offer:
    """Of the estate that is asked for, or of the first; nothing is offered where nothing may be given."""
    estates = estates_for(connection, visitor, action)
    estate = next((one for one in estates if one.value == estate_id), None if estate_id else next(iter(estates), None))
    if estate is None:
        raise NotFound
    roles = [Option(role, cap(code(visitor.language, "role", role))) for role in given_by(visitor)]
    groups = places_for(connection, visitor, estate.value, grid_words="place.grid")
    return Offer(estates, estate, roles, groups)


def typed_post(names: tuple[str, ...]) -> PostTyped:
    """What came with the form."""
    cells = tuple(UNFIT.sub("", one) for one in request.form.getlist("cells"))[:CELLS_MOST]
    return PostTyped({name: text_of(request.form, name) for name in names}, cells=cells)


def check_post(offer: Offer, typed: PostTyped) -> None:
    """A role that this office does not give is as one that was not chosen."""
    if typed["role"] not in {role.value for role in offer.roles}:
        typed.wrong["role"] = "problem.pick"
    if len(typed["door"]) > DOOR_CHARACTERS:
        typed.wrong["door"] = "problem.long"


def cells_of(connection: Connection, offer: Offer, typed: PostTyped) -> list[str]:
    return cells_for(connection, typed["role"], offer.estate.value, typed.cells, typed["door"] or None)


@contextmanager
def said_beside(visitor: Visitor, typed: Typed) -> Iterator[None]:
    """What cannot be is said beside its field; the transaction around it has written nothing."""
    try:
        yield
    except Amiss as amiss:
        typed.wrong[BESIDE[amiss.code]] = say(visitor.language, f"amiss.{amiss.code}", what=amiss.what)
    except Unfit as unfit:
        zh, en = CANNOT_BE[unfit.code]
        typed.wrong[BESIDE.get(unfit.code, "role")] = en if visitor.language == "en" else zh
