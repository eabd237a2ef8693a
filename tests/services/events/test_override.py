"""Corrections with a reason: what they change, what they leave alone, and how they are taken back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.support.worlds.world import NOON, World
from webapp.domain.permission import SYSTEM, Role, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import TransitionKind
from webapp.domain.refusal import Refused
from webapp.models import CheckIn, CheckInReversal, Enrollment, EnrollmentTransition, EventPolicy, OutboxEvent
from webapp.services.events.override import override_status, withdraw_override
from webapp.services.places.enrollment import cancel, enroll, lock_enrollment
from webapp.services.places.seats import lock_event, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import write_transaction

TABLES = (Enrollment, EnrollmentTransition, CheckIn, CheckInReversal, OutboxEvent)
REASON = "Was there; the desk lost its connection"


@pytest.fixture
def world(app_context):
    return World(app_context)


@pytest.fixture
def admin(world):
    world.organization()
    return world.actor(world.person("Dana Kim", role=Role.ADMIN), Role.ADMIN)


def one_place(world, **policy):
    """A three-day event, and one confirmed person in it."""
    event_id = world.event(
        starts_at=NOON + timedelta(days=1), ends_at=NOON + timedelta(days=3), **{"capacity": 2, **policy}
    )
    user_id = world.person("Jonas Weber")
    placed = enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
    return event_id, placed.enrollment_id


def decided(world, status, **policy):
    """As `one_place`, after closure decided about the person."""
    event_id, enrollment_id = one_place(world, **policy)
    by_system(event_id, enrollment_id, S.CONFIRMED, status)
    return event_id, enrollment_id


def by_system(event_id, enrollment_id, from_status, to_status):
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=NOON + timedelta(days=4))
        move_enrollments(session, locked, [enrollment_id], from_status=from_status, to_status=to_status, cause=cause)
        save_counters(session, locked)


def corrected(enrollment_id, admin, to, *, version, now=NOON + timedelta(days=2), **changes):
    values = {"reason": REASON, "on_day": None, **changes}
    return override_status(
        enrollment_id=enrollment_id, to_status=to, actor=admin, now=now, expected_version=version, **values
    )


def counts(session):
    session.rollback()
    return {model.__tablename__: session.scalar(select(func.count()).select_from(model)) for model in TABLES}


def row_of(session, enrollment_id):
    session.rollback()
    return session.execute(select(*Enrollment.__table__.c).where(Enrollment.id == enrollment_id)).one()


def last_move(session, enrollment_id):
    row = row_of(session, enrollment_id)
    return session.execute(
        select(*EnrollmentTransition.__table__.c).where(
            EnrollmentTransition.enrollment_id == enrollment_id, EnrollmentTransition.version == row.version
        )
    ).one()


def seats(session, event_id):
    session.rollback()
    return session.scalar(select(EventPolicy.seats_taken).where(EventPolicy.event_id == event_id))


def test_a_no_show_becomes_attended_with_the_admin_and_the_reason_in_the_trail(world, admin, session):
    event_id, enrollment_id = decided(world, S.NO_SHOW)
    before = counts(session)

    corrected(enrollment_id, admin, S.ATTENDED, version=2)

    move = last_move(session, enrollment_id)
    assert (move.from_status, move.to_status, move.kind, move.triggered_by, move.actor_id, move.reason) == (
        S.NO_SHOW,
        S.ATTENDED,
        TransitionKind.OVERRIDE,
        Trigger.ADMIN,
        admin.user_id,
        REASON,
    )
    assert seats(session, event_id) == 1
    # A correction is written and not told again: no domain event, no check-in.
    assert counts(session) == {**before, "enrollment_transitions": before["enrollment_transitions"] + 1}


def test_a_late_arrival_is_checked_in_with_evidence_for_the_day(world, admin, session):
    event_id, enrollment_id = one_place(world)

    corrected(enrollment_id, admin, S.CHECKED_IN, version=1, on_day=date(2026, 6, 12))

    session.rollback()
    evidence = session.execute(select(*CheckIn.__table__.c)).one()
    where = (evidence.enrollment_id, evidence.event_id, evidence.local_on)
    assert where == (enrollment_id, event_id, date(2026, 6, 12))
    assert (evidence.method, evidence.sequence, evidence.actor_id) == ("override", 0, admin.user_id)
    assert row_of(session, enrollment_id).checked_in_at == NOON + timedelta(days=2)
    assert seats(session, event_id) == 1


def test_the_same_correction_sent_twice_happens_once(world, admin, session):
    _, enrollment_id = one_place(world)
    corrected(enrollment_id, admin, S.CHECKED_IN, version=1, on_day=date(2026, 6, 12))
    once = counts(session)

    again = corrected(enrollment_id, admin, S.CHECKED_IN, version=1, on_day=date(2026, 6, 12))

    assert again.status is S.CHECKED_IN
    assert counts(session) == once


REFUSALS = [
    ("stale", {"version": 7}),
    ("reason_required", {"reason": "  \n"}),
    ("day_not_possible", {"on_day": None}),
    ("day_not_possible", {"on_day": date(2026, 6, 13)}),
    ("day_not_possible", {"on_day": date(2026, 6, 10)}),
    ("event_not_begun", {"now": NOON}),
    ("illegal_move", {"to": S.ATTENDED}),
    ("illegal_move", {"to": S.CANCELLED}),
]


@pytest.mark.parametrize(("code", "changes"), REFUSALS, ids=[f"{c}-{n}" for n, (c, _) in enumerate(REFUSALS)])
def test_what_cannot_be_corrected_is_refused_and_writes_nothing(world, admin, session, code, changes):
    event_id, enrollment_id = one_place(world)
    before, row = counts(session), row_of(session, enrollment_id)
    values = {"to": S.CHECKED_IN, "version": 1, "on_day": date(2026, 6, 12), **changes}

    with pytest.raises(Refused) as refused:
        corrected(enrollment_id, admin, values.pop("to"), **values)

    assert refused.value.code == code
    assert counts(session) == before
    assert row_of(session, enrollment_id) == row


def test_an_unknown_enrollment_is_not_found(world, admin):
    with pytest.raises(Refused) as refused:
        corrected(4711, admin, S.ATTENDED, version=1)
    assert refused.value.code == "not_found"


def test_a_correction_asks_for_no_seat_and_is_counted_beyond_them(world, admin, session):
    event_id, enrollment_id = decided(world, S.NO_SHOW, capacity=1)
    other = world.person("Amara Okafor")
    with write_transaction() as own:  # somebody else got the seat that the no-show gave free
        locked = lock_event(own, event_id)
        own.add(
            Enrollment(
                event_id=event_id,
                user_id=other,
                status=S.CONFIRMED,
                pass_code="AAAAAAAA",
                enrolled_at=NOON,
                confirmed_at=NOON,
                changed_at=NOON,
            )
        )
        locked.count_move(None, S.CONFIRMED)
        save_counters(own, locked)

    corrected(enrollment_id, admin, S.ATTENDED, version=2)

    kept = row_of(session, enrollment_id)
    assert (kept.status, kept.over_capacity) == (S.ATTENDED, True)
    with write_transaction() as own:
        assert lock_event(own, event_id).seats_beyond == 1


def taken_back(enrollment_id, admin, *, version, reason="Entered for the wrong person"):
    return withdraw_override(
        enrollment_id=enrollment_id,
        reason=reason,
        actor=admin,
        now=NOON + timedelta(days=2, hours=1),
        expected_version=version,
    )


def test_withdrawing_attended_restores_no_show_and_frees_the_seat(world, admin, session):
    event_id, enrollment_id = decided(world, S.NO_SHOW)
    corrected(enrollment_id, admin, S.ATTENDED, version=2)
    told = counts(session)["outbox_events"]

    taken_back(enrollment_id, admin, version=3)

    row, move = row_of(session, enrollment_id), last_move(session, enrollment_id)
    assert (row.status, row.attended_at, row.no_show_at) == (S.NO_SHOW, None, NOON + timedelta(days=4))
    assert (move.kind, move.from_status, move.to_status) == (TransitionKind.WITHDRAWAL, S.ATTENDED, S.NO_SHOW)
    assert (seats(session, event_id), counts(session)["outbox_events"]) == (0, told)


def test_withdrawing_a_check_in_reverses_it_and_clears_the_stamp(world, admin, session):
    _, enrollment_id = one_place(world)
    corrected(enrollment_id, admin, S.CHECKED_IN, version=1, on_day=date(2026, 6, 12))

    taken_back(enrollment_id, admin, version=2)

    row = row_of(session, enrollment_id)
    reversal = session.execute(select(*CheckInReversal.__table__.c)).one()
    assert (row.status, row.checked_in_at, row.confirmed_at) == (S.CONFIRMED, None, NOON)
    assert (reversal.actor_id, reversal.reason) == (admin.user_id, "Entered for the wrong person")


def test_the_same_withdrawal_sent_twice_happens_once(world, admin, session):
    _, enrollment_id = one_place(world)
    corrected(enrollment_id, admin, S.CHECKED_IN, version=1, on_day=date(2026, 6, 12))
    taken_back(enrollment_id, admin, version=2)
    once = counts(session)

    taken_back(enrollment_id, admin, version=2)

    assert counts(session) == once


def test_after_a_withdrawal_the_same_day_can_be_corrected_again(world, admin, session):
    _, enrollment_id = one_place(world)
    corrected(enrollment_id, admin, S.CHECKED_IN, version=1, on_day=date(2026, 6, 12))
    taken_back(enrollment_id, admin, version=2)

    corrected(enrollment_id, admin, S.CHECKED_IN, version=3, on_day=date(2026, 6, 12))

    session.rollback()
    assert session.scalars(select(CheckIn.sequence).order_by(CheckIn.id)).all() == [0, 1]


def test_what_is_not_a_correction_cannot_be_withdrawn(world, admin, session):
    _, enrollment_id = one_place(world)
    before = counts(session)

    with pytest.raises(Refused) as refused:
        taken_back(enrollment_id, admin, version=1)

    assert refused.value.code == "nothing_to_withdraw"
    assert counts(session) == before


def test_a_correction_that_closure_has_used_cannot_be_withdrawn(world, admin, session):
    event_id, enrollment_id = one_place(world)
    corrected(enrollment_id, admin, S.CHECKED_IN, version=1, on_day=date(2026, 6, 12))
    by_system(event_id, enrollment_id, S.CHECKED_IN, S.ATTENDED)

    with pytest.raises(Refused) as refused:
        taken_back(enrollment_id, admin, version=3)

    assert refused.value.code == "nothing_to_withdraw"


def test_a_check_in_since_the_correction_forbids_withdrawing_it(world, admin, session):
    event_id, enrollment_id = one_place(world)
    corrected(enrollment_id, admin, S.CHECKED_IN, version=1, on_day=date(2026, 6, 11))
    with write_transaction() as own:
        own.add(
            CheckIn(
                enrollment_id=enrollment_id,
                event_id=event_id,
                local_on=date(2026, 6, 12),
                method="code",
                at=NOON + timedelta(days=2),
            )
        )
    before = counts(session)

    with pytest.raises(Refused) as refused:
        taken_back(enrollment_id, admin, version=2)

    assert refused.value.code == "checked_in_since"
    assert counts(session) == before


def test_a_cancellation_in_between_makes_the_form_stale(world, admin, session):
    _, enrollment_id = one_place(world)
    cancel(enrollment_id=enrollment_id, actor=admin, by=Trigger.ORGANIZER, now=NOON, reason="Asked by phone")
    before = counts(session)

    with pytest.raises(Refused) as refused:
        corrected(enrollment_id, admin, S.CHECKED_IN, version=1, on_day=date(2026, 6, 12))

    assert (refused.value.code, refused.value.facts) == ("stale", {"status": S.CANCELLED})
    assert counts(session) == before


def test_another_admin_sending_the_same_form_gets_a_stale_page_not_a_silent_yes(world, admin):
    _, enrollment_id = decided(world, S.NO_SHOW)
    corrected(enrollment_id, admin, S.ATTENDED, version=2)
    other = world.actor(world.person("Lee Park", role=Role.ADMIN), Role.ADMIN)

    with pytest.raises(Refused) as refused:
        corrected(enrollment_id, other, S.ATTENDED, version=2)

    assert refused.value.code == "stale"


def test_locking_an_enrollment_reads_it_after_the_lock(world, admin):
    _, enrollment_id = one_place(world)
    with write_transaction() as own:
        _, row = lock_enrollment(own, enrollment_id, 1)
    assert row.status == S.CONFIRMED
