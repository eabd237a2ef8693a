"""The desk itself: the page, its list, and what the other desks did meanwhile."""

from dataclasses import dataclass
from datetime import date, datetime, time

from flask import Response, make_response, render_template, request

from webapp import clock
from webapp.domain.check_in import MAX_TYPED, Door, Typed, Verdict, decide_check_in, next_event_day, read_typed
from webapp.domain.event_days import local_date, to_instant
from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.queries.desk.arrivals import last_arrivals
from webapp.queries.desk.guest import Guest, by_check_in, by_code, by_id, read_guest
from webapp.queries.desk.live import Tally, arrived_since, tally
from webapp.queries.desk.roster import roster
from webapp.queries.event import EventFacts
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.desk_name import desk_name
from webapp.views.desk.results import Result, Scene, checked_in, present, taken_back, unknown
from webapp.views.desk.results import already_in as already_in_result
from webapp.views.desk.words import day_in_words, number_of_day
from webapp.views.guards import desk_crew
from webapp.views.loading import load_desk
from webapp.views.responses import render, wants_fragment

#: Rows of the list at first, and how many "Show more" adds.
PAGE = 30
_MOST_ROWS = 10_000
_LAST_ARRIVALS = 7
#: A page that answers a post shows green only for what this desk did within this time.
_JUST_NOW_SECONDS = 30


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
        return self.event.status == "published" and (self.is_today or not self.door.is_event_day)

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
        return f"Day {self.event.days.index(self.day) + 1} of {len(self.event.days)}, {words}"

    @property
    def next_day_words(self) -> str | None:
        coming = next_event_day(self.event.days, self.door.today)
        return day_in_words(coming, self.door.today) + number_of_day(self.event.days, coming) if coming else None

    def is_this_desk(self, entry) -> bool:
        return (entry.desk, entry.actor_id, entry.helper_id) == (self.name, self.actor.user_id, self.actor.helper_id)


def open_desk(event_id: int) -> Desk:
    """The desk that this request may see; the day is asked for by `?day=`, else the nearest event day."""
    event, actor = load_desk(event_id)
    now = clock.now()
    today = local_date(now, event.timezone)
    door = Door(event.id, event.organization_id, event.status, event.days, today)
    return Desk(event, actor, door, _asked_day(event, today), now)


@blueprint.get("/<id:event_id>")
@desk_crew
def desk(event_id: int) -> Response:
    return _page(open_desk(event_id))


@blueprint.get("/<id:event_id>/guests")
@desk_crew
def guests(event_id: int) -> Response:
    return _page(open_desk(event_id))


@blueprint.get("/<id:event_id>/live")
@desk_crew
def live(event_id: int) -> Response:
    """Nothing (204) when nothing changed, else the parts that did; 286 ends the asking."""
    shown = open_desk(event_id)
    if not wants_fragment():
        return _page(shown)
    counts = _tally(shown)
    since = request.args.get("since", "")
    is_over = shown.event.status != "published"
    if since == counts.revision and not is_over:
        return make_response("", 204)
    parts = render_template(
        "desk/_live.html", desk=shown, tally=counts, arrivals=_arrivals(shown), gone=_gone(shown, since)
    )
    return make_response(parts, 286 if is_over else 200)


def list_parts(shown: Desk, text: str) -> dict[str, object]:
    """What the list of that search needs."""
    return {"desk": shown, **_list(shown, text)}


def _page(shown: Desk) -> Response:
    text = request.args.get("q", "")
    values = {"desk": shown, **_list(shown, text)}
    if wants_fragment():
        return render("desk/desk.html", "desk/_guests.html", announce=True, **values)
    counts, arrivals = _tally(shown), _arrivals(shown)
    result = result_of_url(shown, text)
    return render(
        "desk/desk.html", "desk/_guests.html", tally=counts, arrivals=arrivals, result=result, announce=False, **values
    )


def _list(shown: Desk, text: str) -> dict[str, object]:
    typed, show = _typed(text), _show()
    found = roster(shown.event.id, shown.day, typed=typed, show=show)
    return {"roster": found, "q": typed.text if typed else "", "next_show": show + PAGE}


def _tally(shown: Desk) -> Tally:
    return tally(shown.event, shown.day, shown.now)


def _arrivals(shown: Desk) -> list:
    return last_arrivals(shown.event.id, shown.day, limit=_LAST_ARRIVALS)


def _gone(shown: Desk, since: str) -> list[int]:
    """Rows to take out of the list: who came in after what this page has seen."""
    try:
        seen = parse_whole(since.partition("-")[0], low=0, high=MAX_ID, field="since")
    except Refused:
        return []
    return arrived_since(shown.event.id, shown.day, seen)


def _asked_day(event: EventFacts, today: date) -> date:
    text = request.args.get("day")
    if text is None:
        return min(max(today, event.days[0]), event.days[-1])
    try:
        asked = date.fromisoformat(text) if len(text) == 10 and text.isascii() else None
    except ValueError:
        asked = None
    if asked not in event.days:
        raise Refused("not_found")
    return asked


def _typed(text: str) -> Typed | None:
    """A search that cannot be one lists nobody but is no error: people type."""
    try:
        return read_typed(clean_line(text, limit=MAX_TYPED, field="q")) if text.strip() else None
    except Refused:
        return read_typed("")


def typed_in_url() -> tuple[str, Typed | None]:
    """The search of this address, as typed and as read."""
    typed = _typed(request.args.get("q", ""))
    return (typed.text if typed else ""), typed


def _show() -> int:
    try:
        return parse_whole(request.args.get("show", ""), low=PAGE, high=_MOST_ROWS, field="show")
    except Refused:
        return PAGE


def result_of_url(shown: Desk, text: str) -> Result | None:
    """The result of a post without JavaScript, told again from the evidence.

    The address only says where to look (`in.12`, `ask.7`, `look`); words and colour come from
    the rows, and green only for what this very desk did a moment ago.
    """
    kind, _, number = request.args.get("result", "").partition(".")
    if kind == "look" and text:
        return _look(shown, text)
    try:
        row_id = parse_whole(number, low=1, high=MAX_ID, field="result")
    except Refused:
        return None
    if kind in {"in", "again"}:
        return _of_check_in(shown, row_id, is_fresh=kind == "in")
    return _of_enrollment(shown, row_id) if kind == "ask" else None


def _of_check_in(shown: Desk, check_in_id: int, *, is_fresh: bool) -> Result | None:
    guest = read_guest(by_check_in(check_in_id))
    entry = guest.entry(check_in_id) if guest and guest.event_id == shown.event.id else None
    if guest is None or entry is None:
        return None
    if entry.reversed_at is not None:
        return taken_back(shown.scene, guest, entry)
    just_now = (shown.now - entry.at).total_seconds() <= _JUST_NOW_SECONDS
    if is_fresh and just_now and shown.is_this_desk(entry):
        return checked_in(shown.scene, guest, entry)
    return already_in_result(shown.scene, guest, entry)


def _of_enrollment(shown: Desk, enrollment_id: int) -> Result | None:
    guest = read_guest(by_id(enrollment_id))
    return _decided_again(shown, guest, None) if guest and guest.event_id == shown.event.id else None


def _look(shown: Desk, text: str) -> Result | None:
    typed = _typed(text)
    if typed is None or not typed.text:
        return None
    guest = read_guest(by_code(typed.code)) if typed.code else None
    if guest is None:
        return unknown(shown.scene, typed)
    return _decided_again(shown, guest, typed)


def _decided_again(shown: Desk, guest: Guest, typed: Typed | None) -> Result | None:
    verdict = decide_check_in(guest.at_door(shown.door.today), shown.door)
    if verdict is Verdict.IN:
        return None
    known = None if verdict is Verdict.UNKNOWN else guest
    return present(shown.scene, verdict, known, guest.live_on(shown.door.today), typed)


@blueprint.get("/<id:event_id>/keys")
@desk_crew
def keys(event_id: int) -> Response:
    """What the keys do, as a page and as a dialog."""
    return render("desk/keys.html", "desk/_keys.html", desk=open_desk(event_id), in_dialog=wants_fragment())
