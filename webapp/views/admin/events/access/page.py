"""Who may enroll in an event: what holds now, the link to hand on, the list to fill."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.permission import Permission
from webapp.domain.places.access import WhoMay, asks_for_list
from webapp.domain.places.access_list import WrittenEntry, read_entries
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext, ngettext
from webapp.queries.events.event import EventFacts
from webapp.queries.organizations.facility import facilities_of
from webapp.queries.places.access.entries import classes_to_choose, entries_page, event_of_entry
from webapp.services.accounts.account import require_email
from webapp.services.places.access.entries import Additions, add_to_list, remove_from_list
from webapp.services.places.access.link import replace_link
from webapp.views import request_time
from webapp.views.admin.address import neighbours
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.pickers import choice_of, told_apart
from webapp.views.forms.readers import or_none
from webapp.views.forms.sent import one_field
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.paging import page_number
from webapp.views.responses import see_other
from webapp.views.words.instants import when

#: So many lines that cannot be read are named.
_MOST_NAMED = 20
_LIST = FormKind(
    ("written", "facility_id", "class_id"),
    sentences={
        "nobody_pasted": N_("Enter an address or a domain, or choose a group"),
        "unknown_facility": N_("Choose a facility of this organization"),
        "unknown_class": N_("Choose a class of this organization"),
    },
    field_of={"unknown_facility": "facility_id", "unknown_class": "class_id"},
    otherwise="written",
)


@dataclass(frozen=True, slots=True)
class Groups:
    """Facilities and classes (id, words) that can be put on a list."""

    facilities: list[tuple[int, str]]
    classes: list[tuple[int, str]]


@blueprint.get("/events/<id:event_id>/access")
@staff(Permission.MANAGE_EVENTS)
def event_access(event_id: int) -> Response:
    """Who may enroll, in a sentence, and what makes it so."""
    return _page(load_staff_event(event_id, Permission.MANAGE_EVENTS), _LIST.filled())


@blueprint.post("/events/<id:event_id>/access/list")
@staff(Permission.MANAGE_EVENTS)
def add_to_event_list(event_id: int) -> Response:
    """Put people and groups on the list: all of them, or nobody where a line cannot be read."""
    event, form = load_staff_event(event_id, Permission.MANAGE_EVENTS), _LIST.sent()
    additions, wrong = _additions(form, _groups(event))
    added = None
    if not wrong:
        added = form.check(lambda: add_to_list(event_id=event_id, additions=additions, now=request_time.now()))
    if added is None:
        return _page(event, form, wrong)
    flash(
        ngettext("{n} entry was added.", "{n} entries were added.", added)
        if added
        else gettext("All of them were on the list already.")
    )
    return _back(event_id)


@blueprint.post("/event-list-entries/<id:entry_id>/remove")
@staff(Permission.MANAGE_EVENTS)
def remove_from_event_list(entry_id: int) -> Response:
    """Take one entry off the list."""
    event = load_staff_event(event_of_entry(entry_id) or 0, Permission.MANAGE_EVENTS)
    remove_from_list(entry_id=entry_id)
    flash(gettext("Taken off the list. People who have a place keep it."))
    return _back(event.id)


@blueprint.post("/events/<id:event_id>/access/link")
@staff(Permission.MANAGE_EVENTS)
def replace_event_link(event_id: int) -> Response:
    """Another link: the one that was shown ends."""
    load_staff_event(event_id, Permission.MANAGE_EVENTS)
    replace_link(event_id=event_id, seen=one_field("seen"))
    flash(gettext("This is the new link. The old one no longer works."))
    return _back(event_id)


@blueprint.app_template_global()
def access_words(event: EventFacts, now: datetime) -> str:
    """Who may enroll by themselves, in a sentence."""
    if event.who_may == WhoMay.LINK:
        return gettext("Anyone with the link can enroll. The event isn’t listed.")
    if event.who_may == WhoMay.LIST:
        return gettext("Only people on the list can enroll.")
    if event.list_opens_at is not None and event.opens_at is not None:
        early, everyone = (when(at, event.timezone, now) for at in (event.list_opens_at, event.opens_at))
        return gettext(
            "People on the list can enroll from {early}, everyone from {everyone}.", early=early, everyone=everyone
        )
    return gettext("Anyone can enroll.")


def _additions(form: Form, groups: Groups) -> tuple[Additions, list[WrittenEntry]]:
    """What the form puts on the list, and the lines that cannot be read; its mistakes are noted in it."""
    facility = form.read("facility_id", or_none(choice_of(groups.facilities, "unknown_facility")))
    class_ = form.read("class_id", or_none(choice_of(groups.classes, "unknown_class")))
    has_group = facility is not None or class_ is not None
    written: list[WrittenEntry] = []
    if form.values["written"].strip() or not (has_group or form.is_refused):
        written = form.read("written", lambda text: read_entries(text, require_email)) or []
    wrong = [one for one in written if one.problem is not None]
    if wrong:
        n = len(wrong)
        form.errors["written"] = ngettext("Check {n} line. Nothing was added", "Check {n} lines. Nothing was added", n)
    return Additions(written, _some(facility), _some(class_)), wrong


def _some(one: int | None) -> tuple[int, ...]:
    return () if one is None else (one,)


def _groups(event: EventFacts) -> Groups:
    """Those that the signed-in person may see."""
    reach = the_actor().reach(Permission.MANAGE_EVENTS)
    own = [(one.id, one.name) for one in facilities_of(reach) if one.organization_id == event.organization_id]
    return Groups(told_apart(own), told_apart(classes_to_choose(event.organization_id, reach)))


def _back(event_id: int) -> Response:
    return see_other(url_for("admin.event_access", event_id=event_id))


def _page(event: EventFacts, form: Form, wrong: list[WrittenEntry] | None = None) -> Response:
    found = entries_page(event.id, page_number())
    groups, more = _groups(event), wrong or []
    body = render_template(
        "admin/events/access/access.html",
        event=event,
        form=form,
        words=access_words(event, request_time.now()),
        uses_list=asks_for_list(event.who_may, event.list_opens_at),
        wrong=[(one.number, one.text, _what_is_wrong(one)) for one in more[:_MOST_NAMED]],
        found=found,
        groups=groups,
        **neighbours(found, lambda page: url_for("admin.event_access", event_id=event.id, page=page)),
    )
    return make_response(body, form.status)


def _what_is_wrong(entry: WrittenEntry) -> str:
    refused: Any = entry.problem or Refused("email_invalid")
    return _LIST.sentence("written", refused)
