"""The application: settings, database, sign-in, domains, error pages; nothing else."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, Response
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import db as database
from webapp import errors, logs, security, settings
from webapp.alerts import vapid
from webapp.people import sign_in, throttle
from webapp.shell import statics

# Lower domains first, as the layers of pyproject.toml have them.
DOMAINS = ("people", "places", "blobs", "patrols", "visits", "opinions", "cases", "records", "alerts", "privacy")
PARTS = (
    "models", "key_models", "schemas", "permissions", "rights", "feeds", "raising", "commands",
    "reminding", "photos", "telling", "sending", "sweeping",
)  # fmt: skip
VIEWS = (
    "people.views", "shell.views", "shell.sync_views", "blobs.views", "alerts.views", "privacy.views", "desk.views",
)  # fmt: skip
# Protected by the device header, the Origin and application/json instead of a form token (PROMISES, Security).
WITHOUT_FORM_TOKEN = ("people.views", "shell.sync_views", "blobs.views", "alerts.views", "privacy.views")
BODY_MOST_BYTES = 4 * 1024 * 1024

csrf = CSRFProtect()
migrate = Migrate(directory=str(settings.MIGRATIONS), render_as_batch=True, compare_type=True)


class Silian(Flask):
    """Flask, with built files that know their packed siblings."""

    def send_static_file(self, filename: str) -> Response:
        return statics.send(Path(self.static_folder or ""), filename)


def create_app(**overrides: Any) -> Flask:
    """The app by the environment; ``overrides`` are fields of ``settings.Settings`` that win over it."""
    chosen = settings.from_environment(**overrides)
    logs.configure(chosen.log_level)
    app = Silian(__name__, static_folder="../static/dist", static_url_path="/static", template_folder="../templates",
                 instance_path=str(chosen.instance))  # fmt: skip
    app.config.from_mapping(_flask_settings(chosen))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if chosen.trust_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[chosen.trust_proxy] * 3)  # type: ignore[method-assign]
    database.db.init_app(app)
    with app.app_context():
        database.prepare(database.db.engine)
    load_domains()
    security.init_app(app)
    sign_in.init_app(app)
    throttle.limiter.init_app(app)
    csrf.init_app(app)
    migrate.init_app(app, database.db)
    statics.init_app(app)
    errors.init_app(app)
    for name in VIEWS:
        if (module := _find(name)) is not None:
            app.register_blueprint(module.blueprint)
            if name in WITHOUT_FORM_TOKEN:
                csrf.exempt(module.blueprint)
    app.context_processor(
        lambda: {"demo_banner": settings.demo_banner(app), "source_url": app.config["SILIAN"].source_url}
    )
    return app


def load_domains() -> None:
    """Imports every domain's tables, commands and jobs, which register themselves."""
    for domain in DOMAINS:
        for part in PARTS:
            _find(f"{domain}.{part}")
    _find("appointing")
    _find("periodic")


def _find(name: str) -> ModuleType | None:
    """The module of this package, if there is one; an error inside it is not taken for its absence."""
    full = f"{__name__}.{name}"
    return import_module(full) if find_spec(full) else None


def _flask_settings(chosen: settings.Settings) -> dict[str, Any]:
    return {
        "SILIAN": chosen,
        "TESTING": chosen.testing,
        "SECRET_KEY": chosen.secret_key,
        "SQLALCHEMY_DATABASE_URI": chosen.database_url,
        # An error's text would quote the values that were being written. The connection that was used last is taken
        # first: its statements are prepared, and what it has read is still at hand.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, "pool_use_lifo": True},
        "MAX_CONTENT_LENGTH": BODY_MOST_BYTES,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": chosen.form_token_hours * 3600,
        "WTF_CSRF_SSL_STRICT": False,  # the Origin is looked at on every request, http or https
        "RATELIMIT_STORAGE_URI": chosen.redis_url or "memory://",
        "RATELIMIT_HEADERS_ENABLED": False,
        "PUSH_PUBLIC_KEY": vapid.public_key(chosen.vapid_key) if chosen.vapid_key.exists() else None,
    }
