"""Roles that a provider's groups give, at each sign-in: given with the group, taken when it goes.

What people gave stays theirs to take: of a role that somebody had already, nothing is noted here.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from webapp.domain.people.team import TeamChangeKind
from webapp.domain.permission import SYSTEM_USER_ID, Actor, Grant, Role
from webapp.models import GroupRole, MemberRole, Membership, Organization
from webapp.queries.organizations.team import grants_of, roles_named
from webapp.services.insertion import insert_unless_there
from webapp.services.organizations.team import end_membership, record

_BY_GROUP = Actor(user_id=SYSTEM_USER_ID, name="")


def follow_groups(
    session: Session, identity_id: int, user_id: int, wanted: Collection[tuple[str, Role]], *, now: datetime
) -> None:
    """Give and take so that the person has what these groups give: pairs of an organization's slug and a role."""
    given = _given(session, identity_id)
    if not wanted and not given:
        return
    slugs = {slug for slug, _ in wanted}
    ids = dict(session.execute(select(Organization.slug, Organization.id).where(Organization.slug.in_(slugs))).all())
    asked = {(ids[slug], role) for slug, role in wanted if slug in ids}
    # In the order of their ids, as whoever locks several of them.
    for organization_id in sorted({one for one, _ in asked | given}):
        own = _Change(session, identity_id, organization_id, user_id, now)
        own.follow(
            {role for one, role in asked if one == organization_id},
            {role for one, role in given if one == organization_id},
        )


def _given(session: Session, identity_id: int) -> set[tuple[int, Role]]:
    rows = session.execute(
        select(GroupRole.organization_id, GroupRole.role).where(GroupRole.identity_id == identity_id)
    )
    return {(row.organization_id, Role(row.role)) for row in rows}


class _Change:
    """What changes for one person in one organization."""

    def __init__(self, session: Session, identity_id: int, organization_id: int, user_id: int, now: datetime) -> None:
        self._session, self._identity_id, self._now = session, identity_id, now
        self._organization_id, self._user_id = organization_id, user_id

    def follow(self, asked: set[Role], given: set[Role]) -> None:
        if asked == given:
            return
        lock = select(Organization.id).where(Organization.id == self._organization_id)
        self._session.execute(lock.with_for_update(key_share=True))
        held = grants_of(self._session, self._organization_id, self._user_id)
        new = {role for role in asked - given if Grant(role) not in held}
        gone = given - asked
        after = frozenset(held | {Grant(role) for role in new}) - {Grant(role) for role in gone}
        self._note(new, gone)
        if after != held:
            self._write(held, after, new, gone)

    def _note(self, new: set[Role], gone: set[Role]) -> None:
        own = {"identity_id": self._identity_id, "organization_id": self._organization_id}
        over = delete(GroupRole).where(
            GroupRole.identity_id == self._identity_id,
            GroupRole.organization_id == self._organization_id,
            GroupRole.role.in_(gone),
        )
        self._session.execute(over)
        if new:
            self._session.execute(insert(GroupRole), [{**own, "role": role} for role in sorted(new)])

    def _write(self, held: frozenset[Grant], after: frozenset[Grant], new: set[Role], gone: set[Role]) -> None:
        who = {"organization_id": self._organization_id, "user_id": self._user_id, "created_at": self._now}
        self._session.execute(insert_unless_there(self._session, Membership.__table__).values(who))
        theirs = (MemberRole.organization_id == self._organization_id, MemberRole.user_id == self._user_id)
        self._session.execute(
            delete(MemberRole).where(*theirs, MemberRole.role.in_(gone), MemberRole.facility_id.is_(None))
        )
        if new:
            self._session.execute(insert(MemberRole), [{**who, "role": role} for role in sorted(new)])
        kind = TeamChangeKind.CHANGED
        if not after:
            end_membership(self._session, self._organization_id, self._user_id)
            kind = TeamChangeKind.REMOVED
        elif not held:
            kind = TeamChangeKind.JOINED
        said = {"before": roles_named(held), "after": roles_named(after)}
        record(self._session, kind, self._organization_id, self._user_id, actor=_BY_GROUP, at=self._now, **said)
