"""What waits for this person: a number, a noun and a reason in a line, and where to deal with it.

Nothing is a line that they could not do anything about.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Row

from webapp.domain.events.closure import closes_by
from webapp.domain.permission import Actor, Permission
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.places.lists.people_import import ImportStatus
from webapp.domain.work.schedule import CLOSE_EVENT
from webapp.languages import formats
from webapp.languages.words import gettext, n_, ngettext
from webapp.queries.asking.contradictions import contradicted_events
from webapp.queries.asking.responses import Said
from webapp.queries.classes.roll_call import SessionLine
from webapp.queries.events.admin_events import ListedEvent, events_that_wait
from webapp.queries.installation.requests import open_requests
from webapp.queries.notices.mails import failed_mails
from webapp.queries.online.sessions_to_host import sessions_to_match
from webapp.queries.places.people_import import interrupted_imports
from webapp.queries.work.run import runs_given_up
from webapp.views.admin.start.waiting_line import Waiting, appeal_line
from webapp.views.admin.work.job_words import job_title
from webapp.views.admin.work.mails import visible_to_actor
from webapp.views.words.instants import date_in_words, day, spoken_when

#: Of one kind so many are listed one by one.
MOST_OF_A_KIND = 3


#: What `needs_attention` finds -> who may deal with it, the fact that is counted, its words, tone and page.
_OF_EVENTS: dict[str, tuple[Permission, str | None, tuple[str, str], str, str]] = {
    "applications": (
        Permission.DECIDE_APPLICATIONS,
        "people",
        n_("Application to decide", "Applications to decide"),
        "wait",
        "admin.enrollments",
    ),
    "undecided": (
        Permission.SETTLE_OUTCOME,
        "undecided",
        n_("Undecided outcome", "Undecided outcomes"),
        "",
        "admin.enrollments",
    ),
    "late_facts": (
        Permission.SETTLE_OUTCOME,
        "outcomes",
        n_("Outcome contradicted by later evidence", "Outcomes contradicted by later evidence"),
        "",
        "admin.responses",
    ),
    "sessions_to_review": (
        Permission.CALL_ROLL,
        "sessions",
        n_("Online session to review", "Online sessions to review"),
        "",
        "admin.sessions",
    ),
    "seats_beside_queue": (
        Permission.MANAGE_EVENTS,
        "waiting",
        n_("Person waiting beside free places", "People waiting beside free places"),
        "wait",
        "admin.enrollments",
    ),
    "not_published": (
        Permission.MANAGE_EVENTS,
        None,
        n_("Draft that starts soon", "Drafts that start soon"),
        "wait",
        "admin.event",
    ),
    "closing_failed": (
        Permission.MANAGE_EVENTS,
        None,
        n_("Event that couldn’t be closed", "Events that couldn’t be closed"),
        "no",
        "admin.event",
    ),
    "not_closed": (
        Permission.MANAGE_EVENTS,
        None,
        n_("Event that should be closed by now", "Events that should be closed by now"),
        "no",
        "admin.event",
    ),
    "sessions_not_calculated": (
        Permission.MANAGE_EVENTS,
        "sessions",
        n_("Online session that wasn’t calculated", "Online sessions that weren’t calculated"),
        "no",
        "admin.sessions",
    ),
}
#: The filter of the page that shows exactly those.
_FILTERS: dict[str, dict[str, Any]] = {
    "applications": {"status": EnrollmentStatus.PENDING},
    "undecided": {"status": EnrollmentStatus.UNDECIDED},
    "late_facts": {"said": Said.CONTRADICTIONS},
    "seats_beside_queue": {"status": EnrollmentStatus.WAITLISTED},
}
_OF_IMPORTS = {
    ImportStatus.FAILED: (n_("File of people that failed", "Files of people that failed"), "no"),
    ImportStatus.STOPPED: (n_("File of people that was stopped", "Files of people that were stopped"), "wait"),
}


def waiting_lines(actor: Actor, overdue: Iterable[SessionLine], now: datetime) -> list[Waiting]:
    """Every kind one after the other, at most three of each one by one. Up to eight statements."""
    kinds: dict[str, list[Waiting]] = defaultdict(list)
    events = events_that_wait(actor.reach(Permission.VIEW_ROSTER), now=now)
    for event in events:
        for kind, line in _of_event(actor, event, now):
            kinds[kind].append(line)
    ordered = {"appeals": list(appeal_line(actor, events, now))} | {kind: kinds[kind] for kind in _OF_EVENTS}
    ordered["contradictions"] = list(_contradictions(actor, now))
    ordered["to_match"] = list(_to_match(actor, now))
    ordered["no_marks"] = list(_without_marks(actor, overdue))
    ordered["organizations"] = list(_organizations(actor))
    ordered["mails"] = list(_mails(actor))
    ordered["runs"] = list(_runs(actor, {line.href for line in kinds["closing_failed"]}, now))
    ordered |= _imports(actor, now)
    ordered["open"] = kinds["open"]
    return [line for kind, lines in ordered.items() for line in _shortened(lines, kind)]


def _shortened(lines: list[Waiting], kind: str) -> list[Waiting]:
    if len(lines) <= MOST_OF_A_KIND:
        return lines
    rest = lines[MOST_OF_A_KIND - 1 :]
    about = ngettext("In {n} more event.", "In {n} more events.", len(rest))
    total = sum(line.number for line in rest)
    href = url_for("admin.jobs", status="failed") if kind == "runs" else url_for("admin.events")
    last = Waiting(total, rest[0].words, about, href, rest[0].tone)
    return [*lines[: MOST_OF_A_KIND - 1], last]


def _of_event(actor: Actor, event: ListedEvent, now: datetime) -> Iterator[tuple[str, Waiting]]:
    where = (event.organization_id, event.facility_id)
    for code, facts in event.attention:
        if code not in _OF_EVENTS:
            continue
        permission, counted, words, tone, endpoint = _OF_EVENTS[code]
        if actor.can(permission, *where):
            number = int(str(facts[counted])) if counted else 1
            href = url_for(endpoint, event_id=event.id, **_FILTERS.get(code, {}))
            yield code, Waiting(number, ngettext(*words, number), _when(event, now), href, tone)
    is_open = event.undecided and event.effective_end_at <= now
    told = {code for code, _ in event.attention} & {"closing_failed", "not_closed"}
    if is_open and not told and actor.can(Permission.MANAGE_EVENTS, *where):
        yield (
            "open",
            Waiting(1, gettext("Event still open"), _why_open(event, now), url_for("admin.event", event_id=event.id)),
        )


def _when(event: ListedEvent, now: datetime) -> str:
    return f"{event.title}, {day(event.starts_at, event.timezone, now)}"


def _why_open(event: ListedEvent, now: datetime) -> str:
    until = closes_by(event.closing_from or event.effective_end_at, event.sessions_end_at)
    at = spoken_when(until, event.timezone, now)
    if event.closing_from is not None and now < event.closing_from and event.sessions_end_at is None:
        return gettext("{title} is over. It closes {at}, as its settings say.", title=event.title, at=at)
    if event.sessions_end_at is None:
        return gettext("{title} is over and will be closed within minutes.", title=event.title)
    return gettext(
        "{title} is waiting for its video report. It closes {at}; anyone we can’t place becomes undecided.",
        title=event.title,
        at=at,
    )


def _contradictions(actor: Actor, now: datetime) -> Iterator[Waiting]:
    reach = actor.reach(Permission.SETTLE_OUTCOME)
    for row in contradicted_events(reach, now) if reach else ():
        words = ngettext("Answer that contradicts the record", "Answers that contradict the record", row.people)
        about = f"{row.title}, {day(row.starts_at, row.timezone, now)}"
        href = url_for("admin.responses", event_id=row.id, said=Said.CONTRADICTIONS.value)
        yield Waiting(row.people, words, about, href)


def _to_match(actor: Actor, now: datetime) -> Iterator[Waiting]:
    reach = actor.reach(Permission.CALL_ROLL)
    for row in sessions_to_match(reach, actor.user_id, now) if reach else ():
        people = max(row.people, 1)
        about = gettext("Joined {title} under unknown names.", title=row.owner_title)
        href = url_for("admin.session_report", session_id=row.id)
        yield Waiting(people, ngettext("Person to match", "People to match", people), about, href)


def _without_marks(actor: Actor, overdue: Iterable[SessionLine]) -> Iterator[Waiting]:
    for line in overdue:
        if not may_mark(actor, line.session):
            continue
        row, tally = line.session, line.tally
        words = (
            ngettext("Person without a mark", "People without a mark", tally.unmarked)
            if tally.marked
            else ngettext("Person in a session with no marks", "People in a session with no marks", tally.unmarked)
        )
        about = f"{row.class_title}, {date_in_words(row.local_on)}"
        yield Waiting(
            tally.unmarked, words, about, url_for("admin.roll_call_sheet", class_id=row.class_id, session_id=row.id)
        )


def may_mark(actor: Actor, row: Row) -> bool:
    """Whether they take the roll call of a session: staff there, or who teaches it."""
    where = (row.organization_id, row.facility_id)
    if actor.can(Permission.CALL_ROLL, *where):
        return True
    return bool(row.teaches) and actor.can(Permission.CALL_ROLL, *where, teaches=True)


def _organizations(actor: Actor) -> Iterator[Waiting]:
    asked = open_requests() if actor.is_operator else ()
    if asked:
        words = ngettext("Organization to decide", "Organizations to decide", len(asked))
        about = gettext("{person} asks to open {organization}.", person=asked[0].person, organization=asked[0].name)
        yield Waiting(len(asked), words, about, url_for("operator.organizations"), "wait")


def _mails(actor: Actor) -> Iterator[Waiting]:
    failed = failed_mails(visible_to_actor()) if actor.watches_jobs else 0
    if failed:
        words = ngettext("Email that failed", "Emails that failed", failed)
        yield Waiting(failed, words, gettext("See why, and send them again."), url_for("admin.mails"), "no")


def _runs(actor: Actor, told: Collection[str], now: datetime) -> Iterator[Waiting]:
    """Runs about events that were given up; `told` are pages of events whose closing is told already."""
    for run in runs_given_up(visible_to_actor(), now) if actor.watches_jobs else ():
        if run.name == CLOSE_EVENT and url_for("admin.event", event_id=run.event_id) in told:
            continue
        about = gettext("{job} for {title}.", job=job_title(run.name), title=run.title)
        href = url_for("admin.job_run", run_id=run.id)
        yield Waiting(1, ngettext("Job that failed", "Jobs that failed", 1), about, href, "no")


def _imports(actor: Actor, now: datetime) -> dict[str, list[Waiting]]:
    """Files of people that were not read to their end: those that failed, then those that were stopped."""
    lines: dict[str, list[Waiting]] = {ImportStatus.FAILED: [], ImportStatus.STOPPED: []}
    reach = actor.reach(Permission.GIVE_PLACE)
    for one in interrupted_imports(reach, now) if reach else ():
        about = gettext(
            "{file} for {title}: {done} of {total} lines read.",
            file=one.file_name,
            title=one.title,
            done=formats.number(one.done),
            total=formats.number(one.total),
        )
        words, tone = _OF_IMPORTS[one.status]
        href = url_for("admin.one_import", import_id=one.id)
        lines[one.status].append(Waiting(1, ngettext(*words, 1), about, href, tone))
    return lines
