"""Staff adds people by name: what is shown is what is done, against the rule only with a reason."""

from functools import partial

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import broken, digest, standing
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role, Trigger
from webapp.domain.places.adding import Fate, Terms, Wish, key_of
from webapp.domain.places.lists.pasted_people import read_pasted
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, EnrollmentTransition, EventPolicy, Message, User
from webapp.queries.audit import broken_invariants
from webapp.services.places.adding import add_people, rehearse_adding
from webapp.services.places.decision import promote_out_of_turn
from webapp.services.places.enrollment import cancel

pytestmark = pytest.mark.usefixtures("app_context")

OVER = Terms(Wish.OVER, reason="Helps with the glue table")


@pytest.fixture
def staff(world):
    world.organization()
    return world.actor(world.person("Dana Kim", role=Role.ORGANIZER), Role.ORGANIZER)


@pytest.fixture
def add(staff):
    def added(event_id, text, terms=Terms(), seen=None):  # noqa: B008 - frozen
        people = read_pasted(text)
        shown = rehearse_adding(event_id=event_id, people=people, terms=terms, now=NOON)
        lines = add_people(
            event_id=event_id, people=people, terms=terms, seen=seen or key_of(shown, terms), actor=staff,
            by=Trigger.ORGANIZER, now=NOON,
        )  # fmt: skip
        assert key_of(lines, terms) == key_of(shown, terms)
        return [line.fate for line in lines]

    return added


def test_each_line_comes_to_what_was_shown(world, session, use_cases, add) -> None:
    event_id = world.event(capacity=3)
    ben = world.person("Ben Achterberg", email="ben@achterberg.example")
    use_cases.enrolls(event_id, ben)

    fates = add(
        event_id,
        "Amara Okafor <amara@okafor.example>\nBen A.; BEN@achterberg.example\n\nEleni Papadopoulou, +49 30 5550177\n"
        "Kim\tLee\tkim@lee.example\nAmara, amara@okafor.example\nJonas Weber, jonas.weber@\n<only@address.example>",
    )

    assert fates == [
        Fate.PLACE, Fate.ALREADY, Fate.PLACE, Fate.WAITLIST, Fate.REPEATED, Fate.WRONG, Fate.WRONG
    ]  # fmt: skip
    eleni = session.execute(select(User).where(User.name == "Eleni Papadopoulou")).scalar_one()
    assert (eleni.email, eleni.phone, eleni.given_by_others) == (None, "+49 30 5550177", False)
    kim = session.execute(select(User).where(User.email == "kim@lee.example")).scalar_one()
    assert (kim.name, kim.given_by_others, kim.address_proved_at) == ("Kim Lee", True, None)
    assert standing(session, event_id).queue == [kim.id]
    assert broken(session, event_id) == []
    assert list(broken_invariants(NOON)) == []


def test_over_the_limit_needs_a_reason_and_is_counted_until_seats_are_free_again(world, session, use_cases, add):
    event_id = world.event(capacity=2)
    first, *_, waiting = use_cases.fills(event_id, 3)
    before = digest(session)
    with pytest.raises(Refused, match="reason_required"):
        add(event_id, "Greta Müller, greta@verein.example", Terms(Wish.OVER))
    assert digest(session) == before

    assert add(event_id, "Greta Müller, greta@verein.example\nEmil Weber", OVER) == [Fate.OVER, Fate.OVER]

    session.rollback()
    assert session.scalar(select(EventPolicy.seats_over)) == 2
    greta = session.execute(select(Enrollment).join(User).where(User.name == "Greta Müller")).scalar_one()
    move = session.execute(
        select(EnrollmentTransition).where(EnrollmentTransition.enrollment_id == greta.id)
    ).scalar_one()
    assert (greta.over_capacity, move.reason) == (True, "Over the limit: Helps with the glue table")
    assert broken(session, event_id) == []
    # Two leave: nobody moves up, because the event is only full now. With the third somebody does.
    session.rollback()
    users = dict(session.execute(select(Enrollment.id, Enrollment.user_id)).all())
    for enrollment_id in (first.enrollment_id, greta.id):
        use_cases.is_cancelled_by_organizer(type(first)(enrollment_id, first.status), "Asked for it")
        assert standing(session, event_id).queue == [users[waiting.enrollment_id]]
    assert session.scalar(select(EventPolicy.seats_over)) == 0
    assert broken(session, event_id) == []
    assert list(broken_invariants(NOON)) == []


def test_a_stated_position_moves_the_others_back_in_their_order(world, session, use_cases, add) -> None:
    event_id = world.event(capacity=1)
    use_cases.fills(event_id, 4)
    line = standing(session, event_id).queue

    terms = Terms(Wish.LINE, position=2, reason="Was promised this")
    assert add(event_id, "Ada One, ada@post.example\nBo Two, bo@post.example", terms) == [Fate.WAITLIST] * 2

    session.rollback()
    ada, bo = session.scalars(select(User.id).where(User.name.in_(["Ada One", "Bo Two"])).order_by(User.id)).all()
    assert standing(session, event_id).queue == [line[0], ada, bo, *line[1:]]
    assert broken(session, event_id) == []
    assert list(broken_invariants(NOON)) == []


def test_a_preview_that_is_no_longer_true_does_nothing(world, session, use_cases, add) -> None:
    event_id = world.event(capacity=1)
    text = "Ada One, ada@post.example"
    seen = key_of(rehearse_adding(event_id=event_id, people=read_pasted(text), terms=Terms(), now=NOON), Terms())
    use_cases.fills(event_id, 1)
    before = digest(session)

    with pytest.raises(Refused, match="preview_outdated"):
        add(event_id, text, seen=seen)

    assert digest(session) == before


def test_who_gave_up_a_place_returns_with_a_reason_and_namesakes_are_asked_about(world, session, use_cases, add, staff):
    event_id = world.event()
    mira = world.person("Mira Sand", email="mira@sand.example")
    placed = use_cases.enrolls(event_id, mira)
    cancel(enrollment_id=placed.enrollment_id, actor=staff, by=Trigger.USER, now=NOON)

    assert add(event_id, "Mira Sand, mira@sand.example\nEmil Weber") == [Fate.GAVE_UP, Fate.PLACE]
    assert add(event_id, "Mira Sand, mira@sand.example\nemil  WEBER", Terms(reason="She called")) == [
        Fate.PLACE,
        Fate.NAMESAKE,
    ]
    assert add(event_id, "Emil Weber", Terms(is_another=True)) == [Fate.PLACE]
    assert broken(session, event_id) == []


def test_who_waits_is_given_a_place_over_the_limit_only_where_somebody_says_so(world, session, use_cases, staff):
    event_id = world.event(capacity=1)
    _, _, last = use_cases.fills(event_id, 3)
    give = partial(
        promote_out_of_turn,
        enrollment_id=last.enrollment_id,
        actor=staff,
        by=Trigger.ORGANIZER,
        reason="Drives",
        now=NOON,
    )
    with pytest.raises(Refused, match="event_full"):
        give()

    give(over=True)

    assert (standing(session, event_id).taken, standing(session, event_id).waiting) == (2, 1)
    move = session.scalars(select(EnrollmentTransition.reason).order_by(EnrollmentTransition.id.desc())).first()
    assert move == "Over the limit: Drives"
    assert broken(session, event_id) == []
    assert list(broken_invariants(NOON)) == []


def test_a_pasted_family_has_a_place_each_and_is_invited_through_whom_it_is_managed_by(world, session, add) -> None:
    event_id = world.event(capacity=9)
    family = "Dana Krol, dana@x.example\nLev Krol, DANA@x.example\nlev krol, dana@x.example\nMia Krol, dana@x.example"

    assert add(event_id, family) == [Fate.PLACE, Fate.PLACE, Fate.REPEATED, Fate.PLACE]
    assert add(event_id, family) == [Fate.ALREADY, Fate.ALREADY, Fate.REPEATED, Fate.ALREADY]
    carer = session.scalar(select(User.id).where(User.email == "dana@x.example"))
    managed = select(User.name).where(User.managed_by_id == carer).order_by(User.id)
    assert session.scalars(managed).all() == ["Lev Krol", "Mia Krol"]
    session.rollback()

    asking = world.event(asks_added=True)
    assert add(asking, family) == [Fate.INVITED, Fate.INVITED, Fate.REPEATED, Fate.INVITED]
    assert add(asking, family) == [Fate.ASKED, Fate.ASKED, Fate.REPEATED, Fate.ASKED]
    told = session.execute(select(Message.recipient, Message.body).where(Message.kind == "invitation")).all()
    assert [row.recipient for row in told] == ["dana@x.example"] * 3
    assert [name for name in ("Lev Krol", "Mia Krol") if any(f"about {name}" in row.body for row in told)] == [
        "Lev Krol", "Mia Krol"
    ]  # fmt: skip
    session.rollback()
    assert list(broken_invariants(NOON)) == []
