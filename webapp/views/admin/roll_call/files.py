"""Taking attendance in classes away, for a spreadsheet."""

from flask import Response

from webapp.domain.event_days import local_date
from webapp.domain.permission import Permission
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.classes.roll_call_files import (
    facility_csv,
    marks_csv,
    people_csv,
    person_csv,
    roster_csv,
    sessions_csv,
)
from webapp.queries.classes.roll_call_report import class_report, roster_on
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.roll_call.overview import load_facility_report, load_person_classes
from webapp.views.admin.roll_call.report import asked_date
from webapp.views.guards import staff
from webapp.views.http.download import download
from webapp.views.loading import load_staff_class


@blueprint.get("/classes/<id:class_id>/report/people.csv")
@staff(Permission.VIEW_CLASSES)
def class_people_csv(class_id: int) -> Response:
    """The people of a class in numbers."""
    facts = load_staff_class(class_id, Permission.VIEW_CLASSES)
    return download(
        people_csv(facts, class_report(facts, now=request_time.now())), _file_name(facts, "people"), "text/csv"
    )


@blueprint.get("/classes/<id:class_id>/report/sessions.csv")
@staff(Permission.VIEW_CLASSES)
def class_sessions_csv(class_id: int) -> Response:
    """The sessions of a class in numbers."""
    facts = load_staff_class(class_id, Permission.VIEW_CLASSES)
    lines = sessions_csv(facts, class_report(facts, now=request_time.now()))
    return download(lines, _file_name(facts, "sessions"), "text/csv")


@blueprint.get("/classes/<id:class_id>/report/marks.csv")
@staff(Permission.VIEW_CLASSES)
def class_marks_csv(class_id: int) -> Response:
    """Every mark of a class."""
    facts = load_staff_class(class_id, Permission.VIEW_CLASSES)
    return download(marks_csv(facts), _file_name(facts, "marks"), "text/csv")


@blueprint.get("/classes/<id:class_id>/roster.csv")
@staff(Permission.VIEW_CLASSES)
def class_roster_csv(class_id: int) -> Response:
    """Who had a place on a date."""
    facts = load_staff_class(class_id, Permission.VIEW_CLASSES)
    on = asked_date("on", local_date(request_time.now(), facts.timezone))
    return download(roster_csv(facts, roster_on(facts, on)), _file_name(facts, f"roster-{on}"), "text/csv")


@blueprint.get("/facilities/<id:facility_id>/attendance.csv")
@staff(Permission.VIEW_CLASSES)
def facility_attendance_csv(facility_id: int) -> Response:
    """The classes of a facility in a period in numbers."""
    _, first, last, report = load_facility_report(facility_id)
    return download(facility_csv(report), f"facility-{facility_id}-{first}-to-{last}.csv", "text/csv")


@blueprint.get("/people/<id:user_id>/attendance.csv")
@staff(Permission.VIEW_CLASSES)
def person_attendance_csv(user_id: int) -> Response:
    """A person's classes in numbers."""
    _, classes = load_person_classes(user_id)
    return download(person_csv(classes), f"person-{user_id}-attendance.csv", "text/csv")


def _file_name(facts: ClassFacts, what: str) -> str:
    """The name of a file to keep."""
    return f"class-{facts.id}-{what}.csv"
