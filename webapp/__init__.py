"""Turnout: from signing up to who actually showed up."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from redis.backoff import NoBackoff
from redis.retry import Retry

from webapp import clock
from webapp.adapters.livekit import load_library
from webapp.adapters.postgres_cursor import QuickCursor
from webapp.config import Settings
from webapp.extensions import SQLITE_PATIENCE, init_extensions
from webapp.queueing import Nudger, connect

_ROOT = Path(__file__).resolve().parent.parent

#: The longest body of an ordinary form; uploads and hooks set their own.
MAX_FORM_BYTES = 256 * 1024


class _App(Flask):
    """Flask, told that no view and no hook of ours is a coroutine; it would look at twenty of them in each request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The app for these settings (by default those of the process environment).

    Raises SettingsError with one clear line when a setting cannot be used.
    """
    from webapp.cli import register_commands  # noqa: PLC0415 -- the CLI imports services
    from webapp.views import register_views  # noqa: PLC0415 -- views import services
    from webapp.views.template_environment import TemplateEnvironment  # noqa: PLC0415 -- see above

    settings = settings or Settings.from_env()
    app = _App(
        "webapp",
        root_path=str(_ROOT / "webapp"),
        template_folder=str(_ROOT / "templates"),
        static_folder=str(_ROOT / "static"),
    )
    app.jinja_environment = TemplateEnvironment
    app.config.from_mapping(_flask_config(settings))
    app.extensions["settings"] = settings
    app.extensions["nudger"] = Nudger(settings.redis_url)
    app.extensions["redis"] = connect(settings.redis_url)
    #: What a web server does before it forks its workers.
    app.extensions["warm_up"] = (load_library,) if settings.expects_webhooks else ()
    if settings.is_demo:
        clock.allow_moving(settings.clock_file)
    else:
        clock.forbid_moving()
    init_extensions(app)
    register_views(app)
    register_commands(app)
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    secure = settings.is_production
    limiter_url = settings.redis_url.replace("unix://", "redis+unix://", 1)
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.previous_secret_keys),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings.database_url),
        "MIGRATIONS_DIRECTORY": _ROOT / "webapp" / "migrations",
        "MAX_CONTENT_LENGTH": MAX_FORM_BYTES,
        "MAX_FORM_PARTS": 200,
        "TRUSTED_HOSTS": list(settings.hosts),
        "SESSION_COOKIE_NAME": "__Host-page" if secure else "turnout_page",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A desk page stays open all day: the token lives as long as its session.
        "WTF_CSRF_TIME_LIMIT": None,
        "RATELIMIT_ENABLED": settings.rate_limits,
        "RATELIMIT_STORAGE_URI": limiter_url,
        # Redis away must neither stop nor hold up anybody who signs in: two short tries (0.2 s
        # together), no repeats, then the same limits are counted in this process.
        "RATELIMIT_STORAGE_OPTIONS": {
            "socket_timeout": 0.1,
            "socket_connect_timeout": 0.1,
            "retry": Retry(NoBackoff(), 0),
        },
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "RATELIMIT_SWALLOW_ERRORS": True,
    }


def _engine_options(database_url: str) -> dict[str, object]:
    if database_url.startswith("sqlite"):
        patient = {"connect_args": {"timeout": SQLITE_PATIENCE}}
        return {**patient, "pool_size": 10, "max_overflow": 10, "hide_parameters": True}
    keep_alive = {"keepalives_idle": 10, "tcp_user_timeout": 20_000}
    # In UTC instants need no conversion. PostgreSQL counts the wait anew for each lock, and a row that somebody keeps
    # is waited for twice: first for the head of its line, then for its holder.
    limits = "-c statement_timeout=60000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=30000"
    # An event is shown with nine tables. Beyond eight the order of a statement is kept as it is written, so a page of
    # a list would be put together for every event before the few it shows are looked at.
    orders = "-c join_collapse_limit=12 -c from_collapse_limit=12"
    return {
        "pool_size": 5,
        "max_overflow": 5,
        "pool_recycle": 1800,
        # Values of a failed statement are people's data: they belong in no log.
        "hide_parameters": True,
        "connect_args": {**keep_alive, "cursor_factory": QuickCursor, "options": f"-c timezone=UTC {limits} {orders}"},
    }
