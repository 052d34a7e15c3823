"""What roles are called, in both languages: at the desk, and on the page of what is held about somebody."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "role.district_staff": ("区级部门", "district office"),
    "role.street_staff": ("街道", "street office"),
    "role.community_staff": ("社区", "community office"),
    "role.secretary": ("支部书记", "branch secretary"),
    "role.owners_committee": ("业委会", "owners' committee"),
    "role.property_company": ("物业公司", "property company"),
    "role.grid_worker": ("网格员", "grid worker"),
    "role.building_head": ("楼栋长", "building head"),
    "role.unit_head": ("单元长", "unit head"),
    "role.patrol_volunteer": ("巡逻员", "patroller"),
    "role.resident": ("居民", "resident"),
}
