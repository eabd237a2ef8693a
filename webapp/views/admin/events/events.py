"""The list of events, one event at a glance, publishing it and calling it off."""

from datetime import date
from typing import Any

from flask import flash, render_template, url_for

from webapp.domain.event_days import local_date
from webapp.domain.event_life import EventStatus, is_deletable
from webapp.domain.events.calling_off import require_may_call_off
from webapp.domain.events.closure import CLOSURE_PERIOD
from webapp.domain.events.reopening import is_reopenable
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext, ngettext
from webapp.queries.events.admin_events import Phase, attention_of, list_events, name_of_person
from webapp.queries.events.event import EventFacts
from webapp.queries.events.event_numbers import event_numbers
from webapp.queries.events.series import series_by_id
from webapp.queries.organizations.days_off import days_off_for_reader
from webapp.services.events.event_lifecycle import cancel_event, publish_event
from webapp.views import request_time
from webapp.views.admin.address import chosen, filter_chips, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import Form
from webapp.views.forms.reason import REASON, read_decision
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event, may
from webapp.views.paging import page_number
from webapp.views.responses import done, from_htmx, render, see_other, small_form
from webapp.views.words.refusals import refusal_sentence

_PHASE_WORDS = {
    Phase.UPCOMING: N_("Upcoming"),
    Phase.RUNNING: N_("Running"),
    Phase.PAST: N_("Past"),
    Phase.DRAFT: N_("Draft"),
}


@blueprint.get("/events")
@staff(Permission.VIEW_ROSTER)
def events():
    """The list. The address is its state: `?show=draft&q=clay&page=2`."""
    phase, query = chosen(Phase, "show"), query_words()
    found = list_events(
        the_actor().reach(Permission.VIEW_ROSTER),
        now=request_time.now(),
        phase=phase,
        query=query,
        page=page_number(),
    )
    address: dict[str, Any] = {"show": phase.value if phase else None, "q": query or None}
    chips = filter_chips(
        found,
        _PHASE_WORDS,
        phase,
        lambda one: url_for("admin.events", show=one.value if one else None, q=query or None),
    )
    response = render(
        "admin/events/events.html",
        "admin/events/_events_update.html",
        found=found,
        phase=phase,
        query=query,
        chips=chips,
        kept={"show": phase},
        can_create=bool(the_actor().organizations_touched(Permission.MANAGE_EVENTS)),
        address=address,
    )
    if from_htmx():
        response.headers["HX-Push-Url"] = url_for("admin.events", **address)
    return response


@blueprint.get("/events/<id:event_id>")
@staff(Permission.VIEW_ROSTER)
def event(event_id: int):
    """One event at a glance: numbers, what the system did and will do, the next step."""
    now = request_time.now()
    facts = load_staff_event(event_id, Permission.VIEW_ROSTER)
    today = local_date(now, facts.timezone)
    numbers = event_numbers(event_id, min(max(today, facts.days[0]), facts.days[-1]))
    return render_template(
        "admin/events/event.html",
        event=facts,
        numbers=numbers,
        step=_next_step(facts, now),
        attention=attention_of(event_id, now=now),
        closes_by=facts.is_closed_from + CLOSURE_PERIOD,
        called_off_by=name_of_person(facts.cancelled_by_id),
        is_today=today in facts.days,
        days_off=_days_off(facts),
        series=series_by_id(facts.series_id) if facts.series_id else None,
        can_manage=may(Permission.MANAGE_EVENTS, facts),
        can_reopen=is_reopenable(facts.status, facts.completed_at, now) and may(Permission.OVERRIDE_OUTCOME, facts),
        can_delete=is_deletable(facts.status) and may(Permission.DELETE_EVENTS, facts),
    )


def _days_off(facts: EventFacts) -> dict[date, str]:
    """Its days on which the facility is closed, and why."""
    closed = days_off_for_reader(facts.facility_id, facts.days[0], facts.days[-1])
    return {on: why for on, why in closed.items() if on in facts.days}


def _next_step(facts: EventFacts, now) -> str:
    """The one thing to do next: `publish`, `desk` or `people`."""
    if facts.status == EventStatus.DRAFT:
        return "publish"
    runs = facts.status == EventStatus.PUBLISHED and now < facts.effective_end_at
    return "desk" if runs and local_date(now, facts.timezone) >= facts.days[0] else "people"


@blueprint.post("/events/<id:event_id>/publish")
@staff(Permission.MANAGE_EVENTS)
def publish(event_id: int):
    """Open a draft to people."""
    facts = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    now = request_time.now()
    try:
        publish_event(event_id=event_id, now=now)
    except Refused as refused:
        flash(refusal_sentence(refused.code, tz=facts.timezone, now=now, **refused.facts), "error")
    else:
        flash(
            gettext("Published. People can find it and enroll.")
            if facts.status == EventStatus.DRAFT
            else gettext("It’s already published.")
        )
    return see_other(url_for("admin.event", event_id=event_id))


@blueprint.get("/events/<id:event_id>/cancel")
@staff(Permission.MANAGE_EVENTS)
def call_off(event_id: int):
    """Ask for the reason before an event is called off."""
    facts = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    return _call_off_page(facts, REASON.filled(version=facts.version))


@blueprint.post("/events/<id:event_id>/cancel")
@staff(Permission.MANAGE_EVENTS)
def confirm_call_off(event_id: int):
    """Call the event off; everybody who has, wants or waits for a place is told."""
    facts, now = load_staff_event(event_id, Permission.MANAGE_EVENTS), request_time.now()
    form = read_decision()
    people = form.check(
        lambda: cancel_event(
            event_id=event_id, reason=form.values["reason"], actor=the_actor(), now=now, expected_version=form.version
        ),
        version=facts.version,
        tz=facts.timezone,
        now=now,
    )
    if form.is_refused:
        return _call_off_page(facts, form)
    told = (
        ngettext("We’ll notify {n} person.", "We’ll notify {n} people.", people)
        if people
        else gettext("No one had a place.")
    )
    flash(f"{gettext('The event has been called off.')} {told}")
    return done(url_for("admin.event", event_id=event_id))


def _call_off_page(facts: EventFacts, form: Form):
    numbers = event_numbers(facts.id, facts.days[0])
    is_possible = True
    try:
        require_may_call_off(facts.status, numbers.people)
    except Refused as refused:
        is_possible = False
        form.refusal = form.refusal or refusal_sentence(refused.code, **refused.facts)
    return small_form("admin/events/call_off", form, event=facts, numbers=numbers, is_possible=is_possible)
