"""Attendance of all classes of a facility in a period, and of all classes of a person."""

from datetime import date, timedelta

from flask import render_template
from sqlalchemy import Row

from webapp.domain.event_days import local_date
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.classes.roll_call_overview import FacilityReport, PersonClass, facility_report, person_classes
from webapp.queries.events.admin_events import name_of_person
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.roll_call.report import asked_date
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_facility

#: What is shown where no period is asked for, and the longest that may be.
_USUAL = timedelta(days=30)
_LONGEST_DAYS = 731


@blueprint.get("/facilities/<id:facility_id>/attendance")
@staff(Permission.VIEW_CLASSES)
def facility_attendance(facility_id: int):
    """`?from=2026-06-01&to=2026-06-30`: the classes with sessions in that period, and together."""
    facility, first, last, report = load_facility_report(facility_id)
    return render_template("admin/roll_call/facility.html", facility=facility, first=first, last=last, report=report)


@blueprint.get("/people/<id:user_id>/attendance")
@staff(Permission.VIEW_CLASSES)
def person_attendance(user_id: int):
    """A person's classes of the organizations whose classes the actor manages."""
    name, classes = load_person_classes(user_id)
    return render_template("admin/roll_call/person_classes.html", user_id=user_id, name=name, classes=classes)


def load_facility_report(facility_id: int) -> tuple[Row, date, date, FacilityReport]:
    """The facility of an organization whose classes the actor manages, the period of the address and its report.

    Raises `not_found`, `date_invalid`, `start_after_end`, `period_too_long`.
    """
    facility = load_facility(facility_id, Permission.VIEW_CLASSES)
    now = request_time.now()
    last = asked_date("to", local_date(now, facility.timezone))
    first = asked_date("from", last - _USUAL)
    if first > last:
        raise Refused("start_after_end", starts_on=first, ends_on=last)
    if (last - first).days > _LONGEST_DAYS:
        raise Refused("period_too_long", days=_LONGEST_DAYS)
    return facility, first, last, facility_report(facility_id, first, last, timezone=facility.timezone, now=now)


def load_person_classes(user_id: int) -> tuple[str | None, list[PersonClass]]:
    """A person who is or was in a class that the actor manages, with those classes; or `not_found`."""
    reach = the_actor().reach(Permission.VIEW_CLASSES)
    classes = person_classes(user_id, reach, now=request_time.now())
    if not classes:
        raise Refused("not_found")
    return name_of_person(user_id), classes
