"""People and their phones."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "people": ("人和手机", "People and phones"),
    "people.said": (
        "谁在什么岗位，手机上还有没有没送到的。不记人在哪里，也不排名。",
        "Who holds which post, and whether something still waits on a phone. Not where anybody is, and no ranking.",
    ),
    "people.said.posts": ("谁在什么岗位，从什么时候起。", "Who holds which post, and since when."),
    "people.head.who": ("谁", "Who"),
    "people.head.post": ("岗位", "Post"),
    "people.head.since": ("从什么时候", "Since"),
    "people.head.devices": ("手机和电脑", "Phones and computers"),
    "people.none": ("这里还没有人在岗。", "Nobody holds a post here yet."),
    "people.suspended": ("已停用", "Suspended"),
    "people.until": ("到 {date}", "until {date}"),
    "people.cells": ("管 {places}", "{places}"),
    "people.nodevice": ("还没登录过", "Never signed in"),
    "device.phone": ("手机", "Phone"),
    "device.desk": ("办公台", "Desk"),
    "device.contact": ("{when} 联系过", "last contact {when}"),
    "device.contact.never": ("登录后还没联系过", "no contact since signing in"),
    "device.waiting": ("还有 {n} 条没送到", "{n} record waits there", "{n} records wait there"),
    "device.waiting.none": ("都送到了", "all sent"),
    "device.app": ("版本 {app}", "version {app}"),
    "device.lost": (
        "{when} 发现少了 {n} 条，手机上已经没有了",
        "{n} record was missing on {when} and is no longer on the phone",
        "{n} records were missing on {when} and are no longer on the phone",
    ),
    "device.suspend": ("停用", "Suspend"),
    "device.suspend.title": ("停用这部设备", "Suspend a device"),
    "device.suspend.ask": ("停用{who}的{what}吗？", "{what} of {who}: suspend it?"),
    "device.suspend.said": (
        "它下一次联系时，先把没送到的都交上来，由办公室看过再定，然后清空。再也不联系的手机，从这里清不掉。",
        "At its next contact it hands over what waits there, for the office to decide on, and then it is wiped. A phone that never comes again cannot be wiped from here.",
    ),
    "device.suspend.yes": ("停用", "Suspend"),
    "device.lift": ("恢复", "Let in again"),
    "device.lift.title": ("恢复这部设备", "Let a device in again"),
    "device.lift.ask": ("让{who}的{what}重新能用吗？", "{what} of {who}: let it in again?"),
    "device.lift.said": ("本人要在上面重新登录一次。", "Its person signs in there once more."),
    "device.lift.yes": ("恢复", "Let in again"),
    "device.no": ("不动它", "Leave it"),
    "device.suspended": ("已停用", "suspended"),
    "account.close": ("停用账号", "Close the account"),
    "account.close.title": ("停用账号", "Close an account"),
    "account.close.ask": ("停用{who}的账号吗？", "Close the account of {who}?"),
    "account.close.posts": ("岗位都到此为止，办公台马上退出。", "Every post ends now, and so does signing in at the desk."),
    "account.close.phones": (
        "手机下一次联系时，先把没送到的交给办公室，然后清空。",
        "Each phone hands over what waits there at its next contact, and is then wiped. ",
    ),
    "account.close.waiting": ("现在还有 {n} 条没送到。", "{n} record waits now.", "{n} records wait now."),
    "account.close.kept": (
        "密码、数字密码、通行密钥、推送都去掉。记下的事按“存多久”留着，姓名和登录名半年后去掉。",
        "Password, PIN, passkeys and push go. What was recorded stays as long as each kind is kept; "
        "name and login go after half a year.",
    ),
    "account.close.back": ("要再用，只能重新发一张邀请。", "Only a new invitation opens it again."),
    "account.close.yes": ("停用账号", "Close the account"),
    "account.no": ("不动它", "Leave it"),
    "account.back": ("回到人和手机", "Back to people and phones"),
    "account.closed": ("{who}的账号停用了", "The account of {who} is closed"),
    "account.closed.done": ("停用好了", "Closed"),
    "account.closed.said": ("要再用，只能重新发一张邀请。", "Only a new invitation opens it again."),
    "account.elsewhere": ("{who}在别处也有岗位", "{who} holds a post elsewhere too"),
    "account.elsewhere.said": (
        "账号不归这里一家。这里的岗位可以在“人和手机”里结束。",
        "The account is not this office's alone. The post here can be ended under People and phones.",
    ),
}
