"""What a person does to open Silian on a phone over Wi-Fi: the same words on the terminal and on the page, twice."""

from __future__ import annotations

import base64
import hashlib
from html import escape

ZH = (
    "手机连上与本机相同的 Wi-Fi，用系统浏览器打开 {help_url} ，下载证书 ca.crt。",
    "安卓：设置 → 安全 → 加密与凭据（或“更多安全设置”）→ 安装证书 → CA 证书 → 选择刚下载的 ca.crt。",
    "苹果：允许下载描述文件；设置 → 通用 → VPN 与设备管理 → 安装；"
    "再到 设置 → 通用 → 关于本机 → 证书信任设置 → 打开 Silian。",
    "手机显示的 SHA-256 指纹应与电脑终端上的一致，不一致就不要安装。",
    "用 Chrome 或 Safari 打开 {app_url} ，登录；再选“添加到主屏幕”。",
)
EN = (
    "Join the same Wi-Fi with the phone, open {help_url} in its own browser and download the certificate ca.crt.",
    "Android: Settings → Security → Encryption & credentials → Install a certificate → CA certificate → choose ca.crt.",
    "iPhone: allow the profile; Settings → General → VPN & Device Management → install; then Settings → General → About"
    " → Certificate Trust Settings → switch Silian on.",
    "The SHA-256 fingerprint on the phone must equal the one on the computer's terminal; if not, do not install it.",
    "Open {app_url} in Chrome or Safari and sign in; then choose “Add to Home screen”.",
)
REMOVE_ZH = "试用结束后，可在同一处删除该证书；它只对内网地址有效。"
REMOVE_EN = "After the trial, remove the certificate in the same place; it is good for private addresses only."

STYLE = (
    "body{font:1.1rem/1.6 sans-serif;max-width:36rem;margin:1.5rem auto;padding:0 1rem}"
    "h1{font-size:1.4rem}a{color:#a3201d}li{margin:.6rem 0}code{overflow-wrap:anywhere}"
    "@media(prefers-color-scheme:dark){body{background:#181512;color:#eee6da}a{color:#ff8a7a}}"
)
STYLE_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def as_text(help_url: str, app_url: str, fingerprint: str) -> str:
    blocks = []
    for steps, remove in ((ZH, REMOVE_ZH), (EN, REMOVE_EN)):
        lines = [f"  {number}. {step}" for number, step in enumerate(steps, start=1)]
        blocks.append("\n".join([*lines, f"     {remove}"]).format(help_url=help_url, app_url=app_url))
    return "\n\n".join([*blocks, f"  SHA-256  {fingerprint}"])


def as_page(help_url: str, app_url: str) -> str:
    """Without the fingerprint: whoever forges this page would forge that too."""
    links = {
        "help_url": f'<a href="{escape(help_url)}">{escape(help_url)}</a>',
        "app_url": f'<a href="{escape(app_url)}">{escape(app_url)}</a>',
    }

    def section(language: str, heading: str, button: str, steps: tuple[str, ...], remove: str) -> str:
        items = "".join(f"<li>{escape(step, quote=False).format(**links)}</li>" for step in steps)
        return (
            f'<section lang="{language}"><h1>{heading}</h1><p><a href="/ca.crt">{button}</a></p>'
            f"<ol>{items}</ol><p>{remove}</p></section>"
        )

    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>Silian 四联</title><style>{STYLE}</style></head><body>"
        + section("zh-CN", "在手机上打开四联", "下载证书 ca.crt", ZH, REMOVE_ZH)
        + section("en", "Open Silian on a phone", "Download the certificate ca.crt", EN, REMOVE_EN)
        + "</body></html>"
    )
