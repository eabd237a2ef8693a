"""The command groups."""

from flask.cli import AppGroup

from webapp.cli import ops

GROUPS: tuple[AppGroup, ...] = (ops.group,)
