"""Commands: `flask --app wsgi GROUP VERB`. Each parses, calls one service, prints."""

from flask import Flask

from webapp.cli.groups import GROUPS


def register_commands(app: Flask) -> None:
    """Add every group that exists in this environment."""
    is_demo = app.extensions["settings"].is_demo
    for group in GROUPS:
        if group.name != "demo" or is_demo:
            app.cli.add_command(group)
