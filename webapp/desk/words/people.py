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
    "device.suspended": ("已停用", "suspended"),
}
