"""The one table of problem codes, with their words in both languages and the HTTP status where they are an answer's own.

Words follow look/LOOK.md: what happened, then what to do; no code words on the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    status: int
    zh: str
    en: str


PROBLEMS: dict[str, Problem] = {
    # the exchange's own answers
    "malformed": Problem(400, "这一包东西读不懂，手机会换个办法再送", "This could not be read. The phone will try another way"),
    "sign_in": Problem(401, "请再登录一次，记录都在，不会丢", "Please sign in again. Your records are safe"),
    "credentials": Problem(401, "名字或密码不对，请再试一次", "The name or the password is not right. Please try again"),
    "device": Problem(403, "这部手机要重新登录一次", "Please sign in once more on this phone"),
    "account": Problem(403, "这些记录是另一个人的，请用那个人的名字登录", "These records belong to someone else. Please sign in as that person"),
    "origin": Problem(403, "请从四联自己的页面打开", "Please open this from Silian's own page"),
    "revoked": Problem(403, "这个账号停用了，请找办公室", "This account has been suspended. Please ask the office"),
    "forbidden": Problem(403, "这件事不归您办，可以请负责人来", "This is not yours to move. Ask the person in charge"),
    "not_found": Problem(404, "这一条已经不在了", "This is gone"),
    "method": Problem(405, "这里不能这样打开", "This cannot be opened in this way"),
    "gap": Problem(409, "中间少了几条，手机会补上", "Some records are missing in between. The phone will send them"),
    "used": Problem(410, "这张邀请用过了或过期了，请办公室再给一张", "This invitation was used or has expired. Please ask the office for another"),
    "too_big": Problem(413, "一次送的太多，手机会分开送", "Too much at once. The phone will send it in parts"),
    "media_type": Problem(415, "这种文件不能收，请换一种", "This kind of file cannot be taken. Please choose another"),
    "digest": Problem(422, "照片没有传完整，会再传一次", "The photo did not arrive whole. It will be sent again"),
    "slow_down": Problem(429, "太快了，请等一会儿再试", "Too fast. Please wait a moment and try again"),
    "failed": Problem(500, "出了点问题，内容一个字没少，办公室会处理", "Something went wrong. Not a word is lost, and the office will see to it"),
    "away": Problem(503, "那头暂时没人接，过一会儿自动再送", "No answer yet. It will try again by itself"),
    "not_urgent": Problem(400, "这一条不是急事", "This is not an urgent record"),
    "too_many_devices": Problem(403, "登录的手机太多了，请办公室停掉一部", "Too many phones are signed in. Ask the office to stop one"),
    "weak_password": Problem(422, "密码太短，至少 8 个字", "The password is too short: at least 8 characters"),
    "weak_pin": Problem(422, "这个太好猜了，请换六个数字", "That one is easily guessed. Please choose six other digits"),
    "wrong_pin": Problem(401, "数字密码不对，请再试一次", "This PIN is not right. Please try again"),
    "pin_elsewhere": Problem(403, "数字密码只在设它的那部手机上用。换了手机，请办公室再给一张邀请", "A PIN is good only on the phone where it was set. For another phone, ask the office for a new invitation"),
    "pin_spent": Problem(403, "错的次数太多，这个数字密码不能再用，请办公室再给一张邀请", "Too many wrong tries: this PIN is good no more. Ask the office for a new invitation"),
    "passkey_unknown": Problem(401, "这里不认识这把通行密钥，请换一种办法登录", "This passkey is not known here. Please sign in another way"),
    "passkey_wrong": Problem(401, "通行密钥没有认出来，请再试一次", "The passkey was not recognised. Please try again"),
    "passkey_late": Problem(410, "等得太久了，请再按一次", "That took too long. Please press once more"),
    "passkey_unverified": Problem(403, "要用指纹、人脸或锁屏密码确认，请再试一次", "Please confirm with finger, face or the phone's own code, and try again"),
    "too_many_passkeys": Problem(409, "通行密钥太多了，请先去掉一把", "There are too many passkeys. Please remove one first"),
    "step_first": Problem(403, "请先在办公台做完第二步，再动通行密钥", "Please take the second step at the desk first, then change your passkeys"),
    "last_way_in": Problem(409, "这是最后一个登录的办法，请先设好另一个", "This is your last way in. Please set up another one first"),
    "code_wrong": Problem(401, "这个数不对，请看看现在的六位数", "This code is not right. Please look at the present one"),
    "code_used": Problem(401, "这个数用过了，请等下一个", "This code was used already. Please wait for the next one"),
    "clock_off": Problem(401, "手机的钟不准，请在手机设置里打开“自动设定时间”", "The phone's clock is wrong. Please switch on automatic time in its settings"),
    "form_expired": Problem(400, "页面放得太久，请再按一次", "The page was open too long. Please press once more"),
    # outcomes of commands
    "invalid": Problem(422, "有一样要改一改", "One thing needs a change"),
    "missing": Problem(409, "它说到的那一条还没到，到了自动办", "It refers to a record that has not come yet. It goes on when it comes"),
    "restored": Problem(409, "办公室代为保管，一个字没少", "Kept by the office, word for word"),
    "unknown_type": Problem(409, "这一条要等那头更新，先替您保管", "This waits for an update at the other end and is kept until then"),
    "out_of_scope": Problem(409, "已不归您管，办公室会看这一条，内容一个字没少", "No longer in your care. The office will look at it; not a word is lost"),
    "stale": Problem(409, "别人刚办过这一步，请看看新情况", "Someone has just moved this. See what is new"),
    "id_reused": Problem(409, "这一条和先前的撞了号，请改一改再送", "This clashes with an earlier record. Please edit it and send again"),
    "too_large": Problem(413, "写得太长了，请分成两条", "This is too long. Please make it two records"),
    "erased": Problem(409, "这一条已按本人的要求删除，不再收", "Deleted as the person it is about has asked. It is not taken again"),
    "again": Problem(409, "这一条先前没有收下，请看一看", "This was not taken before. Please have a look"),
    "too_many": Problem(429, "代管的记录太多了，请先找办公室", "Too many records are waiting at the office. Please speak to them first"),
    "not_kept": Problem(409, "没有名字的话不能代为保管，请换个办法再说一次", "What is said without a name is not kept. Please say it another way"),
    "superseded": Problem(409, "已由您改过的那一条代替", "Replaced by your corrected record"),
    "declined": Problem(409, "办公室看过，没有收", "The office has looked at it and declined"),
}

FIELDS: dict[str, tuple[str, str]] = {
    "required": ("还差一样，请写上", "One thing is missing here"),
    "unknown": ("这里多了一样不认识的东西", "There is something here that is not known"),
    "invalid": ("这一样写得不对，请改一改", "This is not right. Please change it"),
    "length": ("太长或太短了", "Too long or too short"),
    "range": ("数字太大或太小", "The number is too large or too small"),
    "choice": ("请选一样", "Please choose one"),
    "id": ("编号不对", "The id is not right"),
    "digest": ("照片的编号不对", "The photo's id is not right"),
    "grid_code": ("没有这个地方，请重选", "There is no such place. Please choose again"),
    "category": ("没有这一类，请重选", "There is no such kind. Please choose again"),
    "consent": ("居民没有同意，这里不能写情况", "The resident did not agree, so this stays empty"),
    "anonymous": ("不留名的话，这里不能写", "Without a name, this stays empty"),
    "time": ("时间写得不对", "The time is not right"),
    "endpoint": ("这个推送地址不能用", "This push address cannot be used"),
    "transition": ("从现在这一步不能这样走", "It cannot go there from where it is"),
    "person": ("没有这个人", "There is no such person"),
}


def words(code: str, language: str) -> str:
    """What a person reads for a code."""
    problem = PROBLEMS[code]
    return problem.en if language.startswith("en") else problem.zh


def field_words(code: str, language: str) -> str:
    zh, en = FIELDS.get(code) or FIELDS["invalid"]
    return en if language.startswith("en") else zh


def say(code: str, language: str, detail: dict[str, Any]) -> dict[str, Any]:
    """``message`` for an outcome, and its ``fields`` in words; the one missing field leads."""
    said: dict[str, Any] = {"message": words(code, language)}
    if isinstance(fields := detail.get("fields"), dict):
        said["fields"] = {name: [field_words(one, language) for one in found] for name, found in fields.items()}
        if len(said["fields"]) == 1:
            said["message"] = next(iter(said["fields"].values()))[0]
    return said
