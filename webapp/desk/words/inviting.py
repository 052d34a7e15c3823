"""Inviting people, giving posts and ending them."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "invite": ("请一个人进来", "Invite somebody"),
    "invite.said": (
        "存下来就有账号、岗位和一张邀请。邀请只能用一次，{n} 小时内有效，只显示一回。",
        "Saving makes the account, its post and an invitation: good once, for {n} hour, and shown a single time.",
        "Saving makes the account, its post and an invitation: good once, for {n} hours, and shown a single time.",
    ),
    "invite.name": ("怎么称呼", "Name"),
    "invite.login": ("登录名", "Login"),
    "invite.login.hint": ("不写就按岗位起一个，比如 grid3。", "If nothing is written, it is made from the role, as grid3."),
    "invite.do": ("存下来，出邀请", "Make the invitation"),
    "invited": ("邀请", "Invitation"),
    "invited.shown_once": (
        "这一页只显示这一回。请现在打印、让对方扫，或复制链接。关掉就看不到了，只能重新发一张。",
        "This page is shown this one time. Print it, have it scanned or copy the link now. "
        "Once it is closed, only a new invitation helps.",
    ),
    "invited.once": (
        "这张邀请已经出过，只显示一回，没有再办一次。找不到了，就在“人和手机”里重新发一张。",
        "This invitation was made already and is shown once; nothing was done again. "
        "If it is lost, send a new one under People and phones.",
    ),
    "invited.one": ("用自己的手机扫一扫。", "Scan it with your own phone."),
    "invited.two": ("选六位数字，就能用了。", "Choose six digits, and you are in."),
    "invited.good": ("只能用一次，{n} 小时内有效", "Good once, for {n} hour", "Good once, for {n} hours"),
    "invited.login": ("登录名", "Login"),
    "invited.qr": ("扫一扫，打开四联", "Scan to open Silian"),
    "invited.qr.said": ("二维码，里面是下面的链接", "A QR code of the link below"),
    "invited.link": ("链接，只发给本人", "The link, for this person alone"),
    "invited.copy": ("复制链接", "Copy the link"),
    "invited.copied": ("复制好了", "Copied"),
    "again": ("重新发邀请", "New invitation"),
    "again.title": ("重新发邀请", "A new invitation"),
    "again.ask": ("给{who}重新发一张邀请吗？", "Make a new invitation for {who}?"),
    "again.earlier": ("以前没用的邀请马上作废。", "Earlier ones that were not used are good no more."),
    "again.phones": (
        "已经登录的手机照常用。新邀请只给本人：谁拿到，谁就能用这个账号。",
        "Phones that are signed in stay so. Give it to nobody else: whoever has it can use the account.",
    ),
    "again.yes": ("出一张新邀请", "Show a new invitation"),
    "again.beyond": ("{who}还有别的岗位", "{who} holds other posts too"),
    "again.beyond.said": (
        "这个人有的岗位不归这里给，邀请也就不能从这里发。请管系统的人发。",
        "Some posts of this person are not this office's to give, so the invitation is not either. "
        "Ask whoever runs the system.",
    ),
    "post.role": ("什么岗位", "Post"),
    "post.cells": ("管哪里", "Where"),
    "post.cells.hint": (
        "一样不选，就是全小区。居民不选，写门牌。",
        "Nothing chosen means the whole estate. For a resident choose nothing, write the door.",
    ),
    "post.door": ("住哪一户", "Door"),
    "post.door.hint": (
        "只有居民写：楼-单元-门牌。写了，本人就能看到这一户记下的资料。",
        "Residents only: building-unit-door. Its person then sees what is held about that household.",
    ),
    "amiss.login": ("登录名 2 到 60 个字，不能有空格、/ 和 @", "A login has 2 to 60 characters, without spaces, / and @"),
    "amiss.taken": ("登录名{what}已经有人用了", "The login {what} is somebody's already"),
    "amiss.resident_cells": ("居民不管网格，请写门牌", "A resident has no grids; write the door instead"),
    "amiss.other_door": ("只有居民写门牌，别的岗位选管哪里", "Only a resident has a door; for other posts choose where"),
    "amiss.door": ("这个小区没有{what}这一户，请写成 3-2-502", "{what} is no door of this estate. Write it as 3-2-502"),
    "amiss.cell": ("这个小区没有{what}", "This estate has no {what}"),
    "post.of": ("{who}的岗位", "Posts of {who}"),
    "post.add": ("加一个岗位", "Add a post"),
    "post.do": ("给这个岗位", "Give this post"),
    "post.add.done": ("岗位给好了，手机下一次联系时生效", "Given. The phone follows with its next exchange"),
    "post.from": ("第一天", "First day"),
    "post.from.hint": ("不写就从现在起。", "From now on, if nothing is written."),
    "post.until": ("最后一天", "Last day"),
    "post.until.hint": ("不写就一直有。", "Open, if nothing is written."),
    "problem.day": ("请写成 2026-12-31 这样的日子", "Write a day as 2026-12-31"),
    "post.end.title": ("结束岗位", "End a post"),
    "post.end.ask": ("让{who}不再是{role}吗？", "End this post of {who}: {role}?"),
    "post.end.less": (
        "从手机下一次联系起，只看得到别的岗位管的，其余从手机上去掉。",
        "From the phone's next exchange it shows what other posts cover; the rest goes from it.",
    ),
    "post.end.kept": (
        "以后再记下的、已经不归这个人管的，一个字不少，由办公室代为保管，等您来定。",
        "What is recorded from then on beyond those is kept word for word, for your decision.",
    ),
    "post.end.others": ("账号和别的岗位照旧。", "The account and other posts stay."),
    "post.end.hint": ("不写就马上结束。", "At once, if nothing is written."),
    "post.end.yes": ("结束这个岗位", "End this post"),
    "post.end.done": ("岗位的结束记好了", "The end of the post is set"),
    "post.over": ("{who}已经不是{role}了", "This post of {who} has ended: {role}"),
    "post.withdraw.ask": ("还没开始。收回{who}的这个岗位吗：{role}？", "It has not begun. Take back this post of {who}: {role}?"),
    "post.withdraw.yes": ("收回这个岗位", "Take it back"),
    "post.withdraw.done": ("收回了", "Taken back"),
}
