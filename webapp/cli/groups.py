"""The command groups."""

from flask.cli import AppGroup

from webapp.cli import demo, ops

GROUPS: tuple[AppGroup, ...] = (demo.group, ops.group)
