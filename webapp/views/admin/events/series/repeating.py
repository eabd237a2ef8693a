"""Repeating an event: the dates are shown before any is made, each can be left out."""

import secrets
from datetime import date

from flask import flash, url_for

from webapp.domain.events.series import chosen_starts
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext, ngettext
from webapp.queries.events.event import EventFacts
from webapp.queries.events.series import clashes_at, series_by_id
from webapp.services.events.series.making import Repeated, repeat_event
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.series.fields import REPEATING, Plan, new_plan, read_chosen, read_plan, unit_options
from webapp.views.forms.form import Form
from webapp.views.forms.recurrence import weekday_options
from webapp.views.forms.sent import asks_preview, first_field, sent_request_id
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import render, see_other
from webapp.views.words.instants import when
from webapp.views.words.refusals import refusal_sentence


@blueprint.get("/events/<id:event_id>/repeat")
@staff(Permission.MANAGE_EVENTS)
def repeating(event_id: int):
    """Ask how often; the dates are shown at once."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    fields = new_plan(event)
    plan = read_plan(event, fields)
    return _page(event, fields, plan, secrets.token_hex(16))


@blueprint.post("/events/<id:event_id>/repeat")
@staff(Permission.MANAGE_EVENTS)
def repeat(event_id: int):
    """Show the dates of the rule, or make those that are ticked in a list that was shown."""
    event, request_id = load_staff_event(event_id, Permission.MANAGE_EVENTS), sent_request_id()
    fields = REPEATING.sent()
    plan = read_plan(event, fields)
    is_new_list = plan is not None and first_field("seen") != plan.key
    if plan is None or asks_preview() or is_new_list:
        return _page(event, fields, plan, request_id, is_unseen=is_new_list and not asks_preview())
    chosen = read_chosen(fields)
    try:
        done = repeat_event(
            event_id=event_id,
            starts=chosen_starts(plan.dates, chosen),
            rule=plan.rule,
            actor=the_actor(),
            request_id=request_id,
            now=request_time.now(),
        )
    except Refused as refused:
        fields.refuse(refused)
        return _page(event, fields, plan, request_id, chosen=chosen)
    _say(event, done)
    return see_other(url_for("admin.series", series_id=done.series_id))


def _say(event: EventFacts, done: Repeated) -> None:
    if done.made:
        flash(ngettext("{n} date was added as a draft.", "{n} dates were added as drafts.", len(done.made)))
    elif not done.refused:
        flash(gettext("These dates were already there. Nothing was added."))
    for starts_at, refused in done.refused:
        said = refusal_sentence(refused.code, tz=event.timezone, **refused.facts)
        at = when(starts_at, event.timezone, request_time.now())
        flash(gettext("{date} could not be added. {why}", date=at, why=said), "error")


def _page(
    event: EventFacts,
    fields: Form,
    plan: Plan | None,
    request_id: str,
    *,
    chosen: frozenset[date] | None = None,
    is_unseen: bool = False,
):
    return render(
        "admin/events/series/repeat.html",
        "admin/events/series/_dates.html",
        fields.status,
        event=event,
        series=series_by_id(event.series_id) if event.series_id else None,
        fields=fields,
        plan=plan,
        chosen=chosen if chosen is not None else plan.proposed if plan else frozenset(),
        clashes=clashes_at(event.facility_id, plan.spans, besides=event.series_id) if plan else [],
        weekdays=weekday_options(),
        units=unit_options(),
        request_id=request_id,
        is_unseen=is_unseen,
    )
