"""Who stands on which level for a case, and the way up: unit head → building head → grid worker → micro-complex →
community → street → district (DOMAIN.md). A level without a post-holder is skipped, and the timeline says so."""

from __future__ import annotations

from typing import Any

from sync import Batch, Caller
from webapp.cases.stages import INSIDE, LEVELS, STAFF_OF_LEVEL
from webapp.people.permissions import ROLES
from webapp.people.posts import Holder, holders
from webapp.places.cells import upper
from webapp.places.rights import Holding, Rights


def staff_at(batch: Batch, row: dict[str, Any], level: str, organisation_id: str) -> list[Holder]:
    """The post-holders of a level, for this case's place."""
    role = STAFF_OF_LEVEL[level]
    found = [holder for holder in holders(batch, organisation_id) if holder.role == role]
    if level in INSIDE and level != "estate":
        return [holder for holder in found if row["grid_code"] is not None and holder.covers(row["grid_code"])]
    return found


def steps_up(batch: Batch, row: dict[str, Any]) -> list[tuple[str, str, list[Holder]]]:
    """(level, organisation, its staff) for each level above the present one, nearest first."""
    found = []
    organisation_id = row["organisation_id"]
    for level in LEVELS[LEVELS.index(row["level"]) + 1 :]:
        if level not in INSIDE:
            above = upper(batch, organisation_id)
            if above is None:
                break
            organisation_id = above
        found.append((level, organisation_id, staff_at(batch, row, level, organisation_id)))
    return found


def stands_on(posts: tuple[Holding, ...], row: dict[str, Any]) -> bool:
    """Whether one of these posts is staff of the case's present level; inside the estate the secretary is of every
    level.
    """
    role, level = STAFF_OF_LEVEL[row["level"]], row["level"]
    for post in posts:
        if level in INSIDE and post.role == "secretary" and row["estate_id"] in post.estates:
            return True
        if post.role != role:
            continue
        if level in INSIDE:
            if row["estate_id"] in post.estates and (
                level == "estate" or post.reaches(row["estate_id"], row["grid_code"])
            ):
                return True
        elif post.organisation_id == row["organisation_id"]:
            return True
    return False


def is_office(posts: tuple[Holding, ...], row: dict[str, Any]) -> bool:
    """The micro-complex while a case is inside the estate, else the staff of the upper level."""
    if row["level"] in INSIDE:
        return any(post.role == "secretary" and row["estate_id"] in post.estates for post in posts)
    return stands_on(posts, row)


def is_unit(posts: tuple[Holding, ...], account: str, unit: str | None, row: dict[str, Any]) -> bool:
    """Whether this person is, or belongs to, a lead or assisting unit: a role in the estate, or one account."""
    if unit is None:
        return False
    if unit not in ROLES:
        return account == unit
    return any(post.role == unit and post.reaches(row["estate_id"], row["grid_code"]) for post in posts)


def role_of(caller: Caller, row: dict[str, Any]) -> str | None:
    """The role in which somebody acts on a case, for the timeline: that of the level first, else the first that reaches
    it.
    """
    rights: Rights = caller.rights
    preferred = STAFF_OF_LEVEL[row["level"]]
    roles = [post.role for post in rights.now if row["estate_id"] in post.estates]
    return preferred if preferred in roles else (roles[0] if roles else None)
