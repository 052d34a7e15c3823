"""The words of what is held, in both languages side by side."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from webapp.people import role_words

SECTIONS: Final = ("account", "household", "posts", "devices", "consents", "cases", "opinions", "visits", "findings",
                   "patrols", "claims", "track_points", "alerts", "looks")  # fmt: skip
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("这里存着您的什么", "What is held about you"),
    "made": ("{at} 导出", "Made {at}"),
    "yes": ("是", "yes"), "no": ("否", "no"), "unit.at": ("{building}号楼{unit}单元", "building {building}, unit {unit}"),
    "outcome.met": ("见到了", "met"), "outcome.not_home": ("没人", "not at home"), "outcome.declined": ("不愿说", "declined"),
    "purpose.routine": ("日常走访", "routine"), "kind.phone": ("手机", "phone"), "kind.desk": ("办公台", "desk"),
    "language.zh": ("中文", "Chinese"), "language.en": ("英文", "English"),
    "right.see": ("看存了什么", "see what is held"),
    "right.correct": ("改正", "have something corrected"),
    "right.export": ("带走一份", "take a copy along"),
    "right.erase": ("删掉", "have it deleted"),
    "right.withdraw": ("收回同意", "withdraw consent"),
    "state.open": ("等办公室办", "waiting for the office"),
    "state.done": ("办好了", "done"),
    **role_words.WORDS,
    "state.raised": ("已提出", "raised"),
    "state.accepted": ("已受理", "accepted"),
    "state.declined": ("没有受理", "declined"),
    "state.discussing": ("在商量", "being discussed"),
    "state.assigned": ("已派单", "assigned"),
    "state.handling": ("在办", "in hand"),
    "state.escalated": ("已往上呼", "passed up"),
    "state.appraising": ("请您评", "to be appraised"),
    "state.closed": ("办结了", "closed"),
    "none": ("没有", "Nothing"),
    "account": ("账号", "Account"),
    "household": ("住户", "Household"),
    "posts": ("岗位", "Posts"),
    "devices": ("手机和电脑", "Phones and computers"),
    "consents": ("同意过的事", "Consents"),
    "cases": ("事项", "Matters"),
    "opinions": ("民情", "Opinions"),
    "visits": ("走访", "Visits"),
    "findings": ("巡逻发现", "Findings"),
    "patrols": ("巡逻", "Rounds"),
    "claims": ("在门口提出的要求", "Requests made at the door"),
    "track_points": ("轨迹点", "Points of tracks"),
    "tracks": ("轨迹", "Tracks"),
    "alerts": ("通知", "Alerts"),
    "names": ("事项里的姓名和电话", "Names and telephones in matters"),
    "photos": ("照片", "Photos"),
    "looks": ("谁看过（半年内）", "Who looked (half a year)"),
    "audit": ("查看记录", "The record of who looked"),
    "f.name": ("姓名", "Name"), "f.login": ("登录名", "Login"), "f.language": ("语言", "Language"),
    "f.since": ("从", "Since"), "f.role": ("岗位", "Role"), "f.at": ("时间、地点", "When or where"),
    "f.cells": ("管的格", "Cells"), "f.from": ("开始", "From"), "f.until": ("结束", "Until"), "f.kind": ("种类", "Kind"),
    "f.contact": ("上次联系", "Last contact"), "f.purpose": ("为了什么", "For"), "f.source": ("哪一条", "Of"),
    "f.given_at": ("同意的时间", "Given"), "f.withdrawn_at": ("收回的时间", "Withdrawn"), "f.number": ("编号", "Number"),
    "f.title": ("事由", "Title"), "f.state": ("到了哪一步", "State"), "f.place": ("地点", "Place"),
    "f.reporter": ("反映人", "Reporter"), "f.text": ("内容", "Text"), "f.note": ("说明", "Note"),
    "f.category": ("类别", "Category"), "f.outcome": ("结果", "Outcome"), "f.consent": ("同意记录", "Consent"),
    "f.photos": ("照片", "Photos"), "f.answers": ("问答", "Answers"), "f.earlier": ("改前", "Earlier wording"),
    "f.right": ("要什么", "Asked for"), "f.words": ("说的话", "In words"), "f.answer": ("回话", "Answer"),
    "f.scans": ("打点", "Points reached"), "f.how": ("怎么看的", "How"), "f.who": ("谁", "Who"), "f.unit": ("单元", "Unit"),
    "f.door": ("门牌", "Door"), "f.holder": ("户主", "Householder"), "f.phone": ("电话", "Telephone"),
    "f.area_m2": ("面积", "Area in m²"), "f.id": ("号", "Id"), "f.wants_news": ("要消息", "Wants news"),
    "how.desk.view": ("在办公台打开", "opened at the desk"), "how.places.export": ("导出住户表", "list of doors taken out"),
    "how.privacy.view": ("替本人查看", "opened for the person"), "how.privacy.export": ("替本人导出", "taken out for the person"),
    "how.sync.told": ("到了手机上", "arrived at a phone"),
    "purpose.visit": ("走访时记下内容、拍照", "notes and photos at a visit"), "purpose.news": ("事项有进展告诉本人", "news of a matter"),
    "why.open_case": ("事情还没办完，办完再删", "the matter is still open; it can go when it is over"),
    "why.case_file": ("办理全过程要存档，里面的姓名电话已去掉", "the file of a matter is kept; names and telephones have left it"),
    "why.duty": ("是在岗位上为公做的，或记的是别人", "made on duty, or about somebody else"),
    "why.post": ("在岗时账号要用；离岗后请办公室停用", "needed as long as there is a post; the office ends it"),
    "why.audit": ("法律要求记下谁看过，只存编号不存姓名", "who looked has to be kept; it holds numbers, no names"),
}


TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
UNIT: Final = re.compile(r"\d{15}-(\d{2})-(\d{1,2})\Z")
HIDDEN: Final = ("id", "source", "account_id", "visit_id", "wants_news", "floor")  # numbers that tie things together


def teller(language: str, zone: str) -> Callable[[str, Any], str]:
    """``shown(key, value)``: a value as people read it; nothing where there is nothing to tell."""
    at = ZoneInfo(zone)

    def shown(key: str, value: Any) -> str:
        if key in HIDDEN or value in (None, "", [], {}):
            return ""
        if isinstance(value, bool):
            return say(language, "yes" if value else "no")
        if isinstance(value, dict):
            return " ".join(filter(None, (shown(name, one) for name, one in value.items())))
        if isinstance(value, list):
            return str(len(value)) if key == "photos" else "; ".join(shown(key, one) for one in value)
        if isinstance(value, str) and TIME.match(value):
            return f"{datetime.fromisoformat(value).astimezone(at):%Y-%m-%d %H:%M}"
        if isinstance(value, str) and (unit := UNIT.match(value)):
            return say(language, "unit.at", building=int(unit[1]), unit=int(unit[2]))
        return say(language, f"{key}.{value}") if f"{key}.{value}" in WORDS else str(value)

    return shown


def say(language: str, key: str, **values: object) -> str:
    entry = WORDS.get(key, (key, key))
    words = entry[1] if language == "en" else entry[0]
    return words.format_map(values) if values else words
