"""Attendance in classes as lines of CSV. Every file ends with a line of sums, but for those of single marks."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from webapp.adapters.spreadsheet import csv_line
from webapp.domain.classes.class_progress import Tally
from webapp.extensions import db
from webapp.queries.classes.class_sessions import sessions_of
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.classes.roll_call import names_of
from webapp.queries.classes.roll_call_overview import FacilityReport, PersonClass
from webapp.queries.classes.roll_call_report import ClassReport, RosterLine, marks_in_class, notes_in_class

_NUMBERS = (
    "expected",
    "marked",
    "unmarked",
    "present",
    "partial",
    "absent_excused",
    "absent_unexcused",
    "minutes",
    "attended",
    "rate_percent",
)
_TOTAL = "Total"
#: Whose file it is, at the end of each line: files of several classes are put together.
_CLASS = ("program", "class")


def people_csv(facts: ClassFacts, report: ClassReport) -> Iterator[str]:
    """One record per person of a class."""
    yield _head("user_id", "name", "has_place", *_NUMBERS, "sessions", "needed", "may_miss", *_CLASS)
    for one in report.people:
        progress = one.progress
        yield csv_line(
            (
                one.user_id,
                one.name,
                _yes(one.is_in),
                *_numbers(one.tally),
                progress.sessions,
                progress.needed,
                progress.may_miss,
                *_class(facts),
            )
        )
    yield csv_line((None, _TOTAL, None, *_numbers(report.total), None, None, None, *_class(facts)))


def sessions_csv(facts: ClassFacts, report: ClassReport) -> Iterator[str]:
    """One record per session of a class that took place."""
    yield _head("session_id", "local_date", "starts_at", "ends_at", *_NUMBERS, *_CLASS)
    for one in report.sessions:
        row = one.session
        times = (_iso(row.starts_at), _iso(row.ends_at))
        yield csv_line((row.id, row.local_on.isoformat(), *times, *_numbers(one.tally), *_class(facts)))
    yield csv_line((None, _TOTAL, None, None, *_numbers(report.total), *_class(facts)))


def marks_csv(facts: ClassFacts) -> Iterator[str]:
    """One record per mark of a class."""
    sessions, marked = sessions_of(facts.id), marks_in_class(facts.id)
    names, notes = names_of(db.session(), sorted(marked)), notes_in_class(facts.id)
    yield _head("session_id", "local_date", "user_id", "name", "status", "minutes", "note", *_CLASS)
    for row in sessions:
        for user_id in sorted(marked):
            if row.id in marked[user_id]:
                mark = (*marked[user_id][row.id], notes.get((row.id, user_id), ""))
                yield csv_line((row.id, row.local_on.isoformat(), user_id, names[user_id], *mark, *_class(facts)))


def roster_csv(facts: ClassFacts, lines: Sequence[RosterLine]) -> Iterator[str]:
    """One record per person who had a seat on the date."""
    yield _head("user_id", "name", "email", "seat_since", "status", *_CLASS)
    for one in lines:
        yield csv_line((one.user_id, one.name, one.email, _iso(one.since_at), one.status.value, *_class(facts)))


def facility_csv(report: FacilityReport) -> Iterator[str]:
    """One record per class of a facility."""
    yield _head("class_id", "title", "program", "status", "sessions", *_NUMBERS)
    for one in report.classes:
        facts = one.facts
        yield csv_line((facts.id, facts.title, facts.program_name, facts.status, one.sessions, *_numbers(one.tally)))
    yield csv_line((None, _TOTAL, None, None, report.sessions, *_numbers(report.total)))


def person_csv(classes: Sequence[PersonClass]) -> Iterator[str]:
    """One record per class of a person."""
    yield _head("class_id", "title", "facility", "has_place", *_NUMBERS, "sessions", "needed", "may_miss", "program")
    for one in classes:
        facts, report = one.facts, one.report
        yield csv_line(
            (
                facts.id,
                facts.title,
                facts.facility_name,
                _yes(report.is_in),
                *_numbers(report.tally),
                report.progress.sessions,
                report.progress.needed,
                report.progress.may_miss,
                facts.program_name,
            )
        )
    total = sum((one.report.tally for one in classes), Tally())
    yield csv_line((None, _TOTAL, None, None, *_numbers(total), None, None, None, None))


def _class(facts: ClassFacts) -> tuple[str, str]:
    return facts.program_name, facts.title


def _head(*names: str) -> str:
    return "\ufeff" + csv_line(names)


def _numbers(tally: Tally) -> tuple[Any, ...]:
    """In the order of `_NUMBERS`; `attended` is the sum of shares, with four decimals."""
    return (
        tally.expected,
        tally.marked,
        tally.unmarked,
        tally.present,
        tally.partial,
        tally.excused,
        tally.unexcused,
        tally.minutes,
        f"{float(tally.credit):.4f}",
        tally.percent,
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _iso(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
