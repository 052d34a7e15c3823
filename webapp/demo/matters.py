"""The demo's matters: each one's life from its raising to where it stands today, so that every state is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp.demo.diary import Diary
from webapp.demo.people import GRID1, GRID2
from webapp.demo.steps import Step, escalate, handle, join, move, try_to_reach


@dataclass(frozen=True)
class Matter:
    """``hours_ago`` is when it was raised; each step says how many hours after the one before it came."""

    key: str
    hours_ago: float
    login: str
    title: str
    category: str
    code: str
    steps: tuple[Step, ...] = ()
    source: str = "opinion"  # what it came from: opinion, anonymous, finding (urgent), call
    said: str = ""


ACCEPT = move(3, "secretary", "accepted")
TO_PROPERTY = move(4, "secretary", "assigned", lead="property_company", note="请物业来办")
BEGIN = move(5, "property", "handling")
DONE = handle(26, "property", "修好了，请您看看")

MATTERS = (
    Matter("door-3", 5, "grid1", "3号楼2单元门关不严", "facilities", f"{GRID1}-03-2", said="门总被风吹开，孩子怕夹手"),
    Matter("noise-7", 20, "grid2", "7号楼清早有音响声", "dogs_noise", f"{GRID2}-07", said="六点就开始放，睡不好",
           source="anonymous"),
    Matter("hoard-2", 30, "building_head", "3号楼楼道堆着旧家具", "fire_passage", f"{GRID1}-03-4", (ACCEPT,),
           said="楼道里堆着旧家具，走路不方便"),
    Matter("parking-8", 150, "resident2", "想在8号楼前画固定车位", "suggestion", f"{GRID2}-08", source="call", steps=(
        move(20, "secretary", "declined", note="公共车位要由业主共同决定，这里定不了",
             refer_to="业主大会；程序可以问业委会或街道物业管理窗口"),)),
    Matter("roof-1", 200, "grid1", "1号楼楼顶漏水，要动维修资金", "facilities", f"{GRID1}-01", (
        ACCEPT, move(30, "secretary", "discussing", note="列入下次联席会议")), said="顶楼两户都漏，去年补过一次"),
    Matter("lamp-5", 40, "grid2", "5号楼前路灯不亮", "facilities", f"{GRID2}-05", (ACCEPT, TO_PROPERTY),
           said="晚上看不清台阶"),
    Matter("lift-6", 75, "grid2", "6号楼1单元门禁时好时坏", "facilities", f"{GRID2}-06-1", (
        ACCEPT, TO_PROPERTY, BEGIN, join(4, "grid2", "resident2"),
        move(10, "property", "handling", note="配件已经订了，两天后到")), said="刷卡要刷好几次"),
    Matter("well-4", 60, "grid1", "4号楼外井盖松动", "facilities", f"{GRID1}-04", (
        ACCEPT, escalate(6, "grid1", "井盖不是物业的，要问产权单位"),
        escalate(12, "secretary", "请社区联系市政")), said="车一压就响，有人绊过"),
    Matter("road-south", 170, "secretary", "南门外人行道破损", "facilities", f"{GRID1}-01", (
        move(2, "secretary", "accepted"), escalate(10, "secretary", "在小区红线外，办不了"),
        escalate(40, "community", "要列入街道的维修计划"))),
    Matter("bus-stop", 260, "secretary", "北门公交站没有候车亭", "suggestion", f"{GRID2}-07", (
        move(2, "secretary", "accepted"), escalate(12, "secretary", "居民多次提出"),
        escalate(30, "community", "请街道协调"), escalate(48, "street", "要由区里的部门定"))),
    Matter("heating-2", 420, "grid1", "2号楼三单元暖气不热", "facilities", f"{GRID1}-02-3", (
        ACCEPT, escalate(2, "grid1", "整个单元都不热"), escalate(3, "secretary", "请社区联系供热公司"),
        move(20, "community", "escalated", note="供热公司已来调试，请小区回访"),
        move(4, "secretary", "accepted", note="供热公司来过，谢谢社区"), TO_PROPERTY, BEGIN,
        handle(20, "property", "放了气，各户都热了"),
        move(24, "grid1", "closed", settled=True, satisfied=True)), said="晚上只有十六度"),
    Matter("bench-5", 110, "resident1", "活动场的长椅松了", "facilities", f"{GRID1}-03", source="call", steps=(
        ACCEPT, TO_PROPERTY, BEGIN, DONE)),
    Matter("bins-1", 380, "resident1", "1号楼垃圾桶周末满得快", "sanitation", f"{GRID1}-01", source="call", steps=(
        ACCEPT, TO_PROPERTY, BEGIN, handle(30, "property", "周末加收一次，从这周开始"),
        move(40, "resident1", "closed", settled=True, satisfied=True))),
    Matter("fees-8", 500, "resident2", "想看停车费的账", "property_fee", f"{GRID2}-08", source="call", steps=(
        ACCEPT, move(6, "secretary", "assigned", lead="property_company", assisting=["owners_committee"]), BEGIN,
        move(30, "property", "handling", note="账在整理，下周贴出来"), handle(90, "property", "账贴在北门公告栏了"),
        move(30, "resident2", "handling", note="只贴了半年的，还差半年"),
        handle(40, "property", "另外半年也贴好了"),
        move(20, "resident2", "closed", settled=True, satisfied=False))),
    Matter("chairs-6", 560, "grid2", "6号楼上下楼为拖椅子不愉快", "neighbours", f"{GRID2}-06-2", (
        ACCEPT, move(8, "secretary", "discussing", note="请两家坐下来说说"),
        move(40, "secretary", "assigned", lead="owners_committee", note="业委会牵头"),
        move(10, "owners", "handling"), handle(30, "owners", "给椅子贴了毡垫，两家都说好"),
        move(30, "grid2", "closed", settled=True, satisfied=True)), said="晚上拖椅子的声音大"),
    Matter("light-3", 460, "building_head", "3号楼4单元二楼灯不亮", "facilities", f"{GRID1}-03-4", (
        ACCEPT, TO_PROPERTY, move(4, "property", "accepted", note="线路在墙里，要请电工，先退回"),
        move(10, "secretary", "assigned", lead="property_company", note="电工已联系好"), BEGIN, DONE,
        move(30, "building_head", "closed", settled=True, satisfied=True)), said="二楼的感应灯不亮了"),
    Matter("ramp-4", 610, "resident2", "7号楼想要一个坡道", "suggestion", f"{GRID2}-07", source="call", steps=(
        ACCEPT, TO_PROPERTY, BEGIN, handle(120, "property", "装了活动坡道"),
        try_to_reach(48, "secretary", "打了电话，没有人接"), try_to_reach(48, "grid2", "上门两次，没有人在"),
        move(20, "secretary", "closed", settled=None, satisfied=None, note="两次没有联系上"))),
    Matter("wires-3", 26, "patrol1", "飞线充电", "fire_charging", f"{GRID1}-03", source="finding", steps=(
        move(0.5, "secretary", "accepted"), move(0.5, "secretary", "assigned", lead="property_company",
                                                 assisting=["grid_worker"]),
        move(1, "property", "handling", note="线已收走，正在找人谈")), said="3号楼2层窗口拉线下来充电，已请人先拔掉"),
    Matter("gate-night", 2, "patrol2", "治安", "security", f"{GRID2}-07", source="finding",
           said="北门道闸抬着放不下来，请人来看"),
)  # fmt: skip


def write_matters(diary: Diary) -> None:
    """Adds every matter's beginning and its steps, as far as they lie in the past."""
    for matter in MATTERS:
        at = diary.now - timedelta(hours=matter.hours_ago)
        case_id = _begin(diary, matter, at)
        for nth, step in enumerate(matter.steps):
            at += timedelta(hours=step.after_hours)
            payload = {"case_id": case_id, **step.payload}
            if step.type == "case.join":
                account_id = diary.estate.accounts[payload.pop("reporter")]
                payload["reporter"] = {"name": None, "phone": None, "account_id": account_id, "wants_news": True}
            diary.add(at, step.login, step.type, f"{matter.key}:{nth}", payload)


def _begin(diary: Diary, matter: Matter, at: datetime) -> str:
    """What was recorded first, and the case that came of it; returns the case's id."""
    place = {"grid_code": matter.code, "position": None, "text": None}
    record: dict[str, Any] = {"place": place, "category": matter.category, "photos": [], "recordings": []}
    if matter.source == "finding":
        record |= {"finding_id": diary.ids(f"{matter.key}:finding"), "patrol_id": None, "note": matter.said}
        record["urgent"] = True
        diary.add(at, matter.login, "patrol.finding", f"{matter.key}:found", record)
        return diary.ids.derived(f"command:{matter.key}:found", "case")
    source: dict[str, Any] | None = None
    if matter.source == "call":
        source = {"kind": "call", "id": None}
    elif matter.said:
        source = {"kind": "opinion", "id": _opinion(diary, matter, at, record)}
        at += timedelta(minutes=9)
    case_id = diary.ids(f"{matter.key}:case")
    raised = {"case_id": case_id, "from": source, "title": matter.title, "category": matter.category, "place": place}
    diary.add(at, matter.login, "case.raise", f"{matter.key}:raise", {**raised, "urgent": False})
    return case_id


def _opinion(diary: Diary, matter: Matter, at: datetime, record: dict[str, Any]) -> str:
    nameless = matter.source == "anonymous"
    name = f"{matter.key}:opinion"
    id = diary.ids.nameless(name) if nameless else diary.ids(name)
    reporter = None if nameless else {"name": "住户", "phone": None, "account_id": None, "wants_news": False}
    payload = {**record, "opinion_id": id, "visit_id": None, "text": matter.said, "anonymous": nameless}
    diary.add(at, matter.login, "opinion.record", name, {**payload, "reporter": reporter, "urgent": False}, nameless)
    return id
