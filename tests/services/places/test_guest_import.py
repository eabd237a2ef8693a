"""A guest list becomes enrollments: the same rule as everybody, in the list's order, safe to repeat."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from tests.services.places.guest_lists import guest, results, run
from tests.support.databases.statements import counted_statements
from tests.support.worlds.rows import broken, digest, standing, told, trail
from tests.support.worlds.world import NOON
from webapp.adapters.spreadsheet import decode_text
from webapp.domain.people.care import MOST_CARED_FOR
from webapp.domain.places.lists.guest_answer import Answer
from webapp.domain.places.lists.guest_list import read_guest_list
from webapp.domain.places.lists.guest_repeats import MOST_OF_FAMILY
from webapp.models import Enrollment, EnrollmentTransition, User
from webapp.queries.audit import broken_invariants
from webapp.services.places.guest_import import CHUNK, Result

pytestmark = pytest.mark.usefixtures("app_context")


DATA = Path(__file__).parents[2] / "data"


def test_a_list_longer_than_the_event_fills_it_and_then_the_waitlist_in_order(world, session) -> None:
    event_id = world.event(capacity=2)

    lines = run(event_id, [guest(n) for n in range(2, 7)])

    assert results(lines) == ["enrolled", "enrolled", "waitlisted", "waitlisted", "waitlisted"]
    assert [line.facts.get("rank") for line in lines] == [None, None, 1, 2, 3]
    queue = standing(session, event_id).queue
    emails = [session.get_one(User, user_id).email for user_id in queue]
    assert emails == ["guest4@post.example", "guest5@post.example", "guest6@post.example"]
    assert list(broken_invariants(NOON)) == []


def test_the_second_run_changes_nothing(world, session) -> None:
    event_id = world.event(capacity=2)
    guests = [guest(2), guest(3), guest(4), guest(5, address="broken@")]
    run(event_id, guests)
    before = digest(session)

    lines = run(event_id, guests)

    assert results(lines) == ["already", "already", "already", "bad_address"]
    assert digest(session) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(world, session) -> None:
    event_id = world.event(capacity=CHUNK + 10)
    guests = [guest(n) for n in range(2, 2 * CHUNK)] + [guest(900, address="GUEST5@post.example")]
    before = digest(session)

    rehearsed = run(event_id, guests, dry_run=True)

    assert digest(session) == before
    assert rehearsed == run(event_id, guests)
    assert digest(session) != before


def test_every_move_names_the_list_and_is_told_like_any_other(world, session) -> None:
    event_id = world.event(capacity=1)

    run(event_id, [guest(2), guest(3)])

    assert [move[1:] for move in trail(session, event_id)] == [
        (None, "confirmed", "organizer"),
        (None, "waitlisted", "organizer"),
    ]
    assert [kind for _, kind in told(session, event_id)] == ["EnrollmentConfirmed", "EnrollmentWaitlisted"]
    moves = session.scalars(select(EnrollmentTransition)).all()
    assert {(move.actor_id, move.actor_label, move.reason) for move in moves} == {
        (None, "Import of guests.csv", "Imported from guests.csv")
    }
    assert set(session.scalars(select(Enrollment.source))) == {"import"}


def test_accounts_are_found_by_address_in_any_case_and_made_without_a_password(world, session) -> None:
    event_id = world.event()
    ana = world.person("Ana Silva", email="ana@post.example")

    run(event_id, [guest(2, "Somebody Else", "ANA@Post.example"), guest(3, "山田 雅子", "masako@post.example")])

    people = session.execute(select(User.name, User.email, User.password_hash).order_by(User.id)).all()
    assert people[1:] == [("Ana Silva", "ana@post.example", None), ("山田 雅子", "masako@post.example", None)]
    assert standing(session, event_id).statuses == {"confirmed": 2}
    assert session.get_one(User, ana).name == "Ana Silva"


def test_an_address_that_comes_again_is_a_duplicate_of_its_first_line(world) -> None:
    lines = run(world.event(), [guest(2, address="a@x.example"), guest(9, address="A@X.example")])

    assert (lines[1].result, lines[1].facts["of"]) == (Result.DUPLICATE, 2)


def test_the_later_answer_of_one_person_counts(world, session) -> None:
    event_id = world.event()
    lines = run(
        event_id,
        [
            guest(2, address="a@x.example", answer=Answer.OUT),
            guest(3, address="b@x.example"),
            guest(4, address="A@x.example"),
            guest(5, address="b@x.example", answer=Answer.OUT),
        ],
    )

    assert results(lines) == ["superseded", "superseded", "enrolled", "out"]
    assert [line.facts.get("of") for line in lines[:2]] == [4, 5]
    assert standing(session, event_id).statuses == {"confirmed": 1}


def test_a_family_with_one_address_has_a_place_each_and_is_found_again(world, session) -> None:
    event_id = world.event()
    family = [guest(n, f"{name} Krol", "dana@x.example") for n, name in enumerate(("Dana", "Lev", "Mia"), start=2)]
    assert [line.facts for line in run(event_id, family, dry_run=True)] == [{}, *[{"carer": "dana@x.example"}] * 2]

    assert results(run(event_id, family)) == ["enrolled"] * 3
    carer = aliased(User)
    cared = select(User.name, carer.email).join(carer, carer.id == User.managed_by_id).order_by(User.id)
    assert session.execute(cared).all() == [("Lev Krol", "dana@x.example"), ("Mia Krol", "dana@x.example")]
    given = select(User.given_by_others, User.address_proved_at).where(User.email == "dana@x.example")
    assert session.execute(given).one() == (True, None)
    before = digest(session)
    # Another list, with one child only, finds the same child; the whole one finds everybody.
    assert results(run(event_id, [guest(2, "MIA KROL", "dana@x.example")])) == ["already"]
    assert results(run(event_id, family)) == ["already"] * 3
    assert digest(session) == before

    # Another child, alone on a later list; and the account itself, by a shorter name.
    later = [guest(2, "Noa Krol", "dana@x.example")]
    assert [line.facts.get("carer") for line in run(event_id, later, dry_run=True)] == ["dana@x.example"]
    assert results(run(event_id, later)) == ["enrolled"]
    assert results(run(event_id, [guest(2, "Dana", "dana@x.example")])) == ["already"]


def test_a_family_of_an_account_that_is_not_on_the_list_is_looked_after_by_it(world, session) -> None:
    event_id, ana = world.event(capacity=1, has_waitlist=True), world.person("Ana Silva", email="ana@x.example")
    world.person("Bea Silva", email="bea@x.example")

    lines = run(event_id, [guest(2, "Rui Silva", "ana@x.example"), guest(3, "Eva Silva", "ana@x.example")])

    assert results(lines) == ["enrolled", "waitlisted"]
    assert set(session.scalars(select(User.managed_by_id).where(User.email.is_(None)))) == {ana}
    assert ana not in session.scalars(select(Enrollment.user_id)).all()


def test_an_account_looks_after_so_many_and_the_rest_need_an_address(world, session) -> None:
    event_id = world.event(capacity=99)
    for first in "ABCDEFGHIJ"[: MOST_CARED_FOR // MOST_OF_FAMILY]:
        named = [guest(n, f"{first}{letter} Krol", "dana@x.example") for n, letter in enumerate("abcdefghij", start=2)]
        run(event_id, named)

    lines = run(event_id, [guest(2, "Xa Krol", "dana@x.example"), guest(3, "Xb Krol", "dana@x.example")])

    assert results(lines) == ["enrolled", "shared"]


#: What an empty event with 100 places makes of each line that asks for something.
EXPORTED = {
    "luma-guests.csv": "2 enrolled, 3 enrolled, 4 out, 7 open, 8 no_name, 9 enrolled, 11 enrolled, 5 waits, 6 waits",
    "eventbrite-2024-attendees.csv": "2 enrolled, 3 enrolled",
    "eventbrite-orders.csv": "2 enrolled, 3 enrolled, 4 enrolled, 5 superseded, 6 enrolled, 7 superseded, 8 out, "
    "9 enrolled, 10 enrolled, 11 out",
    "ticket-tailor.csv": "2 enrolled, 3 out",
    "google-forms-responses.csv": "2 superseded, 3 superseded, 4 out, 5 enrolled",
    "google-forms-username.csv": "2 enrolled",
    "meetup-pro.tsv": "2 enrolled, 3 enrolled, 5 out, 4 waits",
    "zoom-participants-with-header.csv": "5 enrolled, 6 enrolled, 7 duplicate, 8 no_address, 9 enrolled",
    "zoom-participants.csv": "2 enrolled, 3 enrolled",
    "zoom-registrations.csv": "8 enrolled, 9 out, 10 out",
    "teams-attendance-utf16.csv": "11 enrolled, 12 enrolled, 13 no_address",
    "teams-webinar-utf16.csv": "13 enrolled, 14 enrolled, 15 no_address",
    "idn.csv": "2 enrolled, 3 enrolled, 4 enrolled, 5 enrolled, 6 bad_address, 7 enrolled, 8 enrolled, 9 enrolled, "
    "10 enrolled, 11 enrolled, 12 enrolled, 13 enrolled, 14 enrolled, 15 enrolled, 16 enrolled, 17 bad_address, "
    "18 enrolled, 19 bad_address, 20 bad_address, 21 enrolled, 22 bad_address, 23 bad_address, 24 enrolled, "
    "25 enrolled, 26 enrolled",
    "names.csv": ", ".join(f"{number} enrolled" for number in range(2, 24)),
}


@pytest.mark.parametrize("name", EXPORTED)
def test_an_export_of_another_product_becomes_the_places_it_means(world, session, name) -> None:
    event_id = world.event(capacity=100)
    listed = read_guest_list(decode_text((DATA / "exports" / name).read_bytes()).text)

    lines = run(event_id, listed.guests)

    assert ", ".join(f"{line.number} {line.result}" for line in lines) == EXPORTED[name]
    assert standing(session, event_id).statuses == {"confirmed": EXPORTED[name].count("enrolled")}
    before = digest(session)
    assert results(run(event_id, listed.guests)) == [r.replace("enrolled", "already") for r in results(lines)]
    assert digest(session) == before
    assert list(broken_invariants(NOON)) == []


@pytest.mark.parametrize(
    ("line", "result"),
    [
        (guest(2, name=""), Result.NO_NAME),
        (guest(2, name="\u200b\u200b"), Result.NO_NAME),
        (guest(2, address=""), Result.NO_ADDRESS),
        (guest(2, address="bad@@post..example"), Result.BAD_ADDRESS),
        (guest(2, address="system_batch@turnout.invalid"), Result.BAD_ADDRESS),
        (guest(2, address="x" * 300 + "@post.example"), Result.BAD_ADDRESS),
        (guest(2, name="A" * 121), Result.BAD_NAME),
        (guest(2, name="Bell\x07"), Result.BAD_NAME),
        (guest(2, answer=Answer.OUT), Result.OUT),
    ],
)
def test_a_line_that_cannot_be_used_is_told_and_leaves_no_trace(world, session, line, result) -> None:
    event_id = world.event()
    before = digest(session)

    assert [told_line.result for told_line in run(event_id, [line])] == [result]
    assert digest(session) == before


@pytest.mark.parametrize("name", ['=HYPERLINK("http://evil.example")', "+49 170", "<script>", "\u202eevihcra", "雅子"])
def test_a_strange_name_is_kept_as_it_is(world, session, name) -> None:
    run(world.event(), [guest(2, name=name)])

    assert session.scalar(select(User.name).where(User.email == "guest2@post.example")) == name


def test_the_number_of_statements_does_not_grow_with_the_lines(app, world) -> None:
    event_id = world.event()
    with counted_statements(app) as few:
        run(event_id, [guest(n) for n in range(2, 4)])
    with counted_statements(app) as many:
        run(event_id, [guest(n) for n in range(10, 10 + CHUNK)])

    assert len(many) == len(few)


@pytest.mark.parametrize("name", ["eventbrite", "pretix", "messy"])
def test_a_real_export_goes_in_whole_and_a_second_time_without_effect(world, session, name) -> None:
    event_id = world.event(capacity=100)
    listed = read_guest_list((DATA / f"guests-{name}.csv").read_bytes().decode("utf-8"))

    first = run(event_id, listed.guests)
    before = digest(session)
    second = run(event_id, listed.guests)

    in_now = {"enrolled", "waitlisted"}
    assert [r if r not in in_now else "already" for r in results(first)] == results(second)
    assert digest(session) == before
    assert sum(result in in_now for result in results(first)) == sum(standing(session, event_id).statuses.values())
    assert broken(session, event_id) == []
    assert list(broken_invariants(NOON)) == []
