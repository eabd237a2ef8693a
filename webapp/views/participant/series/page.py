"""A series as anybody sees it: its dates to come, with what each offers or where the reader stands."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, render_template

from webapp.domain.places.enrollment import LIVE, leave_until
from webapp.domain.places.standing import Standing
from webapp.domain.places.standing import StandingState as State
from webapp.domain.refusal import Refused
from webapp.queries.events.event import EventFacts
from webapp.queries.events.series import SeriesFacts, series_by_id, series_by_slug, was_public
from webapp.queries.places.event_list import series_standings
from webapp.queries.places.standing import EventStanding
from webapp.views import request_time
from webapp.views.current_actor import current_actor
from webapp.views.guards import public
from webapp.views.http.event_links import current_links
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.event_row import badge_of
from webapp.views.words.series.rule import rule_words
from webapp.views.words.statuses import Badge

#: Where a code lets somebody in.
_WITH_PASS = frozenset({State.CONFIRMED, State.PROMOTED, State.CHECKED_IN})


@dataclass(frozen=True, slots=True)
class OneDate:
    """A date as the reader sees it."""

    place: EventStanding
    standing: Standing
    now: datetime

    @property
    def badge(self) -> Badge:
        return badge_of(self.place, self.standing, self.now)

    @property
    def has_place(self) -> bool:
        """Whether the reader has a place, waits or applied."""
        return self.place.own is not None and self.place.own.status in LIVE

    @property
    def has_pass(self) -> bool:
        """Whether the reader has a code that lets them in."""
        return self.standing.state in _WITH_PASS

    @property
    def can_enroll(self) -> bool:
        """Whether one press is enough to get in; where something is asked, its own page is the way."""
        return self.standing.can_enroll and not self.place.event.has_questions

    @property
    def asks_first(self) -> bool:
        return self.standing.can_enroll and self.place.event.has_questions

    @property
    def leave_until(self) -> datetime | None:
        """Until when the reader can give the place up; None where they cannot."""
        own, event = self.place.own, self.place.event
        if own is None:
            return None
        return leave_until(
            own.status,
            starts_at=event.starts_at,
            hours_before=event.cancellation_deadline_hours,
            leaves_freely=own.leaves_freely,
            now=self.now,
        )


def load_series(slug: str, now: datetime) -> tuple[SeriesFacts, list[OneDate]]:
    """The series and its dates to come for whoever asks; `not_found` where nothing of it can be seen.

    Raises `organization_closed` while its organization is suspended.
    """
    series = series_by_slug(slug)
    places = _dates_of(series, now) if series else []
    if series is None or not (places or was_public(series.id)):
        raise Refused("not_found")
    if series.is_suspended:
        raise Refused("organization_closed")
    return series, [OneDate(place, place.at(now), now) for place in places]


def _dates_of(series: SeriesFacts, now: datetime) -> list[EventStanding]:
    actor = current_actor()
    return series_standings(series.id, actor.user_id if actor else None, now, current_links())


@blueprint.app_template_global()
def series_of(event: EventFacts) -> SeriesFacts | None:
    """Of which series the event is a date; one statement where it is."""
    return series_by_id(event.series_id) if event.series_id else None


@blueprint.get("/series/<slug:slug>")
@public
def series(slug: str) -> Response:
    return show_series(*load_series(slug, request_time.now()))


def show_series(series: SeriesFacts, dates: list[OneDate], *, status: int = 200) -> Response:
    """The page; with `status` for what was refused."""
    body = render_template(
        "participant/series/series.html",
        series=series,
        dates=dates,
        first=dates[0].place.event if dates else None,
        own=[one for one in dates if one.has_place],
        seated=sum(one.has_pass for one in dates),
        open_dates=[one for one in dates if one.can_enroll],
        often=rule_words(series.rrule),
    )
    return make_response(body, status)
