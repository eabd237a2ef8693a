"""Letting in and taking back: evidence, status, trail and outbox on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.open_desk import OpenDesk
from tests.support.worlds.rows import broken, digest, told, trail
from tests.support.worlds.world import NOON, World
from webapp.domain.desk.check_in import Verdict
from webapp.domain.permission import Actor, Grant, Role
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import CheckIn, CheckInReversal, EnrollmentTransition, Event, HelperLink
from webapp.queries.people.actor import helper_by_token
from webapp.services.desk.helper_link import create_helper_link
from webapp.services.events import closure
from webapp.services.places.enrollment import cancel
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
LATER = NOON + timedelta(minutes=30)


@pytest.fixture
def desk(app) -> OpenDesk:
    return OpenDesk(World(app))


def entries(session) -> list[tuple[int, int, str, str]]:
    session.rollback()
    return [
        tuple(row)
        for row in session.execute(
            select(CheckIn.enrollment_id, CheckIn.sequence, CheckIn.method, CheckIn.desk).order_by(CheckIn.id)
        )
    ]


def test_a_scan_lets_in_and_says_so_once(desk, session) -> None:
    amara = desk.guest()
    outcome = desk.type(desk.code(amara))
    assert (outcome.verdict, outcome.guest.name, outcome.entry.local_on) == (Verdict.IN, "Amara Okafor", NOON.date())
    assert desk.status(amara) is S.CHECKED_IN
    assert entries(session) == [(amara, 0, "code", "Desk Left")]
    assert [move[1:] for move in trail(session, desk.event_id)][-1] == ("confirmed", "checked_in", "organizer")
    assert told(session, desk.event_id)[-1][1] == "ParticipantCheckedIn"
    assert broken(session, desk.event_id) == []


def test_the_second_scan_changes_nothing_and_says_since_when(desk, session) -> None:
    amara = desk.guest()
    first = desk.type(desk.code(amara))
    before = digest(session)
    again = desk.type(desk.code(amara), at=LATER, desk="Desk Right")
    assert (again.verdict, again.entry) == (Verdict.ALREADY_IN, first.entry)
    assert digest(session) == before


def test_a_double_read_at_the_same_desk_is_the_first_result(desk) -> None:
    code = desk.code(desk.guest())
    desk.type(code)
    same = desk.type(code, at=NOON + timedelta(seconds=3))
    other = desk.type(code, at=NOON + timedelta(seconds=3), desk="Desk Right")
    late = desk.type(code, at=NOON + timedelta(seconds=4))
    assert [one.verdict for one in (same, other, late)] == [Verdict.IN, Verdict.ALREADY_IN, Verdict.ALREADY_IN]


def test_the_same_tap_twice_counts_once_however_late(desk, session) -> None:
    amara = desk.guest()
    first = desk.press(amara, request_id="the-same-tap")
    again = desk.press(amara, request_id="the-same-tap", at=LATER)
    assert (again.verdict, again.entry) == (Verdict.IN, first.entry)
    assert len(entries(session)) == 1


def test_a_used_id_for_somebody_else_is_refused(desk, session) -> None:
    amara, ben = desk.guest(), desk.guest("Ben Achterberg")
    desk.press(amara, request_id="the-same-tap")
    before = digest(session)
    for act in (
        lambda: desk.press(ben, request_id="the-same-tap"),
        lambda: desk.type("XXXX 0000", request_id="the-same-tap"),
    ):
        with pytest.raises(Refused, match="request_id_reused"):
            act()
    assert digest(session) == before


def test_a_second_day_adds_a_check_in_and_moves_nothing(app, session) -> None:
    desk = OpenDesk(World(app), ends_at=NOON + timedelta(days=2))
    amara = desk.guest()
    desk.press(amara)
    second = desk.press(amara, at=NOON + timedelta(days=1))
    assert (second.verdict, len(second.guest.live_days)) == (Verdict.IN, 1)
    assert [kind for _, kind in told(session, desk.event_id)].count("ParticipantCheckedIn") == 1
    assert len(entries(session)) == 2


def test_the_day_is_the_local_one_of_the_event(app) -> None:
    late = NOON.replace(hour=22, minute=30)  # half past midnight in Berlin
    desk = OpenDesk(World(app), starts_at=late - timedelta(hours=3), ends_at=late + timedelta(hours=3))
    assert desk.press(desk.guest(), at=late).entry.local_on == date(2026, 6, 11)


def test_any_time_of_the_day_is_early_enough_and_the_day_before_is_not(app, session) -> None:
    desk = OpenDesk(World(app), starts_at=NOON.replace(hour=20), ends_at=NOON.replace(hour=21))
    amara = desk.guest()
    before = digest(session)
    assert desk.press(amara, at=NOON - timedelta(days=1)).verdict is Verdict.NOT_TODAY
    assert digest(session) == before
    assert desk.press(amara, at=NOON.replace(hour=1)).verdict is Verdict.IN


@pytest.mark.parametrize(
    ("status", "verdict"), [("completed", Verdict.CLOSED), ("cancelled", Verdict.NOT_OPEN), ("draft", Verdict.NOT_OPEN)]
)
def test_an_event_that_is_not_published_lets_nobody_in(desk, session, status, verdict) -> None:
    amara = desk.guest()
    with write_transaction() as writing:
        writing.execute(update(Event).values(status=status))
    before = digest(session)
    assert desk.press(amara).verdict is verdict
    assert digest(session) == before


def test_words_that_fit_one_guest_let_in_and_more_are_a_list(desk, session) -> None:
    lukasz = desk.guest("Łukasz Wiśniewski")
    desk.guest("Lukas Wolf")
    assert desk.type("wis luk").guest.enrollment_id == lukasz
    assert desk.type("luk", at=LATER).several is True
    assert len(entries(session)) == 1


@pytest.mark.parametrize("typed", ["zahra", "AL ZAHRA", "fatima.z", "post.example fat"])
def test_a_guest_is_found_by_any_word_of_name_or_address(desk, typed) -> None:
    fatima = desk.guest("Fatima Al-Zahra", email="fatima.z@post.example")
    desk.guest("Joris van Aalst")
    assert desk.type(typed).guest.enrollment_id == fatima


def test_the_last_four_of_a_code_find_its_guest(desk) -> None:
    amara = desk.guest()
    assert desk.type(desk.code(amara)[-4:].lower()).guest.enrollment_id == amara


def test_nobody_is_an_outcome_and_not_an_error(desk, session) -> None:
    before = digest(session)
    assert [desk.type(text).verdict for text in ("Nobody", "0000 0000", "💥", "%", "_")] == [Verdict.UNKNOWN] * 5
    assert digest(session) == before


def test_a_code_of_another_event_is_named_and_one_of_another_organization_is_not(desk, app) -> None:
    sister = desk.world.event("Hand-building with clay")
    ours = desk.code(desk.guest("Hanna Lindqvist", event_id=sister))
    elsewhere = OpenDesk(World(app))
    theirs = elsewhere.code(elsewhere.guest("Greta Müller"))
    assert (desk.type(ours).verdict, desk.type(ours).guest.event_title) == (
        Verdict.OTHER_EVENT,
        "Hand-building with clay",
    )
    assert (desk.type(theirs).verdict, desk.type(theirs).guest) == (Verdict.UNKNOWN, None)


def test_a_row_of_another_event_does_not_exist_here(desk) -> None:
    sister = desk.world.event("Hand-building with clay")
    with pytest.raises(Refused, match="not_found"):
        desk.press(desk.guest("Hanna Lindqvist", event_id=sister))


@pytest.mark.parametrize("role", [None, Role.ORGANIZER])
def test_somebody_who_may_not_run_the_desk_finds_nothing(desk, session, role) -> None:
    amara = desk.guest()
    stranger = Actor(
        user_id=desk.organizer_id, name="Else", grants={10**6: [Grant(role)]} if role else {}, helper_event_id=10**6
    )
    before = digest(session)
    with pytest.raises(Refused, match="not_found"):
        desk.press(amara, by=stranger)
    assert digest(session) == before


def test_a_helper_is_named_in_the_trail(desk, session) -> None:
    with write_transaction() as writing:
        link = HelperLink(
            event_id=desk.event_id,
            name="Mia",
            desk="Desk Left",
            token_hash="x" * 64,
            created_by_id=desk.organizer_id,
            created_at=NOON,
            expires_at=LATER,
        )
        writing.add(link)
        writing.flush()
        helper = desk.helper(helper_id=link.id)
    desk.press(desk.guest(), by=helper, desk="ignored")
    session.rollback()
    move = session.scalars(select(EnrollmentTransition).order_by(EnrollmentTransition.id.desc())).first()
    assert (move.actor_id, move.actor_label, move.triggered_by) == (None, "Mia, Desk Left", "organizer")
    assert session.scalar(select(CheckIn.desk)) == "Desk Left"


# ---- taking back


def test_taking_back_at_once_needs_no_reason_and_moves_the_status_back(desk, session) -> None:
    amara = desk.guest()
    entry = desk.press(amara).entry
    undone = desk.undo(entry.id, NOON + timedelta(seconds=10))
    assert (undone.entry.reversed_at, desk.status(amara)) == (NOON + timedelta(seconds=10), S.CONFIRMED)
    assert told(session, desk.event_id)[-1][1] == "CheckInUndone"
    assert broken(session, desk.event_id) == []


def test_taking_back_later_needs_a_reason_that_is_kept(desk, session) -> None:
    amara = desk.guest()
    entry = desk.press(amara).entry
    before = digest(session)
    with pytest.raises(Refused, match="reason_required"):
        desk.undo(entry.id, LATER)
    assert digest(session) == before
    desk.undo(entry.id, LATER, reason="Wrong person")
    assert session.scalar(select(CheckInReversal.reason)) == "Wrong person"
    assert desk.status(amara) is S.CONFIRMED


def test_taking_back_one_of_two_days_leaves_the_status(app) -> None:
    desk = OpenDesk(World(app), ends_at=NOON + timedelta(days=1))
    amara = desk.guest()
    desk.press(amara)
    second = desk.press(amara, at=NOON + timedelta(days=1)).entry
    desk.undo(second.id, NOON + timedelta(days=1))
    assert desk.status(amara) is S.CHECKED_IN


def test_the_same_person_taking_back_twice_gets_the_same_answer_and_another_is_told_who_did(desk, session) -> None:
    entry = desk.press(desk.guest()).entry
    other = desk.world.person("Oscar Other", role=Role.ORGANIZER)
    desk.undo(entry.id)
    before = digest(session)
    assert desk.undo(entry.id, LATER).entry.reversed_at == NOON
    with pytest.raises(Refused, match="already_taken_back") as refused:
        desk.undo(entry.id, LATER, by=desk.world.actor(other, Role.ORGANIZER))
    assert refused.value.facts["by"] == "Olga Organizer"
    assert digest(session) == before


def test_in_again_after_an_undo_is_a_new_entry_with_the_next_sequence(desk, session) -> None:
    amara = desk.guest()
    for _ in range(2):
        desk.undo(desk.press(amara).entry.id)
    desk.press(amara)
    assert [row[1] for row in entries(session)] == [0, 1, 2]
    assert desk.status(amara) is S.CHECKED_IN
    assert broken(session, desk.event_id) == []


def test_a_closed_event_takes_nothing_back(desk, session) -> None:
    entry = desk.press(desk.guest()).entry
    with write_transaction() as writing:
        writing.execute(update(Event).values(status="completed"))
    before = digest(session)
    with pytest.raises(Refused, match="event_closed"):
        desk.undo(entry.id)
    assert digest(session) == before


def test_one_id_takes_one_check_in_back(desk, session) -> None:
    amara, ben = (desk.press(desk.guest(name)).entry for name in ("Amara Okafor", "Ben Achterberg"))
    desk.press(desk.guest("Cy Adair"), request_id="a-check-in")
    for _ in range(2):
        assert desk.undo(amara.id, request_id="one-undo").entry.id == amara.id
    before = digest(session)
    for used in ("one-undo", "a-check-in"):
        with pytest.raises(Refused, match="request_id_reused"):
            desk.undo(ben.id, request_id=used)
    assert digest(session) == before


def test_an_id_of_another_event_is_free_here(desk, app) -> None:
    elsewhere = OpenDesk(World(app))
    for open_desk in (desk, elsewhere):
        open_desk.undo(open_desk.press(open_desk.guest()).entry.id, request_id="one-undo")


def test_an_entry_of_another_event_or_of_none_is_not_found(desk, app) -> None:
    elsewhere = OpenDesk(World(app))
    entry = elsewhere.press(elsewhere.guest()).entry
    for check_in_id in (entry.id, 10**9, 2**63 - 1):
        with pytest.raises(Refused, match="not_found"):
            desk.undo(check_in_id)


# ---- a place given up and taken again


def come_back(desk: OpenDesk, enrollment_id: int, user_id: int) -> int:
    """Gives the place up and enrolls once more; the id of the new enrollment."""
    cancel(enrollment_id=enrollment_id, actor=desk.organizer, by="organizer", now=NOON)
    return desk.enroll([user_id])[0]


def test_an_old_code_lets_in_whoever_gave_up_the_place_and_enrolled_again(desk, session) -> None:
    amara = desk.world.person("Amara Okafor")
    old = desk.enroll([amara])[0]
    new = come_back(desk, old, amara)
    outcome = desk.type(desk.code(old))
    assert (outcome.verdict, outcome.guest.enrollment_id) == (Verdict.IN, new)
    assert (desk.status(old), desk.status(new)) == (S.CANCELLED, S.CHECKED_IN)
    assert desk.type(desk.code(old), at=LATER).verdict is Verdict.ALREADY_IN
    assert broken(session, desk.event_id) == []


def test_an_old_row_of_the_list_is_the_same_person_too(desk) -> None:
    amara = desk.world.person("Amara Okafor")
    old = desk.enroll([amara])[0]
    new = come_back(desk, old, amara)
    for _ in range(2):
        assert desk.press(old, request_id="the-same-tap").guest.enrollment_id == new


def test_an_old_code_without_a_new_enrollment_says_that_the_place_was_given_up(desk) -> None:
    amara = desk.world.person("Amara Okafor")
    old = desk.enroll([amara])[0]
    again = come_back(desk, old, amara)
    cancel(enrollment_id=again, actor=desk.organizer, by="organizer", now=NOON)
    sister = desk.world.event("Hand-building with clay")
    desk.enroll([amara], event_id=sister)
    assert [desk.type(desk.code(one)).verdict for one in (old, again)] == [Verdict.CANCELLED] * 2


def test_a_tap_that_was_counted_for_the_old_place_keeps_its_answer(desk) -> None:
    amara = desk.world.person("Amara Okafor")
    old = desk.enroll([amara])[0]
    first = desk.press(old, request_id="the-same-tap")
    desk.undo(first.entry.id)
    come_back(desk, old, amara)
    assert desk.press(old, request_id="the-same-tap", at=LATER).entry.id == first.entry.id


# ---- cost


@pytest.mark.parametrize("others", [10, 1000])
def test_a_check_in_costs_the_same_whatever_the_number_of_guests(app, database, others) -> None:
    desk = OpenDesk(World(app))
    desk.crowd(others)
    amara = desk.guest()
    code = desk.code(amara)
    with counted_statements(app) as seen:
        desk.type(code)
    # Lock, guest with evidence, check-in, and the move: one statement on PostgreSQL, three on SQLite.
    assert len(seen) == {"sqlite": 6, "postgres": 4}[database.kind]


def test_evidence_cannot_be_rewritten(desk, session) -> None:
    desk.press(desk.guest())
    for change in (update(CheckIn).values(desk="x"), CheckIn.__table__.delete()):
        with pytest.raises(Exception, match="append-only"):
            session.execute(change)
        session.rollback()
    assert session.scalar(select(func.count()).select_from(CheckIn)) == 1


def test_whom_closure_decided_cannot_be_taken_back_before_the_event_is_completed(desk, session, monkeypatch) -> None:
    amara = desk.guest()
    entry = desk.type(desk.code(amara)).entry
    desk.guest("Ben Iyer")
    monkeypatch.setattr(closure, "CHUNK", 1)
    beats = []

    def stop_after_the_first_chunk(_session, _counts) -> None:
        beats.append(1)
        if len(beats) == 3:
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        closure.close_event(event_id=desk.event_id, now=NOON + timedelta(days=1), beat=stop_after_the_first_chunk)
    before = digest(session)

    with pytest.raises(Refused, match="event_closed"):
        desk.undo(entry.id, at=NOON + timedelta(days=1), reason="Wrong person")
    assert digest(session) == before
    assert desk.status(amara) is S.ATTENDED


def test_a_helper_with_the_longest_names_lets_people_in(desk, session) -> None:
    link = create_helper_link(event_id=desk.event_id, name="M" * 120, desk="D" * 60, actor=desk.organizer, now=NOON)
    helper = helper_by_token(link.token, NOON)
    amara = desk.guest()
    desk.type(desk.code(amara), by=helper)
    labels = session.scalars(select(EnrollmentTransition.actor_label).order_by(EnrollmentTransition.id)).all()
    assert labels[-1] == "M" * 120 + ", " + "D" * 60
