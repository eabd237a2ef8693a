"""A job run by a person, at once and in this process, for an instant of their choice."""

from dataclasses import dataclass, field
from datetime import datetime

from webapp import clock
from webapp.domain.work.run import OpenedRun, RunStatus
from webapp.domain.work.schedule import (
    ACTIVATE_CLASSES,
    CLOSE_EVENT,
    CLOSE_EVENTS,
    FOLD_ROOMS,
    RELAY_OUTBOX,
    RELEASE_HOLDS,
    SEND_MESSAGES,
    SEND_PROMPTS,
)
from webapp.jobs.folding import fold_rooms
from webapp.jobs.holds import release_holds
from webapp.jobs.outbox import MANY, relay_outbox, send_messages
from webapp.jobs.prompts import send_prompts
from webapp.jobs.run import in_process
from webapp.languages.job_counts import counted
from webapp.queries.classes.activated import activated_by
from webapp.queries.events.closure import due_event_ids
from webapp.queries.events.event import event_by_id
from webapp.queries.work.run import run_by_id, runs_started_by
from webapp.services.online.folding import Folded
from webapp.services.unit_of_work import end_reading
from webapp.services.work.opening import open_run

#: Runs of others that are waited for before ours.
_MOST_OTHERS = 3


@dataclass
class Summary:
    """What came of it, in lines for a person; `failed` if something did not work."""

    lines: list[str] = field(default_factory=list)
    failed: bool = False


def run_by_hand(name: str, *, now: datetime, event_id: int | None = None, facility_id: int | None = None) -> Summary:
    """Run that job of the schedule for the instant `now` (closing: one event only; activating: one facility)."""
    if name == ACTIVATE_CLASSES.name:
        return _activate(now, facility_id)
    if name == RELAY_OUTBOX.name:
        handed = relay_outbox(MANY)
        return _failed() if handed is None else Summary([f"{handed} domain events handed over."])
    if name == SEND_MESSAGES.name:
        posted = send_messages()
        if posted is None:
            return _failed()
        return Summary([f"{posted.sent} emails sent, {posted.postponed} postponed, {posted.dead} failed."])
    if name == SEND_PROMPTS.name:
        return _prompts(now)
    if name == FOLD_ROOMS.name:
        folded = fold_rooms(MANY)
        return _failed() if folded is None else Summary([_folding(folded)])
    if name == RELEASE_HOLDS.name:
        released = release_holds()
        return (
            _failed()
            if released is None
            else Summary([f"Held places released in {released} {'event' if released == 1 else 'events'}."])
        )
    if name == CLOSE_EVENTS.name and event_id is not None:
        return _close_one(event_id, now)
    if name == CLOSE_EVENTS.name:
        return _close_all(now)
    run = _run_asked(name, now)
    summary = run.summary
    summary.lines += [_line(row) for row in runs_started_by(run.id, None)]
    end_reading()
    return summary


@dataclass
class _AskedRun:
    """The run that did what was asked; where there was none, the one that stood in its way."""

    id: int
    summary: Summary


def _run_asked(
    name: str, now: datetime, *, event_id: int | None = None, facility_id: int | None = None, by_hand: bool = False
) -> _AskedRun:
    """A run of our own: one that is open is brought to its end first, for it may be about less."""
    lines: list[str] = []
    for _ in range(_MOST_OTHERS):
        run_id, is_new = open_run(
            name=name,
            event_id=event_id,
            facility_id=facility_id,
            by_hand=by_hand,
            now=now,
            real_now=clock.real_now(),
        )
        in_process(OpenedRun(run_id, name, event_id))
        about = _about(run_id)
        if is_new:
            return _AskedRun(run_id, Summary([*lines, *about.lines], about.failed))
        lines = [f"Before ours, a run that was open: {line}" for line in about.lines]
    refusal = f"{name}: not done as of {now:%Y-%m-%dT%H:%M:%SZ}, because another run is still open. Try again later."
    return _AskedRun(run_id, Summary([*lines, refusal], failed=True))


def _activate(now: datetime, facility_id: int | None) -> Summary:
    """At any hour."""
    run = _run_asked(ACTIVATE_CLASSES.name, now, facility_id=facility_id, by_hand=True)
    summary = run.summary
    summary.lines += [
        f"{row.facility_name} (facility {row.facility_id}), {row.title} (class {row.class_id}): "
        f"{', '.join(counted({'people': row.people})) or 'no one started'}."
        for row in activated_by(run.id, None)
    ]
    end_reading()
    return summary


def _failed() -> Summary:
    return Summary(["It failed; the log and the page of job runs say why."], failed=True)


def _folding(folded: Folded) -> str:
    told = f"{folded.deliveries} {'delivery' if folded.deliveries == 1 else 'deliveries'} of the video server folded"
    return f"{told}, {folded.changed} {'stay' if folded.changed == 1 else 'stays'} changed."


def _prompts(now: datetime) -> Summary:
    done = send_prompts(now, MANY)
    if done is None:
        return _failed()
    ended = sum(done.ended.values())
    return Summary([f"{done.sent} follow-up questions sent, {done.put_off} put off, {ended} no longer needed."])


def _close_all(now: datetime) -> Summary:
    """Every event that is due, also those for which a run was open already."""
    run = _run_asked(CLOSE_EVENTS.name, now)
    summary, ours = run.summary, runs_started_by(run.id, None)
    summary.lines += [_line(row) for row in ours]
    summary.failed = summary.failed or any(row.error for row in ours if row.status != RunStatus.SUCCEEDED)
    left = set(due_event_ids(now)) - {row.event_id for row in ours}
    end_reading()
    for event_id in sorted(left):
        closed = _close_one(event_id, now)
        summary.lines += closed.lines
        summary.failed = summary.failed or closed.failed
    return summary


def _close_one(event_id: int, now: datetime) -> Summary:
    event = event_by_id(event_id)
    if event is None:
        return Summary([f"Event {event_id}: there is none."], failed=True)
    title = event.title
    if not due_event_ids(now, event_id=event_id):
        end_reading()
        return Summary([f"{title} (event {event_id}): nothing to close as of {now:%Y-%m-%dT%H:%M:%SZ}."])
    end_reading()
    return _run_asked(CLOSE_EVENT, now, event_id=event_id).summary


def _about(run_id: int) -> Summary:
    row = run_by_id(run_id, None)
    end_reading()
    if row is None:
        return Summary(["the run is gone"], failed=True)
    return Summary([_line(row)], failed=row.status in {RunStatus.FAILED, RunStatus.RETRYING})


def _line(row) -> str:
    what = f"{row.event_title} (event {row.event_id})" if row.event_id else row.name
    if row.status == RunStatus.SUCCEEDED:
        counts = ", ".join(counted(row.counts))
        return f"{what}: {counts or 'nothing to do'}."
    if row.status == RunStatus.RUNNING:
        return f"{what}: another process is working on it."
    reason = (row.error or "").splitlines()[:1]
    return f"{what}: {row.status} (attempt {row.attempt}). {' '.join(reason)}".rstrip()
