"""Calling off one date of a series, those after it or all to come; and undoing a change."""

from flask import url_for

from webapp.domain.events.calling_off import require_may_call_off
from webapp.domain.events.series_change import in_scope
from webapp.domain.permission import Permission
from webapp.domain.recurrence import Scope
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.events.series import SeriesDate, SeriesFacts, changes_of_series, dates_of_series
from webapp.services.events.series.changing import call_off_dates, undo_dates
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.series.changing import load_date, say_done, scope_counts
from webapp.views.forms.form import Form
from webapp.views.forms.readers import one_of
from webapp.views.forms.reason import REASON, read_reason
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_series
from webapp.views.responses import done, small_form
from webapp.views.words.formatting import plural

_CALLING_OFF = REASON.plus("scope")
_BATCH = "string(length=36)"


@blueprint.get("/series/<id:series_id>/dates/<id:event_id>/cancel")
@staff(Permission.MANAGE_EVENTS)
def ask_call_off_dates(series_id: int, event_id: int):
    """Ask which, and why."""
    series, dates, chosen = load_date(series_id, event_id)
    return _call_off_page(series, dates, chosen, _CALLING_OFF.filled({"scope": Scope.THIS}))


@blueprint.post("/series/<id:series_id>/dates/<id:event_id>/cancel")
@staff(Permission.MANAGE_EVENTS)
def call_off_series_dates(series_id: int, event_id: int):
    """Call them off, one after the other; everybody who has, wants or waits for a place is told why."""
    series, dates, chosen = load_date(series_id, event_id)
    form = read_reason(_CALLING_OFF)
    scope = form.read("scope", one_of(Scope))
    form.check(lambda: require_may_call_off(chosen.event.status, chosen.people))
    if form.is_refused:
        return _call_off_page(series, dates, chosen, form)
    now = request_time.now()
    ids = [one.id for one in in_scope([one.event for one in dates], event_id, scope, now)]
    ended = call_off_dates(event_ids=ids, reason=form.values["reason"], actor=the_actor(), now=now)
    words = plural(len(ended.dates), "{n} date was called off.", "{n} dates were called off.")
    told = (
        plural(ended.people, "We’ll notify {n} person.", "We’ll notify {n} people.")
        if ended.people
        else gettext("No one had a place.")
    )
    say_done(ended, dates, f"{words} {told}")
    return done(url_for("admin.series", series_id=series_id))


@blueprint.get(f"/series/<id:series_id>/changes/<{_BATCH}:batch>/undo")
@staff(Permission.MANAGE_EVENTS)
def ask_undo_series_change(series_id: int, batch: str):
    """Ask why, before dates are put back."""
    return _undo_page(load_staff_series(series_id, Permission.MANAGE_EVENTS), batch, REASON.filled())


@blueprint.post(f"/series/<id:series_id>/changes/<{_BATCH}:batch>/undo")
@staff(Permission.MANAGE_EVENTS)
def undo_series_change(series_id: int, batch: str):
    """Put the dates of a change back; those that were changed since stay, and it is said."""
    series = load_staff_series(series_id, Permission.MANAGE_EVENTS)
    form = read_reason()
    if form.is_refused:
        return _undo_page(series, batch, form)
    undone = undo_dates(
        series_id=series_id, batch=batch, reason=form.values["reason"], actor=the_actor(), now=request_time.now()
    )
    dates = dates_of_series(series_id, the_actor().reach(Permission.MANAGE_EVENTS))
    say_done(undone, dates, plural(len(undone.dates), "{n} date is as it was.", "{n} dates are as they were."))
    return done(url_for("admin.series", series_id=series_id))


def _call_off_page(series: SeriesFacts, dates: list[SeriesDate], chosen: SeriesDate, form: Form):
    counts = scope_counts(dates, chosen)
    return small_form("admin/events/series/call_off", form, series=series, event=chosen.event, counts=counts)


def _undo_page(series: SeriesFacts, batch: str, form: Form):
    change = next((one for one in changes_of_series(series.id) if one.batch == batch and not one.is_undo), None)
    if change is None:
        raise Refused("not_found")
    return small_form("admin/events/series/undo", form, series=series, change=change)
