"""Language and large type, each kept in a cookie, so that they work without JavaScript and before the sign-in."""

from __future__ import annotations

from typing import Final

from flask import Request, Response

LANGUAGE_COOKIE: Final = "silian-desk-language"
ELDER_COOKIE: Final = "silian-desk-elder"
KEPT_SECONDS: Final = 365 * 86400
LANGUAGES: Final = ("zh", "en")


def language(request: Request, accounts: str | None = None) -> str:
    """What was chosen at this desk, else the account's, else what the browser asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    if accounts:
        return "en" if accounts.startswith("en") else "zh"
    return request.accept_languages.best_match(LANGUAGES, "zh") or "zh"


def elder(request: Request) -> bool:
    return request.cookies.get(ELDER_COOKIE) == "on"


def keep(response: Response, request: Request, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=KEPT_SECONDS, path="/desk", secure=request.is_secure, httponly=True, samesite="Lax"
    )
