"""The command groups."""

from flask.cli import AppGroup

GROUPS: tuple[AppGroup, ...] = ()
