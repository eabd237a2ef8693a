"""The command groups."""

from flask.cli import AppGroup

from webapp.cli import demo, exports, imports, jobs, ops

GROUPS: tuple[AppGroup, ...] = (demo.group, imports.group, exports.group, jobs.group, ops.group)
