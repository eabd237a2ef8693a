"""`attendance`: measure online sessions by hand, and derive stays anew."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import click
from flask.cli import AppGroup
from sqlalchemy import Row

from webapp import clock
from webapp.cli.refusals import Complaint, complaining
from webapp.domain.instant_text import parse_instant
from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.online.calculation import SETTLES_IN
from webapp.domain.online.session_kind import KINDS
from webapp.jobs.session_attendance import look_and_fold
from webapp.queries.online.folding import room_names
from webapp.queries.online.meeting_session import session_row
from webapp.queries.online.session_calculation import chosen_sessions
from webapp.services.online.folding import rebuild_room
from webapp.services.online.session_attendance import Calculated, calculate_sessions
from webapp.services.unit_of_work import end_reading

group = AppGroup("attendance", help="Measure online sessions and rebuild stays.")

_MOST_DAYS = 3660
_STATUSES = ("present", "late", "partial", "absent", None)


@group.command("calculate")
@click.argument("session", required=False)
@click.option("--force", is_flag=True, help="Measure again, even if the results are up to date.")
@click.option("--type", "kind", type=click.Choice(list(KINDS)), help="Only sessions of this kind.")
@click.option("--days", "days_text", default="7", show_default=True, help="Sessions that ended so many days ago.")
@click.option("--now", "now_text", help="Run as of this time, for example 2026-06-14T23:15Z.")
@complaining
def calculate(session: str | None, force: bool, kind: str | None, days_text: str, now_text: str | None) -> None:
    """Calculate the attendance of SESSION (its id), or of all sessions that are over and need it.

    Safe to repeat: what is up to date stays as it is.
    """
    now = clock.now() if now_text is None else parse_instant(now_text)
    session_id = None if session is None else _session_id(session, now)
    since = None if session_id else now - timedelta(days=parse_whole(days_text, low=1, high=_MOST_DAYS, field="--days"))

    def look(at: datetime) -> Sequence[Row]:
        return chosen_sessions(at, session_id=session_id, kind=kind, since=since, only_due=not force)

    done = _calculate(look, now, is_forced=force)
    for line in _summary(done):
        click.echo(line)
    if done.failed:
        sys.exit(1)


@group.command("rebuild")
@click.argument("room", required=False)
@complaining
def rebuild(room: str | None) -> None:
    """Derive the stays of ROOM (its name), or of all rooms, anew from what the video server told.

    Says what that changed. Usually nothing: stays show the log. Safe to repeat, also while deliveries come in.
    """
    names = list(room_names())
    end_reading()
    if room is not None:
        if room not in names:
            raise Complaint(f"the video server never reported a room {room!r}")
        names = [room]
    changed = 0
    for name in names:
        done = rebuild_room(name)
        changed += done.changed
        if done.changed:
            click.echo(f"{name}: {_counted(done.written, 'stay')} written, {done.removed} removed.")
    click.echo(f"{_counted(len(names), 'room')} looked at, {_counted(changed, 'stay')} changed.")


def _session_id(text: str, now: datetime) -> int:
    """A session that is over; one clear line else."""
    session_id = parse_whole(text, low=1, high=MAX_ID, field="SESSION")
    row = session_row(session_id)
    end_reading()
    if row is None:
        raise Complaint(f"there is no session {session_id}")
    if row.cancelled_at is not None:
        raise Complaint(f"session {session_id} was called off")
    if row.ends_at >= now - SETTLES_IN:
        minutes = int(SETTLES_IN.total_seconds()) // 60
        raise Complaint(f"session {session_id} can be calculated {minutes} minutes after its end, {row.ends_at:%FT%TZ}")
    return session_id


def _calculate(look: Callable[[datetime], Sequence[Row]], now: datetime, *, is_forced: bool) -> Calculated:
    rows = look_and_fold(look, now)
    done = Calculated()
    with click.progressbar(length=len(rows), label="Calculating", file=sys.stderr) as bar:
        for done in calculate_sessions(rows, now=now, is_forced=is_forced):
            bar.update(done.sessions + len(done.failed) - bar.pos)
        bar.update(len(rows) - bar.pos)
    return done


def _summary(done: Calculated) -> list[str]:
    people = [f"{done.statuses[status]} {status or 'to review'}" for status in _STATUSES if done.statuses[status]]
    lines = [f"{_counted(done.sessions, 'session')} calculated, {_counted(done.changed, 'row')} changed."]
    if people:
        lines.append(f"People: {', '.join(people)}.")
    if done.checked_in or done.taken_back:
        lines.append(f"Online check-ins: {done.checked_in} made, {done.taken_back} undone.")
    lines += [f"session {session_id} failed: {why.splitlines()[0]}" for session_id, why in sorted(done.failed.items())]
    return lines


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
