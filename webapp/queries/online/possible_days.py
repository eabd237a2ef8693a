"""The days on which somebody may have been online, as far as anybody knows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from webapp.domain.event_days import local_date
from webapp.domain.events.closure import Doubt
from webapp.queries.online.doubt import open_questions

#: Enrollment id -> (days, why it is not known).
PossibleDays = dict[int, tuple[set[date], set[Doubt]]]


def possible_days(session: Session, event: Any, enrollment_ids: Sequence[int] | None) -> PossibleDays:
    """Of those people (None: of everybody) in an event, which reads like its row with its policy.

    Nobody where online presence does not count; one statement.
    """
    found: PossibleDays = {}
    if not event.online_counts or enrollment_ids == []:
        return found
    for row in open_questions(session, event.id, enrollment_ids):
        days, why = found.setdefault(row.enrollment_id, (set(), set()))
        days.add(local_date(row.starts_at, event.timezone))
        why.add(Doubt(row.doubt))
    return found
