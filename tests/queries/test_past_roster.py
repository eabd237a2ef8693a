"""Who had which status when: by the sequence of the trail, whatever two clocks said."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from tests.support.databases.statements import counted_statements
from tests.support.worlds.world import World
from webapp.domain.events.past_standing import first_later, parse_past_instant
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, EnrollmentTransition
from webapp.queries.places.past_roster import PastFilter, past_roster, past_rows
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-06-12T{clock}").replace(tzinfo=UTC)


@pytest.fixture
def world(app) -> World:
    return World(app)


def enrolled(world: World, event_id: int, *moves: tuple[str, str]) -> int:
    """Somebody with that trail, in sequence: statuses and what the clock of each said."""
    (user_id,) = world.people(1)
    last, clock = moves[-1]
    with write_transaction() as session:
        row = Enrollment(
            event_id=event_id,
            user_id=user_id,
            status=last,
            version=len(moves),
            pass_code=f"{user_id:08d}",
            enrolled_at=at(moves[0][1]),
            changed_at=at(clock),
        )
        session.add(row)
        session.flush()
        states = [None, *(status for status, _ in moves)]
        session.execute(
            insert(EnrollmentTransition),
            [
                {
                    "enrollment_id": row.id,
                    "event_id": event_id,
                    "version": number,
                    "from_status": states[number - 1],
                    "to_status": status,
                    "triggered_by": "user",
                    "at": at(said),
                }
                for number, (status, said) in enumerate(moves, 1)
            ],
        )
        return row.id


CAME = (("pending", "10:00"), ("confirmed", "11:00"), ("checked_in", "12:00"))
#: The second clock is behind: its move is later in sequence and earlier in time.
TWO_CLOCKS = (("confirmed", "10:00"), ("checked_in", "10:10"), ("confirmed", "10:05"), ("cancelled", "10:30"))


@pytest.mark.parametrize(
    ("moves", "instant", "status"),
    [
        (CAME, "09:59:59", None),
        (CAME, "10:00", "pending"),
        (CAME, "10:59:59", "pending"),
        (CAME, "11:00", "confirmed"),
        (CAME, "23:00", "checked_in"),
        # The first move that is later ends it, also for what its own clock puts before.
        (TWO_CLOCKS, "10:04", "confirmed"),
        (TWO_CLOCKS, "10:07", "confirmed"),
        (TWO_CLOCKS, "10:10", "confirmed"),
        (TWO_CLOCKS, "10:30", "cancelled"),
        ((("waitlisted", "10:10"), ("confirmed", "10:05")), "10:07", None),
        ((("waitlisted", "10:00"), ("confirmed", "10:20"), ("cancelled", "10:05")), "10:15", "waitlisted"),
        # Within the second that was asked for.
        ((("confirmed", "10:00"), ("cancelled", "10:30:07.400")), "10:30:07", "cancelled"),
        ((("confirmed", "10:00"), ("cancelled", "10:30:07.400")), "10:30:06", "confirmed"),
    ],
)
def test_the_last_move_before_the_first_later_one_counts(world, moves, instant, status):
    event_id, other = world.event(), world.event()
    enrolled(world, event_id, *moves)
    enrolled(world, other, ("confirmed", "08:00"))

    found = past_roster(event_id, at(instant), PastFilter())
    assert [person.to_status for person in found.rows] == ([status] if status else [])
    assert found.counts == ({S(status): 1} if status else {})
    assert [row["status"] for row in past_rows(event_id, at(instant), PastFilter())] == ([status] if status else [])


def test_filters_and_pages_see_the_status_of_then_in_two_statements(app, world):
    event_id = world.event()
    for _ in range(53):
        enrolled(world, event_id, *CAME)
    enrolled(world, event_id, ("confirmed", "10:30"), ("cancelled", "11:30"))

    with counted_statements(app) as statements:
        found = past_roster(event_id, at("11:15"), PastFilter(status=S.CONFIRMED, page=2))
    assert len(statements) <= 2
    assert (found.total, len(found.rows), found.matching) == (54, 4, 54)
    nobody = past_roster(event_id, at("11:15"), PastFilter(query="nobody", status=S.PENDING))
    assert (nobody.total, nobody.counts) == (0, {})
    assert past_roster(event_id, at("12:00"), PastFilter()).counts == {S.CHECKED_IN: 53, S.CANCELLED: 1}


NOW = at("22:00")


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-06-12T18:04", at("16:04")),
        ("2026-06-12 18:04", at("16:04")),
        ("2026-06-12T18:04:07", at("16:04:07")),
        ("2026-06-13T00:00", NOW),
    ],
)
def test_an_instant_is_typed_on_the_clocks_of_the_event(typed, instant):
    assert parse_past_instant(typed, "Europe/Berlin", NOW) == (instant, None)
    assert first_later(instant + timedelta(milliseconds=3)) == instant + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "wall_time_invalid"),
        ("yesterday", "wall_time_invalid"),
        ("2026-06-12T18:04:60", "wall_time_invalid"),
        ("2026-06-12T18:04:07.5", "wall_time_invalid"),
        ("2026-06-31T18:04", "wall_time_invalid"),
        ("2026-06-13T00:00:01", "instant_to_come"),
        ("2026-03-29T02:30", "time_skipped"),
        ("0001-01-01T00:00", "date_out_of_range"),
    ],
)
def test_what_is_no_instant_that_has_passed_is_refused(typed, code):
    with pytest.raises(Refused, match=code):
        parse_past_instant(typed, "Europe/Berlin", NOW)
