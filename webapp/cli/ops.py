"""`ops`: everything an operator of the installation does from a shell."""

import click
from flask import current_app
from flask.cli import AppGroup

from webapp.config import Settings
from webapp.services.preparation import migrate_tables, preparing_alone

group = AppGroup("ops", help="Prepare, watch and check the installation.")


@group.command("prepare")
def prepare() -> None:
    """Migrate the database and lay out what has to be there. Safe to repeat, also at once."""
    settings: Settings = current_app.extensions["settings"]
    with preparing_alone(settings.home):
        migrate_tables()
    click.echo("The database is ready.")
