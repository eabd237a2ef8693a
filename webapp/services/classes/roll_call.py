"""Taking roll-call: one form for everybody of a session, one transaction, one line of the trail per mark."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.classes.roll_call import NOTHING, Line, Mark, RollCallStatus, line_of
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.queries.classes.roll_call import marks_of
from webapp.services.classes.roll_call_book import Book, open_book, write_marks
from webapp.services.classes.roll_call_prefill import prefill_book
from webapp.services.unit_of_work import write_transaction


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says of one person, and the version of their mark that it was opened on (0: there was none).

    With `only_if_open` it is said of everybody of whom nothing stands when it is written.
    """

    line: Line
    seen_version: int
    only_if_open: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """How many marks were written, and whose somebody else had changed meanwhile (those stay as they are)."""

    changed: int
    conflicts: tuple[int, ...] = ()


def take_roll_call(*, session_id: int, said: Mapping[int, Said], actor: Actor, now: datetime) -> Called:
    """Mark everybody whose line says something else than what stands; user id -> what was said.

    Lines without a status say nothing. Where somebody else marked a person since the form was
    opened, a line that was not touched is left out, and one that was is a conflict: the others are
    written all the same. Sent twice it changes nothing. Raises Refused: `not_found`, `class_frozen`,
    `roll_call_not_begun`, `session_cancelled`, `session_in_future`, and `marks_refused` (fact
    `problems`, user id -> refusal), after which nothing is written.
    """
    with write_transaction() as session:
        book = open_book(session, session_id, now=now)
        decided = _decide(session, book, said)
        if decided.problems:
            raise Refused("marks_refused", people=len(decided.problems), problems=decided.problems)
        write_marks(session, book, decided.marks, actor_id=actor.user_id, now=now)
    return Called(len(decided.marks), tuple(decided.conflicts))


def mark_person(*, session_id: int, user_id: int, line: Line, seen_version: int, actor: Actor, now: datetime) -> Called:
    """Mark one person. Raises as `take_roll_call`, but the person's own refusal itself, and `stale`."""
    try:
        called = take_roll_call(session_id=session_id, said={user_id: Said(line, seen_version)}, actor=actor, now=now)
    except Refused as refused:
        raise refused.facts.get("problems", {}).get(user_id, refused) from None
    if called.conflicts:
        raise Refused("stale")
    return called


def delete_mark(*, session_id: int, user_id: int, seen_version: int, actor: Actor, now: datetime) -> None:
    """Take a person's mark away, which is a line of the trail, too. What was measured online counts again.

    Deleted already: nothing happens. Raises Refused: `stale`, `mark_is_measured` (there is nothing of the
    staff's to take away), and as `take_roll_call` of the session.
    """
    with write_transaction() as session:
        book = open_book(session, session_id, now=now)
        standing = book.stands(user_id)
        if standing.mark == NOTHING and standing.version:
            return
        if standing.version != seen_version:
            raise Refused("stale")
        if standing.mark == NOTHING:
            raise Refused("not_found")
        if standing.is_automatic:
            raise Refused("mark_is_measured")
        write_marks(session, book, {user_id: NOTHING}, actor_id=actor.user_id, now=now)
        prefill_book(session, open_book(session, session_id, now=now), now=now)


@dataclass(frozen=True, slots=True)
class _Decided:
    marks: dict[int, Mark]
    conflicts: list[int]
    problems: dict[int, Refused]


def _decide(session: Session, book: Book, said: Mapping[int, Said]) -> _Decided:
    """Line by line: nothing new, a mark, a conflict, or a refusal."""
    decided = _Decided({}, [], {})
    stale = {
        user_id
        for user_id, one in said.items()
        if not one.only_if_open and one.seen_version != book.stands(user_id).version
    }
    before = marks_of(session, book.row.id, sorted(stale)) if stale else {}
    for user_id, one in said.items():
        standing = book.stands(user_id)
        if one.only_if_open and standing.mark != NOTHING:
            continue
        if one.line.status is None or one.line == line_of(standing.mark, book.locked.timezone):
            continue
        was = before.get((user_id, one.seen_version), NOTHING)
        if user_id in stale and one.line == line_of(was, book.locked.timezone):
            continue
        try:
            mark = _mark(book, user_id, one.line)
        except Refused as refused:
            decided.problems[user_id] = refused
            continue
        if mark == standing.mark:
            continue
        if user_id in stale:
            decided.conflicts.append(user_id)
        else:
            decided.marks[user_id] = mark
    return decided


def _mark(book: Book, user_id: int, line: Line) -> Mark:
    """What the line says. Raises as `Line.mark`, and `not_enrolled_that_day`."""
    book.require_place(user_id)
    stands = book.stands(user_id).mark
    is_measured = stands.status is RollCallStatus.PARTIAL and stands.in_at is None and stands.out_at is None
    return line.mark(
        book.scheduled, book.row.local_on, book.locked.timezone, measured=stands.minutes if is_measured else None
    )
