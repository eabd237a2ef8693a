"""What a record is, in SQL as in the rule: shown or not, chosen or usual, in the history or not."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import insert, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.world import NOON, World
from webapp.domain.asking.attendance_response import Answer
from webapp.domain.people.history import HistoryFilter
from webapp.domain.people.privacy import Audience, Sharing, is_worth_a_choice, may_see, shown_to_strangers
from webapp.domain.places.enrollment import PLACE_HELD
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.pass_code import new_pass_code
from webapp.extensions import db
from webapp.models import (
    AttendanceResponse,
    Enrollment,
    Event,
    MeetingSession,
    RecordPrivacy,
    ScheduledAttendancePrompt,
    User,
)
from webapp.queries.people import record
from webapp.queries.people.history import history_page, record_of_slug, shareable_records
from webapp.queries.people.profile import known_here, profile_of_person, records_elsewhere
from webapp.queries.row_types import value_of
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
SQLITE = pytest.mark.only_db("sqlite")
LATER = NOON + timedelta(days=100)


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def mira(world) -> int:
    return world.person("Mira Sand")


def remember(
    world: World,
    user_id: int,
    *,
    status: S | None = None,
    answer: Answer | None = None,
    started_ago: float = 10,
    sharing: Sharing | None = None,
    **event,
) -> int:
    """An event of the past with that record and that answer of the person; its id."""
    event_id = world.event(starts_at=LATER - timedelta(days=started_ago), **event)
    with write_transaction() as session:
        if status is not None:
            session.execute(
                insert(Enrollment).values(
                    event_id=event_id,
                    user_id=user_id,
                    status=status,
                    pass_code=new_pass_code(),
                    enrolled_at=NOON,
                    changed_at=NOON,
                    waitlist_position=1 if status is S.WAITLISTED else None,
                )
            )
        if answer is not None:
            answered_at = None if answer is Answer.UNKNOWN else NOON
            session.execute(
                insert(AttendanceResponse).values(
                    event_id=event_id,
                    user_id=user_id,
                    answer=answer,
                    answered_at=answered_at,
                    changed_at=NOON,
                    created_at=NOON,
                )
            )
        if sharing is not None:
            session.execute(
                insert(RecordPrivacy).values(
                    event_id=event_id,
                    user_id=user_id,
                    on_profile=sharing.on_profile,
                    to_organizations=sharing.to_organizations,
                    changed_at=NOON,
                )
            )
    return event_id


def records_of(user_id: int, *conditions) -> list[record.Record]:
    rows = db.session.execute(record.shown(record.past().where(*conditions)), {"reader": user_id, "now": LATER})
    return [value_of(record.Record, row) for row in rows]


def found(condition, user_id: int) -> set[int]:
    return {one.event_id for one in records_of(user_id, condition)}


def test_what_strangers_see_is_the_same_in_sql_and_in_the_rule(world, mira):
    cases = {
        remember(world, mira, status=status, answer=answer): (status, answer)
        for status, answer in product([None, *S], [None, *Answer])
    }

    assert found(record.is_shown(), mira) == {one for one, case in cases.items() if shown_to_strangers(*case)}
    in_history = {row.event_id for row in records_of(mira)}
    worth = {one for one, case in cases.items() if is_worth_a_choice(*case)}
    assert found(record.is_worth_a_choice(), mira) == worth & in_history


@pytest.mark.parametrize("usual", [Sharing(a, b) for a, b in product((False, True), repeat=2)])
def test_the_choice_for_one_event_or_else_the_usual_one_decides(world, mira, usual):
    with write_transaction() as session:
        values = {"records_on_profile": usual.on_profile, "records_to_organizations": usual.to_organizations}
        session.execute(update(User).where(User.id == mira).values(**values))
    chosen = [None, *(Sharing(a, b) for a, b in product((False, True), repeat=2))]
    cases = {remember(world, mira, status=S.ATTENDED, sharing=one): one or usual for one in chosen}

    for audience, condition in (
        (Audience.PUBLIC, record.is_on_profile()),
        (Audience.ORGANIZATIONS, record.is_shown_to_organizations()),
    ):
        assert found(condition, mira) == {one for one, sharing in cases.items() if may_see(audience, sharing)}
    rows = records_of(mira)
    assert {row.event_id: row.sharing for row in rows} == cases


@SQLITE
@pytest.mark.parametrize("status", [None, *S])
def test_in_the_history_is_who_held_a_place_or_spoke_or_was_asked(world, mira, status):
    silent = remember(world, mira, status=status)
    spoke = remember(world, mira, status=status, answer=Answer.NOT_ATTENDED)
    asked, unasked = remember(world, mira, status=status), remember(world, mira, status=status)
    with write_transaction() as session:
        for event_id, sent_at in ((asked, NOON), (unasked, None)):
            session.execute(
                insert(ScheduledAttendancePrompt).values(
                    event_id=event_id, user_id=mira, number=1, due_at=NOON, created_at=NOON, sent_at=sent_at
                )
            )

    held = {silent, unasked} if status in PLACE_HELD else set()
    shown = {row.event_id for row in records_of(mira)}
    assert shown == held | {spoke, asked}


@SQLITE
def test_deleted_called_off_and_unpublished_events_and_those_that_go_on_are_not_in_it(world, mira):
    kept = remember(world, mira, status=S.ATTENDED)
    gone = [remember(world, mira, status=S.CONFIRMED, answer=Answer.ATTENDED) for _ in range(3)]
    running = remember(world, mira, status=S.CHECKED_IN, answer=Answer.ATTENDED, started_ago=0)
    everything = {row.event_id for row in records_of(mira)}
    with write_transaction() as session:
        for event_id, values in zip(
            gone,
            ({"status": "draft"}, {"status": "cancelled"}, {"status": "completed", "deleted_at": NOON}),
            strict=True,
        ):
            session.execute(update(Event).where(Event.id == event_id).values(**values))

    left = {row.event_id for row in records_of(mira)}
    assert (running in everything, everything - left, kept in left) == (False, set(gone), True)


@SQLITE
def test_the_newest_event_comes_first_whenever_it_was_written(world, mira):
    ages = {age: remember(world, mira, status=S.ATTENDED, started_ago=age) for age in (5, 40, 1, 20)}

    page = history_page(mira, show=HistoryFilter.ALL, page=1, now=LATER)

    assert [row.event_id for row in page.rows] == [ages[age] for age in (1, 5, 20, 40)]


@SQLITE
def test_each_filter_picks_the_answer_and_without_one_the_record(world, mira):
    cases = {
        (status, answer): remember(world, mira, status=status, answer=answer)
        for status, answer in product([S.ATTENDED, S.NO_SHOW, S.CONFIRMED], [None, *Answer])
    }
    expected = {
        HistoryFilter.ALL: set(cases),
        HistoryFilter.ATTENDED: {case for case in cases if case[1] is Answer.ATTENDED}
        | {(S.ATTENDED, None), (S.ATTENDED, Answer.UNKNOWN)},
        HistoryFilter.PARTIAL: {case for case in cases if case[1] is Answer.PARTIAL},
        HistoryFilter.NOT_ATTENDED: {case for case in cases if case[1] is Answer.NOT_ATTENDED}
        | {(S.NO_SHOW, None), (S.NO_SHOW, Answer.UNKNOWN)},
        HistoryFilter.UNANSWERED: {case for case in cases if case[1] in {None, Answer.UNKNOWN}},
    }

    for show, wanted in expected.items():
        page = history_page(mira, show=show, page=1, now=LATER)
        assert {row.event_id for row in page.rows} == {cases[case] for case in wanted}, show
        assert page.counts == {each: len(cases_of) for each, cases_of in expected.items()}


@SQLITE
def test_the_summary_counts_decided_places_by_organization(world, mira):
    for status in (S.ATTENDED, S.ATTENDED, S.NO_SHOW, S.CONFIRMED, None):
        remember(world, mira, status=status, answer=Answer.ATTENDED)
    first = world.organization_id
    world.organization("Ateliê Sul")
    remember(world, mira, status=S.NO_SHOW)
    remember(world, world.person("Ben"), status=S.ATTENDED)

    rows = history_page(mira, show=HistoryFilter.ALL, page=1, now=LATER).organizations

    assert [(row.organization_name, row.attended, row.decided) for row in rows] == [
        ("Ateliê Sul", 0, 1),
        ("Northside Makers", 2, 3),
    ]
    here = known_here(mira, first, LATER)
    assert (here.attended, here.decided) == (2, 3)


@SQLITE
def test_an_online_session_makes_an_event_virtual_until_it_is_called_off(world, mira):
    event_id = remember(world, mira, status=S.ATTENDED, slug="talk")
    seen = [record_of_slug(mira, "talk", LATER).is_virtual]
    for cancelled_at in (None, NOON):
        with write_transaction() as session:
            session.execute(MeetingSession.__table__.delete())
            session.execute(
                insert(MeetingSession).values(
                    event_id=event_id,
                    kind="event",
                    title="Talk",
                    room_name="session-1",
                    starts_at=NOON,
                    ends_at=NOON + timedelta(hours=1),
                    created_at=NOON,
                    cancelled_at=cancelled_at,
                )
            )
        seen.append(record_of_slug(mira, "talk", LATER).is_virtual)

    assert seen == [False, True, False]


@SQLITE
def test_other_organizations_see_what_is_allowed_and_the_host_is_not_one_of_them(world, mira):
    allowed = Sharing(on_profile=False, to_organizations=True)
    here = world.organization_id
    remember(world, mira, status=S.ATTENDED, sharing=allowed)
    world.organization("Ateliê Sul")
    seen = remember(world, mira, status=S.ATTENDED, sharing=allowed)
    remember(world, mira, status=S.NO_SHOW, sharing=allowed)
    remember(world, mira, status=S.ATTENDED, answer=Answer.NOT_ATTENDED, sharing=allowed)
    remember(world, mira, status=S.ATTENDED)

    assert [row.event_id for row in records_elsewhere(mira, here, LATER)] == [seen]


@SQLITE
def test_the_counts_of_a_profile_are_of_what_it_shows(world, mira):
    shown = remember(world, mira, status=S.ATTENDED)
    remember(world, mira, status=S.ATTENDED, sharing=Sharing(on_profile=False, to_organizations=True))
    remember(world, mira, status=S.NO_SHOW)
    world.organization("Only hidden here")
    remember(world, mira, status=S.ATTENDED, sharing=Sharing(on_profile=False, to_organizations=False))

    profile = profile_of_person(mira, page=1, now=LATER)

    assert [row.event_id for row in profile.records.rows] == [shown]
    assert [(row.organization_name, row.events) for row in profile.organizations] == [("Northside Makers", 1)]
    assert profile.records.total == 1


@pytest.mark.parametrize("read", ["history", "privacy", "profile", "elsewhere"])
def test_ten_records_and_a_thousand_cost_the_same_statements(app, world, mira, read):
    template = remember(world, mira, status=S.ATTENDED)
    costs = []
    for number in (9, 990):
        _copy(template, mira, number)
        db.session.rollback()
        with counted_statements(app) as seen:
            _READS[read](mira, world.organization_id)
        costs.append(len(seen))

    assert costs == [_COSTS[read]] * 2


_READS = {
    "history": lambda user_id, _: history_page(user_id, show=HistoryFilter.ALL, page=1, now=LATER),
    "privacy": lambda user_id, _: shareable_records(user_id, page=1, now=LATER),
    "profile": lambda user_id, _: profile_of_person(user_id, page=1, now=LATER),
    "elsewhere": lambda user_id, organization_id: records_elsewhere(user_id, organization_id + 1, LATER),
}
_COSTS = {"history": 2, "privacy": 1, "profile": 3, "elsewhere": 1}


def _copy(event_id: int, user_id: int, number: int) -> None:
    """So many more events like that one, each attended by the person."""
    with write_transaction() as session:
        row = session.execute(select(Event.__table__).where(Event.id == event_id)).mappings().one()
        first = (session.scalar(select(db.func.max(Event.id))) or 0) + 1000
        events = [{**row, "id": first + n, "slug": f"copy-{first + n}"} for n in range(number)]
        session.execute(insert(Event.__table__), events)
        session.execute(
            insert(Enrollment.__table__),
            [
                {
                    "event_id": one["id"],
                    "user_id": user_id,
                    "status": S.ATTENDED,
                    "pass_code": new_pass_code(),
                    "enrolled_at": NOON,
                    "changed_at": NOON,
                    "version": 1,
                    "source": "web",
                }
                for one in events
            ],
        )
