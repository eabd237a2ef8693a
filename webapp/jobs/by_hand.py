"""A job run by a person, at once and in this process, for an instant of their choice."""

from dataclasses import dataclass, field
from datetime import datetime

from webapp import clock
from webapp.domain.job_counts import counted
from webapp.domain.schedule import (
    ACTIVATE_CLASSES,
    CLOSE_EVENT,
    CLOSE_EVENTS,
    FOLD_ROOMS,
    RELAY_OUTBOX,
    SEND_MESSAGES,
    SEND_PROMPTS,
)
from webapp.jobs.folding import fold_rooms
from webapp.jobs.outbox import relay_outbox, send_messages
from webapp.jobs.prompts import send_prompts
from webapp.jobs.run import in_process
from webapp.queries.classes.activated import activated_by
from webapp.queries.events.event import event_by_id
from webapp.queries.job_run import run_by_id, runs_started_by
from webapp.services.due_work import OpenedRun, start_closures
from webapp.services.job_run import open_run
from webapp.services.online.folding import Folded
from webapp.services.unit_of_work import end_reading

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
        handed = relay_outbox()
        return _failed() if handed is None else Summary([f"{handed} domain events handed over."])
    if name == SEND_MESSAGES.name:
        posted = send_messages()
        if posted is None:
            return _failed()
        return Summary([f"{posted.sent} mails sent, {posted.postponed} postponed, {posted.dead} given up."])
    if name == SEND_PROMPTS.name:
        return _prompts(now)
    if name == FOLD_ROOMS.name:
        folded = fold_rooms()
        return _failed() if folded is None else Summary([_folding(folded)])
    if name == CLOSE_EVENTS.name and event_id is not None:
        return _close_one(event_id, now)
    run_id, _ = open_run(name=name, now=now, real_now=clock.real_now())
    in_process(OpenedRun(run_id, name))
    return _summary(run_id)


def _activate(now: datetime, facility_id: int | None) -> Summary:
    """At any hour. A run that is under way is brought to its end first: it may be about less."""
    for _ in range(_MOST_OTHERS):
        run_id, is_new = open_run(
            name=ACTIVATE_CLASSES.name, facility_id=facility_id, by_hand=True, now=now, real_now=clock.real_now()
        )
        in_process(OpenedRun(run_id, ACTIVATE_CLASSES.name))
        if is_new:
            break
    summary = _about(run_id)
    if not is_new:
        summary.failed = True
    summary.lines += [
        f"{row.facility_name} (facility {row.facility_id}), {row.title} (class {row.class_id}): "
        f"{', '.join(counted({'people': row.people})) or 'nobody began'}."
        for row in activated_by(run_id, None)
    ]
    end_reading()
    return summary


def _failed() -> Summary:
    return Summary(["It failed; the log and the page of job runs say why."], failed=True)


def _folding(folded: Folded) -> str:
    told = f"{folded.deliveries} {'delivery' if folded.deliveries == 1 else 'deliveries'} of the video server folded"
    return f"{told}, {folded.changed} {'stay' if folded.changed == 1 else 'stays'} changed."


def _prompts(now: datetime) -> Summary:
    done = send_prompts(now)
    if done is None:
        return _failed()
    ended = sum(done.ended.values())
    return Summary([f"{done.sent} prompts sent, {done.put_off} put off, {ended} not needed any more."])


def _close_one(event_id: int, now: datetime) -> Summary:
    title = event_by_id(event_id).title  # type: ignore[union-attr]
    end_reading()
    opened = start_closures(name=CLOSE_EVENT, now=now, real_now=clock.real_now(), event_id=event_id)
    if not opened:
        return _already_open(event_id, title, now)
    in_process(opened[0])
    return _about(opened[0].run_id)


def _already_open(event_id: int, title: str, now: datetime) -> Summary:
    """Either there is nothing to close, or somebody opened a run before us: go on with that one."""
    run_id, is_new = open_run(name=CLOSE_EVENT, event_id=event_id, now=now, real_now=clock.real_now())
    in_process(OpenedRun(run_id, CLOSE_EVENT, event_id))
    if is_new:
        return Summary([f"{title} (event {event_id}): nothing to close as of {now:%Y-%m-%dT%H:%M:%SZ}."])
    return _about(run_id)


def _summary(run_id: int) -> Summary:
    summary = _about(run_id)
    children = runs_started_by(run_id, None)
    summary.lines += [_line(row) for row in children]
    summary.failed = summary.failed or any(row.error for row in children if row.status != "succeeded")
    end_reading()
    return summary


def _about(run_id: int) -> Summary:
    row = run_by_id(run_id, None)
    end_reading()
    if row is None:
        return Summary(["the run is gone"], failed=True)
    return Summary([_line(row)], failed=row.status in {"failed", "retrying"})


def _line(row) -> str:
    what = f"{row.event_title} (event {row.event_id})" if row.event_id else row.name
    if row.status == "succeeded":
        counts = ", ".join(counted(row.counts))
        return f"{what}: {counts or 'nothing to do'}."
    if row.status == "running":
        return f"{what}: another process is working on it."
    reason = (row.error or "").splitlines()[:1]
    return f"{what}: {row.status} (attempt {row.attempt}). {' '.join(reason)}".rstrip()
