"""What is on today, in order of time: events at the door, sessions of classes, online sessions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import Row

from webapp.domain.event_days import local_date, to_instant
from webapp.domain.online.meeting_session import DOORS_OPEN
from webapp.domain.permission import Actor, Permission
from webapp.languages.words import gettext, ngettext
from webapp.queries.classes.roll_call import SessionLine
from webapp.queries.events.day_events import Today
from webapp.views.admin.start.waiting import may_mark
from webapp.views.words.instants import clock_time


@dataclass(frozen=True, slots=True)
class Happening:
    """One line. `is_now`: it asks for somebody at this moment; one filled button belongs to the first of those."""

    at: datetime
    timezone: str
    title: str
    about: str
    action: str
    href: str
    icon: str | None = None
    is_now: bool = False


def happenings(
    actor: Actor, events: Iterable[Today], sessions: Iterable[SessionLine], hosted: Sequence[Row], now: datetime
) -> list[Happening]:
    """Everything of today, in order of time."""
    lines = [_event(actor, one, now) for one in events]
    lines += [_session(actor, line, now) for line in sessions]
    lines += [_hosted(one, now) for one in hosted if _is_today(one, now)]
    return sorted(lines, key=lambda line: (line.at, line.title))


def _event(actor: Actor, one: Today, now: datetime) -> Happening:
    event = one.event
    is_on = event.starts_at <= now < event.effective_end_at
    at_desk = actor.can(Permission.RUN_DESK, event.organization_id, event.facility_id)
    endpoint, action = ("desk.desk", gettext("Open desk")) if at_desk else ("admin.event", gettext("Open event"))
    return Happening(
        at=_begins(one),
        timezone=event.timezone,
        title=event.title,
        about=" ".join([_where(one), _how_many(one, is_over=event.effective_end_at <= now)]),
        action=action,
        href=url_for(endpoint, event_id=event.id),
        icon="scan" if at_desk else None,
        is_now=at_desk and is_on,
    )


def _begins(one: Today) -> datetime:
    """When its day of today begins: at the hour of its first one."""
    event = one.event
    clock = event.starts_at.astimezone(ZoneInfo(event.timezone)).time()
    return to_instant(event.days[one.day - 1], clock, event.timezone).at


def _where(one: Today) -> str:
    event, days = one.event, len(one.event.days)
    if days == 1:
        return gettext("{place}.", place=event.place) if event.place else ""
    if event.place:
        return gettext("Day {day} of {days}, {place}.", day=one.day, days=days, place=event.place)
    return gettext("Day {day} of {days}.", day=one.day, days=days)


def _how_many(one: Today, *, is_over: bool) -> str:
    event = one.event
    came = gettext("{came} of {taken} checked in.", came=one.came, taken=event.seats_taken)
    return gettext("It’s over: {came}", came=came) if is_over else came


def _session(actor: Actor, line: SessionLine, now: datetime) -> Happening:
    row = line.session
    can_mark = may_mark(actor, row)
    lacks_marks = line.has_begun and line.tally.unmarked > 0
    address = {"class_id": row.class_id}
    href = (
        url_for("admin.roll_call_sheet", session_id=row.id, **address)
        if line.has_begun
        else url_for("admin.program_class", **address)
    )
    return Happening(
        at=row.starts_at,
        timezone=row.timezone,
        title=gettext(
            "{title}, session {number} of {of_all}", title=row.class_title, number=row.number, of_all=row.of_all
        ),
        about=_session_words(line, now),
        action=gettext("Take roll call") if can_mark and lacks_marks else gettext("Open class"),
        href=href if can_mark else url_for("admin.program_class", **address),
        is_now=can_mark and lacks_marks,
    )


def _session_words(line: SessionLine, now: datetime) -> str:
    row, tally = line.session, line.tally
    if not line.has_begun:
        return ngettext("{n} person enrolled.", "{n} people enrolled.", row.seats_taken)
    until = clock_time(row.ends_at, row.timezone)
    state = gettext("It’s over.") if row.ends_at <= now else gettext("Running until {time}.", time=until)
    if not tally.unmarked:
        return f"{state} {gettext('Everyone has a mark.')}"
    missing = gettext("Roll call missing: {unmarked} of {expected} have no mark yet.", unmarked=tally.unmarked,
                      expected=tally.expected)  # fmt: skip
    return f"{state} {missing}"


def _is_today(row: Row, now: datetime) -> bool:
    return row.starts_at <= now or local_date(row.starts_at, row.timezone) == local_date(now, row.timezone)


def _hosted(row: Row, now: datetime) -> Happening:
    doors = row.starts_at - DOORS_OPEN
    is_open = doors <= now < row.ends_at
    when = (
        gettext("The room is open.")
        if is_open
        else gettext("The room opens at {time}.", time=clock_time(doors, row.timezone))
    )
    return Happening(
        at=row.starts_at,
        timezone=row.timezone,
        title=row.title,
        about=f"{gettext('Online, {event}.', event=row.event_title)} {when}",
        action=gettext("Open session"),
        href=url_for("admin.session_live", session_id=row.id),
        is_now=is_open,
    )
