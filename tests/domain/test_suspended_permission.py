"""What staff of a suspended organization may: everything that is only read."""

import pytest

from webapp.domain.permission import Actor, Grant, Permission, Role
from webapp.domain.refusal import Refused

GRANTS = {1: [Grant(Role.OWNER)], 2: [Grant(Role.ADMIN)]}
MANAGE = Permission.MANAGE_EVENTS


def actor(*, is_changing: bool) -> Actor:
    return Actor(7, "Dana", grants=GRANTS, suspended={1: "Northside"}, is_changing=is_changing)


def test_reading_is_as_before():
    reading = actor(is_changing=False)
    assert reading.can(MANAGE, 1)
    assert reading.organizations_with(MANAGE) == [1, 2]
    assert reading.reach(MANAGE).organizations == {1, 2}


def test_a_change_is_refused_there_and_nowhere_else():
    changing = actor(is_changing=True)
    with pytest.raises(Refused) as refused:
        changing.can(MANAGE, 1)
    assert (refused.value.code, refused.value.facts) == ("organization_suspended", {"name": "Northside"})
    assert changing.can(MANAGE, 2)
    assert changing.organizations_with(MANAGE) == [2]
    assert changing.reach(MANAGE).organizations == {2}


def test_what_was_never_granted_stays_not_granted():
    viewer = Actor(7, "Vic", grants={1: [Grant(Role.VIEWER)]}, suspended={1: "Northside"}, is_changing=True)
    assert not viewer.can(MANAGE, 1)


@pytest.mark.parametrize(("is_changing", "is_refused"), [(False, False), (True, True)])
def test_a_helper_of_its_desk_reads_only_too(is_changing, is_refused):
    helper = Actor(None, "Mia", helper_event_id=5, suspended={1: "Northside"}, is_changing=is_changing)
    if not is_refused:
        assert helper.can_run_desk(5, 1, None)
        return
    with pytest.raises(Refused, match="organization_suspended"):
        helper.can_run_desk(5, 1, None)
