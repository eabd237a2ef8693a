"""The demonstration's events with people at the door: running, just over, and closed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from webapp.domain.event_days import local_date
from webapp.domain.permission import Role
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.extensions import db
from webapp.models import CheckIn
from webapp.services.demo.demo_cast import CAST, CROWD
from webapp.services.demo.demo_plan import PlannedEvent
from webapp.services.demo.demo_stage import Stage, once
from webapp.services.desk.undo_check_in import undo_check_in
from webapp.services.events.closure import close_event
from webapp.services.events.override import override_status

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


#: Of the studio nights the one, by its number, to which hardly anybody came, and how many were at the first.
_STORMY, _FIRST_GUESTS = 7, 13


def tell_camp(stage: Stage, plan: PlannedEvent) -> None:
    """Day two of three, 40 people: 26 came yesterday, half are in today, one tap was a mistake."""
    began = plan.starts_at - 14 * _DAY
    camp = stage.event("demo-camp", plan, at=began)
    guests = [*list(CAST)[:10], *CROWD]
    stage.enroll(camp, guests, first=began + _HOUR, every=5 * _HOUR)
    first, step = plan.starts_at + 2 * _MINUTE, 1.5 * _MINUTE
    stage.check_in(camp, guests[:26], first=first, last=first + 25 * step)
    opens, latest = _this_morning(stage.now, plan.timezone)
    stage.check_in(camp, guests[10:30], first=opens, last=latest)
    stage.check_in(camp, guests[30:31], first=latest, last=latest)
    _take_back(stage, camp, guests[30], at=stage.now)


def _take_back(stage: Stage, event_id: int, who: str, *, at: datetime) -> None:
    mistaken = db.session.scalars(
        select(CheckIn.id)
        .where(CheckIn.enrollment_id == stage.enrollment(event_id, who).id)
        .order_by(CheckIn.id.desc())
        .limit(1)
    ).one()
    undo_check_in(
        event_id=event_id,
        check_in_id=mistaken,
        crew=[stage.actor("organizer", Role.ORGANIZER)],
        request_id="demo-the-wrong-name",
        now=at,
        reason="The wrong name was tapped",
    )


def tell_mending(stage: Stage, plan: PlannedEvent) -> None:
    """Over, but not closed: nine of twelve were there."""
    began = plan.starts_at - 8 * _DAY
    mending = stage.event("demo-mending", plan, at=began)
    guests = ["ana", "ben", "masako", "lukasz", "daria", *list(CROWD)[20:27]]
    stage.enroll(mending, guests, first=began + _HOUR, every=9 * _HOUR)
    stage.check_in(mending, guests[:9], first=plan.starts_at + 3 * _MINUTE, last=plan.starts_at + 20 * _MINUTE)


def tell_printing(stage: Stage, plan: PlannedEvent) -> None:
    """Closed by the closure itself: both days, one day, never there; and one correction since."""
    began = plan.starts_at - 12 * _DAY
    printing = stage.event("demo-printing", plan, at=began)
    guests = ["ana", "lukasz", "mohamed", "zoe", "siobhan", "uri", "minjun", *list(CROWD)[:4]]
    stage.enroll(printing, guests, first=began + _HOUR, every=11 * _HOUR)
    if plan.ends_at is None:
        raise ValueError("the plan has no end")
    stage.cancel(printing, "uri", at=plan.starts_at - 3 * _DAY)
    for starts_at, there in ((plan.starts_at, [0, 1, 2, 4, 7, 8, 9]), (plan.ends_at - 4 * _HOUR, [0, 1, 3, 7, 8])):
        came = [guests[number] for number in there]
        stage.check_in(printing, came, first=starts_at + _MINUTE, last=starts_at + 12 * _MINUTE)
    close_event(event_id=printing, now=plan.ends_at + 15 * _MINUTE)
    missed = stage.enrollment(printing, "mohamed")
    with once():
        override_status(
            enrollment_id=missed.id,
            to_status=EnrollmentStatus.ATTENDED,
            expected_version=missed.version,
            actor=stage.actor("admin", Role.ADMIN),
            now=plan.ends_at + _DAY,
            reason="Came through the back door on the second day, the teacher confirms it",
        )


def tell_past_evenings(stage: Stage, plans: list[PlannedEvent]) -> None:
    """Closed long ago: a few more come each season, most of them every time, but for one stormy evening."""
    crowd = list(CROWD)
    for month, plan in enumerate(plans):
        if plan.ends_at is None:
            raise ValueError("the plan has no end")
        began = plan.starts_at - 10 * _DAY
        evening = stage.event(f"demo-evening-{month}", plan, at=began)
        guests = [crowd[(number + 2 * month) % len(crowd)] for number in range(_FIRST_GUESTS + month // 2)]
        stage.enroll(evening, guests, first=began + _HOUR, every=6 * _HOUR)
        absent = 6 if month == _STORMY else 2
        came = [who for number, who in enumerate(guests) if (number * 7 + month * 3) % 11 >= absent]
        stage.check_in(evening, came, first=plan.starts_at + _MINUTE, last=plan.starts_at + 40 * _MINUTE)
        close_event(event_id=evening, now=plan.ends_at + 15 * _MINUTE)


def _this_morning(now: datetime, timezone: str) -> tuple[datetime, datetime]:
    """From when to when people came in today: from half past nine, but always before now."""
    zone = ZoneInfo(timezone)
    today = local_date(now, timezone)
    midnight = datetime.combine(today, time(0), zone).astimezone(UTC)
    opened = datetime.combine(today, time(9, 30), zone).astimezone(UTC)
    latest = max(now - 2 * _MINUTE, midnight)
    return max(midnight, min(opened, latest - 90 * _MINUTE)), latest
