"""The demo's places as rows: two estates, their grids and doors, two routes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from webapp.demo.ids import Ids
from webapp.demo.people import GRID1, GRID2, OTHER_GRID, PEOPLE
from webapp.founding import Names, add_person, found_estate
from webapp.patrols.models import Checkpoint, Route
from webapp.places.grid import add_cells
from webapp.places.models import Household, Organisation

ESTATE, OTHER_ESTATE = "和顺苑", "安和里"
NAMES = Names("示范区党群服务中心", "示范街道党群中心", "和风社区服务中心")
OTHER_NAMES = Names(NAMES.district, NAMES.street, "平安社区服务中心")
BUILDINGS_A_GRID, UNITS, FLOORS, DOORS_A_FLOOR = 4, 5, 6, 2

CHECKPOINTS = (  # key, name, where exactly, building
    ("gate-south", "南门岗亭", "门卫室窗台上", f"{GRID1}-01"),
    ("hydrant-1", "1号楼消防栓", "1号楼东侧，看箱门和铅封", f"{GRID1}-01"),
    ("shed-3", "3号楼电动车棚", "看有没有飞线", f"{GRID1}-03"),
    ("cellar-4", "4号楼地下室", "入口处，地下没有信号", f"{GRID1}-04"),
    ("playground", "儿童活动场", "滑梯旁的公告栏", f"{GRID2}-05"),
    ("meters-6", "6号楼电表间", "看门锁没锁", f"{GRID2}-06"),
    ("wall-8", "8号楼后墙", "看围栏和监控杆", f"{GRID2}-08"),
    ("gate-north", "北门", "道闸旁", f"{GRID2}-07"),
    ("garage", "地下车库入口", "卷帘门内侧", f"{GRID2}-06"),
    ("pump-room", "水泵房", "门上的巡查牌", f"{GRID1}-02"),
)
ROUTES = (  # key, name, minutes, checkpoints
    ("evening", "晚间巡逻", 90, tuple(key for key, *_ in CHECKPOINTS[:8])),
    ("underground", "地下与设备间", 40, ("cellar-4", "garage", "meters-6", "pump-room")),
)


@dataclass
class Estate:
    """What the history needs to know of the rows."""

    id: str
    other_id: str
    accounts: dict[str, str] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    doors: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # unit's code → (household id, door)
    checkpoints: dict[str, str] = field(default_factory=dict)
    routes: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


def found(connection: Connection, ids: Ids, since: datetime) -> Estate:
    """Writes all rows; posts begin at ``since``, before the first record."""
    estate_id = found_estate(connection, ESTATE, GRID1[:12], NAMES, since, ids)
    other_id = found_estate(connection, OTHER_ESTATE, OTHER_GRID[:12], OTHER_NAMES, since, ids)
    add_cells(connection, estate_id, [GRID2], ids)
    estate = Estate(estate_id, other_id)
    for number in range(1, BUILDINGS_A_GRID + 1):
        _building(connection, ids, estate, estate_id, f"{GRID1}-{number:02d}", UNITS)
        _building(connection, ids, estate, estate_id, f"{GRID2}-{number + BUILDINGS_A_GRID:02d}", UNITS)
    _building(connection, ids, estate, other_id, f"{OTHER_GRID}-01", 2)
    _routes(connection, ids, estate)
    _people(connection, ids, estate, since)
    return estate


def _building(connection: Connection, ids: Ids, estate: Estate, estate_id: str, code: str, units: int) -> None:
    codes = [f"{code}-{unit}" for unit in range(1, units + 1)]
    add_cells(connection, estate_id, [code, *codes], ids)
    rows: list[dict[str, Any]] = []
    for unit in codes:
        estate.doors[unit] = []
        for floor in range(1, FLOORS + 1):
            for nth in range(1, DOORS_A_FLOOR + 1):
                door = f"{floor}{nth:02d}"
                id = ids(f"door:{unit}:{door}")
                rows.append({"id": id, "estate_id": estate_id, "grid_code": unit, "floor": floor, "door": door})
                estate.doors[unit].append((id, door))
    connection.execute(insert(Household), rows)


def _routes(connection: Connection, ids: Ids, estate: Estate) -> None:
    estate.checkpoints = {key: ids(f"checkpoint:{key}") for key, *_ in CHECKPOINTS}
    rows = [
        {"id": estate.checkpoints[key], "estate_id": estate.id, "name": name, "hint": hint, "grid_code": code}
        for key, name, hint, code in CHECKPOINTS
    ]
    connection.execute(insert(Checkpoint), rows)
    for key, name, minutes, points in ROUTES:
        id = ids(f"route:{key}")
        estate.routes[key] = (id, points)
        row = {"id": id, "estate_id": estate.id, "name": name, "minutes": minutes, "active": True}
        connection.execute(insert(Route).values(**row, checkpoint_ids=[estate.checkpoints[point] for point in points]))


def _people(connection: Connection, ids: Ids, estate: Estate, since: datetime) -> None:
    o = Organisation
    upper = dict(connection.execute(select(o.code, o.id)).all())
    homes = {
        "estate": estate.id, "other": estate.other_id, "community": upper[GRID1[:12]], "street": upper[GRID1[:9]],
        "district": upper[GRID1[:6]],
    }  # fmt: skip
    for person in PEOPLE:
        home = homes[person.at]
        estate.homes[person.login] = home
        estate.accounts[person.login] = add_person(
            connection, login=person.login, name=person.name, role=person.role, organisation_id=home, home_id=home,
            cells=list(person.cells), now=since, new_id=ids, demo=True,
        )  # fmt: skip
