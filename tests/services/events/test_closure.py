"""Closing an event: every person once, whoever closes it, however often, and wherever it was cut off."""

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.rows import broken, digest, standing, told, trail
from tests.support.worlds.world import World
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, EnrollmentTransition, Event
from webapp.queries.events.closure import due_event_ids, rehearse
from webapp.services.events import closure
from webapp.services.events.closure import close_event, complete_empty_events
from webapp.services.unit_of_work import end_reading

FRIDAY, SATURDAY, SUNDAY = date(2026, 6, 19), date(2026, 6, 20), date(2026, 6, 21)
START = datetime(2026, 6, 19, 8, tzinfo=UTC)
END = datetime(2026, 6, 21, 16, tzinfo=UTC)
LATER = END + timedelta(minutes=15)
BEFORE = START - timedelta(days=7)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def camp(world):
    """A function that makes a three-day event with these guests: (event id, enrollment ids)."""

    def make(*guests: Guest, **policy) -> tuple[int, list[int]]:
        usual = {"attendance_requirement": "minimum_days", "minimum_days": 2}
        event_id = world.event("Camp", starts_at=START, ends_at=END, **{**usual, **policy})
        return event_id, fill(db.engine, event_id, guests, at=BEFORE) if guests else []

    return make


def statuses(session, ids) -> list[str]:
    session.rollback()
    rows = dict(session.execute(select(Enrollment.id, Enrollment.status).where(Enrollment.id.in_(ids))).all())
    return [rows[one] for one in ids]


def here(*days: date) -> Guest:
    return Guest("checked_in", days)


def test_everybody_is_decided_by_the_days_they_were_there(camp, session):
    event_id, ids = camp(here(FRIDAY, SATURDAY), here(FRIDAY), Guest(), here(FRIDAY, SATURDAY, SUNDAY))

    closed = close_event(event_id=event_id, now=LATER)

    assert closed.counts == {"attended": 2, "no_show": 2}
    assert statuses(session, ids) == ["attended", "no_show", "no_show", "attended"]
    assert broken(session, event_id) == []
    event = session.get_one(Event, event_id)
    assert (event.status, event.completed_at) == ("completed", LATER)


@pytest.mark.parametrize(
    ("policy", "attended"),
    [
        ({"attendance_requirement": "all_days", "minimum_days": None}, 1),
        ({"attendance_requirement": "any_day", "minimum_days": None}, 3),
        ({"attendance_requirement": "minimum_days", "minimum_days": 2}, 2),
    ],
)
def test_each_requirement_decides_on_the_same_days_differently(camp, policy, attended):
    event_id, _ = camp(here(FRIDAY), here(FRIDAY, SUNDAY), here(FRIDAY, SATURDAY, SUNDAY), **policy)

    assert close_event(event_id=event_id, now=LATER).outcomes[S.ATTENDED] == attended


def test_each_move_is_the_systems_with_a_reason_and_told_once(camp, session):
    event_id, ids = camp(here(FRIDAY, SATURDAY), here(FRIDAY), Guest())

    close_event(event_id=event_id, now=LATER)

    rows = session.execute(
        select(EnrollmentTransition.to_status, EnrollmentTransition.triggered_by, EnrollmentTransition.reason)
        .where(EnrollmentTransition.to_status.in_(["attended", "no_show"]))
        .order_by(EnrollmentTransition.enrollment_id)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("attended", "system", "Checked in on at least 2 of 3 days"),
        ("no_show", "system", "Checked in on fewer than 2 of 3 days"),
        ("no_show", "system", "Never checked in"),
    ]
    assert Counter(kind for _, kind in told(session, event_id))["ParticipantAttended"] == 1


def test_closing_twice_changes_nothing_the_second_time(camp, session):
    event_id, _ = camp(here(FRIDAY, SATURDAY), Guest())
    close_event(event_id=event_id, now=LATER)
    before = digest(session)

    again = close_event(event_id=event_id, now=LATER + timedelta(hours=1))

    assert (again.moved, again.completed) == (0, False)
    assert digest(session) == before


def test_two_who_close_at_once_move_everybody_once(app, camp, session):
    event_id, ids = camp(*[here(FRIDAY, SATURDAY), Guest()] * 40)
    start = threading.Barrier(2)

    def close() -> None:
        with app.app_context():
            start.wait(10)
            close_event(event_id=event_id, now=LATER)

    workers = [threading.Thread(target=close) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)

    assert statuses(session, ids) == ["attended", "no_show"] * 40
    assert broken(session, event_id) == []


# A chunk says twice that it is at work: at its beginning and before it commits.
@pytest.mark.parametrize("cut_at", [2, 3, 4])
@pytest.mark.parametrize("people", [6, 10])
def test_a_closure_cut_off_goes_on_where_it_was(camp, session, monkeypatch, people, cut_at):
    monkeypatch.setattr(closure, "CHUNK", 3)
    event_id, ids = camp(*[here(FRIDAY, SATURDAY), Guest()] * (people // 2))
    seen = []

    def give_up(_session, counts):
        seen.append(sum(counts.values()))
        if len(seen) == cut_at:
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        close_event(event_id=event_id, now=LATER, beat=give_up)
    done = 0 if cut_at == 2 else 3
    assert Counter(statuses(session, ids))["attended"] == (done + 1) // 2
    assert session.get_one(Event, event_id).status == "published"

    assert close_event(event_id=event_id, now=LATER).moved == people - done
    assert statuses(session, ids) == ["attended", "no_show"] * (people // 2)
    assert broken(session, event_id) == []


def test_a_closure_cut_off_after_everybody_was_decided_is_still_due(camp, session, monkeypatch):
    monkeypatch.setattr(closure, "CHUNK", 3)
    event_id, _ = camp(*[here(FRIDAY, SATURDAY)] * 3)
    seen = []

    def give_up_after_the_first_chunk(_session, _counts):
        seen.append(1)
        if len(seen) == 3:
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        close_event(event_id=event_id, now=LATER, beat=give_up_after_the_first_chunk)
    assert due_event_ids(LATER) == [event_id]

    assert close_event(event_id=event_id, now=LATER).completed
    assert due_event_ids(LATER) == []
    assert session.get_one(Event, event_id).status == "completed"


@pytest.mark.parametrize("size", [1, 3, 4, 5, 100])
def test_every_size_of_chunk_ends_in_the_same_rows(camp, session, monkeypatch, size):
    monkeypatch.setattr(closure, "CHUNK", size)
    event_id, ids = camp(here(FRIDAY, SATURDAY), here(FRIDAY), Guest(), here(SATURDAY, SUNDAY))

    close_event(event_id=event_id, now=LATER)

    assert statuses(session, ids) == ["attended", "no_show", "no_show", "attended"]
    assert session.get_one(Event, event_id).status == "completed"


def test_an_undone_check_in_and_one_outside_the_event_do_not_count(camp, session):
    event_id, ids = camp(here(FRIDAY, SATURDAY), here(FRIDAY, date(2026, 6, 22)))
    undone = session.scalar(select(CheckIn.id).where(CheckIn.enrollment_id == ids[0], CheckIn.local_on == SATURDAY))
    session.execute(insert(CheckInReversal).values(check_in_id=undone, event_id=event_id, at=START))
    session.commit()

    close_event(event_id=event_id, now=LATER)

    assert statuses(session, ids) == ["no_show", "no_show"]


def test_a_second_check_in_on_one_day_counts_once(camp, session):
    event_id, ids = camp(here(FRIDAY))
    first = session.scalar(select(CheckIn.id).where(CheckIn.enrollment_id == ids[0]))
    session.execute(insert(CheckInReversal).values(check_in_id=first, event_id=event_id, at=START))
    row = {"enrollment_id": ids[0], "event_id": event_id, "local_on": FRIDAY, "method": "manual", "at": START}
    session.execute(insert(CheckIn).values(**row, sequence=1))
    session.commit()

    close_event(event_id=event_id, now=LATER)

    assert statuses(session, ids) == ["no_show"]


def test_days_are_counted_in_the_events_zone_across_a_change_of_the_clocks(world, session):
    start = datetime(2026, 10, 24, 21, tzinfo=UTC)  # 23:00 in Berlin, the night before the clocks go back
    event_id = world.event(
        "Night", starts_at=start, ends_at=start + timedelta(hours=3), attendance_requirement="all_days"
    )
    before, after = date(2026, 10, 24), date(2026, 10, 25)
    ids = fill(db.engine, event_id, [here(before, after), here(after)], at=BEFORE)

    close_event(event_id=event_id, now=start + timedelta(hours=4))

    assert statuses(session, ids) == ["attended", "no_show"]


def test_waiting_and_applying_people_are_left_alone(camp, session):
    event_id, ids = camp(Guest(), Guest("waitlisted"), Guest("pending"), Guest("cancelled"), capacity=1)

    close_event(event_id=event_id, now=LATER)

    assert statuses(session, ids) == ["no_show", "waitlisted", "pending", "cancelled"]
    assert [to for _, _, to, _ in trail(session, event_id)].count("confirmed") == 2
    assert standing(session, event_id).taken == 0


@pytest.mark.parametrize("guests", [(), (Guest("waitlisted"), Guest("pending")), (Guest("cancelled"),)])
def test_an_event_that_nobody_is_in_is_completed_and_whoever_waits_is_left_alone(camp, session, guests):
    event_id, ids = camp(*guests, capacity=1)
    before = statuses(session, ids)

    assert list(due_event_ids(LATER)) == []
    assert complete_empty_events(now=END) == 0
    assert complete_empty_events(now=LATER) == 1
    assert complete_empty_events(now=LATER) == 0

    session.rollback()
    event = session.get_one(Event, event_id, populate_existing=True)
    assert (event.status, event.completed_at) == ("completed", LATER)
    assert statuses(session, ids) == before


def test_closing_one_event_that_nobody_is_in_completes_it(camp, session):
    event_id, _ = camp()
    assert list(due_event_ids(LATER, event_id=event_id)) == [event_id]
    closed = close_event(event_id=event_id, now=LATER)
    assert (closed.completed, closed.moved) == (True, 0)
    assert not close_event(event_id=event_id, now=LATER).completed


def test_empty_events_are_completed_in_chunks_and_those_with_people_are_left_to_their_own_runs(
    app, camp, session, monkeypatch
):
    with_people, _ = camp(Guest())
    for _ in range(5):
        camp()
    monkeypatch.setattr(closure, "EMPTY_CHUNK", 2)
    seen = []
    assert complete_empty_events(now=LATER, beat=lambda _session, counts: seen.append(counts["empty_events"])) == 5
    assert seen == [0, 2, 4]
    assert list(due_event_ids(LATER)) == [with_people]
    end_reading()
    with counted_statements(app) as statements:
        assert complete_empty_events(now=LATER) == 0
    assert len(statements) == 1


def test_the_number_of_statements_does_not_grow_with_the_empty_events(app, camp):
    costs = []
    for many in (1, 30):
        for _ in range(many):
            camp()
        end_reading()
        with counted_statements(app) as statements:
            assert complete_empty_events(now=LATER) == many
        costs.append(len(statements))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("status", ["draft", "cancelled", "completed"])
def test_only_published_events_are_closed(camp, session, status):
    event_id, _ = camp(Guest())
    session.execute(update(Event).where(Event.id == event_id).values(status=status))
    session.commit()
    before = digest(session)

    assert list(due_event_ids(LATER)) == []
    assert close_event(event_id=event_id, now=LATER).moved == 0
    assert digest(session) == before


def test_an_event_is_over_only_after_its_end(camp):
    event_id, _ = camp(Guest())

    assert list(due_event_ids(END)) == []
    assert close_event(event_id=event_id, now=END).moved == 0
    assert list(due_event_ids(END + timedelta(seconds=1))) == [event_id]


def test_an_event_without_an_end_is_over_two_hours_after_its_start(world):
    event_id = world.event("Short", starts_at=START)
    fill(db.engine, event_id, [Guest()], at=BEFORE)

    assert list(due_event_ids(START + timedelta(hours=2))) == []
    assert list(due_event_ids(START + timedelta(hours=2, seconds=1))) == [event_id]


def test_an_unknown_event_is_refused():
    with pytest.raises(Refused) as refused:
        close_event(event_id=999, now=LATER)
    assert refused.value.code == "not_found"


def test_a_chunk_takes_the_same_statements_for_ten_and_for_five_hundred_people(app, camp):
    counts = []
    for people in (10, 500):
        event_id, _ = camp(*[here(FRIDAY, SATURDAY), Guest()] * (people // 2))
        with counted_statements(app) as statements:
            close_event(event_id=event_id, now=LATER)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    # One of them asks once whether the event waits for its online sessions.
    assert counts[0] <= 13


def test_the_rehearsal_says_what_the_closure_then_does(camp, session):
    event_id, ids = camp(
        here(FRIDAY, SATURDAY), here(FRIDAY), Guest(), Guest("waitlisted"), here(SATURDAY, SUNDAY), capacity=4
    )
    before = digest(session)

    rehearsed = rehearse(event_id)

    assert digest(session) == before
    assert rehearsed.counts == {S.ATTENDED: 2, S.NO_SHOW: 2}
    assert rehearsed.untouched == {S.WAITLISTED: 1}
    close_event(event_id=event_id, now=LATER)
    foretold = {person.enrollment_id: person.outcome for person in rehearsed.people.rows}
    decided = [ids[0], ids[1], ids[2], ids[4]]
    assert foretold == dict(zip(decided, statuses(session, decided), strict=True))


def test_the_rehearsal_is_paged_and_filtered_in_a_fixed_number_of_statements(app, camp):
    event_id, _ = camp(*[here(FRIDAY, SATURDAY), here(FRIDAY), Guest()] * 30)
    with counted_statements(app) as statements:
        page = rehearse(event_id, outcome=S.NO_SHOW, page=2).people
    assert (page.total, page.first, page.last) == (60, 51, 60)
    assert {person.outcome for person in page.rows} == {S.NO_SHOW}
    assert len(statements) <= 4


def test_a_rehearsed_person_has_days_and_reasons(camp):
    event_id, _ = camp(here(FRIDAY))

    person = rehearse(event_id).people.rows[0]

    assert person.days == (FRIDAY,)
    assert [reason.code for reason in person.reasons] == ["requires_minimum_days", "present"]
