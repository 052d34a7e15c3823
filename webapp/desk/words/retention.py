"""How long things are kept."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "retention": ("存多久", "How long it is kept"),
    "retention.said": (
        "每天夜里按这张表清理，清了多少记在最右边。写着“自定”的期限是自己定的，不是法规的数。",
        "Each night lets go of what this table says; how much it was stands on the right. "
        "A span marked as our own is our choice and no rule of law.",
    ),
    "retention.head.kind": ("什么", "What"),
    "retention.head.days": ("存多久", "For"),
    "retention.head.why": ("为什么、依据", "Why, and by what rule"),
    "retention.head.last": ("最近一夜", "Last night"),
    "retention.stays": ("不删", "stays"),
    "retention.own": ("自定", "our own"),
    "retention.gone": ("清了 {n} 条", "{n} has left", "{n} have left"),
    "retention.all": ("近三十夜共 {n} 条", "{n} in thirty nights"),
    "retention.never": ("还没跑过", "not run yet"),
    "kept.track": ("巡逻轨迹", "Tracks of rounds"),
    "kept.why.track": ("行踪是敏感信息，用完就删", "whereabouts are sensitive: gone once they have served"),
    "kept.visit": ("走访记录", "Visits"),
    "kept.why.visit": ("三年内回头看得到情况；没办完的事除外", "to look back on for three years; not while a matter stands on it"),
    "kept.opinion": ("民情", "Opinions"),
    "kept.why.opinion": ("三年内回头看得到情况；没办完的事除外", "to look back on for three years; not while a matter stands on it"),
    "kept.finding": ("巡逻发现", "Findings"),
    "kept.why.finding": ("三年内回头看得到情况；没办完的事除外", "to look back on for three years; not while a matter stands on it"),
    "kept.command": ("代管记录的结果（手机上）", "What became of a kept record, on phones"),
    "kept.why.command": ("告诉本人一个月就够了", "its author has had a month to see it"),
    "kept.case_shown": ("办结的事项（手机上）", "Closed matters, on phones"),
    "kept.why.case_shown": ("手机上只留眼下要用的", "a phone holds what is needed now"),
    "kept.alert": ("通知（手机上）", "Alerts, on phones"),
    "kept.why.alert": ("看过就没用了", "of no use once read"),
    "kept.delivery": ("推送回执", "What became of pushes"),
    "kept.why.delivery": ("查推送故障用", "to look into pushes that failed"),
    "kept.blob": ("没有记录用到的照片", "Photos that no record shows"),
    "kept.why.blob": ("手机可能晚到，等一个月", "a phone may be late: a month is waited"),
    "kept.session": ("结束了的登录", "Sign-ins that have ended"),
    "kept.why.session": ("查账号被冒用", "to look into a stolen account"),
    "kept.account": ("停用了的账号的姓名、登录名", "Names and logins of closed accounts"),
    "kept.why.account": (
        "半年内回来还认得；没看完的代管记录知道是谁的",
        "for whoever comes back, and for records of theirs that wait to be decided on",
    ),
    "kept.case": ("事项的案卷", "The file of a matter"),
    "kept.why.case": ("办理全过程要存档；本人可以要求去掉姓名电话", "the whole process is kept on file; names leave it when asked"),
    "kept.audit": ("谁看过、谁办过", "Who looked and who did what"),
    "kept.why.audit": ("只存编号不存姓名，链式封存", "numbers and no names, sealed in a chain"),
    "kept.consent": ("同意和收回的登记", "Consents and their withdrawal"),
    "kept.why.consent": ("要能证明同意过、收回过", "that there was consent, and that it was withdrawn, has to be shown"),
    "kept.patrol": ("巡逻的时间和打点", "Rounds with their times and points"),
    "kept.why.patrol": ("志愿服务要如实记录", "voluntary service is recorded truthfully"),
}
