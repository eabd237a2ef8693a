"""Making an event and changing it: one form, in one column."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, render_template, request, url_for

from webapp.domain.event_life import FROZEN, EventStatus
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.organizations.facility import facilities_of
from webapp.services.events.event_editing import create_event, edit_event
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.event_fields import (
    EVENT,
    NAMES,
    day_count,
    draft_of,
    facility_options,
    filled,
    new_form,
    sent_form,
)
from webapp.views.admin.events.hours_choice import HOURS_CHOICES
from webapp.views.forms.form import Form
from webapp.views.forms.pickers import choice_of
from webapp.views.forms.sent import asks_preview, first_field, sent_request_id
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import flash_with_notes, see_other
from webapp.views.words.deadlines import delay_options, delay_words, standby_options, standby_words
from webapp.views.words.formatting import COVER_HUES, COVER_PATTERNS, cover_classes
from webapp.views.words.saving_events import foretold_words, saved_words


def _facilities(*stored: int) -> list[Any]:
    return list(facilities_of(the_actor().reach(Permission.MANAGE_EVENTS), including=stored))


@blueprint.get("/events/new")
@staff(Permission.MANAGE_EVENTS)
def new_event():
    """An empty form; its cover is a different one each time."""
    facilities, request_id = _facilities(), secrets.token_hex(16)
    pattern, hue = cover_classes(request_id).split()
    cover = f"{pattern.removeprefix('cover--')} {hue.removeprefix('h-')}"
    fields = new_form(cover, facilities[0].id if len(facilities) == 1 else None)
    return _page(fields, facilities, request_id=request_id)


@blueprint.post("/events/new")
@staff(Permission.MANAGE_EVENTS)
def create():
    """Make a draft of what the form says."""
    facilities, fields, request_id = _facilities(), sent_form(), sent_request_id()
    if asks_preview():
        return _page(fields, facilities, request_id=request_id)
    draft = draft_of(fields, facilities)
    if draft is None:
        return _page(fields, facilities, request_id=request_id)
    organization_id = next(one.organization_id for one in facilities if one.id == draft.facility_id)
    try:
        event_id = create_event(
            organization_id=organization_id, draft=draft, request_id=request_id, now=request_time.now()
        )
    except Refused as refused:
        return _refused(refused, fields, facilities, request_id=request_id)
    flash_with_notes(fields, gettext("Saved as a draft. No one can see it until you publish it."))
    return see_other(url_for("admin.event", event_id=event_id))


@blueprint.get("/events/<id:event_id>/edit")
@staff(Permission.MANAGE_EVENTS)
def edit(event_id: int):
    """The form of an event as it is now."""
    stored = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    return _page(filled(stored), _own_facilities(stored), stored=stored)


@blueprint.post("/events/<id:event_id>/edit")
@staff(Permission.MANAGE_EVENTS)
def save(event_id: int):
    """Save the form; a full event with more room lets people move up."""
    stored = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    fields = sent_form(stored, is_frozen=stored.status in FROZEN)
    facilities = _own_facilities(stored)
    if asks_preview():
        return _page(fields, facilities, stored=stored)
    fields.require_version()
    draft = draft_of(fields, facilities, stored)
    if draft is None or fields.version is None:
        return _page(fields, facilities, stored=stored)
    now = request_time.now()
    try:
        edited = edit_event(
            event_id=event_id,
            draft=draft,
            expected_version=fields.version,
            now=now,
            actor=the_actor(),
            seen=first_field("seen"),
        )
    except Refused as refused:
        return _refused(refused, fields, facilities, stored=stored)
    flash_with_notes(fields, saved_words(edited, fields.version))
    if stored.status == EventStatus.PUBLISHED and draft.effective_end_at <= now:
        flash(gettext("With these times, the event is already over and closes within about 15 minutes."), "wait")
    return see_other(url_for("admin.event", event_id=event_id))


@blueprint.get("/events/days")
@staff(Permission.MANAGE_EVENTS)
def requirement():
    """The part of the form that counts the event's days, while its times are typed."""
    fields = EVENT.filled({name: request.args.get(name) for name in NAMES})
    return render_template("admin/events/_requirement.html", fields=fields, days=_days(fields, _facilities()))


def _own_facilities(stored: EventFacts) -> list[Any]:
    return [one for one in _facilities(stored.facility_id) if one.organization_id == stored.organization_id]


def _refused(
    refused: Refused,
    fields: Form,
    facilities: list[Any],
    *,
    stored: EventFacts | None = None,
    request_id: str = "",
):
    """The form again, with the rule's answer; a stale one says what stands now."""
    fields.refuse(refused)
    told: dict[str, Any] = {}
    if refused.code == "consequences_unseen":
        found: Any = refused.facts["consequences"]
        fields.refusal, told = None, {"foretold": foretold_words(found), "seen": found.key}
    if refused.code == "stale" and stored is not None:
        told["changed"] = _what_stands_now(stored, refused.facts["fields"])
    if refused.code == "already_saved":
        told["saved_url"] = url_for("admin.event", event_id=refused.facts["event_id"])
    return _page(fields, facilities, stored=stored, request_id=request_id, told=told)


def _what_stands_now(stored: EventFacts, names: tuple[str, ...]) -> list[tuple[str, str]]:
    hours = {one.name: one.words(getattr(stored, one.name)) for one in HOURS_CHOICES}
    now = filled(stored).values | hours
    now["closing_delay_minutes"] = delay_words(stored.closing_delay_minutes)
    now["standby_minutes"] = standby_words(stored.standby_minutes)
    return [(name, now[name]) for name in names]


def _days(fields: Form, facilities: list[Any]):
    return day_count(fields, _zone_of_facility(fields, facilities))


def _zone_of_facility(fields: Form, facilities: list[Any]) -> str | None:
    try:
        chosen = choice_of(facility_options(facilities), "unknown_facility")(fields.values["facility_id"])
    except Refused:
        return None
    return next(one.timezone for one in facilities if one.id == chosen)


def _zone_is_own(fields: Form, facilities: list[Any]) -> bool:
    """Whether the event's clocks are others than those of its facility."""
    return fields.values["timezone"].strip() not in {"", _zone_of_facility(fields, facilities)}


def _page(
    fields: Form,
    facilities: list[Any],
    *,
    stored: EventFacts | None = None,
    request_id: str = "",
    told: Mapping[str, Any] | None = None,
):
    body = render_template(
        "admin/events/event_form.html",
        fields=fields,
        facilities=facility_options(facilities),
        zone_is_own=_zone_is_own(fields, facilities),
        event=stored,
        request_id=request_id,
        days=_days(fields, facilities),
        delays=delay_options(int(stored.closing_delay_minutes) if stored else 0),
        standby_options=standby_options(stored.standby_minutes if stored else None),
        hours={one.name: one.options() for one in HOURS_CHOICES},
        is_frozen=stored is not None and stored.status in FROZEN,
        covers=[(pattern, hue) for pattern in COVER_PATTERNS for hue in COVER_HUES],
        **(told or {}),
    )
    return make_response(body, fields.status)
