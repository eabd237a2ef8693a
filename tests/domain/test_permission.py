"""Who may do what: the whole table, written out."""

from itertools import product

import pytest

from webapp.domain.permission import SYSTEM, SYSTEM_USER_ID, Actor, Permission, Role

ORGANIZER = {
    "desk:run",
    "desk:give_place",
    "roster:view",
    "events:manage",
    "applications:decide",
    "outcome:settle",
    "classes:manage",
}
TABLE = {
    Role.ORGANIZER: ORGANIZER,
    Role.ADMIN: ORGANIZER
    | {
        "outcome:override",
        "events:delete",
        "organization:manage",
        "classes:undo_activation",
        "classes:revoke_completions",
        "people:move",
    },
}


def person(**roles: Role) -> Actor:
    return Actor(user_id=7, name="Mira Sand", roles={int(key[1:]): role for key, role in roles.items()})


@pytest.mark.parametrize("role", Role)
def test_a_role_grants_exactly_its_row_of_the_table(role):
    assert {permission.value for permission in Permission if person(o1=role).can(permission, 1)} == TABLE[role]


@pytest.mark.parametrize(("role", "permission"), product(Role, Permission))
def test_a_role_grants_nothing_in_another_organization(role, permission):
    assert not person(o1=role).can(permission, 2)


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

    assert [helper.can_run_desk(event_id, 1) for event_id in (4, 5, 6)] == [False, True, False]
    assert [permission for permission in Permission if helper.can(permission, 1)] == []
    assert helper.desk_label == "Mia, Desk Left"


def test_staff_run_every_desk_of_their_organization():
    organizer = person(o1=Role.ORGANIZER)

    assert (organizer.can_run_desk(4, 1), organizer.can_run_desk(4, 2)) == (True, False)
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
