"""The signed cookie of a page, which holds the token of its forms and what is said once."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class PageCookie(SecureCookieSessionInterface):
    """Flask's own session, but what signs it is made once for each set of keys, and not with each request."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = (app.secret_key, *app.config["SECRET_KEY_FALLBACKS"])
        if keys not in self._made:
            self._made[keys] = super().get_signing_serializer(app)
        return self._made[keys]


def register(app: Flask) -> None:
    app.session_interface = PageCookie()
