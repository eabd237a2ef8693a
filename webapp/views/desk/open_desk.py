"""One event's desk on one day, as a request sees it: loaded, authorised, with the time read once."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from flask import request

from webapp.domain.desk.check_in import MAX_TYPED, CheckInMethod, Door, Typed, next_event_day, read_typed
from webapp.domain.event_days import local_date, to_instant
from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.languages.words import gettext
from webapp.queries.desk.arrivals import Arrival
from webapp.queries.desk.guest import Entry
from webapp.queries.events.event import EventFacts
from webapp.views import request_time
from webapp.views.desk.desk_name import desk_name
from webapp.views.desk.result import Scene
from webapp.views.desk.words import day_in_words, event_day_in_words, place_in_words
from webapp.views.loading import load_desk

#: Python also reads week dates; we write one spelling.
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Desk:
    """One event's desk on one day, as this request sees it."""

    event: EventFacts
    actor: Actor
    door: Door
    day: date
    now: datetime

    @property
    def scene(self) -> Scene:
        return Scene(self.event, self.door, self.actor, self.now)

    @property
    def is_today(self) -> bool:
        return self.day == self.door.today

    @property
    def is_open(self) -> bool:
        """Whether a guest in the list can be checked in now."""
        return self.door.is_open and self.is_today

    @property
    def takes_scans(self) -> bool:
        """Before the first day the field can be tried out; a closed event and other days are to look at."""
        return self.event.status == EventStatus.PUBLISHED and (self.is_today or not self.door.is_event_day)

    @property
    def name(self) -> str:
        return desk_name(self.actor)

    @property
    def day_at(self) -> datetime:
        """Noon of the day, for what prints a date from an instant."""
        return to_instant(self.day, time(12), self.event.timezone).at

    @property
    def title_of_day(self) -> str:
        words = day_in_words(self.day, self.door.today)
        if len(self.event.days) == 1:
            return words
        return gettext(
            "Day {day} of {days}, {words}",
            day=self.event.days.index(self.day) + 1,
            days=len(self.event.days),
            words=words,
        )

    @property
    def next_day_words(self) -> str | None:
        coming = next_event_day(self.event.days, self.door.today)
        return event_day_in_words(self.event.days, coming, self.door.today) if coming else None

    def place_of(self, entry: Arrival | Entry) -> str:
        """Where that check-in was made, as this desk would say it."""
        place = gettext("This desk") if self.is_this_desk(entry) else place_in_words(entry.desk, entry.method)
        return gettext("{place}, walk-in", place=place) if entry.method == CheckInMethod.WALK_IN else place

    def is_this_desk(self, entry: Arrival | Entry) -> bool:
        return (entry.desk, entry.actor_id, entry.helper_id) == (self.name, self.actor.user_id, self.actor.helper_id)


def open_desk(event_id: int) -> Desk:
    """The desk that this request may see; the day is asked for by `?day=`, else the nearest event day."""
    event, actor = load_desk(event_id)
    now = request_time.now()
    today = local_date(now, event.timezone)
    door = Door(event.id, event.organization_id, event.status, event.days, today)
    return Desk(event, actor, door, _asked_day(event, today), now)


def _asked_day(event: EventFacts, today: date) -> date:
    text = request.args.get("day")
    if text is None:
        return min(max(today, event.days[0]), event.days[-1])
    try:
        asked = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        asked = None
    if asked not in event.days:
        raise Refused("not_found")
    return asked


def read_search(text: str) -> Typed | None:
    """A search that cannot be one lists nobody but is no error: people type."""
    try:
        return read_typed(clean_line(text, limit=MAX_TYPED, field="q")) if text.strip() else None
    except Refused:
        return read_typed("")


def typed_in_url() -> tuple[str, Typed | None]:
    """The search of this address, as typed and as read."""
    typed = read_search(request.args.get("q", ""))
    return (typed.text if typed else ""), typed
