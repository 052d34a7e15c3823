"""Who may do what."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "permissions": ("谁能做什么", "Who may do what"),
    "permissions.said": (
        "程序就是照这张表办的：一行一件事，一列一个岗位，格子里写管到哪里。空着的，就是不能。",
        "The program runs on this very table: a row is a deed, a column a role, and the box says how far it reaches. "
        "An empty box means no.",
    ),
    "permissions.head.action": ("做什么", "What"),
    "scope.cells": ("自己的格", "own cells"),
    "scope.estate": ("全单位", "all of it"),
    "scope.own": ("自己的", "own"),
    "scope.level": ("轮到这级", "its level"),
    "scope.table": ("轮到的人", "its turn"),
    "scope.said.cells": ("岗位管的网格、楼栋或单元", "the grids, buildings or units of the post"),
    "scope.said.estate": ("岗位所在的小区；上级是下面的所有小区", "the organisation of the post; for offices above, all estates below"),
    "scope.said.own": ("自己记的、自己参加的", "what this person made or takes part in"),
    "scope.said.level": ("事项现在到了哪一级，就归那一级", "whoever stands on the level that the matter has reached"),
    "scope.said.table": ("事项走到哪一步，就归那一步的人", "whoever the matter's present step belongs to"),
    "action.patrol.start": ("开始巡逻", "Start a round"),
    "action.patrol.scan": ("打点", "Reach a checkpoint"),
    "action.patrol.track": ("记轨迹（自己打开才记）", "Keep a track (only if turned on)"),
    "action.patrol.finding": ("记巡逻发现", "Record a finding"),
    "action.patrol.finish": ("结束巡逻", "Finish a round"),
    "action.visit.record": ("记走访", "Record a visit"),
    "action.opinion.record": ("记民情", "Record an opinion"),
    "action.claim.record": ("在门口代居民提出要求（查、改、带走、删、收回同意）",
                            "Take at the door what a resident asks about their data"),
    "action.case.raise": ("提一件事", "Raise a matter"),
    "action.case.join": ("我也反映", "Join a matter"),
    "action.case.escalate": ("往上呼", "Pass a matter up"),
    "action.case.advance": ("办到下一步", "Move a matter on"),
    "action.case.extend": ("延期", "Give more time"),
    "action.case.nudge": ("催办", "Remind"),
    "action.record.amend": ("改自己的记录（七天内）", "Put a record right (seven days)"),
    "action.alert.subscribe": ("打开推送", "Turn on push"),
    "action.alert.unsubscribe": ("关掉推送", "Turn off push"),
    "action.alert.test": ("试一试推送", "Try push"),
    "action.records.read": ("看别人记下的走访、民情、发现", "Read what others recorded"),
    "action.privacy.own": ("看、改、带走、删除自己的数据", "See, correct, take along and delete one's own data"),
    "action.privacy.serve": ("替来办的人看、改、删数据", "Do the same for somebody who asks at the office"),
    "action.desk.read": ("进办公台", "Come to the desk"),
    "action.parked.settle": ("处理代管记录", "Settle what is kept for others"),
    "action.account.close": ("停用账号", "Close an account"),
    "action.places.import": ("导入住户表", "Bring in lists of doors"),
    "action.places.export": ("导出住户表（含户主、电话）", "Take out lists of doors, with names"),
}
