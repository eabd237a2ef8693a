"""Taking roll-call: marks and their trail, two forms at once, online presence, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.classes.running_class import BEFORE, EXCUSED, PRESENT, STAFF, UNEXCUSED, RunningClass
from tests.support.worlds.online.video_room import VideoRoom
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.roll_call import AbsenceCategory, Line, RollCallStatus
from webapp.domain.permission import Trigger
from webapp.domain.refusal import Refused
from webapp.models import ClassAttendance, ClassAttendanceMark, ClassSession, SessionReport
from webapp.queries.audit import broken_invariants
from webapp.queries.classes.program_class import class_by_id
from webapp.queries.classes.roll_call import class_session_by_id, history_of, session_lines, sheet_of
from webapp.queries.classes.roll_call_report import class_report
from webapp.queries.online.session_calculation import due_sessions
from webapp.services.classes.people.class_enrollment import end_class_enrollment
from webapp.services.classes.roll_call import Called, Said, take_roll_call
from webapp.services.classes.roll_call_prefill import prefill_roll_call
from webapp.services.online.session_attendance import calculate_sessions
from webapp.services.unit_of_work import end_reading, write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
POSTGRES = pytest.mark.only_db("postgres")

R = RollCallStatus


@pytest.fixture
def running_class(app) -> RunningClass:
    return RunningClass(app)


def standing(session, running_class: RunningClass) -> list[tuple]:
    """(status, minutes, version, automatic) of everybody who is marked, in the order of the people."""
    session.rollback()
    row = ClassAttendance
    rows = session.execute(
        select(row.user_id, row.status, row.minutes, row.version, row.is_automatic).where(
            row.session_id == running_class.session_id
        )
    ).all()
    return [tuple(rest) for _, *rest in sorted(rows)]


def trail(session, running_class: RunningClass, at: int) -> list[tuple]:
    session.rollback()
    row = ClassAttendanceMark
    query = select(row.version, row.status).where(
        row.session_id == running_class.session_id, row.user_id == running_class.people[at]
    )
    return [tuple(one) for one in session.execute(query.order_by(row.version))]


def test_everybody_is_marked_in_one_go_and_again_changes_nothing(running_class, session):
    late = Line(R.PARTIAL, "14:20", "", AbsenceCategory.TRANSPORT, "Bus")

    assert running_class.takes(PRESENT, late, UNEXCUSED) == Called(3)
    assert standing(session, running_class) == [
        ("present", 60, 1, False),
        ("partial", 40, 1, False),
        ("absent_unexcused", 0, 1, False),
    ]
    before = digest(session)
    assert running_class.takes(PRESENT, late, UNEXCUSED) == Called(0)
    assert running_class.takes(PRESENT, late, UNEXCUSED, seen=1) == Called(0)
    assert digest(session) == before
    assert list(broken_invariants(NOON)) == []


def test_a_line_without_a_choice_says_nothing(running_class, session):
    assert running_class.takes(Line(), PRESENT, Line(note="Nothing chosen")) == Called(1)
    assert standing(session, running_class) == [("present", 60, 1, False)]


def test_the_number_of_statements_does_not_grow_with_the_people(app):
    counts = []
    for people in (2, 15):
        running_class = RunningClass(app, people=people)
        with counted_statements(app) as statements:
            running_class.takes(*[PRESENT] * people)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@POSTGRES
def test_a_form_from_before_somebody_elses_marks_keeps_them_and_saves_the_rest(running_class, session):
    running_class.takes(PRESENT)  # somebody else, meanwhile

    # Not touched in this form, so nothing is said about the first.
    assert running_class.takes(Line(), PRESENT) == Called(1)
    # The same choice is no conflict; another one is, and does not cost the third their mark.
    assert running_class.takes(PRESENT, Line(), Line()) == Called(0)
    assert running_class.takes(UNEXCUSED, Line(), PRESENT) == Called(1, (running_class.people[0],))
    assert [row[0] for row in standing(session, running_class)] == ["present"] * 3


@POSTGRES
def test_a_mark_that_a_form_showed_and_left_is_not_set_back(running_class, session):
    running_class.takes(PRESENT, PRESENT)
    running_class.marks(0, EXCUSED, seen=1)  # somebody else corrects the first

    assert running_class.takes(PRESENT, UNEXCUSED, seen=1) == Called(1)
    assert [row[0] for row in standing(session, running_class)] == ["absent_excused", "absent_unexcused"]
    with pytest.raises(Refused) as refused:
        running_class.marks(0, UNEXCUSED, seen=1)
    assert refused.value.code == "stale"


def test_deleting_is_a_line_of_the_trail_and_the_next_mark_goes_on_counting(running_class, session):
    running_class.takes(PRESENT)

    running_class.deletes(0, seen=1)
    before = digest(session)
    running_class.deletes(0, seen=1)
    assert digest(session) == before
    assert (standing(session, running_class), trail(session, running_class, 0)) == ([], [(1, "present"), (2, None)])

    running_class.marks(0, UNEXCUSED, seen=2)
    assert trail(session, running_class, 0) == [(1, "present"), (2, None), (3, "absent_unexcused")]
    assert standing(session, running_class) == [("absent_unexcused", 0, 3, False)]
    assert [row.version for row in history_of(running_class.session_id, running_class.people[0])] == [3, 2, 1]
    assert list(broken_invariants(NOON)) == []


def _leaves(running_class: RunningClass, days_ago: int) -> None:
    end_class_enrollment(
        enrollment_id=running_class.places[0].enrollment_id,
        to_status=E.WITHDRAWN,
        actor=STAFF,
        by=Trigger.ORGANIZER,
        now=NOON - timedelta(days=days_ago),
        reason="Moved away",
    )


@POSTGRES
@pytest.mark.parametrize(("days_ago", "may"), [(1, True), (0, True), (2, False)])
def test_who_had_a_place_on_the_date_may_be_marked(running_class, session, days_ago, may):
    _leaves(running_class, days_ago)
    before = digest(session)

    if may:
        assert running_class.takes(PRESENT) == Called(1)
        return
    with pytest.raises(Refused) as refused:
        running_class.marks(0, PRESENT)
    assert (refused.value.code, digest(session)) == ("not_enrolled_that_day", before)


STATES = {
    "class_frozen": {"class": "completed"},
    "roll_call_not_begun": {"class": "scheduled"},
    "session_cancelled": {"session": {"status": "cancelled"}},
    "session_in_future": {"session": {"local_on": (NOON + timedelta(days=1)).date()}},
}


@POSTGRES
@pytest.mark.parametrize("code", STATES)
def test_a_session_that_nobody_can_be_marked_in_refuses_everything(running_class, session, code):
    running_class.takes(PRESENT)
    if "class" in STATES[code]:
        running_class.room.stands(running_class.class_id, STATES[code]["class"])
    else:
        with write_transaction() as writing:
            changed = update(ClassSession).where(ClassSession.id == running_class.session_id)
            writing.execute(changed.values(STATES[code]["session"]))
    before = digest(session)

    for refused_change in (lambda: running_class.takes(UNEXCUSED, seen=1), lambda: running_class.deletes(0, seen=1)):
        with pytest.raises(Refused) as refused:
            refused_change()
        assert (refused.value.code, digest(session)) == (code, before)


BAD_LINES = {
    "out_not_after_in": Line(R.PARTIAL, "14:30", "14:30"),
    "partial_needs_times": Line(R.PARTIAL),
    "times_outside_session": Line(R.PARTIAL, "15:00", ""),
    "clock_time_invalid": Line(R.PARTIAL, "half past", ""),
}


@POSTGRES
def test_one_bad_line_keeps_the_whole_form_from_being_written(running_class, session):
    before = digest(session)
    for code, line in BAD_LINES.items():
        with pytest.raises(Refused) as refused:
            running_class.takes(PRESENT, line, PRESENT)
        problems = refused.value.facts["problems"]
        assert {user_id: one.code for user_id, one in problems.items()} == {running_class.people[1]: code}
        assert digest(session) == before


@POSTGRES
def test_today_is_the_facilitys(app):
    for zone, now, may in [
        ("Pacific/Kiritimati", datetime(2026, 6, 9, 10, 0, tzinfo=UTC), True),  # there it is the 10th
        ("Pacific/Kiritimati", datetime(2026, 6, 9, 9, 59, tzinfo=UTC), False),
        ("Pacific/Honolulu", datetime(2026, 6, 10, 9, 59, tzinfo=UTC), False),  # there it is still the 9th
        ("Pacific/Honolulu", datetime(2026, 6, 10, 10, 0, tzinfo=UTC), True),
    ]:
        world = World(app)
        world.organization(timezone=zone)
        room = Classroom(app, world)
        class_id = room.make(status="active", starts_on=NOON.date() - timedelta(days=9))
        session_id = room.meets(class_id, NOON)  # on the 10th
        (user_id,) = room.people(1)
        room.enrolls(class_id, user_id, now=NOON - timedelta(days=5))
        said = {user_id: Said(PRESENT, 0)}
        if may:
            assert take_roll_call(session_id=session_id, said=said, actor=STAFF, now=now) == Called(1)
        else:
            with pytest.raises(Refused) as refused:
                take_roll_call(session_id=session_id, said=said, actor=STAFF, now=now)
            assert refused.value.code == "session_in_future"


def _reports(meeting_id: int, results: dict[int, tuple[str, int]]) -> None:
    blank = {"session_id": meeting_id, "percentage": 0, "is_late": False, "late_minutes": 0, "fields": {}}
    with write_transaction() as session:
        session.execute(
            insert(SessionReport),
            [
                {**blank, "user_id": user_id, "status": status, "minutes": minutes, "is_automatic": True}
                for user_id, (status, minutes) in results.items()
            ],
        )


def _prefills(meeting_id: int) -> int:
    with write_transaction() as session:
        return prefill_roll_call(session, [meeting_id], now=NOON)


def test_online_presence_fills_in_what_staff_left_open(running_class, session):
    ana, ben, cleo = running_class.people
    running_class.takes(Line(), Line(), UNEXCUSED)
    meeting_id = running_class.room.goes_online(running_class.session_id)
    _reports(meeting_id, {ana: ("present", 58), ben: ("late", 33), cleo: ("present", 60)})

    assert _prefills(meeting_id) == 2
    assert standing(session, running_class) == [
        ("present", 60, 1, True),
        ("partial", 33, 1, True),
        ("absent_unexcused", 0, 1, False),
    ]
    before = digest(session)
    assert _prefills(meeting_id) == 0
    assert digest(session) == before


@POSTGRES
def test_what_is_measured_anew_changes_automatic_marks_and_no_others(running_class, session):
    ana, ben, _ = running_class.people
    meeting_id = running_class.room.goes_online(running_class.session_id)
    _reports(meeting_id, {ana: ("present", 58), ben: ("partial", 12)})
    _prefills(meeting_id)
    # The form shows the measured partial without times; a note on it keeps the minutes.
    running_class.marks(1, Line(R.PARTIAL, note="Camera off"), seen=1)
    with write_transaction() as writing:
        of_meeting = update(SessionReport).where(SessionReport.session_id == meeting_id)
        writing.execute(of_meeting.values(status="absent", minutes=0))

    assert _prefills(meeting_id) == 1
    assert standing(session, running_class) == [("partial", 12, 2, False)]
    assert trail(session, running_class, 0) == [(1, "present"), (2, None)]


@POSTGRES
def test_deleting_a_staff_mark_lets_what_was_measured_count_again(running_class, session):
    meeting_id = running_class.room.goes_online(running_class.session_id)
    running_class.marks(0, UNEXCUSED)
    _reports(meeting_id, {running_class.people[0]: ("present", 60)})

    running_class.deletes(0, seen=1)
    assert standing(session, running_class) == [("present", 60, 3, True)]
    with pytest.raises(Refused) as refused:
        running_class.deletes(0, seen=3)
    assert refused.value.code == "mark_is_measured"


@POSTGRES
def test_calculating_an_online_session_fills_in_the_roll_call_of_its_class(app, running_class, session):
    meeting_id = running_class.room.goes_online(running_class.session_id)
    room = VideoRoom(app, f"session-{meeting_id}", BEFORE)
    room.stays(f"u{running_class.people[0]}", 0, 60)
    room.stays(f"u{running_class.people[1]}", 30, 50)
    room.stays("u999999", 0, 60)
    room.fold()
    end_reading()

    done = list(calculate_sessions(due_sessions(NOON), now=NOON))[-1]

    assert (done.sessions, done.statuses) == (1, {"present": 1, "partial": 1, "absent": 1})
    assert standing(session, running_class) == [("present", 60, 1, True), ("partial", 20, 1, True)]
    assert list(broken_invariants(NOON)) == []


def test_the_sheet_and_the_list_show_what_stands(running_class, session):
    running_class.takes(PRESENT, UNEXCUSED)
    _leaves(running_class, 0)
    facts, row = class_by_id(running_class.class_id), class_session_by_id(running_class.session_id)

    lines = {line.user_id: line.standing.mark.status for line in sheet_of(facts, row)}
    (listed,) = session_lines(facts, [row], now=NOON)
    report = class_report(facts, now=NOON)

    assert lines == {
        running_class.people[0]: "present",
        running_class.people[1]: "absent_unexcused",
        running_class.people[2]: None,
    }
    said = listed.tally
    assert (said.expected, said.present, said.partial, said.excused, said.unexcused) == (3, 1, 0, 0, 1)
    assert said.unmarked == 1
    assert (listed.has_begun, listed.is_overdue) == (True, True)
    assert report.total == listed.tally == report.sessions[0].tally
    assert [line.is_in for line in report.people].count(False) == 1
