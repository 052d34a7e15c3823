"""The frame of every page: signing in, the rail, what went wrong."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "app": ("四联", "Silian"),
    "desk": ("办公台", "The desk"),
    "demo": ("演示小区", "Demo estate"),
    "title": ("{page} · 四联", "{page} · Silian"),
    "skip": ("跳到正文", "Skip to the content"),
    "comma": ("，", ", "),
    "colon": ("：", ": "),
    "list.comma": ("、", ", "),
    "optional": ("可以不写", "optional"),
    "nav.matters": ("事项", "Matters"),
    "nav.records": ("记录", "Records"),
    "nav.parked": ("代管记录", "Kept for others"),
    "nav.people": ("人和手机", "People and phones"),
    "nav.rules": ("规矩和数据", "Rules and data"),
    "elder": ("长辈版", "Large type"),
    "language.other": ("English", "中文"),
    "sign_out": ("退出登录", "Sign out"),
    "licence": ("自由软件，AGPL-3.0", "Free software, AGPL-3.0"),
    "source": ("源代码", "source code"),
    "source.ask": (
        "自由软件，AGPL-3.0。要源代码，请向办这个系统的单位提出。",
        "Free software, AGPL-3.0. Whoever runs it here gives you the source code on request.",
    ),
    "office.estate": ("{name}微综合体", "Micro-complex of {name}"),
    "office.upper": ("{name}", "{name}"),
    "pages": ("翻页", "Pages"),
    "page.nth": ("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
    "page.earlier": ("上一页", "Previous page"),
    "page.later": ("下一页", "Next page"),
    # signing in
    "sign_in": ("登录", "Sign in"),
    "sign_in.title": ("登录办公台", "Sign in to the desk"),
    "sign_in.said": (
        "事项、代管记录、登记一件事，都在这里办。",
        "Matters, records kept for others, and a matter somebody brings to the office: all are seen to here.",
    ),
    "sign_in.login": ("登录名", "Login name"),
    "sign_in.password": ("密码", "Password"),
    "sign_in.login.missing": ("还差一样：请写登录名", "One thing missing: your login name"),
    "sign_in.password.missing": ("还差一样：请写密码", "One thing missing: your password"),
    "sign_in.phone": ("去手机版", "To the phone app"),
    "sign_in.shared": (
        "这台电脑大家共用的话，用完请退出登录。",
        "If others use this computer too, please sign out when you have finished.",
    ),
    "sign_in.wait": (
        "试得太快了，请等 {n} 分钟再试",
        "Too many tries. Please wait {n} minute",
        "Too many tries. Please wait {n} minutes",
    ),
    # who may not, and what went wrong
    "no_entry.title": ("这里是办公台", "This is the office's desk"),
    "no_entry": (
        "办公台给支部书记、业委会、物业公司和上级办公室用。您的记录和事情在手机版里，一样都不少。",
        "The desk is for the branch secretary, the owners' committee, the property company and the offices above. "
        "Your records and matters are in the phone app, all of them.",
    ),
    "problem.title": ("这里打不开", "This does not open"),
    "problem.not_found": ("没有这一页，或它不归您看。", "There is no such page, or it is not yours to see."),
    "problem.form_lost": (
        "这一页放得太久，没有办成。请回去再按一次。",
        "This page was open too long, and nothing was done. Please go back and press once more.",
    ),
    "problem.not_saved": (
        "现在存不进去，您写的都还在这里。过一会儿再按一次",
        "It cannot be saved right now. What you wrote is still here. Please press again in a moment",
    ),
    "problem.form": (
        "页面放得太久，您写的都还在，请再按一次",
        "The page was open too long. What you wrote is still here. Please press once more",
    ),
    "problem.kept": (
        "收下了，但眼下办不成，先代为保管",
        "Taken, but it cannot be done now. It is kept for the time being",
    ),
    "problem.summary": ("有要改的，请看下面", "Something needs a change, see below"),
    "problem.required": ("还差一样，请写上", "One thing is missing here"),
    "problem.long": ("太长了，请写短些", "This is too long. Please make it shorter"),
    "problem.pick": ("请选一样", "Please choose one"),
    "problem.date": ("请选今天或以后的日子", "Please choose today or a later day"),
    "problem.back": ("回到事项", "Back to the matters"),
    # times
    "day.today": ("今天", "today"),
    "day.yesterday": ("昨天", "yesterday"),
    "day.tomorrow": ("明天", "tomorrow"),
    "date": ("{month}月{day}日", "{day} {month_name}"),
    "date.year": ("{year}年{month}月{day}日", "{day} {month_name} {year}"),
    "when": ("{day} {clock}", "{day} {clock}"),
    "span.minutes": ("{n} 分钟", "{n} minute", "{n} minutes"),
    "span.hours": ("{n} 小时", "{n} hour", "{n} hours"),
    "span.days": ("{n} 天", "{n} day", "{n} days"),
    "late": ("超 {span}", "{span} late"),
    "left": ("剩 {span}", "{span} left"),
    "left.long": ("还剩 {span}", "{span} left"),
}
