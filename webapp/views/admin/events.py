"""The list of events, one event at a glance, publishing it and calling it off."""

from datetime import timedelta

from flask import flash, render_template, request, url_for

from webapp import clock
from webapp.domain.event_days import local_date
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.events.admin_events import Phase, attention_of, event_numbers, list_events, name_of_person
from webapp.queries.events.event import EventFacts
from webapp.services.events.event_lifecycle import cancel_event, publish_event
from webapp.views.admin.address import chosen, filter_chips, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.reason import ReasonForm, reason_of
from webapp.views.errors import status_of
from webapp.views.form_input import page_number
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import done, render, see_other
from webapp.views.wording import refusal_sentence

_PHASE_WORDS = {
    Phase.UPCOMING: "Upcoming",
    Phase.RUNNING: "Running",
    Phase.PAST: "Past",
    Phase.DRAFT: "Draft",
}
#: "Closes about 15 minutes after the end": the longest wait for the next sweep.
_CLOSURE_WITHIN = timedelta(minutes=15)


@blueprint.get("")
@staff(Permission.VIEW_ROSTER)
def start():
    """What somebody types by hand leads to the list."""
    return see_other(url_for("admin.events"))


@blueprint.get("/events")
@staff(Permission.VIEW_ROSTER)
def events():
    """The list. The address is its state: `?show=draft&q=clay&page=2`."""
    phase, query = chosen(Phase, "show"), query_words()
    found = list_events(
        the_actor().organizations_with(Permission.VIEW_ROSTER),
        now=clock.now(), phase=phase, query=query, page=page_number(),
    )  # fmt: skip
    address = {"show": phase.value if phase else None, "q": query or None}
    chips = filter_chips(
        found, _PHASE_WORDS, phase,
        lambda one: url_for("admin.events", show=one.value if one else None, q=query or None),
    )  # fmt: skip
    response = render(
        "admin/events.html", "admin/_events_update.html", found=found, phase=phase, query=query,
        chips=chips, kept={"show": phase}, address=address,
    )  # fmt: skip
    if request.htmx:
        response.headers["HX-Push-Url"] = url_for("admin.events", **address)
    return response


@blueprint.get("/events/<id:event_id>")
@staff(Permission.VIEW_ROSTER)
def event(event_id: int):
    """One event at a glance: numbers, what the system did and will do, the next step."""
    now = clock.now()
    facts = load_staff_event(event_id, Permission.VIEW_ROSTER)
    today = local_date(now, facts.timezone)
    numbers = event_numbers(event_id, min(max(today, facts.days[0]), facts.days[-1]))
    return render_template(
        "admin/event.html", event=facts, numbers=numbers, step=_next_step(facts, now),
        attention=attention_of(event_id, now=now), closes_by=facts.effective_end_at + _CLOSURE_WITHIN,
        called_off_by=name_of_person(facts.cancelled_by_id), is_today=today in facts.days,
        can_manage=the_actor().can(Permission.MANAGE_EVENTS, facts.organization_id),
        can_delete=facts.status != "published" and the_actor().can(Permission.DELETE_EVENTS, facts.organization_id),
    )  # fmt: skip


def _next_step(facts: EventFacts, now) -> str:
    """The one thing to do next: `publish`, `desk` or `people`."""
    if facts.status == "draft":
        return "publish"
    runs = facts.status == "published" and now < facts.effective_end_at
    return "desk" if runs and local_date(now, facts.timezone) >= facts.days[0] else "people"


@blueprint.post("/events/<id:event_id>/publish")
@staff(Permission.MANAGE_EVENTS)
def publish(event_id: int):
    """Open a draft to people."""
    facts = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    now = clock.now()
    try:
        publish_event(event_id=event_id, now=now)
    except Refused as refused:
        flash(refusal_sentence(refused.code, tz=facts.timezone, now=now, **refused.facts), "error")
    else:
        flash("Published. People can find it and enroll." if facts.status == "draft" else "It is published already.")
    return see_other(url_for("admin.event", event_id=event_id))


@blueprint.get("/events/<id:event_id>/cancel")
@staff(Permission.MANAGE_EVENTS)
def call_off(event_id: int):
    """Ask for the reason before an event is called off."""
    facts = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    return _call_off_page(facts, ReasonForm(version=facts.version))


@blueprint.post("/events/<id:event_id>/cancel")
@staff(Permission.MANAGE_EVENTS)
def confirm_call_off(event_id: int):
    """Call the event off; everybody who has, wants or waits for a place is told."""
    facts, now = load_staff_event(event_id, Permission.MANAGE_EVENTS), clock.now()
    form = reason_of(request.form)
    if form.errors:
        return _call_off_page(facts, form, 422)
    try:
        people = cancel_event(
            event_id=event_id, reason=form.reason, actor=the_actor(), now=now, expected_version=form.version
        )
    except Refused as refused:
        form.refusal = refusal_sentence(refused.code, tz=facts.timezone, now=now, **refused.facts)
        form.version = facts.version
        return _call_off_page(facts, form, status_of(refused))
    told = "Nobody had a place." if not people else f"{people:,} {'person is' if people == 1 else 'people are'} told."
    flash(f"The event is called off. {told}")
    return done(url_for("admin.event", event_id=event_id))


def _call_off_page(facts: EventFacts, form: ReasonForm, status: int = 200):
    numbers = event_numbers(facts.id, facts.days[0])
    return render(
        "admin/call_off.html", "admin/_call_off.html", status=status, event=facts, form=form, numbers=numbers,
        in_dialog=bool(request.htmx),
    )  # fmt: skip
