"""The rule of the door, as a table; and what can be read from the field."""

from datetime import UTC, date, datetime, timedelta

import pytest

from webapp.domain.desk.check_in import (
    Door,
    GuestAtDoor,
    Verdict,
    decide_check_in,
    desk_actor,
    is_double_read,
    next_event_day,
    read_device_time,
    read_typed,
    require_open_door,
    undo_needs_reason,
)
from webapp.domain.permission import Actor, Grant, Role
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.pass_code import ALPHABET, check_character, new_pass_code
from webapp.domain.refusal import Refused
from webapp.domain.request_id import require_request_id

DAYS = (date(2026, 6, 19), date(2026, 6, 20), date(2026, 6, 21))
AT = datetime(2026, 6, 20, 9, 42, tzinfo=UTC)


def door(**changes) -> Door:
    values = {"event_id": 1, "organization_id": 1, "event_status": "published", "days": DAYS, "today": DAYS[1]}
    return Door(**{**values, **changes})


def guest(status: S = S.CONFIRMED, **changes) -> GuestAtDoor:
    return GuestAtDoor(**{"event_id": 1, "organization_id": 1, "status": status, "is_in": False, **changes})


@pytest.mark.parametrize(
    ("at_door", "at", "verdict"),
    [
        (None, door(), Verdict.UNKNOWN),
        (guest(), door(), Verdict.IN),
        (guest(S.CHECKED_IN), door(), Verdict.IN),
        (guest(S.CHECKED_IN, is_in=True), door(), Verdict.ALREADY_IN),
        (guest(event_id=2), door(), Verdict.OTHER_EVENT),
        (guest(event_id=2, organization_id=2), door(), Verdict.UNKNOWN),
        (guest(S.WAITLISTED), door(), Verdict.WAITLISTED),
        (guest(S.CANCELLED), door(), Verdict.CANCELLED),
        (guest(S.PENDING), door(), Verdict.PENDING),
        (guest(S.REJECTED), door(), Verdict.REJECTED),
        (guest(S.ATTENDED), door(), Verdict.CLOSED),
        (guest(S.NO_SHOW), door(), Verdict.CLOSED),
        (guest(), door(event_status="completed"), Verdict.CLOSED),
        (guest(), door(event_status="draft"), Verdict.NOT_OPEN),
        (guest(), door(event_status="cancelled"), Verdict.NOT_OPEN),
        (guest(), door(today=date(2026, 6, 18)), Verdict.NOT_TODAY),
        (guest(), door(today=date(2026, 6, 22)), Verdict.NOT_TODAY),
    ],
)
def test_a_guest_at_the_door_gets_one_verdict(at_door, at, verdict) -> None:
    assert decide_check_in(at_door, at) is verdict


def test_a_cancelled_place_never_looks_like_a_repeat() -> None:
    assert decide_check_in(guest(S.CANCELLED, is_in=True), door()) is Verdict.CANCELLED


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (door(event_status="completed"), "event_closed"),
        (door(event_status="cancelled"), "not_published"),
        (door(today=date(2026, 6, 22)), "not_today"),
    ],
)
def test_a_door_that_is_not_open_says_why(at, code) -> None:
    with pytest.raises(Refused) as refused:
        require_open_door(at)
    assert refused.value.code == code


def test_the_next_day_is_the_first_one_after_today() -> None:
    assert [next_event_day(DAYS, day) for day in (date(2026, 6, 1), DAYS[0], DAYS[2])] == [DAYS[0], DAYS[1], None]


@pytest.mark.parametrize(
    ("seconds", "same_desk", "double"), [(0, True, True), (3, True, True), (3.1, True, False), (0, False, False)]
)
def test_a_double_read_is_within_three_seconds_at_the_same_desk(seconds, same_desk, double) -> None:
    assert is_double_read(AT, AT + timedelta(seconds=seconds), same_desk=same_desk) is double


@pytest.mark.parametrize(("seconds", "needed"), [(0, False), (10, False), (10.1, True)])
def test_taking_back_needs_a_reason_after_ten_seconds(seconds, needed) -> None:
    assert undo_needs_reason(AT, AT + timedelta(seconds=seconds)) is needed


def test_the_first_of_the_crew_who_may_run_the_desk_acts() -> None:
    staff = Actor(user_id=1, name="Olga", grants={1: [Grant(Role.ORGANIZER)]})
    helper = Actor(user_id=None, name="Mia", helper_id=7, helper_event_id=5)
    assert [desk_actor([staff, helper], 5, org, 9) for org in (1, 2)] == [staff, helper]
    with pytest.raises(Refused, match="not_found"):
        desk_actor([helper], 6, 1, 9)


def test_a_code_is_read_however_it_was_typed() -> None:
    code = new_pass_code()
    texts = [code, code.lower(), f"{code[:4]} {code[4:]}", f"{code[:4]}-{code[4:]}", f"https://door.example/c/{code}"]
    assert [read_typed(text).code for text in texts] == [code] * 5
    assert [read_typed(text).is_address for text in texts] == [False] * 4 + [True]


def test_one_wrong_character_is_a_misread_and_not_a_name() -> None:
    # No letter that keyboards have in different places: that would be a second reading.
    code = "2K5X7TF" + check_character("2K5X7TF")
    wrong = code[:-1] + next(c for c in ALPHABET if c != code[-1])
    assert (read_typed(wrong).code, read_typed(wrong).is_misread) == (None, True)


@pytest.mark.parametrize("name", ["Schaefer", "Berghahn", "Amara Okafor"])
def test_a_name_is_not_a_misread_code(name) -> None:
    assert read_typed(name).is_misread is False


def test_words_are_folded_and_four_characters_may_end_a_code() -> None:
    read = read_typed("Wiśniewski łuk")
    assert (read.words, read.code_end) == (("wisniewski", "luk"), None)
    assert read_typed("2kxw").code_end == "2KXW"
    assert read_typed("mira").code_end is None  # no code holds an I


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-06-20T09:42:00.123Z", AT.replace(microsecond=123000)),
        ("2026-06-20T11:42:00+02:00", AT),
        ("2026-06-20T09:42:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        ("9" * 400, None),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("٢٠٢٦-06-20T09:42:00Z", None),
    ],
)
def test_a_device_time_is_kept_only_where_it_can_be_read(text, at) -> None:
    assert read_device_time(text) == at


@pytest.mark.parametrize(
    "text", [None, "", "short12", "a" * 65, "with space 1", "umläut-123", "id\n12345678", "<b>12345678"]
)
def test_a_tap_without_a_usable_id_is_refused(text) -> None:
    with pytest.raises(Refused, match="request_id_invalid"):
        require_request_id(text)


@pytest.mark.parametrize("text", ["12345678", "a" * 64, "0f3c2a1e-7b54-4f0e-9d36-0c1b2a394857"])
def test_an_id_is_kept_as_it_is(text) -> None:
    assert require_request_id(text) == text
