"""A person's own classes: where they stand, when it meets, and giving up a place in line."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, url_for
from sqlalchemy import Row

from webapp.domain.classes.class_enrollment import LIVE
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.classes.my_classes import coming_sessions, my_class
from webapp.queries.classes.program_class import class_by_id
from webapp.queries.classes.roll_call_report import OwnReport, own_report
from webapp.services.classes.people.class_enrollment import give_up_waiting
from webapp.views import request_time
from webapp.views.errors import status_of
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import done, from_htmx, render
from webapp.views.words.refusals import refusal_sentence

#: A time of day that every zone has on every date.
_MIDDAY = time(12)


@blueprint.get("/me/classes/<id:enrollment_id>", endpoint="my_class")
@signed_in
def my_class_page(enrollment_id: int):
    """Status, position in line, the next sessions, and the certificate."""
    return _page(_load(enrollment_id))


@blueprint.get("/me/classes/<id:enrollment_id>/leave")
@signed_in
def ask_to_leave_class(enrollment_id: int):
    """Ask before a place in line is given up; also opened as a dialog."""
    one = _load(enrollment_id)
    if one.rank is None:
        return _page(one, Refused("class_seat_stays"))
    in_dialog = from_htmx()
    return render("participant/class_leave.html", "participant/_class_leave.html", one=one, in_dialog=in_dialog)


@blueprint.post("/me/classes/<id:enrollment_id>/leave")
@signed_in
def leave_class_line(enrollment_id: int):
    """Give it up."""
    try:
        give_up_waiting(enrollment_id=enrollment_id, actor=the_actor(), now=request_time.now())
    except Refused as refused:
        if refused.code == "not_found":
            raise
        return _page(_load(enrollment_id), refused)
    flash(gettext("You left the waitlist."))
    return done(url_for("participant.my_class", enrollment_id=enrollment_id))


@blueprint.app_template_global()
def shown_instant_of(one: Row) -> datetime:
    """What the picture of a date shows for a class: its next session while somebody is in it, else its first day."""
    if one.next_starts_at is not None and one.status in LIVE:
        return one.next_starts_at
    return datetime.combine(one.starts_on, _MIDDAY, ZoneInfo(one.timezone))


def _load(enrollment_id: int) -> Row:
    one = my_class(enrollment_id, the_actor().user_id or 0, request_time.now())
    if one is None:
        raise Refused("not_found")
    return one


def _page(one: Row, refused: Refused | None = None) -> Any:
    problem = refusal_sentence(refused.code, **refused.facts) if refused else None
    return render(
        "participant/class.html",
        "participant/class.html",
        status_of(refused) if refused else 200,
        one=one,
        problem=problem,
        sessions=coming_sessions(one.class_id, request_time.now()),
        attendance=_attendance(one),
    )


def _attendance(one: Row) -> OwnReport | None:
    """What their marks come to; None for somebody who never had a place."""
    facts = class_by_id(one.class_id)
    return own_report(facts, the_actor().user_id or 0, now=request_time.now()) if facts else None
