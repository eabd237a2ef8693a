"""Changing one date of a series, those after it or all: what becomes of whom is shown before anything is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, url_for

from webapp.domain.classes.class_draft import parse_clock_time, parse_local_date
from webapp.domain.event_life import EventStatus
from webapp.domain.events.event_draft import MAX_CAPACITY
from webapp.domain.events.series_change import DateChange, changes_along, end_on_clock, in_scope, moved_draft
from webapp.domain.notices.notice import is_worth_telling
from webapp.domain.permission import Permission
from webapp.domain.recurrence import Scope
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.events.series import SeriesDate, SeriesFacts, clashes_at, dates_of_series
from webapp.services.events.series.changing import Done, Wanted, change_dates
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.event_fields import PLACE_LIMIT
from webapp.views.admin.events.event_sentences import SENTENCES
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import TITLE_LIMIT, line, line_or_empty, one_of, or_none, whole
from webapp.views.forms.reason import REASON, read_reason
from webapp.views.forms.sent import first_field
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_series
from webapp.views.responses import render, see_other
from webapp.views.words.formatting import plural
from webapp.views.words.instants import when
from webapp.views.words.refusals import refusal_sentence

CHANGING = FormKind(
    ("title", "place", "capacity", "local_on", "at", "until", "scope", "reason"),
    sentences={**SENTENCES, **REASON.sentences, "number_invalid": N_("Enter a whole number from {low} to {high}")},
    field_of={"series_day_alone": "local_on", "date_out_of_range": "local_on", "reason_required": "reason"},
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change does: to which dates, and how many people are told."""

    changes: Sequence[DateChange]
    told: dict[int, int]

    @property
    def people(self) -> int:
        return sum(self.told.values())

    @property
    def dates(self) -> int:
        return sum(bool(one.changed) for one in self.changes)

    @property
    def key(self) -> str:
        """By which the preview is known that was looked at."""
        return " ".join(f"{one.stored.id}.{one.stored.version}" for one in self.changes if one.changed)


@blueprint.get("/series/<id:series_id>/dates/<id:event_id>/change")
@staff(Permission.MANAGE_EVENTS)
def change_date(series_id: int, event_id: int):
    """The date as it is now, and which others go with it."""
    series, dates, chosen = load_date(series_id, event_id)
    return _page(series, dates, chosen, _filled(chosen))


@blueprint.post("/series/<id:series_id>/dates/<id:event_id>/change")
@staff(Permission.MANAGE_EVENTS)
def change_dates_of_series(series_id: int, event_id: int):
    """Show what the change does, and do it once that was looked at."""
    series, dates, chosen = load_date(series_id, event_id)
    form = read_reason(CHANGING)
    preview = _read(form, dates, chosen)
    if preview is None or first_field("seen") != preview.key:
        return _page(series, dates, chosen, form, preview)
    wanted = {one.stored.id: Wanted(one.stored.version, one.draft) for one in preview.changes if one.changed}
    title = form.values["title"] if form.values["scope"] == Scope.ALL and _is_renamed(form, chosen) else None
    done = change_dates(
        series_id=series_id,
        wanted=wanted,
        reason=form.values["reason"],
        actor=the_actor(),
        now=request_time.now(),
        title=title,
    )
    say_done(done, dates, plural(len(done.dates), "{n} date was changed.", "{n} dates were changed."))
    return see_other(url_for("admin.series", series_id=series_id))


def load_date(series_id: int, event_id: int) -> tuple[SeriesFacts, list[SeriesDate], SeriesDate]:
    """The series, its dates, and the one that can be changed; or `not_found`."""
    series = load_staff_series(series_id, Permission.MANAGE_EVENTS)
    dates = dates_of_series(series_id, the_actor().reach(Permission.MANAGE_EVENTS))
    chosen = next((one for one in dates if one.event.id == event_id), None)
    if chosen is None:
        raise Refused("not_found")
    return series, dates, chosen


def say_done(done: Done, dates: Sequence[SeriesDate], words: str) -> None:
    """What was done, and of each date that was not, why."""
    if done.dates:
        flash(words)
    events = {one.event.id: one.event for one in dates}
    for event_id, refused in done.refused.items():
        event, now = events[event_id], request_time.now()
        why = refusal_sentence(refused.code, tz=event.timezone, now=now, **refused.facts)
        flash(gettext("{date}: {why}", date=when(event.starts_at, event.timezone, now), why=why), "error")
    if not done.dates and not done.refused:
        flash(gettext("Nothing was left to change."))


def _filled(chosen: SeriesDate) -> Form:
    event = chosen.event
    start, until = event.starts_at.astimezone(ZoneInfo(event.timezone)), end_on_clock(event)
    return CHANGING.filled(
        {
            "title": event.title,
            "place": event.place,
            "capacity": event.capacity,
            "local_on": start.date(),
            "at": f"{start:%H:%M}",
            "until": f"{until:%H:%M}" if until else "",
            "scope": Scope.THIS,
        }
    )


def _read(form: Form, dates: Sequence[SeriesDate], chosen: SeriesDate) -> Preview | None:
    """What the form comes to, or None with the mistakes noted."""
    values = {
        "title": form.read("title", line(TITLE_LIMIT)),
        "place": form.read("place", line_or_empty(PLACE_LIMIT)),
        "capacity": form.read("capacity", or_none(whole(1, MAX_CAPACITY))),
        "local_on": form.read("local_on", parse_local_date),
        "at": form.read("at", parse_clock_time),
        "until": form.read("until", or_none(parse_clock_time)),
    }
    scope = form.read("scope", one_of(Scope))
    found: list[DateChange] | None = form.check(lambda: _changes(dates, chosen, scope, values))
    return None if found is None else Preview(found, _told(found, dates))


def _changes(dates: Sequence[SeriesDate], chosen: SeriesDate, scope: Scope, values: dict) -> list[DateChange]:
    chosen_dates = in_scope([one.event for one in dates], chosen.event.id, scope, request_time.now())
    return changes_along(chosen_dates, chosen.event.id, moved_draft(chosen.event, **values))


def _told(changes: Sequence[DateChange], dates: Sequence[SeriesDate]) -> dict[int, int]:
    """How many people hear of it, by date."""
    expected = {one.event.id: one.expected for one in dates}
    now = request_time.now()
    return {
        one.stored.id: expected[one.stored.id]
        for one in changes
        if one.stored.status == EventStatus.PUBLISHED
        and is_worth_telling(one.changed, ends_at=one.draft.effective_end_at, now=now)
    }


def _is_renamed(form: Form, chosen: SeriesDate) -> bool:
    return form.values["title"] != chosen.event.title


def scope_counts(dates: Sequence[SeriesDate], chosen: SeriesDate) -> dict[Scope, tuple[int, int]]:
    """For each choice how many dates go with it, and how many people are expected there."""
    expected = {one.event.id: one.expected for one in dates}
    found = {}
    for scope in Scope:
        ids = [one.id for one in in_scope([it.event for it in dates], chosen.event.id, scope, request_time.now())]
        found[scope] = (len(ids), sum(expected[id_] for id_ in ids))
    return found


def _page(
    series: SeriesFacts, dates: Sequence[SeriesDate], chosen: SeriesDate, form: Form, preview: Preview | None = None
):
    drafts = [one.draft for one in preview.changes if {"starts_at", "ends_at"} & set(one.changed)] if preview else []
    moved = [(one.starts_at, one.effective_end_at) for one in drafts]
    return render(
        "admin/events/series/change.html",
        "admin/events/series/change.html",
        form.status,
        series=series,
        event=chosen.event,
        form=form,
        counts=scope_counts(dates, chosen),
        preview=preview,
        clashes=clashes_at(chosen.event.facility_id, moved, besides=series.id),
        title_limit=TITLE_LIMIT,
        place_limit=PLACE_LIMIT,
    )
