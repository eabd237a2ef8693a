"""Who may change what in a team."""

import pytest

from webapp.domain.people.team import as_granted, require_changeable, require_removable
from webapp.domain.permission import Actor, Grant, Role
from webapp.domain.refusal import Refused

OWNER, ADMIN, DESK, VIEWER = (Grant(one) for one in (Role.OWNER, Role.ADMIN, Role.DESK, Role.VIEWER))
HERE = 7


def actor(*grants: Grant) -> Actor:
    return Actor(user_id=1, name="Dana", grants={HERE: grants})


def said(rule) -> str:
    try:
        rule()
    except Refused as refused:
        return refused.code
    return "allowed"


@pytest.mark.parametrize(
    ("by", "before", "after", "expected"),
    [
        (ADMIN, {DESK}, {VIEWER, DESK}, "allowed"),
        (ADMIN, {DESK}, {ADMIN}, "allowed"),
        (ADMIN, {DESK}, {OWNER}, "role_above_own"),
        (ADMIN, {OWNER}, {DESK}, "role_above_own"),
        (ADMIN, {OWNER}, {OWNER, DESK}, "allowed"),
        (ADMIN, {DESK}, set(), "role_missing"),
        (OWNER, {DESK}, {OWNER}, "allowed"),
        (OWNER, {OWNER}, {DESK}, "allowed"),
        (OWNER, {DESK}, {Grant(Role.OWNER, 4)}, "owner_everywhere"),
        (Grant(Role.ADMIN, 4), {DESK}, {VIEWER}, "not_found"),
        (Grant(Role.ORGANIZER), {DESK}, {VIEWER}, "not_found"),
        (VIEWER, {DESK}, {VIEWER}, "not_found"),
    ],
)
def test_nobody_gives_a_role_above_their_own(by, before, after, expected):
    assert said(lambda: require_changeable(actor(by), HERE, before, after)) == expected
    assert said(lambda: require_changeable(Actor(1, "Eve", grants={8: [OWNER]}), HERE, before, after)) == "not_found"


@pytest.mark.parametrize(
    ("by", "user_id", "held", "expected"),
    [
        (VIEWER, 1, {VIEWER}, "allowed"),
        (OWNER, 1, {OWNER}, "allowed"),
        (VIEWER, 2, {DESK}, "not_found"),
        (ADMIN, 2, {DESK}, "allowed"),
        (ADMIN, 2, {OWNER, DESK}, "role_above_own"),
        (OWNER, 2, {OWNER}, "allowed"),
    ],
)
def test_oneself_may_always_go(by, user_id, held, expected):
    assert said(lambda: require_removable(actor(by), HERE, user_id, held)) == expected


def test_everywhere_holds_at_each_facility():
    assert as_granted([DESK, Grant(Role.DESK, 4), Grant(Role.VIEWER, 4)]) == {DESK, Grant(Role.VIEWER, 4)}
