"""Who may do what: one table of roles, asked by every door."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from webapp.domain.refusal import Refused


class Trigger(StrEnum):
    """As whom somebody acts, in the words of the audit trail."""

    USER = "user"
    ORGANIZER = "organizer"
    ADMIN = "admin"
    SYSTEM = "system"


class Role(StrEnum):
    """What a person is in one organization, from the most power to the least; one may be several."""

    OWNER = "owner"
    ADMIN = "admin"
    ORGANIZER = "organizer"
    #: Of own classes: those they teach, or a session of which they teach.
    TEACHER = "teacher"
    #: Any desk, nothing else.
    DESK = "desk"
    VIEWER = "viewer"


class Permission(StrEnum):
    """Asked of an organization's staff (`RUN_DESK` also of a helper of that event)."""

    RUN_DESK = "desk:run"
    GIVE_PLACE = "desk:give_place"
    #: Events with everything that was written about them.
    VIEW_ROSTER = "roster:view"
    MANAGE_EVENTS = "events:manage"
    DECIDE_APPLICATIONS = "applications:decide"
    OVERRIDE_OUTCOME = "outcome:override"
    #: Decide what closure could not.
    SETTLE_OUTCOME = "outcome:settle"
    DELETE_EVENTS = "events:delete"
    MANAGE_ORGANIZATION = "organization:manage"
    MANAGE_TEAM = "team:manage"
    #: Make owners and end their being one.
    MANAGE_OWNERS = "team:manage_owners"
    #: Join its online sessions as a host.
    HOST_SESSIONS = "sessions:host"
    #: Classes with their sessions, people, roll-call and reports.
    VIEW_CLASSES = "classes:view"
    #: Roll-call, and who was in the room of an online session.
    CALL_ROLL = "classes:call_roll"
    CHANGE_SESSIONS = "classes:change_sessions"
    #: Programs, classes and who is in them.
    MANAGE_CLASSES = "classes:manage"
    UNDO_ACTIVATION = "classes:undo_activation"
    REVOKE_COMPLETIONS = "classes:revoke_completions"
    #: From one facility of the organization to another, which ends places in classes.
    MOVE_PEOPLE = "people:move"
    #: Say that two rows of people are one person.
    MERGE_PEOPLE = "people:merge"


_P = Permission
_TEACHES = frozenset({_P.VIEW_CLASSES, _P.CALL_ROLL, _P.CHANGE_SESSIONS, _P.HOST_SESSIONS})
_ORGANIZES = _TEACHES | {
    _P.RUN_DESK,
    _P.GIVE_PLACE,
    _P.VIEW_ROSTER,
    _P.MANAGE_EVENTS,
    _P.DECIDE_APPLICATIONS,
    _P.SETTLE_OUTCOME,
    _P.MANAGE_CLASSES,
}
ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission) - {_P.MANAGE_OWNERS},
    Role.ORGANIZER: _ORGANIZES,
    Role.TEACHER: _TEACHES,
    Role.DESK: frozenset({_P.RUN_DESK}),
    Role.VIEWER: frozenset({_P.VIEW_ROSTER, _P.VIEW_CLASSES}),
}

_RUNS_IT = frozenset({Role.OWNER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in all of an organization, or at one facility of it."""

    role: Role
    facility_id: int | None = None

    def holds_at(self, facility_id: int | None) -> bool:
        """Whether it counts there; None asks for the whole organization."""
        return self.facility_id is None or self.facility_id == facility_id


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a permission holds: in whole organizations, at single facilities, and in classes of one's own."""

    organizations: frozenset[int] = frozenset()
    facilities: frozenset[int] = frozenset()
    #: The same two of what this person teaches.
    teacher_id: int | None = None
    taught_organizations: frozenset[int] = frozenset()
    taught_facilities: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.organizations or self.facilities or self.taught_organizations or self.taught_facilities)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person, a helper at one desk (no `user_id`), or the system."""

    user_id: int | None
    name: str
    grants: Mapping[int, Collection[Grant]] = field(default_factory=dict)  # by organization id
    is_operator: bool = False
    timezone: str | None = None
    email: str | None = None
    helper_id: int | None = None
    helper_event_id: int | None = None
    desk_name: str | None = None
    #: Organizations of theirs that are suspended, with their names: staff reads there and changes nothing.
    suspended: Mapping[int, str] = field(default_factory=dict)
    #: Whether they are about to change something.
    is_changing: bool = False
    #: Who acts in this person's place: looks after them, and is named in every trail.
    through_id: int | None = None

    @property
    def acting_id(self) -> int | None:
        """Whose account acted."""
        return self.through_id or self.user_id

    @property
    def desk_label(self) -> str | None:
        """How the trail names somebody without an account: "Mia, Desk Left"."""
        if self.user_id is not None:
            return None
        return f"{self.name}, {self.desk_name}" if self.desk_name is not None else self.name

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()

    @property
    def runs_desk(self) -> bool:
        """Whether there is a desk for them somewhere."""
        return bool(self.organizations_touched(Permission.RUN_DESK))

    @property
    def organizes(self) -> bool:
        """Whether the pages of organizers have something for them."""
        seen = (Permission.VIEW_ROSTER, Permission.VIEW_CLASSES)
        return any(self.works_in(one, organization_id) for one in seen for organization_id in self.grants)

    @property
    def watches_jobs(self) -> bool:
        """The operator, and every organization's admin: a run may be repeated, it is harmless."""
        return self.is_operator or bool(self.organizations_with(Permission.OVERRIDE_OUTCOME))

    def can(
        self, permission: Permission, organization_id: int, facility_id: int | None = None, *, teaches: bool = False
    ) -> bool:
        """Whether a role grants it at that facility; without one, in the whole organization.

        `teaches` says that it is about a class of their own. Raises Refused: `organization_suspended`, where it would
        be granted for a change.
        """
        is_granted = any(
            permission in ROLE_PERMISSIONS[grant.role]
            and grant.holds_at(facility_id)
            and (teaches or grant.role is not Role.TEACHER)
            for grant in self.grants.get(organization_id, ())
        )
        if is_granted:
            self._require_open(organization_id)
        return is_granted

    def _require_open(self, organization_id: int) -> None:
        if not self.may_change_in(organization_id):
            raise Refused("organization_suspended", name=self.suspended[organization_id])

    def may_change_in(self, organization_id: int) -> bool:
        """False where they are about to change something in an organization that is suspended."""
        return not self.is_changing or organization_id not in self.suspended

    def reach(self, permission: Permission) -> Reach:
        """Everywhere a role grants it: what a list shows."""
        own: tuple[set[int], set[int]] = (set(), set())
        taught: tuple[set[int], set[int]] = (set(), set())
        for organization_id, grants in self.grants.items():
            if not self.may_change_in(organization_id):
                continue
            for grant in grants:
                if permission not in ROLE_PERMISSIONS[grant.role]:
                    continue
                whole, single = taught if grant.role is Role.TEACHER else own
                if grant.facility_id is None:
                    whole.add(organization_id)
                else:
                    single.add(grant.facility_id)
        return Reach(
            organizations=frozenset(own[0]),
            facilities=frozenset(own[1]),
            teacher_id=self.user_id if taught[0] or taught[1] else None,
            taught_organizations=frozenset(taught[0]),
            taught_facilities=frozenset(taught[1]),
        )

    def organizations_with(self, permission: Permission) -> list[int]:
        """Ids of the organizations in the whole of which this person has it."""
        return [one for one in self.grants if self.may_change_in(one) and self.can(permission, one)]

    def organizations_touched(self, permission: Permission) -> list[int]:
        """The same, and those in which they have it at a facility or in own classes only."""
        return [one for one in self.grants if self.works_in(permission, one)]

    def works_in(self, permission: Permission, organization_id: int) -> bool:
        """Whether a role grants it anywhere in that organization, at one facility or in own classes at least."""
        return any(permission in ROLE_PERMISSIONS[one.role] for one in self.grants.get(organization_id, ()))

    def acts_as(self, organization_id: int) -> Trigger:
        """How the trail of that organization says it was staff: admin or organizer."""
        runs_it = any(grant.role in _RUNS_IT for grant in self.grants.get(organization_id, ()))
        return Trigger.ADMIN if runs_it else Trigger.ORGANIZER

    def can_run_desk(self, event_id: int, organization_id: int, facility_id: int | None) -> bool:
        """Staff of the organization at that facility, or the helper of exactly this event."""
        if self.helper_event_id != event_id:
            return self.can(Permission.RUN_DESK, organization_id, facility_id)
        self._require_open(organization_id)
        return True


#: The fixed account in whose name automatic changes are made; the first migration inserts it.
SYSTEM_USER_ID = 1
SYSTEM = Actor(user_id=SYSTEM_USER_ID, name="System")
