"""Who is on the team of an organization, and what each may do there."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.domain.permission import ROLE_PERMISSIONS, Permission, Role
from webapp.models import MemberRole


def members_who_may(session: Session, permission: Permission, organization_id: int, facility_id: int) -> Sequence[int]:
    """Ids of the people who have it at that facility; who teaches is not asked."""
    roles = [one for one in Role if permission in ROLE_PERMISSIONS[one] and one is not Role.TEACHER]
    here = or_(MemberRole.facility_id.is_(None), MemberRole.facility_id == facility_id)
    return session.scalars(
        select(MemberRole.user_id)
        .where(MemberRole.organization_id == organization_id, MemberRole.role.in_(roles), here)
        .distinct()
        .order_by(MemberRole.user_id)
    ).all()
