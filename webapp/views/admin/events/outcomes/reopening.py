"""Opening an event again that was closed too early."""

from datetime import timedelta

from flask import flash, url_for

from webapp.domain.events.reopening import is_reopenable, require_reopenable
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.languages.words import N_, gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.events.reopening import what_reopening_does
from webapp.services.events.reopening import reopen_event
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.event_sentences import bad_time
from webapp.views.forms.clock_words import local_text
from webapp.views.forms.form import Form
from webapp.views.forms.reason import REASON, read_decision
from webapp.views.forms.sent import one_field
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event, may
from webapp.views.responses import done, small_form
from webapp.views.words.formatting import plural
from webapp.views.words.refusals import refusal_sentence

_USUAL_EXTENSION = timedelta(hours=1)
_END = bad_time(N_("the new end"))
_REOPEN = REASON.plus(
    "ends_at",
    sentences={
        **REASON.sentences,
        ("ends_at", "wall_time_invalid"): _END,
        ("ends_at", "date_out_of_range"): _END,
        "new_end_out_of_range": N_("Enter a time within the next 24 hours"),
        "new_end_adds_day": N_("Enter a time before midnight: one more day would ask more of everyone"),
    },
    field_of={"new_end_out_of_range": "ends_at", "new_end_adds_day": "ends_at"},
)


def _load(event_id: int) -> EventFacts:
    """The event, for an admin of its organization; its organizers are told no (`forbidden`)."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    if not may(Permission.OVERRIDE_OUTCOME, event):
        raise Refused("forbidden")
    return event


@blueprint.get("/events/<id:event_id>/reopen")
@staff(Permission.OVERRIDE_OUTCOME)
def reopen(event_id: int):
    """Say what it does to whom, and ask for the reason and the new end."""
    event = _load(event_id)
    end = request_time.now() + _USUAL_EXTENSION
    form = _REOPEN.filled({"ends_at": local_text(end, event.timezone)}, version=event.version)
    form.check(lambda: require_reopenable(event.status, event.completed_at, end, request_time.now()))
    return _page(event, form)


@blueprint.post("/events/<id:event_id>/reopen")
@staff(Permission.OVERRIDE_OUTCOME)
def confirm_reopen(event_id: int):
    """Take the outcomes back, if they are still those that the page named."""
    event = _load(event_id)
    form = read_decision(_REOPEN)
    ends_at = form.read_instant("ends_at", event.timezone)
    if form.is_refused or form.errors or ends_at is None:
        return _page(event, form)
    try:
        found = reopen_event(
            event_id=event_id,
            ends_at=ends_at,
            reason=form.values["reason"],
            actor=the_actor(),
            now=request_time.now(),
            expected_version=form.version or 0,
            seen=one_field("seen"),
        )
    except Refused as refused:
        form.refuse(refused)
        return _page(_load(event_id), form)
    told = plural(found.going_back, "{n} outcome was withdrawn.", "{n} outcomes were withdrawn.")
    flash(f"{gettext('The event is open again.')} {told}")
    return done(url_for("admin.event", event_id=event_id))


def _page(event: EventFacts, form: Form):
    found = what_reopening_does(db.session(), event.id)
    is_possible = is_reopenable(event.status, event.completed_at, request_time.now()) and found.going_back > 0
    if not is_possible and form.refusal is None:
        form.refusal = refusal_sentence("nothing_to_reopen")
    return small_form("admin/events/outcomes/reopen", form, event=event, found=found, is_possible=is_possible)
