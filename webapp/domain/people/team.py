"""What may change in the team of an organization, and who may change it."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from webapp.domain.numbers import whole_or_none
from webapp.domain.permission import Actor, Grant, Permission, Role
from webapp.domain.refusal import Refused

_MAX_ID = 2**63 - 1


class TeamChangeKind(StrEnum):
    """A line of the team's trail."""

    JOINED = "joined"
    CHANGED = "changed"
    REMOVED = "removed"
    LEFT = "left"


#: How long an invitation waits for its answer, of which kind its mail is, and to how many addresses one form goes.
INVITATION_LIFETIME = timedelta(days=7)
INVITATION_KIND = "team_invitation"
MOST_INVITED = 50
NOTE_LIMIT = 500


def as_granted(grants: Collection[Grant]) -> frozenset[Grant]:
    """The same without what another one says already: a role that counts everywhere counts at each facility."""
    everywhere = {one.role for one in grants if one.facility_id is None}
    return frozenset(one for one in grants if one.facility_id is None or one.role not in everywhere)


def require_changeable(actor: Actor, organization_id: int, before: Collection[Grant], after: Collection[Grant]) -> None:
    """Refuse what the actor may not give or take away.

    Raises Refused: `not_found` (who does not manage the team), `role_above_own` (owners are made by owners),
    `owner_everywhere` (an owner of one facility), `role_missing` (nobody is on a team for nothing).
    """
    if not actor.can(Permission.MANAGE_TEAM, organization_id):
        raise Refused("not_found")
    if not after:
        raise Refused("role_missing")
    _require_below(actor, organization_id, set(before) ^ set(after))
    if any(one.role is Role.OWNER and one.facility_id is not None for one in after):
        raise Refused("owner_everywhere")


def require_removable(actor: Actor, organization_id: int, user_id: int, held: Collection[Grant]) -> None:
    """Refuse to take somebody off the team: oneself may always go, others are for who manages the team.

    Raises Refused: `not_found`, `role_above_own`.
    """
    if actor.user_id == user_id:
        return
    if not actor.can(Permission.MANAGE_TEAM, organization_id):
        raise Refused("not_found")
    _require_below(actor, organization_id, held)


def _require_below(actor: Actor, organization_id: int, touched: Collection[Grant]) -> None:
    if actor.can(Permission.MANAGE_OWNERS, organization_id):
        return
    if any(one.role is Role.OWNER for one in touched):
        raise Refused("role_above_own")


def grants_in_text(grants: Collection[Grant]) -> str:
    """As a form and an invitation keep them: `desk viewer:12`."""
    said = (one.role.value if one.facility_id is None else f"{one.role.value}:{one.facility_id}" for one in grants)
    return " ".join(sorted(said))


def read_grants(text: str) -> frozenset[Grant]:
    """What was written that way. Raises Refused: `unknown_choice` (no such role), `unknown_facility`."""
    found = set()
    for one in text.split():
        role, colon, facility = one.partition(":")
        if role not in set(Role):
            raise Refused("unknown_choice")
        facility_id = whole_or_none(facility, high=_MAX_ID) if colon else None
        if colon and facility_id is None:
            raise Refused("unknown_facility")
        found.add(Grant(Role(role), facility_id))
    return frozenset(found)
