"""The logins of the demo (PROTOCOL, Core commands). Names are roles: nobody is meant."""

from __future__ import annotations

from dataclasses import dataclass

GRID1, GRID2 = "630102001001001", "630102001001002"
OTHER_GRID = "630102001002001"


@dataclass(frozen=True)
class Person:
    login: str
    name: str
    role: str
    at: str  # district, street, community, estate, or other: the second estate
    cells: tuple[str, ...] = ()


PEOPLE = (
    Person("secretary", "支部书记", "secretary", "estate"),
    Person("grid1", "网格员甲", "grid_worker", "estate", (GRID1,)),
    Person("grid2", "网格员乙", "grid_worker", "estate", (GRID2,)),
    Person("building_head", "三号楼楼栋长", "building_head", "estate", (f"{GRID1}-03",)),
    Person("patrol1", "巡逻队员甲", "patrol_volunteer", "estate"),
    Person("patrol2", "巡逻队员乙", "patrol_volunteer", "estate"),
    Person("owners", "业委会代表", "owners_committee", "estate"),
    Person("property", "物业值班员", "property_company", "estate"),
    Person("resident1", "居民甲", "resident", "estate"),
    Person("resident2", "居民乙", "resident", "estate"),
    Person("community", "社区工作人员", "community_staff", "community"),
    Person("street", "街道工作人员", "street_staff", "street"),
    Person("district", "区工作人员", "district_staff", "district"),
    Person("other", "网格员丙", "grid_worker", "other", (OTHER_GRID,)),
)
