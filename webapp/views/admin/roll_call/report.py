"""The report of a class, of one person in it, and who was in it on any date."""

from datetime import date

from flask import render_template, request

from webapp.domain.event_days import local_date
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.classes.roll_call_report import class_report, own_report, roster_on
from webapp.queries.events.admin_events import name_of_person
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff
from webapp.views.loading import load_staff_class


@blueprint.get("/classes/<id:class_id>/report")
@staff(Permission.VIEW_CLASSES)
def class_attendance(class_id: int):
    """People with their rates and what to look at, and attendance over the sessions."""
    facts, now = load_staff_class(class_id, Permission.VIEW_CLASSES), request_time.now()
    return render_template("admin/roll_call/report.html", program_class=facts, report=class_report(facts, now=now))


@blueprint.get("/classes/<id:class_id>/people/<id:user_id>/attendance")
@staff(Permission.VIEW_CLASSES)
def person_in_class(class_id: int, user_id: int):
    """One person, session by session."""
    facts, now = load_staff_class(class_id, Permission.VIEW_CLASSES), request_time.now()
    report = own_report(facts, user_id, now=now)
    if report is None:
        raise Refused("not_found")
    return render_template(
        "admin/roll_call/person.html",
        program_class=facts,
        report=report,
        user_id=user_id,
        name=name_of_person(user_id),
    )


@blueprint.get("/classes/<id:class_id>/roster")
@staff(Permission.VIEW_CLASSES)
def class_roster(class_id: int):
    """`?on=2026-06-13`: who had a place on that date, from the trail."""
    facts, now = load_staff_class(class_id, Permission.VIEW_CLASSES), request_time.now()
    on = asked_date("on", local_date(now, facts.timezone))
    return render_template("admin/roll_call/roster.html", program_class=facts, on=on, lines=roster_on(facts, on))


def asked_date(name: str, otherwise: date) -> date:
    """The date in the address, or the usual one. Raises `date_invalid`, `date_out_of_range`."""
    text = request.args.get(name, "").strip()
    if not text:
        return otherwise
    try:
        if len(text) != len("2026-06-13"):
            raise ValueError(text)
        found = date.fromisoformat(text)
    except ValueError:
        raise Refused("date_invalid") from None
    if not 1990 <= found.year < 2150:
        raise Refused("date_out_of_range", year=found.year)
    return found
