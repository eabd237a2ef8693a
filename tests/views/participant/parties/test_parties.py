"""Enrolling with others on the event's page: how many, who, what happens where not all fit, who leaves again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.asked import ask
from tests.support.worlds.enrolling import join, join_together
from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON
from webapp.domain.questions.question import QuestionDraft, QuestionKind
from webapp.models import Enrollment, Message, User
from webapp.services.notices.outbox import relay_batch

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def clay(world):
    """Six seats, up to four people at once."""

    def make(**policy):
        policy = {"capacity": 6, "party_size": 4, **policy}
        return world.event("Clay", slug="clay", starts_at=NOON + timedelta(days=9), **policy)

    return make


def heads_of(session, user_id: int) -> list[int]:
    session.rollback()
    own = select(Enrollment.party_id).where(Enrollment.user_id == user_id)
    found = list(session.scalars(select(Enrollment.id).where(Enrollment.party_id.in_(own)).order_by(Enrollment.id)))
    session.rollback()
    return found


def together(world, user_id: int, size: int, **changes) -> None:
    with world.app.app_context():
        join_together(world, "clay", user_id, size, **changes)


def test_who_may_come_with_others_chooses_how_many_and_names_whom_they_know(world, reader_of, session, clay) -> None:
    event_id, ana = clay(), world.person("Ana Silva")
    reader = reader_of(ana)
    page = reader.get("/events/clay")
    assert "How many people, you included?" in page.text
    assert "No one behind you passes you" in page.text
    assert reader.post("/events/clay/enroll", heads="3", guest="Jonas Weber", seen="open").status == 303
    page = reader.get("/events/clay")
    assert "You and 2 others are enrolled" in page.text
    assert "Jonas Weber" in page.text
    assert "Person 3" in page.text
    assert "No name yet" in page.text
    assert standing(session, event_id).taken == 3


def test_alone_is_as_before_and_a_number_is_typed_where_many_may_come(world, reader_of, reader, clay) -> None:
    clay(capacity=None, party_size=12)
    page = reader_of(world.person()).get("/events/clay")
    assert "Up to 12." in page.text
    assert "Person 2" not in page.text
    # A guest without an account enrolls alone.
    assert "How many people" not in reader.get("/events/clay").text


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"heads": "0"}, 422, "Enter how many people are coming"),
        ({"heads": "51"}, 422, "Enter how many people are coming"),
        ({"heads": "x"}, 422, "Enter how many people are coming"),
        ({"heads": "5"}, 422, "You can enroll up to 4 people at once here."),
        ({"heads": "2", "guest": "x" * 121}, 422, "characters"),
        ({"heads": "4"}, 409, "3 places left, and you are 4"),
    ],
)
def test_what_is_not_possible_is_said_and_changes_nothing(world, reader_of, session, clay, sent, status, words) -> None:
    event_id = clay(capacity=4)
    with world.app.app_context():
        join(world, event_id, world.person())
    reader, before = reader_of(world.person("Ana")), digest(session)
    for _ in range(2):
        page = reader.post("/events/clay/enroll", **sent)
        assert (page.status, words in page.text) == (status, True)
    assert digest(session) == before


def test_where_some_fit_the_person_decides_without_typing_again(world, reader_of, session, clay) -> None:
    event_id = clay(capacity=4)
    together(world, world.person("Bea"), 2)
    reader = reader_of(world.person("Ana"))
    page = reader.post("/events/clay/enroll", heads="3", guest="Jonas Weber")
    assert "2 places left, and you are 3" in page.text
    assert "2 come, 1 waits" in page.text
    fields = page.fields("/events/clay/enroll")
    assert (fields["heads"], fields["guest"]) == ("3", "Jonas Weber")
    assert reader.post("/events/clay/enroll", heads="3", guest="Jonas Weber", split="split").status == 303
    found = standing(session, event_id)
    assert (found.taken, found.waiting) == (4, 1)
    assert "on the waitlist (position 1)" in reader.get("/events/clay").text


def test_who_waits_together_reads_where_they_stand_and_what_others_may_do(world, reader_of, clay) -> None:
    event_id = clay(capacity=3)
    ana, cy = world.person("Ana"), world.person("Cy")
    together(world, world.person("Bea"), 3)
    together(world, ana, 3)
    with world.app.app_context():
        join(world, event_id, cy)
    page = reader_of(ana).get("/events/clay")
    assert "Your party of 3 is on the waitlist (position 1)" in page.text
    assert "No one behind you passes you." in page.text
    assert "when 3 are free" in page.text
    page = reader_of(cy).get("/events/clay")
    assert "position 2" in page.text
    assert "1 person or party is ahead of you." in page.text
    assert "everyone waits until there are enough" in page.text


def test_a_name_is_added_later_and_places_are_given_back_one_by_one_or_all(world, reader_of, session, clay) -> None:
    event_id, ana, other = clay(), world.person("Ana"), world.person("Bea")
    together(world, ana, 3)
    _, second, third = heads_of(session, ana)
    reader, stranger = reader_of(ana), reader_of(other)
    address = "/events/clay/party/name"
    assert stranger.post(address, head=second, name="Eve").status == 409
    assert reader.post(address, head=second, name=" ").status == 422
    assert reader.post(address, head=second, name="Jonas Weber").status == 303
    assert reader.post(address, head=second, name="Pete").status == 409
    page = reader.get("/events/clay/leave")
    assert "Cancel whose places?" in page.text
    assert {"Cancel chosen places", "Cancel all 3 places"} <= set(page.buttons("main"))
    assert reader.post("/events/clay/party/leave").status == 422
    assert stranger.post("/events/clay/party/leave", head=third).status == 409
    assert reader.post("/events/clay/party/leave", head=third).status == 303
    assert standing(session, event_id).taken == 2
    assert "You and 1 other are enrolled" in reader.get("/events/clay").text
    assert reader.post("/events/clay/party/leave", all="1").status == 303
    assert "You cancelled your place" in reader.get("/events/clay").text
    assert standing(session, event_id).taken == 0


def test_the_leader_shows_each_pass_under_its_own_name(world, reader_of, session, clay) -> None:
    clay()
    ana = world.person("Ana Silva")
    together(world, ana, 2, names=("Jonas Weber",))
    code = session.scalars(select(Enrollment.pass_code).join(User).where(User.name == "Jonas Weber")).one()
    session.rollback()
    assert "Jonas Weber" in reader_of(ana).get(f"/me/pass/{code}").words_of("main")
    page = reader_of(ana).get("/me/people")
    assert "Jonas Weber" in page.text


def test_one_mail_tells_the_leader_of_all(world, session, clay) -> None:
    clay(capacity=3)
    ana, bea = world.person("Ana Silva"), world.person("Bea")
    together(world, ana, 3, names=("Jonas Weber", ""))
    together(world, bea, 2)
    with world.app.app_context():
        relay_batch(now=NOON)
    session.rollback()
    mails = session.execute(select(Message.kind, Message.user_id, Message.body).order_by(Message.id)).all()
    assert [(kind, user_id) for kind, user_id, _ in mails] == [("confirmed", ana), ("waitlisted", bea)]
    assert "3 people: Ana Silva, Jonas Weber, Ana Silva +2" in mails[0].body
    assert "2 people: Bea, Bea +1" in mails[1].body


def test_an_event_that_asks_something_and_terms_remember_how_many_come(world, reader_of, session, clay) -> None:
    event_id, ana = clay(), world.person("Ana")
    with world.app.app_context():
        ask(event_id, QuestionDraft(QuestionKind.SHORT_TEXT, "Do you bring clay?"))
    reader = reader_of(ana)
    page = reader.post("/events/clay/enroll", heads="3", split="wait")
    assert page.location.endswith("/events/clay/answers?heads=3&split=wait")
    fields = reader.get(page.location).fields("/events/clay/answers")
    assert (fields["heads"], fields["split"]) == ("3", "wait")
    assert reader.post("/events/clay/answers", **fields).status == 303
    assert standing(session, event_id).taken == 3


def test_more_people_are_added_where_there_is_room(world, reader_of, session, clay) -> None:
    event_id, ana = clay(), world.person("Ana")
    with world.app.app_context():
        join(world, event_id, ana)
    reader = reader_of(ana)
    assert "Up to 3." in reader.get("/events/clay").text
    before = digest(session)
    for more, status in (("0", 422), ("x", 422), ("4", 422)):
        assert reader.post("/events/clay/party/add", more=more).status == status
    assert digest(session) == before
    assert reader.post("/events/clay/party/add", more="3").status == 303
    page = reader.get("/events/clay")
    assert "You and 3 others are enrolled" in page.text
    assert "Add people" not in page.text
    assert reader_of(world.person("Bea")).post("/events/clay/party/add", more="1").status == 409
    assert standing(session, event_id).taken == 4
