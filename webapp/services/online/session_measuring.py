"""Everybody of some locked sessions, measured: a few reads for all of them, then the pure rule person by person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from webapp.domain.identity import user_id_of
from webapp.domain.presence import Measured, ScheduledSession, measure_presence
from webapp.domain.session_kind import session_kind
from webapp.queries.online.session_calculation import closings_of, matches_of, people_among, rosters, stays_in
from webapp.queries.online.session_owner import owner_of

#: One person's row, in the order of `attendance_rows.MEASURED_COLUMNS`.
AttendanceRow = tuple[Any, ...]


@dataclass
class MeasuredSessions:
    """The rows of everybody, and what went wrong with whom: session id -> errors."""

    rows: list[AttendanceRow] = field(default_factory=list)
    statuses: list[str | None] = field(default_factory=list)
    errors: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    all_certain: bool = True


def measure_sessions(session: Session, locked: Sequence[Row], *, is_reconciling: bool) -> MeasuredSessions:
    """Measure everybody with a place in these sessions, and everybody who was there without one.

    A person whose record cannot be made is left undecided with the error; the others are not
    concerned. Seven statements at most, whatever the number of sessions and people.
    """
    ids = [row.id for row in locked]
    expected: dict[int, set[int]] = defaultdict(set)
    for session_id, user_id in rosters(session, ids):
        expected[session_id].add(user_id)
    stays = _stays_by_person(session, locked, expected)
    has_open = any(times[1] is None for people in stays.values() for own in people.values() for times in own)
    closings = _by_session(closings_of(session, ids)) if has_open else {}
    found = MeasuredSessions()
    for row in locked:
        _measure_one(
            row, expected[row.id], stays.get(row.id, {}), closings=closings.get(row.id, ()),
            is_reconciling=is_reconciling, found=found,
        )  # fmt: skip
    return found


def _measure_one(
    row: Row, expected: set[int], stays: dict[int, list[tuple]], *, closings: Sequence[float], is_reconciling: bool,
    found: MeasuredSessions,
) -> None:  # fmt: skip
    scheduled = ScheduledSession(_second(row.starts_at), _second(row.ends_at), session_kind(row.kind).thresholds)
    is_reconciled = is_reconciling or row.reconciled_at is not None
    at = sorted(int(second) for second in closings)
    for user_id in sorted(expected | stays.keys()):
        is_enrolled = user_id in expected
        try:
            own = [
                (int(joined), None if left is None else int(left), int(seen))
                for joined, left, seen in stays.get(user_id, ())
            ]
            person = measure_presence(own, scheduled, closings=at, is_reconciled=is_reconciled)
        except Exception as error:
            what = f"{type(error).__name__}: {error}"[:500]
            found.rows.append(_broken(row, user_id, is_enrolled, what))
            found.errors[row.id].append(what)
            found.all_certain = False
            continue
        found.rows.append(_measured(row.id, user_id, is_enrolled, person))
        found.all_certain &= not person.needs_review
        if is_enrolled:
            found.statuses.append(person.status)


def _stays_by_person(
    session: Session, locked: Sequence[Row], expected: dict[int, set[int]]
) -> dict[int, dict[int, list[tuple]]]:
    """Session id -> user id -> (joined, left, seen), for identities of which it is known whose they are."""
    stays: dict[tuple[int, str], list[tuple]] = defaultdict(list)
    for session_id, identity, *times in stays_in(session, [row.id for row in locked]):
        stays[session_id, identity].append(times)
    owners = {key: user_id_of(key[1]) for key in stays}
    strangers = {key for key, user_id in owners.items() if user_id not in expected[key[0]]}
    owners |= _owners(session, locked, strangers)
    people: dict[int, dict[int, list[tuple]]] = defaultdict(dict)
    for key, times in stays.items():
        user_id = owners[key]
        if user_id is not None:
            people[key[0]].setdefault(user_id, []).extend(times)
    return people


def _owners(
    session: Session, locked: Sequence[Row], strangers: set[tuple[int, str]]
) -> dict[tuple[int, str], int | None]:
    """Whose the identities are that no enrolled person has: an account's own, or as staff matched them."""
    if not strangers:
        return {}
    owner = {row.id: owner_of(row) for row in locked}
    matches = matches_of(session, set(owner.values()))
    claimed = {key: user_id_of(key[1]) for key in strangers}
    people = people_among(session, sorted({user_id for user_id in claimed.values() if user_id is not None}))
    return {
        (session_id, identity): own if own in people else matches.get((owner[session_id], identity))
        for (session_id, identity), own in claimed.items()
    }


def _measured(session_id: int, user_id: int, is_enrolled: bool, person: Measured) -> AttendanceRow:
    intervals = ", ".join(f"[{start}, {end}]" for start, end in person.intervals)
    return (
        session_id, user_id, is_enrolled, person.entered, person.left, f"[{intervals}]",
        person.seconds, person.least, person.most, person.hundredths, person.status, person.needs_review,
        person.late_seconds, not person.needs_review, person.note or None, 0, None,
    )  # fmt: skip


def _broken(row: Row, user_id: int, is_enrolled: bool, error: str) -> AttendanceRow:
    tries = row.calculation_tries + 1
    return (row.id, user_id, is_enrolled, None, None, "[]", 0, 0, 0, 0, None, True, 0, False, None, tries, error)


def _by_session(rows: Iterable[Row]) -> dict[int, list[float]]:
    by_session: dict[int, list[float]] = defaultdict(list)
    for session_id, at in rows:
        by_session[session_id].append(at)
    return by_session


def _second(instant: datetime) -> int:
    return int(instant.timestamp())
