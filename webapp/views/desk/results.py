"""The result a crew reads from two metres: colour, icon, first words, name, one line, next step."""

import math
from dataclasses import replace

from flask import url_for

from webapp.domain.desk.check_in import (
    UNDO_WINDOW,
    CheckInMethod,
    Typed,
    Verdict,
    may_enroll_again,
    may_place,
    next_event_day,
)
from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Permission, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.languages.words import gettext, ngettext
from webapp.queries.desk.guest import Entry, Guest
from webapp.queries.desk.line import LastMove, last_move, line_of
from webapp.queries.events.event import StoredEvent
from webapp.views.desk.asking import asks_guest
from webapp.views.desk.result import Action, Result, Scene
from webapp.views.desk.standby.results import in_line, released
from webapp.views.desk.words import day_in_words, earlier_days, event_day_in_words, place_in_words
from webapp.views.words.formatting import code_groups, plural
from webapp.views.words.instants import ago, clock_time, day
from webapp.views.words.statuses import enrollment_words


def present(scene: Scene, verdict: Verdict, guest: Guest | None, entry: Entry | None, typed: Typed | None) -> Result:
    """The result for a verdict of the rule."""
    if guest is None:
        return unknown(scene, typed)
    result = _of_guest(scene, verdict, guest, entry)
    is_here = guest.event_id == scene.event.id
    if not is_here:
        return result
    asks = asks_guest(scene, guest) if entry is not None and entry.reversed_at is None else None
    return replace(result, person_href=scene.person_href(guest.user_id), carer=guest.carer or "", ask=asks)


def _of_guest(scene: Scene, verdict: Verdict, guest: Guest, entry: Entry | None) -> Result:
    if entry is not None and entry.reversed_at is not None:
        return taken_back(scene, guest, entry)
    if entry is not None and verdict is Verdict.IN:
        return checked_in(scene, guest, entry)
    if entry is not None and verdict is Verdict.ALREADY_IN:
        return already_in(scene, guest, entry)
    return _WITHOUT_ENTRY[verdict](scene, guest)


def checked_in(scene: Scene, guest: Guest, entry: Entry) -> Result:
    more = [clock_time(entry.at, scene.tz)]
    if entry.method == CheckInMethod.WALK_IN:
        more.append(gettext("walk-in"))
    before = earlier_days(scene.event.days, guest.live_days, entry.local_on)
    if before:
        more.append(gettext("also here on {before}", before=before))
    left = UNDO_WINDOW - (scene.now - entry.at)
    return Result(
        "ok",
        "check",
        gettext("Checked in"),
        guest.name,
        ", ".join(more),
        undo_id=entry.id,
        undo_seconds=max(math.ceil(left.total_seconds()), 1),
        undo_href=scene.url("undo"),
        key=f"in{entry.id}",
    )


def already_in(scene: Scene, guest: Guest, entry: Entry) -> Result:
    place = place_in_words(entry.desk, entry.method)
    since = gettext(
        "{ago}, at {time}, {place}", ago=ago(entry.at, scene.now), time=clock_time(entry.at, scene.tz), place=place
    )
    see = Action(gettext("See entry"), scene.url("arrivals", _anchor=f"entry-{entry.id}"))
    more = gettext("{since}. Nothing changed.", since=since[0].upper() + since[1:])
    return Result("again", "again", gettext("Already checked in"), guest.name, more, (see,))


def taken_back(scene: Scene, guest: Guest, entry: Entry) -> Result:
    again = guest.live_on(entry.local_on)
    if again is not None and again.id != entry.id:
        made = f"{clock_time(again.at, scene.tz)}, {place_in_words(again.desk, again.method)}"
        more = gettext("That check-in was undone, and a new one was made at {made}.", made=made)
    else:
        more = gettext("No longer checked in. The next scan checks them in again.")
    return Result("again", "undo", gettext("Undone"), guest.name, more)


def unknown(scene: Scene, typed: Typed | None) -> Result:
    """Nobody of this event, as far as this crew may know."""
    search = Action(gettext("Search by name"), "#scan", solid=True)
    if typed is None:
        return Result(
            "stop",
            "x",
            gettext("Not on this list"),
            "",
            gettext("This isn’t from {title}.", title=scene.event.title),
            (search,),
        )
    # What was typed; of the address in a QR picture only the code.
    shown = code_groups(typed.code) if typed.code and typed.is_address else typed.text[:80]
    if typed.is_misread:
        more = gettext("One character is wrong. Scan it again, or search by name.")
        return Result("stop", "x", gettext("Typing error in this code"), shown, more, (search,))
    if typed.code:
        actions = (search, Action(gettext("Add as walk-in"), scene.url("walk_in"), in_dialog=True))
        return Result(
            "stop",
            "x",
            gettext("Not on this list"),
            shown,
            gettext("This code isn’t from {title}.", title=scene.event.title),
            actions,
        )
    add = Action(gettext("Add as walk-in"), scene.url("walk_in", name=typed.text), solid=True, in_dialog=True)
    return Result("stop", "x", gettext("Not on this list"), shown, gettext("No guest with that name or code."), (add,))


def _has_place(scene: Scene, guest: Guest) -> Result:
    """Nothing has to be decided any more: a promotion or somebody else was faster."""
    press = Action(gettext("Check in"), scene.url("tap"), fields={"enrollment": guest.enrollment_id}, solid=True)
    return Result(
        "ask",
        "check",
        gettext("Has a place now"),
        guest.name,
        gettext("Not checked in yet. Nothing was changed."),
        (press,),
    )


def _other_event(scene: Scene, guest: Guest) -> Result:
    # A helper knows one event; who goes to another one is not theirs to see.
    name = code_groups(guest.pass_code) if scene.actor.helper_id is not None else guest.name
    date = day(guest.event_starts_at, guest.event_timezone, scene.now)
    search = Action(gettext("Search by name"), "#scan", solid=True)
    return Result("stop", "x", gettext("Code for another event"), name, f"{guest.event_title}, {date}.", (search,))


def _not_today(scene: Scene, guest: Guest) -> Result:
    coming = next_event_day(scene.door.days, scene.door.today)
    if coming is None:
        last = day_in_words(scene.door.days[-1], scene.door.today)
        more = gettext("The last day was {last}. Make changes under Enrollments.", last=last)
    else:
        more = gettext(
            "{title} is on {day}. Nothing was saved.",
            title=scene.event.title,
            day=event_day_in_words(scene.event.days, coming, scene.door.today),
        )
    return Result("ask", "cal", gettext("Not today"), guest.name, more)


def _waitlisted(scene: Scene, guest: Guest) -> Result:
    if scene.event.standby_minutes is not None and scene.door.is_open:
        return in_line(scene, guest)
    event, line = scene.event, line_of(scene.event.id, guest.ticket)
    say = gettext("On the waitlist (position {rank})", rank=line.rank)
    first = gettext("Position 1, {first_name}, hasn’t arrived.", first_name=line.first_name) if line.first_name else ""
    if event.capacity is not None and event.free_seats == 0:
        all_taken = plural(event.capacity, "The only place is taken.", "All {n} places are taken.") + over_words(event)
        still_missing = plural(line.not_arrived, "{n} person hasn’t arrived yet.", "{n} people haven’t arrived yet.")
        page = scene.url("decide", enrollment_id=guest.enrollment_id)
        keep = Action(gettext("Keep on the waitlist"), scene.url("desk"), dismisses=True)
        ask = Action(gettext("Ask an admin"), page)
        return Result("ask", "clock", say, guest.name, f"{all_taken} {still_missing}", (keep, ask))
    taken = (
        ngettext("{taken} of {n} place taken.", "{taken} of {n} places taken.", event.capacity, taken=event.seats_taken)
        if event.capacity
        else ""
    )
    return Result(
        "ask", "clock", say, guest.name, " ".join(filter(None, (taken, first))), _place_actions(scene, guest, line.rank)
    )


def over_words(event: StoredEvent) -> str:
    """That there are more people than places, with the space before it; else nothing."""
    return " " + gettext("Over by {n}.", n=event.seats_over) if event.seats_over else ""


def _place_actions(scene: Scene, guest: Guest, rank: int) -> tuple[Action, ...]:
    page = scene.url("decide", enrollment_id=guest.enrollment_id)
    if not scene.door.is_open:
        return ()
    keep = Action(gettext("Keep on the waitlist"), scene.url("desk"), dismisses=True)
    if not scene.may(Permission.GIVE_PLACE):
        return (keep, Action(gettext("Ask an admin"), page))
    give = gettext("Give a place and check in")
    if rank > 1:
        return (Action(give, page, solid=True, in_dialog=True), keep)
    fields = {"decision": "give_place", "version": guest.version}
    return (Action(give, page, fields=fields, solid=True), keep)


def _cancelled(scene: Scene, guest: Guest) -> Result:
    move = last_move(guest.enrollment_id)
    at = move.at if move else scene.now
    by_guest = move is not None and move.triggered_by == Trigger.USER
    on = day(at, scene.tz, scene.now)
    if not by_guest:
        say = gettext("Cancelled by the organizer on {day}", day=on)
    elif move is not None and move.from_status == EnrollmentStatus.WAITLISTED:
        say = gettext("Left the waitlist on {day}", day=on)
    else:
        say = gettext("Cancelled their place on {day}", day=on)
    free = scene.event.free_seats
    if free == 0:
        return Result("ask", "out", say, guest.name, gettext("All places are taken now."))
    more = (
        gettext("Places are available.")
        if free is None
        else ngettext("{n} place is free.", "{n} places are free.", free)
    )
    page = scene.url("decide", enrollment_id=guest.enrollment_id)
    again = Action(gettext("Enroll again and check in"), page, fields={"decision": "enroll_again"}, solid=True)
    leave = Action(gettext("Do not check in"), scene.url("desk"), dismisses=True)
    if not scene.door.is_open:
        return Result("ask", "out", say, guest.name, more)
    actions = (again, leave) if may_take_back(scene, move) else (leave, Action(gettext("Ask an admin"), page))
    return Result("ask", "out", say, guest.name, more, actions)


def may_take_back(scene: Scene, move: LastMove | None) -> bool:
    """Whether this person may enroll somebody again who was cancelled by that move."""
    where = (scene.event.organization_id, scene.event.facility_id)
    if move is None or not may_place(scene.actor, *where, scene.event.terms.method):
        return False
    return may_enroll_again(scene.actor, *where, cancelled_by=move.triggered_by)


def _pending(scene: Scene, guest: Guest) -> Result:
    more = gettext("An organizer needs to decide on this application under Enrollments.")
    return Result("ask", "clock", gettext("Not decided yet"), guest.name, more, _enrollment_page(scene, guest))


def _rejected(scene: Scene, guest: Guest) -> Result:
    move = last_move(guest.enrollment_id)
    more = (
        gettext("Decided on {day}. Ask an organizer.", day=day(move.at, scene.tz, scene.now))
        if move
        else gettext("Ask an organizer.")
    )
    return Result(
        "stop",
        "full",
        gettext("Declined by the organizer"),
        guest.name,
        more,
    )


def _closed(scene: Scene, guest: Guest) -> Result:
    words = enrollment_words(guest.status).crew
    more = gettext("{words}. Make changes under Enrollments.", words=words)
    return Result("ask", "lock", gettext("This event is closed"), guest.name, more, _enrollment_page(scene, guest))


def _enrollment_page(scene: Scene, guest: Guest) -> tuple[Action, ...]:
    """Staff are one step away from where a closed or undecided enrollment is changed."""
    if not scene.may(Permission.VIEW_ROSTER):
        return ()
    return (
        Action(
            gettext("Open in Enrollments"), url_for("admin.enrollment", enrollment_id=guest.enrollment_id), solid=True
        ),
    )


def _not_open(scene: Scene, guest: Guest) -> Result:
    called_off = scene.event.status == EventStatus.CANCELLED
    say = gettext("This event was called off") if called_off else gettext("This event isn’t published yet")
    return Result("stop", "miss", say, guest.name, gettext("No one can be checked in."))


_WITHOUT_ENTRY = {
    Verdict.IN: _has_place,
    Verdict.OTHER_EVENT: _other_event,
    Verdict.NOT_TODAY: _not_today,
    Verdict.WAITLISTED: _waitlisted,
    Verdict.RELEASED: released,
    Verdict.STANDBY: in_line,
    Verdict.CANCELLED: _cancelled,
    Verdict.PENDING: _pending,
    Verdict.REJECTED: _rejected,
    Verdict.CLOSED: _closed,
    Verdict.NOT_OPEN: _not_open,
}
