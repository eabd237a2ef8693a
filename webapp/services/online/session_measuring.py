"""Everybody of some locked sessions, measured: a few reads for all of them, then the pure rule person by person."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.domain.events.closure import Doubt
from webapp.domain.online.identity import user_id_of
from webapp.domain.online.meeting_session import was_silent
from webapp.domain.online.presence import (
    Measured,
    Part,
    Presence,
    ScheduledSession,
    StayTimes,
    measure_presence,
    possible_presence,
    silent_presence,
)
from webapp.domain.online.session_kind import session_kind
from webapp.queries.online.doubt import last_told_of
from webapp.queries.online.room_stays import stays_in
from webapp.queries.online.session_calculation import matches_of, people_among, rosters
from webapp.queries.online.session_owner import hosts_of, owner_of
from webapp.queries.row_types import AnyRow

#: One person's row, in the order of `attendance_rows.MEASURED_COLUMNS`.
AttendanceRow = tuple[Any, ...]


@dataclass
class MeasuredSessions:
    """The rows of everybody, what went wrong with whom (session id -> errors), and what is not known of a session."""

    rows: list[AttendanceRow] = field(default_factory=list)
    statuses: list[str | None] = field(default_factory=list)
    errors: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    doubts: dict[int, Doubt] = field(default_factory=dict)
    all_certain: bool = True


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of one session: who is expected, whose stays are whose, and whom nobody knows."""

    row: AnyRow
    expected: set[int]
    people: Mapping[int, Sequence[StayTimes | None]]
    unmatched: Sequence[StayTimes]
    parts: Mapping[int, Part]
    is_silent: bool
    is_reconciled: bool


def measure_sessions(session: Session, locked: Sequence[AnyRow], *, is_reconciling: bool) -> MeasuredSessions:
    """Measure everybody with a place in these sessions, and everybody who was there without one.

    A person whose record cannot be made is left undecided with the error; the others are not
    concerned. A bounded number of statements, whatever the number of sessions and people.
    """
    ids = [row.id for row in locked]
    expected: dict[int, set[int]] = defaultdict(set)
    for session_id, user_id in rosters(session, ids):
        expected[session_id].add(user_id)
    people, unmatched = _stays_by_person(session, locked, expected)
    told = last_told_of(session, ids)
    parts = _parts(session, expected, people)
    found = MeasuredSessions()
    for row in locked:
        own = people.get(row.id, {})
        heard = bool(own) or bool(unmatched[row.id])
        known = _Known(
            row,
            expected[row.id],
            own,
            unmatched[row.id],
            parts.get(row.id, {}),
            is_silent=row.id in told and not heard and was_silent(told[row.id], row.starts_at),
            is_reconciled=is_reconciling or row.reconciled_at is not None,
        )
        _measure_one(known, found)
    return found


def _measure_one(known: _Known, found: MeasuredSessions) -> None:
    row = known.row
    scheduled = ScheduledSession(_second(row.starts_at), _second(row.ends_at), session_kind(row.kind).thresholds)
    may_change = False
    for user_id in sorted(known.expected | known.people.keys()):
        is_enrolled = user_id in known.expected
        try:
            person, possible = _person(known, scheduled, user_id, is_enrolled=is_enrolled)
        except Exception as error:
            what = f"{type(error).__name__}: {error}"[:500]
            found.rows.append(_broken(row, user_id, is_enrolled, what))
            found.errors[row.id].append(what)
            found.all_certain = False
            continue
        found.rows.append(_measured(known, user_id, person, possible))
        found.all_certain &= not person.needs_review
        may_change |= possible is not None
        if is_enrolled:
            found.statuses.append(person.status)
    if known.is_silent:
        found.doubts[row.id] = Doubt.SILENT
    elif may_change and known.unmatched:
        found.doubts[row.id] = Doubt.UNMATCHED


def _person(
    known: _Known, scheduled: ScheduledSession, user_id: int, *, is_enrolled: bool
) -> tuple[Measured, Presence | None]:
    """What is known of one person, and what it could be."""
    if known.is_silent and is_enrolled:
        return silent_presence(scheduled), Presence.PRESENT
    own = _readable(known.people.get(user_id, ()))
    person = measure_presence(own, scheduled, is_reconciled=known.is_reconciled)
    if not is_enrolled:
        return person, None
    return person, possible_presence(person, own, known.unmatched, scheduled)


def _readable(stays: Sequence[StayTimes | None]) -> list[StayTimes]:
    found = [stay for stay in stays if stay is not None]
    if len(found) != len(stays):
        raise ValueError("the times of a stay cannot be read")
    return found


def _stays_by_person(
    session: Session, locked: Sequence[AnyRow], expected: dict[int, set[int]]
) -> tuple[dict[int, dict[int, list[StayTimes | None]]], dict[int, list[StayTimes]]]:
    """Session id -> user id -> stays, and session id -> stays of identities of which nobody knows whose they are."""
    stays: dict[tuple[int, str], list[StayTimes | None]] = defaultdict(list)
    for session_id, identity, times in stays_in(session, [row.id for row in locked]):
        stays[session_id, identity].append(times)
    owners = {key: user_id_of(key[1]) for key in stays}
    strangers = {key for key, user_id in owners.items() if user_id not in expected[key[0]]}
    owners |= _owners(session, locked, strangers)
    people: dict[int, dict[int, list[StayTimes | None]]] = defaultdict(dict)
    unmatched: dict[int, list[StayTimes]] = defaultdict(list)
    for key, own in stays.items():
        user_id = owners[key]
        if user_id is not None:
            people[key[0]].setdefault(user_id, []).extend(own)
        else:
            unmatched[key[0]] += [one for one in own if one is not None]
    return people, unmatched


def _parts(
    session: Session, expected: Mapping[int, set[int]], people: Mapping[int, Mapping[int, object]]
) -> dict[int, dict[int, Part]]:
    """As what they were there who were there without a place: session id -> user id -> part."""
    outside = {session_id: own.keys() - expected[session_id] for session_id, own in people.items()}
    with_some = sorted(session_id for session_id, users in outside.items() if users)
    parts: dict[int, dict[int, Part]] = defaultdict(dict)
    for session_id, user_id, is_teacher in hosts_of(session, with_some) if with_some else ():
        if user_id in outside[session_id]:
            parts[session_id][user_id] = Part.TEACHER if is_teacher else Part.STAFF
    return parts


def _owners(
    session: Session, locked: Sequence[AnyRow], strangers: set[tuple[int, str]]
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


def _measured(known: _Known, user_id: int, person: Measured, possible: Presence | None) -> AttendanceRow:
    intervals = ", ".join(f"[{start}, {end}]" for start, end in person.intervals)
    return (
        known.row.id,
        user_id,
        user_id in known.expected,
        person.entered,
        person.left,
        f"[{intervals}]",
        person.seconds,
        person.least,
        person.most,
        person.hundredths,
        person.status,
        person.needs_review,
        person.late_seconds,
        not person.needs_review,
        person.note or None,
        0,
        None,
        possible,
        known.parts.get(user_id),
    )


def _broken(row: AnyRow, user_id: int, is_enrolled: bool, error: str) -> AttendanceRow:
    tries = row.calculation_tries + 1
    nothing = (None, None, "[]", 0, 0, 0, 0, None, True, 0, False, None)
    return (row.id, user_id, is_enrolled, *nothing, tries, error, Presence.PRESENT if is_enrolled else None, None)


def _second(instant: datetime) -> int:
    return int(instant.timestamp())
