"""The result a crew reads from two metres: colour, icon, first words, name, one line, next step."""

import math
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for

from webapp.domain.check_in import UNDO_WINDOW, Door, Typed, Verdict, may_enroll_again, next_event_day
from webapp.domain.enrollment import EnrollmentMethod
from webapp.domain.permission import Actor, Permission
from webapp.queries.desk.guest import Entry, Guest
from webapp.queries.desk.line import LastMove, last_move, line_of
from webapp.queries.events.event import EventFacts
from webapp.views.desk.words import day_in_words, earlier_days, number_of_day, place_in_words
from webapp.views.formatting import code_groups, plural
from webapp.views.instants import ago, clock_time, day
from webapp.views.wording import enrollment_words


@dataclass(frozen=True, slots=True)
class Action:
    """A next step: a link, or with `fields` a form that posts them."""

    words: str
    href: str
    fields: dict[str, object] | None = None
    solid: bool = False
    in_dialog: bool = False
    dismisses: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One result. `tone` is the colour class and the sound; `undo_id` offers to take it back."""

    tone: str
    icon: str
    say: str
    name: str = ""
    more: str = ""
    actions: tuple[Action, ...] = ()
    undo_id: int | None = None
    undo_seconds: int = 0
    undo_href: str = ""
    #: A double read of one code has the same key, and makes no second sound.
    key: str = field(default_factory=lambda: secrets.token_hex(6))

    @property
    def sound(self) -> str:
        return {"ok": "in"}.get(self.tone, self.tone)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when a result is shown, and to whom."""

    event: EventFacts
    door: Door
    actor: Actor
    now: datetime

    @property
    def tz(self) -> str:
        return self.event.timezone

    def url(self, endpoint: str, **values: object) -> str:
        return url_for(f"desk.{endpoint}", event_id=self.event.id, **values)

    def may(self, permission: Permission) -> bool:
        return self.actor.can(permission, self.event.organization_id)


def present(scene: Scene, verdict: Verdict, guest: Guest | None, entry: Entry | None, typed: Typed | None) -> Result:
    """The result for a verdict of the rule."""
    if guest is None:
        return unknown(scene, typed)
    if entry is not None and entry.reversed_at is not None:
        return taken_back(scene, guest, entry)
    if entry is not None and verdict is Verdict.IN:
        return checked_in(scene, guest, entry)
    if entry is not None and verdict is Verdict.ALREADY_IN:
        return already_in(scene, guest, entry)
    return _WITHOUT_ENTRY[verdict](scene, guest)


def checked_in(scene: Scene, guest: Guest, entry: Entry) -> Result:
    more = [clock_time(entry.at, scene.tz)]
    if entry.method == "walk_in":
        more.append("walk-in")
    before = earlier_days(scene.event.days, guest.live_days, entry.local_on)
    if before:
        more.append(f"was here on {before} too")
    left = UNDO_WINDOW - (scene.now - entry.at)
    return Result(
        "ok", "check", "Checked in", guest.name, ", ".join(more),
        undo_id=entry.id, undo_seconds=max(math.ceil(left.total_seconds()), 1),
        undo_href=scene.url("undo"), key=f"in{entry.id}",
    )  # fmt: skip


def already_in(scene: Scene, guest: Guest, entry: Entry) -> Result:
    place = place_in_words(entry.desk, entry.method)
    since = f"{ago(entry.at, scene.now)}, at {clock_time(entry.at, scene.tz)}, {place}"
    see = Action("See entry", scene.url("arrivals", _anchor=f"entry-{entry.id}"))
    more = f"{since[0].upper()}{since[1:]}. Nothing changed."
    return Result("again", "again", "Already checked in", guest.name, more, (see,))


def taken_back(scene: Scene, guest: Guest, entry: Entry) -> Result:
    again = guest.live_on(entry.local_on)
    if again is not None and again.id != entry.id:
        made = f"{clock_time(again.at, scene.tz)}, {place_in_words(again.desk, again.method)}"
        more = f"That entry was taken back, and a new one was made at {made}."
    else:
        more = "Not checked in any more. The next scan checks in again."
    return Result("again", "undo", "Taken back", guest.name, more)


def unknown(scene: Scene, typed: Typed | None) -> Result:
    """Nobody of this event, as far as this crew may know."""
    search = Action("Search by name", "#scan", solid=True)
    if typed is None:
        return Result("stop", "x", "Not on this list", "", f"This is not from {scene.event.title}.", (search,))
    shown = code_groups(typed.code) if typed.code else typed.text[:80]
    if typed.is_misread:
        more = "One character is wrong. Scan it again, or search by name."
        return Result("stop", "x", "Typing error in this code", shown, more, (search,))
    if typed.code:
        actions = (search, Action("Add as walk-in", scene.url("walk_in"), in_dialog=True))
        return Result("stop", "x", "Not on this list", shown, f"This code is not from {scene.event.title}.", actions)
    add = Action("Add as walk-in", scene.url("walk_in", name=typed.text), solid=True, in_dialog=True)
    return Result("stop", "x", "Not on this list", shown, "Nobody by this name or code.", (add,))


def _has_place(scene: Scene, guest: Guest) -> Result:
    """Nothing has to be decided any more: a promotion or somebody else was faster."""
    press = Action("Check in", scene.url("tap"), fields={"enrollment": guest.enrollment_id}, solid=True)
    return Result("ask", "check", "Has a place now", guest.name, "Not checked in yet. Nothing was changed.", (press,))


def _other_event(scene: Scene, guest: Guest) -> Result:
    # A helper knows one event; who goes to another one is not theirs to see.
    name = code_groups(guest.pass_code) if scene.actor.helper_id is not None else guest.name
    date = day(guest.event_starts_at, guest.event_timezone, scene.now)
    search = Action("Search by name", "#scan", solid=True)
    return Result("stop", "x", "Code for another event", name, f"{guest.event_title}, {date}.", (search,))


def _not_today(scene: Scene, guest: Guest) -> Result:
    coming = next_event_day(scene.door.days, scene.door.today)
    if coming is None:
        last = day_in_words(scene.door.days[-1], scene.door.today)
        more = f"The last day was {last}. Changes go through Enrollments."
    else:
        which = number_of_day(scene.event.days, coming)
        more = f"{scene.event.title} is on {day_in_words(coming, scene.door.today)}{which}. Nothing was saved."
    return Result("ask", "cal", "Not today", guest.name, more)


def _waitlisted(scene: Scene, guest: Guest) -> Result:
    event, line = scene.event, line_of(scene.event.id, guest.waitlist_position)
    say = f"On the waitlist (position {line.rank})"
    first = f" Position 1, {line.first_name}, has not arrived." if line.first_name else ""
    if event.free_seats == 0:
        more = f"All {plural(event.capacity, 'place is', 'places are')} taken. {_still_missing(line.not_arrived)}"
        page = scene.url("decide", enrollment_id=guest.enrollment_id)
        keep = Action("Keep on the waitlist", scene.url("desk"), dismisses=True)
        return Result("ask", "clock", say, guest.name, more, (keep, Action("Ask an admin", page)))
    taken = f"{event.seats_taken} of {plural(event.capacity, 'place', 'places')} taken." if event.capacity else ""
    return Result("ask", "clock", say, guest.name, f"{taken}{first}".strip(), _place_actions(scene, guest, line.rank))


def _still_missing(people: int) -> str:
    return f"{plural(people, 'person has', 'people have')} not arrived yet."


def _place_actions(scene: Scene, guest: Guest, rank: int) -> tuple[Action, ...]:
    page = scene.url("decide", enrollment_id=guest.enrollment_id)
    if not scene.door.is_open:
        return ()
    keep = Action("Keep on the waitlist", scene.url("desk"), dismisses=True)
    if not scene.may(Permission.GIVE_PLACE):
        return (keep, Action("Ask an admin", page))
    give = "Give a place and check in"
    if rank > 1:
        return (Action(give, page, solid=True, in_dialog=True), keep)
    fields = {"decision": "give_place", "version": guest.version}
    return (Action(give, page, fields=fields, solid=True), keep)


def _cancelled(scene: Scene, guest: Guest) -> Result:
    move = last_move(guest.enrollment_id)
    at = move.at if move else scene.now
    by_guest = move is not None and move.triggered_by == "user"
    on = day(at, scene.tz, scene.now)
    say = f"Gave up the place on {on}" if by_guest else f"Cancelled by the organizer on {on}"
    free = scene.event.free_seats
    if free == 0:
        return Result("ask", "out", say, guest.name, "All places are taken now.")
    more = "Places are free." if free is None else f"{plural(free, 'place is', 'places are')} free."
    page = scene.url("decide", enrollment_id=guest.enrollment_id)
    again = Action("Enroll again and check in", page, fields={"decision": "enroll_again"}, solid=True)
    leave = Action("Do not check in", scene.url("desk"), dismisses=True)
    if not scene.door.is_open:
        return Result("ask", "out", say, guest.name, more)
    actions = (again, leave) if may_take_back(scene, move) else (leave, Action("Ask an admin", page))
    return Result("ask", "out", say, guest.name, more, actions)


def may_take_back(scene: Scene, move: LastMove | None) -> bool:
    """Whether this person may enroll somebody again who was cancelled by that move."""
    organization_id, method = scene.event.organization_id, scene.event.terms.method
    if method is EnrollmentMethod.APPLICATION and not scene.may(Permission.DECIDE_APPLICATIONS):
        return False
    return move is not None and may_enroll_again(scene.actor, organization_id, cancelled_by=move.triggered_by)


def _pending(scene: Scene, guest: Guest) -> Result:
    more = "An organizer decides about this application in Enrollments."
    return Result("ask", "clock", "Not decided yet", guest.name, more, _enrollment_page(scene, guest))


def _rejected(scene: Scene, guest: Guest) -> Result:
    move = last_move(guest.enrollment_id)
    on = f" on {day(move.at, scene.tz, scene.now)}" if move else ""
    return Result("stop", "full", "Not accepted by the organizer", guest.name, f"Decided{on}. Ask an organizer.")


def _closed(scene: Scene, guest: Guest) -> Result:
    words = enrollment_words(guest.status).crew
    more = f"{words}. Changes go through Enrollments."
    return Result("ask", "lock", "This event is closed", guest.name, more, _enrollment_page(scene, guest))


def _enrollment_page(scene: Scene, guest: Guest) -> tuple[Action, ...]:
    """Staff are one step away from where a closed or undecided enrollment is changed."""
    if not scene.may(Permission.VIEW_ROSTER):
        return ()
    return (Action("Open in Enrollments", url_for("admin.enrollment", enrollment_id=guest.enrollment_id), solid=True),)


def _not_open(scene: Scene, guest: Guest) -> Result:
    called_off = scene.event.status == "cancelled"
    say = "This event was called off" if called_off else "This event is not published yet"
    return Result("stop", "miss", say, guest.name, "Nobody can be checked in.")


_WITHOUT_ENTRY = {
    Verdict.IN: _has_place,
    Verdict.OTHER_EVENT: _other_event,
    Verdict.NOT_TODAY: _not_today,
    Verdict.WAITLISTED: _waitlisted,
    Verdict.CANCELLED: _cancelled,
    Verdict.PENDING: _pending,
    Verdict.REJECTED: _rejected,
    Verdict.CLOSED: _closed,
    Verdict.NOT_OPEN: _not_open,
}


def refused(sentence: str, say: str = "Nothing was changed", actions: tuple[Action, ...] = ()) -> Result:
    """A refusal where a result would stand, so that the field stays ready for the next scan."""
    return Result("stop", "warn", say, "", sentence, actions)
