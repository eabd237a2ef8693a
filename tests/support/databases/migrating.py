"""Builds a database the way a production machine does: by running the migrations."""

from pathlib import Path

import flask_migrate

from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db


def migrate(database_url: str, home: Path) -> None:
    """All migrations, then every connection closed, so the result can be copied as a template."""
    settings = Settings.for_tests(database_url=database_url, redis_url="unix:///nowhere", home=home)
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
