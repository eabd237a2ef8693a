"""Changing dates of a series together: which go along, what each becomes, and what stays as it was."""

from dataclasses import replace
from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest

from tests.domain.events.test_copying import local, stored
from webapp.domain.events.copying import draft_of
from webapp.domain.events.series_change import (
    as_fields,
    as_kept,
    changes_along,
    end_on_clock,
    in_scope,
    moved_draft,
)
from webapp.domain.recurrence import Scope
from webapp.domain.refusal import Refused

WEEKS = ("2026-10-15", "2026-10-22", "2026-10-29", "2026-11-05")


def a_date(number: int, day: str, *, at="19:00", until="22:00", status="published", **more):
    one = stored(local(f"{day}T{at}"), local(f"{day}T{until}") if until else None)
    values = {**vars(one), "id": number, "status": status, "title": "Clay", "place": "Studio 2", "capacity": 42, **more}
    return SimpleNamespace(**values)


@pytest.fixture
def dates():
    """Four Thursdays, the clocks go back between the second and the third."""
    return [a_date(number, day) for number, day in enumerate(WEEKS, start=1)]


def moved(one, **changes):
    wall = {"local_on": date.fromisoformat(WEEKS[one.id - 1]), "at": time(19), "until": time(22)}
    return moved_draft(one, **{"title": one.title, "place": one.place, "capacity": one.capacity, **wall, **changes})


def spans(changes):
    return {one.stored.id: (one.draft.starts_at, one.draft.ends_at) for one in changes}


@pytest.mark.parametrize(
    ("scope", "chosen", "found"),
    [
        (Scope.THIS, 2, [2]),
        (Scope.FROM_HERE, 2, [2, 3, 4]),
        # The first has begun, and goes along only where it is the one that was chosen.
        (Scope.ALL, 3, [2, 3, 4]),
        (Scope.ALL, 1, [1, 2, 3, 4]),
        (Scope.FROM_HERE, 1, [1, 2, 3, 4]),
    ],
)
def test_the_scope_names_what_is_to_come(dates, scope, chosen, found):
    now = local("2026-10-15T20:00")
    assert [one.id for one in in_scope(dates, chosen, scope, now)] == found


@pytest.mark.parametrize("status", ["cancelled", "completed"])
def test_what_is_over_or_called_off_stays_and_cannot_be_chosen(dates, status):
    dates[2].status = status
    now = local("2026-10-01T12:00")
    assert [one.id for one in in_scope(dates, 1, Scope.ALL, now)] == [1, 2, 4]
    for chosen in (3, 9):
        with pytest.raises(Refused, match="not_found"):
            in_scope(dates, chosen, Scope.ALL, now)


def test_all_follow_to_the_same_time_on_the_clocks(dates):
    found = changes_along(dates[1:], 2, moved(dates[1], at=time(18, 30), until=time(21, 30)))
    assert spans(found) == {
        number: (local(f"{day}T18:30"), local(f"{day}T21:30")) for number, day in enumerate(WEEKS[1:], start=2)
    }
    assert all(not one.keeps for one in found)


def test_what_was_changed_by_hand_stays_and_says_so(dates):
    dates[2] = a_date(3, WEEKS[2], at="18:00", until="21:00", capacity=30)
    found = changes_along(dates, 1, moved(dates[0], at=time(18, 30), until=time(21, 30), capacity=50))
    by_id = {one.stored.id: one for one in found}
    assert (by_id[3].changed, by_id[3].keeps) == ((), ("capacity", "starts_at"))
    assert [by_id[number].draft.capacity for number in (1, 2, 4)] == [50, 50, 50]
    # In what it has in common with the others it follows.
    found = changes_along(dates, 1, moved(dates[0], place="Studio 5"))
    assert {one.stored.id: one.changed for one in found} == dict.fromkeys((1, 2, 3, 4), ("place",))


def test_who_says_already_what_the_others_come_to_is_left_out(dates):
    dates[1] = a_date(2, WEEKS[1], capacity=50)
    found = changes_along(dates[:3], 1, moved(dates[0], capacity=50))
    assert [(one.stored.id, one.changed) for one in found] == [(1, ("capacity",)), (3, ("capacity",))]


def test_an_end_of_its_own_stays_while_the_start_moves(dates):
    dates[1] = a_date(2, WEEKS[1], until="23:00")
    found = changes_along(dates[:2], 1, moved(dates[0], until=time(21)))
    assert [(one.stored.id, one.changed, one.keeps) for one in found] == [(1, ("ends_at",), ()), (2, (), ("ends_at",))]
    later = changes_along(dates[:2], 1, moved(dates[0], at=time(20), until=time(23)))
    assert spans(later)[2] == (local(f"{WEEKS[1]}T20:00"), local("2026-10-23T00:00"))


def test_windows_move_along_with_each_start(dates):
    for one in dates:
        one.opens_at = one.starts_at - timedelta(days=7)
    found = changes_along(dates, 1, moved(dates[0], at=time(18), until=time(21)))
    assert {one.stored.id: one.draft.opens_at for one in found}[4] == local("2026-10-29T18:00")


def test_only_one_date_is_moved_to_another_day(dates):
    friday = moved(dates[1], local_on=date(2026, 10, 23))
    (one,) = changes_along(dates[1:2], 2, friday)
    assert spans([one]) == {2: (local("2026-10-23T19:00"), local("2026-10-23T22:00"))}
    with pytest.raises(Refused, match="series_day_alone"):
        changes_along(dates, 2, friday)


def test_what_changes_nothing_is_refused(dates):
    with pytest.raises(Refused, match="nothing_changed_here"):
        changes_along(dates, 1, moved(dates[0]))
    # Left alone to the minute, and so to the second.
    odd = a_date(1, WEEKS[0])
    odd.starts_at += timedelta(seconds=30)
    assert moved(odd).starts_at == odd.starts_at


@pytest.mark.parametrize(
    ("at", "until", "new", "starts_at", "ends_at"),
    [
        # An end before the start is the next day's.
        ("19:00", "22:00", (time(23), time(1)), "2026-10-15T23:00", "2026-10-16T01:00"),
        ("19:00", "22:00", (time(23), time(23)), "2026-10-15T23:00", "2026-10-16T23:00"),
        # Without an end: it has none afterwards either, until one is said.
        ("19:00", None, (time(18), time(20)), "2026-10-15T18:00", None),
        ("19:00", None, (time(18), time(21)), "2026-10-15T18:00", "2026-10-15T21:00"),
        # Left blank: it moves along.
        ("19:00", "22:00", (time(18), None), "2026-10-15T18:00", "2026-10-15T21:00"),
    ],
)
def test_an_end_is_a_time_on_the_clock(at, until, new, starts_at, ends_at):
    one = a_date(1, WEEKS[0], at=at, until=until)
    draft = moved(one, at=new[0], until=new[1])
    assert (draft.starts_at, draft.ends_at) == (local(starts_at), local(ends_at) if ends_at else None)


def test_what_lasts_a_day_or_longer_has_no_end_on_the_clock():
    assert end_on_clock(a_date(1, WEEKS[0])) == time(22)
    assert end_on_clock(a_date(1, WEEKS[0], until=None)) == time(21)
    camp = a_date(1, WEEKS[0])
    camp.ends_at = camp.starts_at + timedelta(days=2)
    assert end_on_clock(camp) is None
    draft = moved(camp, at=time(9), until=None)
    assert draft.ends_at == local("2026-10-17T09:00")


def test_the_trail_keeps_what_can_be_put_back(dates):
    one = dates[0]
    one.opens_at = one.starts_at - timedelta(days=7)
    again = replace(draft_of(one), title="Other", capacity=None, opens_at=None, starts_at=local("2026-10-15T10:00"))
    assert replace(again, **as_fields(as_kept(one))) == draft_of(one)
