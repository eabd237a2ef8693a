"""The people of an event as they stood at an earlier instant: to look at and to take away, never to change."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import make_response, render_template, request

from webapp.domain.events.past_standing import parse_past_instant
from webapp.domain.permission import Permission
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.languages.words import N_
from webapp.queries.events.event import EventFacts
from webapp.queries.places.past_roster import PastFilter, past_roster
from webapp.queries.places.past_roster_lines import csv_lines, json_lines
from webapp.views import request_time
from webapp.views.admin.address import chosen, filter_chips, list_address, neighbours, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.event_sentences import SENTENCES
from webapp.views.forms.clock_words import twice_words
from webapp.views.forms.form import Form, FormKind
from webapp.views.guards import staff
from webapp.views.http.download import download
from webapp.views.loading import load_staff_event
from webapp.views.paging import page_number
from webapp.views.responses import from_htmx, render
from webapp.views.words.statuses import enrollment_words

_TIME = N_("Enter a valid date and time, like 2026-06-13 10:00")
_AS_OF = FormKind(
    ("at",),
    sentences={
        "wall_time_invalid": _TIME,
        "date_out_of_range": _TIME,
        "time_skipped": SENTENCES["time_skipped"],
        "instant_to_come": N_("Choose a time that has passed"),
    },
)


@blueprint.get("/events/<id:event_id>/enrollments/as-of")
@staff(Permission.VIEW_ROSTER)
def past_enrollments(event_id: int):
    """`?at=2026-06-13T18:04&status=waitlisted&q=mei&page=2`: that time is on the event's clocks."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    if not request.args.get("at", "").strip():
        # Nothing chosen yet is no mistake.
        return _without_table(event, _AS_OF.filled())
    form, instant = _asked_instant(event)
    if instant is None:
        return _without_table(event, form)
    asked = PastFilter(chosen(S, "status"), query_words(), page_number())
    found = past_roster(event_id, instant, asked)
    asked = replace(asked, page=found.number)
    words = {status: enrollment_words(status).crew for status in S if found.counts.get(status)}
    response = render(
        "admin/events/as_of/as_of.html",
        "admin/events/as_of/_people_update.html",
        event=event,
        form=form,
        instant=instant,
        found=found,
        asked=asked,
        chips=filter_chips(
            found, words, asked.status, lambda one: _address(event_id, replace(asked, status=one, page=1))
        ),
        kept={"at": form.values["at"], "status": asked.status},
        file_href=lambda kind: _address(event_id, replace(asked, page=1), "admin.past_export", kind=kind),
        **neighbours(found, lambda page: _address(event_id, replace(asked, page=page))),
    )
    if from_htmx():
        response.headers["HX-Push-Url"] = _address(event_id, asked)
    return response


@blueprint.get("/events/<id:event_id>/enrollments/as-of.<any(csv, json):kind>")
@staff(Permission.VIEW_ROSTER)
def past_export(event_id: int, kind: str):
    """What the table shows for that time, all pages of it."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    form, instant = _asked_instant(event)
    if instant is None:
        return _without_table(event, form)
    asked = PastFilter(chosen(S, "status"), query_words())
    name = f"{event.slug}-{instant:%Y%m%dT%H%M%SZ}.{kind}"
    if kind == "csv":
        return download(csv_lines(event, instant, asked), name, "text/csv")
    return download(json_lines(event, instant, asked), name, "application/json")


def _asked_instant(event: EventFacts) -> tuple[Form, datetime | None]:
    """The form and the instant it names, or None with the mistake noted in it."""
    form = _AS_OF.filled({"at": request.args.get("at", "")})
    found = form.read("at", lambda text: parse_past_instant(text, event.timezone, request_time.now()))
    if found is None:
        return form, None
    instant, note = found
    if note == "fold":
        form.notes.append(twice_words(instant, event.timezone))
    return form, instant


def _without_table(event: EventFacts, form: Form):
    page = "admin/events/as_of/as_of.html"
    return make_response(render_template(page, event=event, form=form, instant=None), form.status)


def _address(event_id: int, asked: PastFilter, endpoint: str = "admin.past_enrollments", **ids: Any) -> str:
    return list_address(endpoint, asked, event_id=event_id, at=request.args.get("at", ""), **ids)
