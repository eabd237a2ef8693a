"""Who may do what: one table of roles, asked by every door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Trigger(StrEnum):
    """As whom somebody acts, in the words of the audit trail."""

    USER = "user"
    ORGANIZER = "organizer"
    ADMIN = "admin"
    SYSTEM = "system"


class Role(StrEnum):
    """A person's role in one organization."""

    ORGANIZER = "organizer"
    ADMIN = "admin"


class Permission(StrEnum):
    """Asked of an organization's staff (`RUN_DESK` also of a helper of that event)."""

    RUN_DESK = "desk:run"
    GIVE_PLACE = "desk:give_place"
    VIEW_ROSTER = "roster:view"
    MANAGE_EVENTS = "events:manage"
    DECIDE_APPLICATIONS = "applications:decide"
    OVERRIDE_OUTCOME = "outcome:override"
    #: Decide what closure could not.
    SETTLE_OUTCOME = "outcome:settle"
    DELETE_EVENTS = "events:delete"
    MANAGE_ORGANIZATION = "organization:manage"
    #: Programs, classes, their sessions, people and roll-call.
    MANAGE_CLASSES = "classes:manage"
    UNDO_ACTIVATION = "classes:undo_activation"
    REVOKE_COMPLETIONS = "classes:revoke_completions"
    #: From one facility of the organization to another, which ends places in classes.
    MOVE_PEOPLE = "people:move"


_STAFF = frozenset(
    {
        Permission.RUN_DESK,
        Permission.GIVE_PLACE,
        Permission.VIEW_ROSTER,
        Permission.MANAGE_EVENTS,
        Permission.DECIDE_APPLICATIONS,
        Permission.SETTLE_OUTCOME,
        Permission.MANAGE_CLASSES,
    }
)
ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.ORGANIZER: _STAFF,
    Role.ADMIN: _STAFF
    | {
        Permission.OVERRIDE_OUTCOME,
        Permission.DELETE_EVENTS,
        Permission.MANAGE_ORGANIZATION,
        Permission.UNDO_ACTIVATION,
        Permission.REVOKE_COMPLETIONS,
        Permission.MOVE_PEOPLE,
    },
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person, a helper at one desk (no `user_id`), or the system."""

    user_id: int | None
    name: str
    roles: Mapping[int, Role] = field(default_factory=dict)  # by organization id
    is_operator: bool = False
    timezone: str | None = None
    email: str | None = None
    helper_id: int | None = None
    helper_event_id: int | None = None
    desk_name: str | None = None

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
    def watches_jobs(self) -> bool:
        """The operator, and every organization's admin: a run may be repeated, it is harmless."""
        return self.is_operator or bool(self.organizations_with(Permission.OVERRIDE_OUTCOME))

    def can(self, permission: Permission, organization_id: int) -> bool:
        """Whether a role in that organization grants it."""
        role = self.roles.get(organization_id)
        return role is not None and permission in ROLE_PERMISSIONS[role]

    def acts_as(self, organization_id: int) -> Trigger:
        """How the trail of that organization says it was staff: admin or organizer."""
        return Trigger.ADMIN if self.roles.get(organization_id) is Role.ADMIN else Trigger.ORGANIZER

    def can_run_desk(self, event_id: int, organization_id: int) -> bool:
        """Staff of the organization, or the helper of exactly this event."""
        return self.helper_event_id == event_id or self.can(Permission.RUN_DESK, organization_id)

    def organizations_with(self, permission: Permission) -> list[int]:
        """Ids of the organizations in which this person has it."""
        return [org for org, role in self.roles.items() if permission in ROLE_PERMISSIONS[role]]


#: The fixed account in whose name automatic changes are made; the first migration inserts it.
SYSTEM_USER_ID = 1
SYSTEM = Actor(user_id=SYSTEM_USER_ID, name="System")
