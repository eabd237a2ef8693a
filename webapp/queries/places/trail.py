"""What happened, and who did it: the append-only trail of one person, one event, or all."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from webapp.domain.permission import Reach, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, EnrollmentTransition, Event, HelperLink, User
from webapp.queries.reach import within
from webapp.queries.trail_entries import entries
from webapp.queries.word_search import matches_words

PAGE_SIZE = 50
_MOVE = EnrollmentTransition


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What the address of the page asks for; `before` is the id of the last row seen."""

    trigger: Trigger | None = None
    to_status: S | None = None
    query: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Moves, newest first; `next_before` asks for the page after this one, if there is one."""

    moves: Sequence[Row]
    next_before: int | None


def trail_page(asked: TrailFilter, *, reach: Reach, event_id: int | None = None) -> TrailPage:
    """A page of the trail of what is reached, or of one event; one statement."""
    query = (
        entries(_MOVE)
        .add_columns(User.name.label("person"), Event.title.label("event_title"), Event.timezone)
        .join(Enrollment, Enrollment.id == _MOVE.enrollment_id)
        .join(User, User.id == Enrollment.user_id)
        .join(Event, Event.id == _MOVE.event_id)
        .where(matches_words(User.search_text, asked.query), Event.deleted_at.is_(None))
    )
    if event_id is None:
        query = query.where(within(reach, Event.organization_id, Event.facility_id))
    else:
        query = query.where(_MOVE.event_id == event_id)
    if asked.trigger is not None:
        query = query.where(_MOVE.triggered_by == asked.trigger)
    if asked.to_status is not None:
        query = query.where(_MOVE.to_status == asked.to_status)
    if asked.before is not None:
        query = query.where(_MOVE.id < asked.before)
    rows = db.session.execute(query.order_by(_MOVE.id.desc()).limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    return TrailPage(shown, shown[-1].id if len(rows) > PAGE_SIZE else None)


def moves_of(enrollment_id: int) -> Sequence[Row]:
    """All moves of one enrollment, newest first."""
    query = entries(_MOVE).where(_MOVE.enrollment_id == enrollment_id)
    return db.session.execute(query.order_by(_MOVE.version.desc())).all()


def last_move(enrollment_id: int) -> Row | None:
    """The latest move of one enrollment."""
    query = entries(_MOVE).where(_MOVE.enrollment_id == enrollment_id)
    return db.session.execute(query.order_by(_MOVE.version.desc()).limit(1)).one_or_none()


def check_ins_of(enrollment_id: int) -> Sequence[Row]:
    """All check-ins of one enrollment with who made them and who took them back, newest first."""
    by, back_by, helper, back_helper = aliased(User), aliased(User), aliased(HelperLink), aliased(HelperLink)
    return db.session.execute(
        select(
            CheckIn.id,
            CheckIn.local_on,
            CheckIn.method,
            CheckIn.desk,
            CheckIn.at,
            CheckIn.device_at,
            by.name.label("actor_name"),
            helper.name.label("helper_name"),
            CheckInReversal.at.label("reversed_at"),
            CheckInReversal.reason.label("reversed_because"),
            back_by.name.label("reversed_by"),
            back_helper.name.label("reversed_by_helper"),
        )
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .outerjoin(by, by.id == CheckIn.actor_id)
        .outerjoin(helper, helper.id == CheckIn.helper_id)
        .outerjoin(back_by, back_by.id == CheckInReversal.actor_id)
        .outerjoin(back_helper, back_helper.id == CheckInReversal.helper_id)
        .where(CheckIn.enrollment_id == enrollment_id)
        .order_by(CheckIn.id.desc())
    ).all()
