"""The impact assessment."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "impact": ("影响评估", "Impact assessment"),
    "impact.said": (
        "这一页从数据表本身生成：哪张表、为了什么、存了谁的什么、存多久（个人信息保护法第55、56条）。手机上只有本岗位看得到的；查看有记录；到期每夜清理。",
        "Made from the data model itself: which table, what for, what it says of whom, and how long (PIPL 55, 56). "
        "A phone holds its post's own alone; looking is on record; what is due leaves each night.",
    ),
    "impact.head.table": ("数据表", "Table"),
    "impact.head.purpose": ("为了什么", "What for"),
    "impact.head.personal": ("个人信息", "Personal"),
    "impact.head.other": ("其他", "Other columns"),
    "impact.stands": ("用到为止", "while in use"),
    "impact.holds.where": ("行踪（敏感）", "whereabouts (sensitive)"),
    "impact.holds.words": ("写下、拍下的内容", "what was written or photographed"),
    "impact.holds.name": ("姓名、登录名", "names and logins"),
    "impact.holds.contact": ("电话、推送地址", "telephones and push addresses"),
    "impact.holds.who": ("是谁（编号）", "who, by number"),
    "impact.purpose.sign_in": ("登录", "signing in"),
    "impact.purpose.posts": ("岗位和权限", "posts and what they allow"),
    "impact.purpose.audit": ("谁看过、谁办过", "who looked and who did what"),
    "impact.purpose.places": ("小区、楼栋、门牌、清单", "estates, buildings, doors and lists"),
    "impact.purpose.household": ("联系户主", "reaching a householder"),
    "impact.purpose.patrols": ("巡逻", "rounds"),
    "impact.purpose.records": ("走访、民情、发现", "visits, opinions, findings"),
    "impact.purpose.photos": ("记录里的照片", "photos of records"),
    "impact.purpose.cases": ("把事办完并回访", "getting a matter done, and asking whether it is"),
    "impact.purpose.alerts": ("通知到人", "telling people"),
    "impact.purpose.rights": ("居民的权利", "residents' rights"),
    "impact.purpose.exchange": ("手机和这里对账", "keeping phones and server alike"),
}
