"""Online sessions: planning them, the live room, the report."""

from webapp.views.admin.online import (
    session_files,
    session_live,
    session_marks,
    session_people,
    session_report,
    sessions,
)

__all__ = [
    "session_files",
    "session_live",
    "session_marks",
    "session_people",
    "session_report",
    "sessions",
]
