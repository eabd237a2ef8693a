"""Blueprints by audience. A view parses, authorises by loading, calls, and renders."""

from flask import Flask

from webapp.views import current_actor, errors, health, reader_language
from webapp.views.addresses import register_addresses
from webapp.views.blueprints import BLUEPRINTS, DEMO_BLUEPRINTS
from webapp.views.forms.pickers import register_pickers
from webapp.views.guards import deny_unguarded
from webapp.views.http import compression, page_cookie, rate_limits, request_log, routing, security, unreadable, uploads
from webapp.views.http.assets import register_assets
from webapp.views.words.explaining import register_explaining
from webapp.views.words.formatting import register_formatting
from webapp.views.words.prose import register_prose
from webapp.views.words.team_words import register_team_words


def register_views(app: Flask) -> None:
    """Everything between a request and a service, in the order it runs."""
    routing.register(app)
    uploads.register(app)
    page_cookie.register(app)
    request_log.register(app)
    compression.register(app)
    health.register(app)
    reader_language.register(app)
    security.register(app)
    current_actor.register(app)
    errors.register(app)
    unreadable.register(app)
    rate_limits.register(app)
    register_assets(app)
    register_addresses(app)
    register_pickers(app)
    register_formatting(app)
    register_prose(app)
    register_explaining(app)
    register_team_words(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if app.extensions["settings"].is_demo:
        for blueprint in DEMO_BLUEPRINTS:
            app.register_blueprint(blueprint)
    app.before_request(deny_unguarded)
