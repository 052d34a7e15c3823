"""The lists that the desk edits: categories and purposes, and whether a code is on them."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy import Table, select

from sync import Batch, Rejected
from webapp.places.models import Choice

choice_table = cast(Table, Choice.__table__)

CATEGORIES: Final = (  # DOMAIN.md, starter categories [own]
    ("security", "治安", "Security"),
    ("fire", "消防", "Fire safety"),
    ("fire_charging", "飞线充电", "Charging by loose wires"),
    ("fire_passage", "通道占用", "Blocked passage"),
    ("sanitation", "环境卫生", "Cleanliness"),
    ("facilities", "设施", "Facilities"),
    ("property_fee", "物业费与服务", "Property fee and service"),
    ("neighbours", "邻里纠纷", "Neighbours"),
    ("dogs_noise", "养犬与噪音", "Dogs and noise"),
    ("hardship", "困难帮扶", "Hardship"),
    ("suggestion", "建议", "Suggestion"),
    ("other", "其他", "Other"),
)
PURPOSES: Final = (
    ("routine", "日常走访", "Routine"),
    ("follow_up", "回访", "Follow-up"),
    ("care", "关怀", "Care"),
    ("survey", "摸底", "Survey"),
    ("service", "办事", "Service"),
    ("other", "其他", "Other"),
)


def names(batch: Batch, estate_id: str, list_name: str) -> dict[str, dict[str, str]]:
    """code → {"zh", "en"} of an estate's list; an organisation without one has the starter list."""

    def read() -> dict[str, dict[str, str]]:
        c = choice_table.c
        query = select(c.code, c.names).where(c.estate_id == estate_id, c.list == list_name, c.active)
        found = {row.code: row.names for row in batch.connection.execute(query)}
        starter = CATEGORIES if list_name == "categories" else PURPOSES
        return found or {code: {"zh": zh, "en": en} for code, zh, en in starter}

    known: dict[str, dict[str, str]] = batch.once((list_name, estate_id), read)
    return known


def check(batch: Batch, estate_id: str, list_name: str, code: str, field: str) -> None:
    """``invalid`` where the code is not on the list."""
    if code not in names(batch, estate_id, list_name):
        raise Rejected("invalid", fields={field: ["category"]})
