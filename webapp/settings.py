"""Settings: from the environment, with embedded defaults, so that one machine needs none. Units are in the names."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from webapp.keeping import keep_secret

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
MIGRATIONS = ROOT / "migrations"
KNOWN_SECRETS = {"", "dev", "secret", "changeme", "change-me", "silian", "password", "test"}
SECRET_LEAST_CHARACTERS = 32
DEMO_PASSWORD_FILE = "demo-password"
DEMO_BANNER = {
    "zh": "这是演示小区，人和事都是编的，办公台登录不用第二步。请不要写真实的情况",
    "en": "This is a demo estate. People and matters are invented, and the desk asks for no second step. "
    "Please write nothing real",
}


class Refused(Exception):
    """Silian does not start like this; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """What differs between one installation and another."""

    instance: Path
    database_url: str
    secret_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None  # where people reach Silian, for the links of invitations
    rp_id: str | None = None  # the site that passkeys are made for; else the host that is asked
    source_url: str | None = None  # where its source is, for whoever uses it over a network (AGPL, 13)
    web_workers: int = 2
    web_threads: int = 8
    trust_proxy: int = 0  # how many proxies of our own stand in front and set X-Forwarded-*
    push_allow: tuple[str, ...] = ()  # exact origins of push services beside the known ones, for tests
    vapid_key: Path = Path("vapid.pem")
    vapid_subject: str = "mailto:silian@localhost"
    redis_url: str | None = None
    sign_in_days: int = 90
    sign_in_written_minutes: int = 60
    invitation_hours: int = 24
    form_token_hours: int = 12
    backups_kept: int = 0  # how many of the nightly backups; none are made with 0
    log_level: str = "info"
    second_step: bool = True  # no variable switches it off; a demo estate and tests go without
    testing: bool = False

    @property
    def blobs(self) -> Path:
        """Where photos and recordings lie."""
        return self.instance / "blobs"

    @property
    def backups(self) -> Path:
        """Where backups lie, and the copies of the database that ``silian upgrade`` makes."""
        return self.instance / "backups"

    @property
    def jobs_path(self) -> Path:
        """huey's own SQLite file, where there is no Redis."""
        return self.instance / "jobs.sqlite3"

    @property
    def database_path(self) -> Path | None:
        """The file of an SQLite database."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path) if scheme.startswith("sqlite") and path and path != ":memory:" else None

    @property
    def asks_second_step(self) -> bool:
        """Whether the desk asks for more than a password."""
        return self.second_step and not self.demo

    @property
    def demo(self) -> bool:
        """Whether the demo estate was set up here."""
        return (self.instance / DEMO_PASSWORD_FILE).exists()


def from_environment(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Reads the environment; ``overrides`` win over it."""
    env = os.environ if environ is None else environ
    instance = Path(overrides.pop("instance", None) or env.get("INSTANCE") or ROOT / "instance").absolute()
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = overrides.pop("secret_key", None) or env.get("SECRET_KEY")
    allow = [origin.strip().rstrip("/") for origin in env.get("SILIAN_PUSH_ALLOW", "").split(",")]
    settings = Settings(
        instance=instance,
        database_url=_database(env.get("DATABASE_URL")) or f"sqlite:///{instance / 'silian.sqlite3'}",
        secret_key=keep_secret(instance / "secret-key") if secret is None else secret,
        host=env.get("HOST") or Settings.host,
        port=_whole(env, "PORT", Settings.port, most=65535),
        public_url=env.get("PUBLIC_URL") or None,
        rp_id=env.get("RP_ID") or None,
        source_url=_address(env, "SOURCE_URL"),
        web_workers=_whole(env, "WEB_WORKERS", Settings.web_workers, least=1),
        web_threads=_whole(env, "WEB_THREADS", Settings.web_threads, least=1),
        trust_proxy=_whole(env, "TRUST_PROXY", 0, most=5),
        push_allow=tuple(origin for origin in allow if origin),
        vapid_key=Path(env.get("VAPID_KEY") or instance / "vapid.pem"),
        vapid_subject=env.get("VAPID_SUBJECT") or Settings.vapid_subject,
        redis_url=env.get("REDIS_URL") or None,
        backups_kept=_whole(env, "BACKUPS_KEPT", Settings.backups_kept),
        log_level=env.get("LOG_LEVEL") or Settings.log_level,
    )
    settings = replace(settings, **overrides)
    if _is_known(settings.secret_key) and not settings.demo:
        raise Refused(
            "SECRET_KEY is a well-known word or shorter than 32 characters. "
            "Leave it out, and Silian makes one in instance/secret-key; or give it a long random text."
        )
    return settings


def _address(env: Mapping[str, str], name: str) -> str | None:
    """Shown as a link to everybody, so nothing but an address of a page."""
    given = env.get(name, "").strip()
    if given and not re.match(r"https?://[^\s/]+", given):
        raise Refused(f"{name} is {given!r}. It is to be an address that begins with https:// or http://, or left out.")
    return given or None


def _database(url: str | None) -> str | None:
    """Hosts hand out ``postgres://…``; the driver here is psycopg 3."""
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url) if url else None


def _is_known(secret: str) -> bool:
    return secret.lower() in KNOWN_SECRETS or len(secret) < SECRET_LEAST_CHARACTERS


def _whole(env: Mapping[str, str], name: str, usual: int, least: int = 0, most: int = 1000) -> int:
    text = env.get(name, "").strip()
    if not text:
        return usual
    if not text.isdecimal() or not least <= int(text) <= most:
        raise Refused(f"{name} is {text!r}; it must be a whole number from {least} to {most}.")
    return int(text)


def current() -> Settings:
    """The settings of the app at hand."""
    found = current_app.config["SILIAN"]
    assert isinstance(found, Settings)
    return found


def demo_banner(app: Flask) -> dict[str, str] | None:
    """What the desk says on top of every page of a demo estate, by language; None where the estate is real."""
    settings: Settings = app.config["SILIAN"]
    return DEMO_BANNER if settings.demo else None
