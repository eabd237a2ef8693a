"""The demonstration's classes: two that start tomorrow in two zones, and one that has run for three weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from webapp.domain.classes.activation import morning_of
from webapp.domain.classes.class_draft import ClassDraft, ProgramDraft
from webapp.domain.classes.session_change import SessionChange
from webapp.domain.event_days import local_date
from webapp.domain.permission import Actor, Role, Trigger
from webapp.domain.recurrence import SessionPlan, parse_rule
from webapp.extensions import db
from webapp.models import ClassSession
from webapp.services.accounts.households import Whom
from webapp.services.classes.activation.class_activation import activate_facility
from webapp.services.classes.class_editing import create_class
from webapp.services.classes.class_sessions import Chosen, change_sessions, plan_sessions
from webapp.services.classes.people.class_enrollment import enroll_in_class
from webapp.services.classes.people.facility_people import add_to_facility
from webapp.services.classes.program import create_program
from webapp.services.demo.demo_cast import ALL, address
from webapp.services.demo.demo_plan import BERLIN, SAO_PAULO
from webapp.services.demo.demo_roll_call import tell_roll_call
from webapp.services.demo.demo_stage import Stage, once

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
#: A class of the demonstration lasts so long.
_WEEKS = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class PlannedClass:
    """One class: where and when, who is in it, and when its sessions recur."""

    name: str
    title: str
    description: str
    timezone: str
    starts_on: date
    capacity: int
    rule: str
    at: time
    #: In the order in which they enrolled; those beyond the capacity wait.
    people: Sequence[str]
    teacher: str = "organizer"


def planned_classes(now: datetime) -> tuple[PlannedClass, PlannedClass, PlannedClass]:
    """The one that runs, and the two that start tomorrow, each on the date of its own zone."""
    return (
        PlannedClass(
            "demo-class-weaving",
            "Weaving, from warp to cloth",
            "Eight weeks at the loom, twice a week.",
            BERLIN,
            local_date(now, BERLIN) - 21 * _DAY,
            10,
            "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=14",
            time(18, 30),
            ("masako", "lukasz", "zoe", "lan", "saranya", "amara.okafor", "jonas.weber", "greta.vogel"),
            "teacher",
        ),
        PlannedClass(
            "demo-class-wheel",
            "Wheel throwing for beginners",
            "From the first ball of clay to a glazed bowl.",
            BERLIN,
            local_date(now, BERLIN) + _DAY,
            6,
            "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=14",
            time(18, 30),
            ("ana", "ben", "mohamed", "siobhan", "uri", "hanna.lindqvist", "aoife.byrne", "kwame.mensah"),
        ),
        PlannedClass(
            "demo-class-bikes",
            "Bike mechanics",
            "Brakes, gears and wheels: one part of the bike a week.",
            SAO_PAULO,
            local_date(now, SAO_PAULO) + _DAY,
            5,
            "FREQ=WEEKLY;BYDAY=SA;COUNT=6",
            time(10, 0),
            ("daria", "minjun", "priya", "camila.duarte", "bruno.teixeira", "joao.pereira"),
        ),
    )


def tell_classes(stage: Stage) -> dict[str, int]:
    """One program at both places with its three classes; their ids by name."""
    began = stage.now - 40 * _DAY
    program_id = create_program(
        organization_id=stage.organization_id,
        draft=ProgramDraft("Courses", "Eight weeks of learning by hand.", tuple(sorted(stage.facilities.values()))),
        request_id="demo-courses",
        now=began,
    )
    return {plan.name: _tell_class(stage, program_id, plan, began) for plan in planned_classes(stage.now)}


def _tell_class(stage: Stage, program_id: int, plan: PlannedClass, began: datetime) -> int:
    facility_id, organizer = stage.facilities[plan.timezone], stage.actor("organizer", Role.ORGANIZER)
    draft = ClassDraft(
        title=plan.title,
        description=plan.description,
        facility_id=facility_id,
        room_id=None,
        instructor_id=stage.people[plan.teacher],
        capacity=plan.capacity,
        has_waitlist=True,
        starts_on=plan.starts_on,
        ends_on=plan.starts_on + _WEEKS,
        required_percent=80,
    )
    class_id = create_class(
        program_id=program_id, draft=draft, actor=organizer, by=Trigger.ORGANIZER, request_id=plan.name, now=began
    )
    _plan_sessions(class_id, plan, stage.people[plan.teacher], organizer, began)
    add_to_facility(facility_id=facility_id, names={Whom(address(who)): ALL[who] for who in plan.people}, now=began)
    for number, who in enumerate(plan.people):
        with once():
            enroll_in_class(
                class_id=class_id,
                user_id=stage.people[who],
                actor=organizer,
                by=Trigger.ORGANIZER,
                now=began + _HOUR + number * 17 * _HOUR,
            )
    if plan.starts_on < local_date(stage.now, plan.timezone):
        morning = morning_of(plan.starts_on, began, plan.timezone)
        activate_facility(facility_id=facility_id, local_on=morning.local_on, now=morning.at, morning=morning)
        tell_roll_call(class_id, [stage.people[who] for who in plan.people], organizer, stage.now)
        _meet_online(class_id, organizer, stage.now)
    return class_id


def _plan_sessions(class_id: int, plan: PlannedClass, teacher_id: int, organizer: Actor, began: datetime) -> None:
    """Once: a rule that is written again would give the sessions again."""
    if db.session.scalar(select(ClassSession.id).where(ClassSession.class_id == class_id).limit(1)) is not None:
        return
    sessions = SessionPlan(
        rule=parse_rule(plan.rule),
        starts_on=plan.starts_on,
        at=plan.at,
        minutes=90,
        room_id=None,
        instructor_id=teacher_id,
    )
    plan_sessions(class_id=class_id, plan=sessions, actor=organizer, now=began)


def _meet_online(class_id: int, organizer: Actor, now: datetime) -> None:
    """The next session is held online; once."""
    coming = db.session.execute(
        select(ClassSession.id, ClassSession.version, ClassSession.online_kind)
        .where(ClassSession.class_id == class_id, ClassSession.starts_at > now)
        .order_by(ClassSession.starts_at)
        .limit(1)
    ).one_or_none()
    if coming is None or coming.online_kind is not None:
        return
    change_sessions(
        class_id=class_id,
        chosen=Chosen(coming.id, coming.version),
        change=SessionChange({"online_kind": "academic"}),
        reason="The workshop has no heating that evening: we meet online.",
        actor=organizer,
        now=now,
    )
