"""Who sits where (交叉任职): the people of an estate, and in which of its parties each holds a post today."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, or_, select

from webapp.desk.visitor import Visitor
from webapp.desk.words import cap, code
from webapp.people.posts import account_table, post_table
from webapp.places.rights import organisation_table

# The four parties of an estate, with the community's party committee above them (DOMAIN.md).
PARTIES: Final[dict[str, tuple[str, ...]]] = {
    "community_party_committee": ("community_staff",),
    "party_branch": ("secretary",),
    "owners_committee": ("owners_committee",),
    "property_company": ("property_company",),
    "grid": ("grid_worker",),
    "residents": ("building_head", "unit_head", "patrol_volunteer", "resident"),
}
PARTY_OF: Final = {role: party for party, roles in PARTIES.items() for role in roles}


@dataclass
class Seated:
    name: str
    seats: dict[str, list[str]] = field(default_factory=dict)  # party → words of the posts

    @property
    def crossed(self) -> bool:
        return len(self.seats) > 1


def seats_of(connection: Connection, visitor: Visitor, estate_id: str) -> list[Seated]:
    """Those with seats in several parties first. Residents are listed only for a further seat."""
    a, p, o, now = account_table.c, post_table.c, organisation_table.c, visitor.times.now
    above = select(o.parent_id).where(o.id == estate_id).scalar_subquery()
    query = (
        select(a.id, a.name, p.role)
        .join_from(post_table, account_table, a.id == p.account_id)
        .where(or_(p.organisation_id == estate_id, p.organisation_id == above), a.suspended_at.is_(None))
        .where(p.starts_at <= now, or_(p.ends_at.is_(None), p.ends_at > now))
        .order_by(a.name, a.id)
    )
    people: dict[str, Seated] = {}
    roles: dict[str, set[str]] = {}
    for row in connection.execute(query):
        if (party := PARTY_OF.get(row.role)) is None or row.role in roles.setdefault(row.id, set()):
            continue
        roles[row.id].add(row.role)
        words = cap(code(visitor.language, "role", row.role))
        people.setdefault(row.id, Seated(row.name)).seats.setdefault(party, []).append(words)
    listed = [one for id, one in people.items() if roles[id] != {"resident"}]
    order = list(PARTIES)
    return sorted(listed, key=lambda one: (not one.crossed, min(order.index(party) for party in one.seats), one.name))
