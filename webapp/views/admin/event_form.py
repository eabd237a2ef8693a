"""Making an event and changing it: one form, in one column."""

import secrets
from typing import Any

from flask import flash, make_response, render_template, request, url_for

from webapp import clock
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.domain.request_id import require_request_id
from webapp.queries.events.admin_events import facilities_of
from webapp.queries.events.event import EventFacts
from webapp.services.events.event_editing import Edited, create_event, edit_event
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.event_fields import (
    NAMES,
    EventFields,
    day_count,
    draft_of,
    fields_of,
    new_fields,
    read_fields,
)
from webapp.views.admin.reason import whole_or_none
from webapp.views.errors import status_of
from webapp.views.formatting import COVER_HUES, COVER_PATTERNS, cover_classes, plural
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import see_other
from webapp.views.wording import refusal_sentence

_FROZEN = {"completed", "cancelled"}


def _facilities() -> list[Any]:
    return list(facilities_of(the_actor().organizations_with(Permission.MANAGE_EVENTS)))


@blueprint.get("/events/new")
@staff(Permission.MANAGE_EVENTS)
def new_event():
    """An empty form; its cover is a different one each time."""
    facilities, request_id = _facilities(), secrets.token_hex(16)
    pattern, hue = cover_classes(request_id).split()
    cover = f"{pattern.removeprefix('cover--')} {hue.removeprefix('h-')}"
    fields = new_fields(cover, facilities[0].id if len(facilities) == 1 else None)
    return _page(fields, facilities, request_id=request_id)


@blueprint.post("/events/new")
@staff(Permission.MANAGE_EVENTS)
def create():
    """Make a draft of what the form says."""
    facilities, fields = _facilities(), read_fields(request.form)
    request_id = require_request_id(request.form.get("request_id"))
    draft = draft_of(fields, facilities)
    if draft is None:
        return _page(fields, facilities, request_id=request_id, status=422)
    organization_id = next(one.organization_id for one in facilities if one.id == draft.facility_id)
    try:
        event_id = create_event(
            organization_id=organization_id, draft=draft, request_id=request_id, now=clock.now()
        )
    except Refused as refused:
        return _refused(refused, fields, facilities, request_id=request_id)
    _say(fields, "Saved as a draft. Nobody sees it until you publish it.")
    return see_other(url_for("admin.event", event_id=event_id))


@blueprint.get("/events/<id:event_id>/edit")
@staff(Permission.MANAGE_EVENTS)
def edit(event_id: int):
    """The form of an event as it is now."""
    stored = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    return _page(fields_of(stored), _own_facilities(stored), stored=stored)


@blueprint.post("/events/<id:event_id>/edit")
@staff(Permission.MANAGE_EVENTS)
def save(event_id: int):
    """Save the form; a full event with more room lets people move up."""
    stored = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    fields = read_fields(request.form, stored, is_frozen=stored.status in _FROZEN)
    facilities = _own_facilities(stored)
    draft, version = draft_of(fields, facilities, stored), whole_or_none(request.form.get("version"))
    if draft is None or version is None:
        if version is None:
            fields.errors["version"] = "This page is too old. Look at your input and save again"
        return _page(fields, facilities, stored=stored, status=422)
    now = clock.now()
    try:
        edited = edit_event(event_id=event_id, draft=draft, expected_version=version, now=now)
    except Refused as refused:
        return _refused(refused, fields, facilities, stored=stored)
    _say(fields, _saved(edited, version))
    if stored.status == "published" and draft.effective_end_at <= now:
        flash("By these times the event is over: it closes within about 15 minutes.", "wait")
    return see_other(url_for("admin.event", event_id=event_id))


@blueprint.get("/events/days")
@staff(Permission.MANAGE_EVENTS)
def requirement():
    """The part of the form that counts the event's days, while its times are typed."""
    fields = EventFields({name: request.args.get(name, "") for name in NAMES})
    return render_template("admin/_requirement.html", fields=fields, days=_days(fields, _facilities()))


def _own_facilities(stored: EventFacts) -> list[Any]:
    return [one for one in _facilities() if one.organization_id == stored.organization_id]


def _saved(edited: Edited, version: int) -> str:
    if edited.promoted:
        people = plural(len(edited.promoted), "person moves", "people move")
        return f"Saved. {people} up from the waitlist and get{'s' if len(edited.promoted) == 1 else ''} an email."
    return "Saved." if edited.version != version else "Nothing was changed."


def _say(fields: EventFields, words: str) -> None:
    flash(words)
    for note in fields.notes:
        flash(note, "wait")


def _refused(
    refused: Refused, fields: EventFields, facilities: list[Any], *, stored: EventFacts | None = None,
    request_id: str = "",
):  # fmt: skip
    """The form again, with the rule's answer; a stale one says what stands now."""
    if fields.add_error(refused):
        return _page(fields, facilities, stored=stored, request_id=request_id, status=422)
    told: dict[str, Any] = {"refusal": refusal_sentence(refused.code, **refused.facts)}
    if refused.code == "stale" and stored is not None:
        told["changed"] = _what_stands_now(stored, refused.facts["fields"])
    if refused.code == "already_saved":
        told["saved_url"] = url_for("admin.event", event_id=refused.facts["event_id"])
    status = status_of(refused)
    return _page(fields, facilities, stored=stored, request_id=request_id, status=status, **told)


def _what_stands_now(stored: EventFacts, names: tuple[str, ...]) -> list[tuple[str, str]]:
    now = fields_of(stored).values
    return [(name, now[name]) for name in names]


def _days(fields: EventFields, facilities: list[Any]):
    chosen = next((one for one in facilities if str(one.id) == fields.values["facility_id"]), None)
    return day_count(fields, chosen.timezone if chosen else None)


def _page(
    fields: EventFields, facilities: list[Any], *, stored: EventFacts | None = None, request_id: str = "",
    status: int = 200, **told: Any,
):  # fmt: skip
    body = render_template(
        "admin/event_form.html", fields=fields, facilities=facilities, event=stored, request_id=request_id,
        days=_days(fields, facilities), is_frozen=stored is not None and stored.status in _FROZEN,
        covers=[(pattern, hue) for pattern in COVER_PATTERNS for hue in COVER_HUES], **told,
    )  # fmt: skip
    return make_response(body, status)


