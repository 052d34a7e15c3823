"""Who sits where."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "seats": ("交叉任职", "Who sits where"),
    "seats.said": (
        "社区党委在上，小区四方在下：每一行一个人，点在哪一列，就在哪一方任职。兼着几方的排在前面。",
        "The community's party committee above, the estate's parties below: a row is a person, and a dot says where "
        "that person holds a post. Those who sit in several come first.",
    ),
    "seats.crossed": ("兼任", "in several"),
    "seats.none": ("交叉任职按小区看；您这里没有小区。", "This is shown by estate, and there is none here."),
    "party.community_party_committee": ("社区党委", "Community party committee"),
    "party.party_branch": ("小区党支部", "Estate party branch"),
    "party.owners_committee": ("业委会", "Owners' committee"),
    "party.property_company": ("物业公司", "Property company"),
    "party.grid": ("网格", "Grid"),
    "party.residents": ("居民、志愿者", "Residents and volunteers"),
}
