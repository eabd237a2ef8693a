"""The command groups."""

from flask.cli import AppGroup

from webapp.cli import attendance, demo, exports, imports, jobs, ops

GROUPS: tuple[AppGroup, ...] = (attendance.group, demo.group, imports.group, exports.group, jobs.group, ops.group)
