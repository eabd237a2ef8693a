"""The page of a series: its dates in numbers, and publishing all that are drafts."""

from collections.abc import Sequence

from flask import flash, render_template, url_for

from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext, ngettext
from webapp.queries.events.series import SeriesDate, changes_of_series, dates_of_series, people_at_all
from webapp.services.events.event_lifecycle import publish_event
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_series
from webapp.views.responses import see_other
from webapp.views.words.series.rule import rule_words


@blueprint.get("/series/<id:series_id>")
@staff(Permission.VIEW_ROSTER)
def series(series_id: int):
    """Every date with its places, its waitlist and what it came to."""
    facts, now = load_staff_series(series_id, Permission.VIEW_ROSTER), request_time.now()
    dates = dates_of_series(series_id, the_actor().reach(Permission.VIEW_ROSTER))
    ahead = [one for one in dates if one.event.status == EventStatus.PUBLISHED and one.event.effective_end_at > now]
    may_manage = the_actor().can(Permission.MANAGE_EVENTS, facts.organization_id, facts.facility_id)
    return render_template(
        "admin/events/series/series.html",
        series=facts,
        dates=dates,
        ahead=ahead,
        over=sum(one.event.effective_end_at <= now for one in dates),
        drafts=_drafts(dates),
        at_all=people_at_all([one.event.id for one in ahead]) if len(ahead) > 1 else 0,
        last=_last_closed(dates),
        source=_source(dates),
        often=rule_words(facts.rrule),
        changes=changes_of_series(series_id),
        is_public=any(one.event.published_at is not None for one in dates),
        can_manage=may_manage,
    )


@blueprint.post("/series/<id:series_id>/publish")
@staff(Permission.MANAGE_EVENTS)
def publish_series(series_id: int):
    """Open every draft of it to people, one after the other; those that are over stay drafts."""
    facts, now = load_staff_series(series_id, Permission.MANAGE_EVENTS), request_time.now()
    published = 0
    for one in _drafts(dates_of_series(series_id, the_actor().reach(Permission.MANAGE_EVENTS))):
        try:
            publish_event(event_id=one.event.id, now=now)
        except Refused:
            # Over, or published, called off or deleted a moment ago: the page says what it is now.
            continue
        published += 1
    flash(
        ngettext("{n} date was published.", "{n} dates were published.", published)
        if published
        else gettext("No date could be published.")
    )
    return see_other(url_for("admin.series", series_id=facts.id))


def _drafts(dates: Sequence[SeriesDate]) -> list[SeriesDate]:
    return [one for one in dates if one.event.status == EventStatus.DRAFT]


def _source(dates: Sequence[SeriesDate]) -> SeriesDate | None:
    """The date that others are copied from: the last that takes place, else the last of all."""
    taking_place = [one for one in dates if one.event.status != EventStatus.CANCELLED]
    return next(reversed(taking_place or list(dates)), None)


def _last_closed(dates: Sequence[SeriesDate]) -> SeriesDate | None:
    """The latest date whose outcome is known for somebody."""
    return next((one for one in reversed(dates) if one.decided), None)
