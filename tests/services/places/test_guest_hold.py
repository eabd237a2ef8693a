"""Places held for guests: counted, released, confirmed in time and late, on both databases."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update

from tests.support.worlds.accounts import mailed_code, sign_up
from tests.support.worlds.rows import broken, digest, standing, told
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp.domain.legal import LegalKind
from webapp.domain.people.mail_code import LIFETIME
from webapp.domain.places.guest_hold import HELD_FOR, LINK_LIFETIME
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, Event, EventPolicy, GuestHold, LegalText, MailCode, Message, TermsAcceptance, User
from webapp.queries.audit import broken_invariants
from webapp.queries.work.due import due_work
from webapp.services.accounts.account import authenticate
from webapp.services.accounts.mail_code import approve_by_link, enter_code, move_by_link, use_code
from webapp.services.events.event_deletion import delete_event
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.leaving.account_deletion import delete_account
from webapp.services.organizations.legal import publish_legal_texts
from webapp.services.places.guest_hold import enroll_guest, hold_place, release_due_holds, withdraw_hold
from webapp.services.tidying import tidy

pytestmark = pytest.mark.usefixtures("app_context")
MIRA = "mira@post.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def use_cases(world) -> UseCases:
    return UseCases(world.app, world)


def hold(session, email: str = MIRA, *, slug: str = "clay", now=NOON, **values) -> tuple[str, str, str]:
    """The browser's secret, the code, and the token of the link."""
    token = hold_place(slug=slug, name="Mira Sand", email=email, now=now, **values)
    code, link = mailed_code(session, email)
    return token, code, link.rpartition("/")[2]


def confirm(token: str, code: str, now=NOON) -> None:
    enter_code(token=token, code=code, now=now, then=partial(enroll_guest, now=now))


def refusal(act, **values) -> str:
    with pytest.raises(Refused) as caught:
        act(**values)
    return caught.value.code


def taken(session, event_id: int) -> int:
    session.rollback()
    return session.scalar(select(EventPolicy.seats_taken).where(EventPolicy.event_id == event_id))


def outcomes(session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(GuestHold.outcome).order_by(GuestHold.id)))


def audit(session, now=NOON) -> list[str]:
    session.rollback()
    return [one.invariant for one in broken_invariants(now)]


def test_a_held_place_counts_as_taken_and_becomes_an_enrollment_of_a_new_account(world, session):
    event_id = world.event(slug="clay", capacity=1)
    token, code, _ = hold(session)
    assert (taken(session, event_id), standing(session, event_id).statuses, audit(session)) == (1, {}, [])
    confirm(token, code, NOON + LIFETIME - MINUTE)
    user = session.scalars(select(User).where(User.email == MIRA)).one()
    assert (user.name, user.password_hash, user.address_proved_at) == ("Mira Sand", None, NOON + LIFETIME - MINUTE)
    assert use_code(token=token, now=NOON + LIFETIME) == user.id
    assert (taken(session, event_id), standing(session, event_id).statuses) == (1, {"confirmed": 1})
    assert outcomes(session) == ["confirmed"]
    assert told(session, event_id)
    assert (broken(session, event_id), audit(session)) == ([], [])


def test_the_last_place_is_not_given_to_two_guests(world, session):
    event_id = world.event(slug="clay", capacity=1)
    first, second = hold(session), hold(session, "second@post.example")
    assert taken(session, event_id) == 1
    confirm(*second[:2])
    confirm(*first[:2])
    assert standing(session, event_id).statuses == {"confirmed": 1, "waitlisted": 1}
    winner = select(User.email).join(Enrollment, Enrollment.user_id == User.id).where(Enrollment.status == "confirmed")
    assert session.scalars(winner).all() == [MIRA]
    assert audit(session) == []


def test_who_does_not_confirm_frees_the_place_for_who_waits(world, use_cases, session):
    event_id = world.event(slug="clay", capacity=1)
    hold(session)
    use_cases.enrolls(event_id, world.person())
    end = NOON + HELD_FOR
    assert standing(session, event_id).statuses == {"waitlisted": 1}
    assert audit(session) == []
    assert (release_due_holds(now=end - MINUTE, most=9), taken(session, event_id)) == (0, 1)
    assert [one.what for one in due_work(end, end) if one.what == "guest-holds"] == ["guest-holds"]
    assert release_due_holds(now=end, most=9) == 1
    assert release_due_holds(now=end, most=9) == 0
    assert (standing(session, event_id).statuses, outcomes(session)) == ({"confirmed": 1}, ["expired"])
    assert (broken(session, event_id), audit(session)) == ([], [])


@pytest.mark.parametrize("ticked", [True, False])
@pytest.mark.parametrize("others", [0, 1])
def test_who_confirms_late_comes_like_a_newcomer_whether_or_not_a_job_ran(world, use_cases, session, ticked, others):
    event_id = world.event(slug="clay", capacity=1)
    link = hold(session)[2]
    for user_id in world.people(others):
        use_cases.enrolls(event_id, user_id)
    late = NOON + HELD_FOR
    if ticked:
        release_due_holds(now=late, most=9)
    approve_by_link(link=link, now=late, then=partial(enroll_guest, now=late))
    assert standing(session, event_id).statuses == ({"confirmed": 1, "waitlisted": 1} if others else {"confirmed": 1})
    own = select(Enrollment.status).join(GuestHold, GuestHold.enrollment_id == Enrollment.id)
    assert session.scalar(own) == ("waitlisted" if others else "confirmed")
    assert outcomes(session) == ["expired"]
    assert (broken(session, event_id), audit(session)) == ([], [])


def test_the_digits_end_after_a_quarter_of_an_hour_and_the_link_after_a_day(world, session):
    world.event(slug="clay", starts_at=NOON + timedelta(days=9))
    token, code, link = hold(session)
    before = digest(session)
    assert refusal(confirm, token=token, code=code, now=NOON + LIFETIME) == "code_unusable"
    assert refusal(approve_by_link, link=link, now=NOON + LINK_LIFETIME) == "code_unusable"
    assert digest(session) == before
    moved = move_by_link(link=link, now=NOON + HELD_FOR, then=partial(enroll_guest, now=NOON + HELD_FOR))
    assert use_code(token=moved, now=NOON + HELD_FOR) is not None


def test_what_is_held_is_theirs_also_when_enrollment_closes_meanwhile(world, session):
    closes = NOON + 5 * MINUTE
    event_id = world.event(slug="clay", capacity=1, closes_at=closes)
    token, code, _ = hold(session)
    assert refusal(hold_place, slug="clay", name="Bo", email="bo@post.example", now=closes) == "enrollment_closed"
    confirm(token, code, closes)
    assert standing(session, event_id).statuses == {"confirmed": 1}


def test_asked_again_the_same_place_is_held_no_longer_than_before(world, session):
    event_id = world.event(slug="clay", capacity=3)
    first = hold(session)
    second = hold(session, now=NOON + MINUTE)
    assert (taken(session, event_id), outcomes(session)) == (1, ["open"])
    assert session.scalar(select(GuestHold.held_until)) == NOON + HELD_FOR
    confirm(*second[:2], NOON + MINUTE)
    confirm(*first[:2], NOON + MINUTE)
    assert standing(session, event_id).statuses == {"confirmed": 1}
    assert (taken(session, event_id), audit(session)) == (1, [])


def test_given_up_it_is_the_next_ones_at_once_unless_it_is_held_by_another_code(world, use_cases, session):
    event_id = world.event(slug="clay", capacity=1)
    first, second = hold(session), hold(session)
    use_cases.enrolls(event_id, world.person())
    withdraw_hold(token=first[0], now=NOON)
    assert (taken(session, event_id), outcomes(session)) == (1, ["open"])
    assert refusal(confirm, token=first[0], code=first[1]) == "code_unusable"
    withdraw_hold(token=second[0], now=NOON)
    withdraw_hold(token=second[0], now=NOON)
    assert (standing(session, event_id).statuses, outcomes(session)) == ({"confirmed": 1}, ["withdrawn"])
    assert (broken(session, event_id), audit(session)) == ([], [])


def test_who_is_enrolled_gets_another_mail_and_nothing_twice(world, use_cases, session):
    event_id = world.event(slug="clay", capacity=3)
    mira = world.person("Mira Sand", email=MIRA)
    use_cases.enrolls(event_id, mira)
    token, code, _ = hold(session)
    hold(session, "other@post.example")
    mails = session.scalars(select(Message.subject).where(Message.kind == "mail_code").order_by(Message.id)).all()
    assert mails[0] == "You’re enrolled already: Hand-building with clay"
    assert mails[1].endswith(": confirm your place at Hand-building with clay")
    # Who looks at the page learns nothing: a place is held for both.
    assert taken(session, event_id) == 3
    confirm(token, code)
    assert use_code(token=token, now=NOON) == mira
    assert (standing(session, event_id).statuses, taken(session, event_id)) == ({"confirmed": 1}, 2)
    assert (outcomes(session), audit(session)) == (["withdrawn", "open"], [])


def test_a_known_and_an_unknown_address_are_the_same_work(world, session):
    world.event(slug="clay", capacity=9)
    world.person(email=MIRA)
    for email in (MIRA, "nobody@post.example"):
        hold(session, email)
    mails = session.execute(select(Message.user_id, Message.kind, func.length(Message.body))).all()
    codes = session.execute(select(MailCode.name, MailCode.tries, MailCode.expires_at, MailCode.proved_at)).all()
    holds = session.execute(select(GuestHold.has_seat, GuestHold.held_until, GuestHold.outcome)).all()
    assert [len(set(rows)) for rows in (mails, codes, holds)] == [1, 1, 1]


def test_an_account_that_proved_nothing_is_the_owners_from_then_on(world, session):
    world.event(slug="clay")
    sign_up(email=MIRA, name="Somebody Else", password="a stranger's words", timezone=None, now=NOON)
    token, code, _ = hold(session)
    confirm(token, code)
    session.rollback()
    with pytest.raises(Refused):
        authenticate(email=MIRA, password="a stranger's words")
    assert session.scalar(select(User.address_proved_at).where(User.email == MIRA)) == NOON


def test_a_full_event_holds_nothing_and_the_ticket_is_of_the_moment_of_confirming(world, use_cases, session):
    event_id = world.event(slug="clay", capacity=1)
    use_cases.fills(event_id, 1)
    token, code, _ = hold(session)
    use_cases.enrolls(event_id, world.person())
    confirm(token, code)
    last = select(Enrollment.waitlist_position).join(User, User.id == Enrollment.user_id).where(User.email == MIRA)
    assert (taken(session, event_id), session.scalar(last)) == (1, 2)


def test_an_application_waits_for_the_organizer(world, session):
    event_id = world.event(slug="clay", capacity=1, method="application")
    token, code, _ = hold(session)
    assert taken(session, event_id) == 0
    confirm(token, code)
    assert standing(session, event_id).statuses == {"pending": 1}


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ({"closes_at": NOON}, "enrollment_closed"),
        ({"opens_at": NOON + MINUTE}, "not_open_yet"),
        ({"status": "cancelled"}, "event_not_published"),
        ({"status": "draft"}, "event_not_published"),
        ({"starts_at": NOON - timedelta(days=2)}, "enrollment_closed"),
        ({"capacity": 1, "has_waitlist": False}, "event_full"),
    ],
)
def test_what_keeps_people_out_keeps_guests_out(world, use_cases, session, policy, code):
    event_id = world.event(slug="clay", **policy)
    if code == "event_full":
        use_cases.fills(event_id, 1)
    before = digest(session)
    assert refusal(hold_place, slug="clay", name="Mira", email=MIRA, now=NOON) == code
    assert digest(session) == before


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"email": "mira@sand"}, "email_invalid"),
        ({"email": " "}, "text_missing"),
        ({"name": " "}, "text_missing"),
        ({"name": "x" * 121}, "text_too_long"),
        ({"slug": "nowhere"}, "not_found"),
    ],
)
def test_what_cannot_be_read_holds_nothing(world, session, values, code):
    world.event(slug="clay")
    before = digest(session)
    given = {"slug": "clay", "name": "Mira", "email": MIRA, "now": NOON, **values}
    assert refusal(hold_place, **given) == code
    assert digest(session) == before


def test_three_places_are_held_for_one_address(world, session):
    slugs = [f"clay-{number}" for number in range(4)]
    for slug in slugs:
        world.event(slug=slug)
    for slug in slugs[:3]:
        hold(session, slug=slug)
    assert refusal(hold, session=session, slug=slugs[3]) == "too_many_holds"
    # Those that are over count no longer, whether or not a job ran.
    hold(session, slug=slugs[3], now=NOON + HELD_FOR)


def test_called_off_or_deleted_there_is_nothing_to_come_to(world, session):
    event_id = world.event(slug="clay", capacity=2)
    token, code, _ = hold(session)
    cancel_event(event_id=event_id, reason="The kiln broke", actor=world.actor(world.person()), now=NOON)
    assert (taken(session, event_id), outcomes(session)) == (0, ["withdrawn"])
    delete_event(event_id=event_id, typed_title="Hand-building with clay", actor=world.actor(world.person()), now=NOON)
    confirm(token, code)
    assert use_code(token=token, now=NOON) is not None
    assert (standing(session, event_id).statuses, audit(session)) == ({}, [])


def test_a_deleted_event_holds_nothing(world, session):
    event_id = world.event(slug="clay")
    hold(session)
    session.execute(update(Event).where(Event.id == event_id).values(status="completed", completed_at=NOON))
    session.commit()
    delete_event(event_id=event_id, typed_title="Hand-building with clay", actor=world.actor(world.person()), now=NOON)
    assert (taken(session, event_id), outcomes(session), release_due_holds(now=NOON + HELD_FOR, most=9)) == (
        0, ["withdrawn"], 0,
    )  # fmt: skip


def test_terms_are_accepted_before_and_kept_after(world, session):
    world.event(slug="clay")
    publish_legal_texts(
        organization_id=world.organization_id, texts={LegalKind.TERMS: "Be kind."}, demands_terms=True, now=NOON
    )
    text_id = session.scalar(select(LegalText.id))
    asked = {"slug": "clay", "name": "Mira", "email": MIRA, "now": NOON}
    assert refusal(hold_place, **asked) == "terms_unaccepted"
    assert refusal(hold_place, **asked, terms_id=text_id + 1) == "terms_changed"
    token, code, _ = hold(session, terms_id=text_id)
    assert session.scalar(select(func.count()).select_from(TermsAcceptance)) == 0
    session.rollback()
    confirm(token, code)
    assert session.scalar(select(TermsAcceptance.text_id)) == text_id


def test_nothing_of_a_guest_stays_after_a_day(world, session):
    world.event(slug="clay", starts_at=NOON + timedelta(days=9))
    hold(session)
    release_due_holds(now=NOON + HELD_FOR, most=9)
    late = NOON + timedelta(days=2)
    tidy(now=late, real_now=late)
    session.rollback()
    assert [session.scalar(select(func.count()).select_from(table)) for table in (GuestHold, MailCode, Message)] == [
        0, 0, 0,
    ]  # fmt: skip


def test_who_deletes_the_account_leaves_no_address_in_holds(world, session):
    event_id = world.event(slug="clay")
    world.event(slug="tea")
    token, code, _ = hold(session)
    confirm(token, code)
    hold(session, slug="tea")
    user_id = use_code(token=token, now=NOON)
    delete_account(user_id=user_id, password="", signed_in_at=NOON, now=NOON, real_now=NOON)
    session.rollback()
    assert MIRA not in session.scalars(select(GuestHold.address)).all()
    assert release_due_holds(now=NOON + HELD_FOR, most=9) == 1
    assert broken(session, event_id) == []
