"""The second step, and passkeys."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "step.link": ("登录安全", "Signing in safely"),
    "step.title": ("还有一步", "One more step"),
    "step.title.set_up": ("再设一道锁", "One more lock"),
    "step.title.taken": ("登录安全", "Signing in safely"),
    "step.said": ("办公台看得到居民的事，光有密码不够。", "The desk shows matters of residents: a password alone is not enough."),
    "step.said.set_up": (
        "办公台看得到居民的事，光有密码不够。请设一样：手机上的六位数，或者通行密钥。只设这一次。",
        "The desk shows matters of residents: a password alone is not enough. Please set up one of two: a code on your phone, or a passkey. Only this once.",
    ),
    "step.said.taken": ("登录办公台的第二步，您设了这些。", "What you have set up as the second step at the desk."),
    "step.code": ("手机上现在的六位数", "The six digits on your phone now"),
    "step.go_on": ("进去", "Go on"),
    "step.confirm": ("设好", "Confirm"),
    "step.codes": ("手机上的六位数", "A code on your phone"),
    "step.one": ("在手机上装一个验证器（微信小程序里也有）。", "Install an authenticator app on your phone."),
    "step.two": ("用它扫这张码。", "Scan this code with it."),
    "step.three": ("把它显示的六位数写在下面。", "Write the six digits that it shows below."),
    "step.qr": ("给验证器扫的码", "Code for the authenticator"),
    "step.typed": ("扫不了，就把这一串抄进去：", "If it cannot be scanned, type this:"),
    "step.passkeys": ("通行密钥", "A passkey"),
    "step.passkeys.said": ("用指纹、人脸或锁屏密码，不用记数字。", "With finger, face or the device's own code; no digits to remember."),
    "step.passkey": ("用通行密钥", "Use a passkey"),
    "step.passkey.new": ("设一把通行密钥", "Set up a passkey"),
    "step.have.codes": ("手机上的六位数：设好了。", "A code on the phone: set up."),
    "step.have.nocodes": ("手机上的六位数：没有设。", "A code on the phone: not set up."),
    "step.have.passkeys": ("通行密钥：{n} 把。", "Passkeys: {n}.", "Passkeys: {n}."),
    "key.made": ("{when} 设的", "made {when}"),
    "key.used": ("{when} 用过", "last used {when}"),
    "key.unused": ("还没用过", "not used yet"),
    "key.remove": ("去掉", "Take away"),
    "key.remove.ask": ("去掉这把？用它就登录不了了。", "Take this one away? It will not sign you in any more."),
    "key.remove.yes": ("去掉", "Take it away"),
    "key.remove.no": ("留着", "Keep it"),
    "step.lost": ("手机丢了或换了，请管服务器的人重设。", "Phone lost or changed: ask whoever runs the server to reset it."),
    "passkey.cancelled": ("没有认出来，请再按一次。", "It was not recognised. Please press once more."),
    "sign_in.passkey": ("用通行密钥登录", "Sign in with a passkey"),
}
