"""What people said after an event, as rows: as many as a test needs, in one statement."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import insert

from webapp.models import AttendanceResponse, ScheduledAttendancePrompt
from webapp.services.unit_of_work import write_transaction

#: Who, which answer, rating, comment.
Opinion = tuple[int, str, int | None, str | None]


def keep_opinions(app, event_id: int, opinions: Iterable[Opinion], *, at: datetime) -> None:
    """One answer after the other, a minute apart; `unknown` is somebody who stayed silent."""
    rows = []
    for number, (user_id, answer, rating, comment) in enumerate(opinions):
        when = at + timedelta(minutes=number)
        rows.append(
            {
                "event_id": event_id,
                "user_id": user_id,
                "answer": answer,
                "answered_at": None if answer == "unknown" else when,
                "changed_at": when,
                "created_at": when,
                "rating": rating,
                "comment": comment,
                "feedback_at": when if rating or comment else None,
            }
        )
    with app.app_context(), write_transaction() as session:
        session.execute(insert(AttendanceResponse.__table__), rows)


def keep_prompts(app, event_id: int, people: Iterable[int], *, at: datetime, is_sent: bool = True) -> None:
    """Everybody was asked, or is going to be."""
    rows = [
        {
            "event_id": event_id,
            "user_id": user_id,
            "number": 1,
            "due_at": at,
            "created_at": at,
            "sent_at": at if is_sent else None,
        }
        for user_id in people
    ]
    with app.app_context(), write_transaction() as session:
        session.execute(insert(ScheduledAttendancePrompt.__table__), rows)
