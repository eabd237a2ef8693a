"""Who may do what: the whole table, written out."""

from itertools import product

import pytest

from webapp.domain.permission import SYSTEM, SYSTEM_USER_ID, Actor, Grant, Permission, Reach, Role

TEACHER = {"classes:view", "classes:call_roll", "classes:change_sessions", "sessions:host"}
ORGANIZER = TEACHER | {
    "desk:run",
    "desk:give_place",
    "roster:view",
    "events:manage",
    "applications:decide",
    "outcome:settle",
    "classes:manage",
}
ADMIN = ORGANIZER | {
    "outcome:override",
    "events:delete",
    "organization:manage",
    "team:manage",
    "classes:undo_activation",
    "classes:revoke_completions",
    "people:move",
    "people:merge",
}
TABLE = {
    Role.OWNER: ADMIN | {"team:manage_owners"},
    Role.ADMIN: ADMIN,
    Role.ORGANIZER: ORGANIZER,
    Role.TEACHER: TEACHER,
    Role.DESK: {"desk:run"},
    Role.VIEWER: {"roster:view", "classes:view"},
}


def person(**roles: Role) -> Actor:
    grants = {int(key[1:]): [Grant(role)] for key, role in roles.items()}
    return Actor(user_id=7, name="Mira Sand", grants=grants)


@pytest.mark.parametrize("role", Role)
def test_a_role_grants_exactly_its_row_of_the_table(role):
    assert {
        permission.value for permission in Permission if person(o1=role).can(permission, 1, 4, teaches=True)
    } == TABLE[role]


@pytest.mark.parametrize(("role", "permission"), list(product(Role, Permission)))
def test_a_role_grants_nothing_in_another_organization(role, permission):
    assert not person(o1=role).can(permission, 2, 4, teaches=True)


@pytest.mark.parametrize(("role", "permission"), list(product(Role, Permission)))
def test_a_role_at_one_facility_grants_nothing_elsewhere_nor_in_the_whole_organization(role, permission):
    actor = Actor(user_id=7, name="Mira", grants={1: [Grant(role, 4)]})
    granted = permission in TABLE[role]

    answers = [actor.can(permission, 1, facility, teaches=True) for facility in (4, 5, None)]
    assert answers == [granted, False, False]
    assert (actor.works_in(permission, 1), actor.organizations_with(permission)) == (granted, [])
    reach = actor.reach(permission)
    assert bool(reach) == granted
    assert not reach.organizations | reach.taught_organizations


def test_a_teacher_acts_in_own_classes_only():
    actor = person(o1=Role.TEACHER)

    assert not any(actor.can(permission, 1, 4) for permission in Permission)
    reach = actor.reach(Permission.CALL_ROLL)
    assert (reach.organizations, reach.taught_organizations, reach.teacher_id) == (frozenset(), frozenset({1}), 7)


def test_several_roles_add_up():
    actor = Actor(user_id=7, name="Mira", grants={1: [Grant(Role.VIEWER), Grant(Role.DESK, 4), Grant(Role.ADMIN, 5)]})

    assert [actor.can(Permission.RUN_DESK, 1, one) for one in (4, 5, 6)] == [True, True, False]
    assert [actor.can(Permission.VIEW_ROSTER, 1, one) for one in (4, 6, None)] == [True, True, True]
    assert actor.reach(Permission.VIEW_ROSTER) == Reach(frozenset({1}), frozenset({5}))


@pytest.mark.parametrize("permission", Permission)
def test_without_a_role_there_is_no_permission_anywhere(permission):
    for actor in (person(), Actor(user_id=7, name="Op", is_operator=True), SYSTEM):
        assert not actor.can(permission, 1)
        assert actor.organizations_with(permission) == []


def test_a_permission_lists_the_organizations_that_grant_it():
    actor = person(o1=Role.ORGANIZER, o2=Role.ADMIN)

    assert actor.organizations_with(Permission.RUN_DESK) == [1, 2]
    assert actor.organizations_with(Permission.OVERRIDE_OUTCOME) == [2]


def test_a_helper_runs_the_desk_of_one_event_and_no_other():
    helper = Actor(user_id=None, name="Mia", helper_id=3, helper_event_id=5, desk_name="Desk Left")

    assert [helper.can_run_desk(event_id, 1, 9) for event_id in (4, 5, 6)] == [False, True, False]
    assert [permission for permission in Permission if helper.can(permission, 1)] == []
    assert helper.desk_label == "Mia, Desk Left"


def test_staff_run_every_desk_of_their_organization():
    organizer = person(o1=Role.ORGANIZER)

    assert (organizer.can_run_desk(4, 1, 9), organizer.can_run_desk(4, 2, 9)) == (True, False)
    assert organizer.desk_label is None


@pytest.mark.parametrize(
    ("name", "expected"), [("Mira Sand", "MS"), ("Mira", "M"), ("jos\u00e9 da silva", "JS"), ("", "")]
)
def test_initials_are_the_first_and_last_word(name, expected):
    assert Actor(user_id=1, name=name).initials == expected


def test_jobs_are_watched_by_admins_and_the_operator():
    operator = Actor(user_id=1, name="Op", is_operator=True)
    people = (person(), person(o1=Role.ORGANIZER), person(o1=Role.ADMIN), operator)

    assert [actor.watches_jobs for actor in people] == [False, False, True, True]


def test_the_system_is_a_fixed_account():
    assert (SYSTEM.user_id, SYSTEM.name) == (SYSTEM_USER_ID, "System")
