"""Job runs and mails."""

from webapp.views.admin.work import (
    jobs,
    mails,
)

__all__ = [
    "jobs",
    "mails",
]
