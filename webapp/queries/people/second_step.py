"""What a person's second step is, and whose sign-in waits for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select

from webapp.adapters.tokens import token_hash
from webapp.domain.people.second_step import DEMANDED_OF, MOST_TRIES
from webapp.extensions import db
from webapp.models import AuthenticatorApp, MemberRole, Organization, RecoveryCode, SignIn, StartedSignIn, User


@dataclass(frozen=True, slots=True)
class SecondStep:
    """Whether an app is on, since when (the machine's own time), and how many recovery codes are left."""

    app_since: datetime | None
    codes_left: int


def second_step_of(user_id: int) -> SecondStep:
    """What the person has set up."""
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)).scalar_subquery()
    since = select(AuthenticatorApp.confirmed_at).where(AuthenticatorApp.user_id == user_id).scalar_subquery()
    row = db.session.execute(select(since.label("since"), left.label("left"))).one()
    return SecondStep(row.since, row.left)


def new_app_secret_of(user_id: int) -> str | None:
    """The sealed secret of an app that waits for its first code."""
    return db.session.scalar(select(AuthenticatorApp.new_secret).where(AuthenticatorApp.user_id == user_id))


def started_for(token: str, real_now: datetime) -> int | None:
    """Whose second step that browser may try; None once it is over."""
    return db.session.scalar(
        select(StartedSignIn.user_id).where(
            StartedSignIn.token_hash == token_hash(token),
            StartedSignIn.expires_at > real_now,
            StartedSignIn.tries < MOST_TRIES,
        )
    )


def lacks_second_step() -> ColumnElement[bool]:
    """Of a session (`SignIn`) and its `User`: the person is held to a second step and did not take one."""
    demanding = Organization.demands_second_step.is_(True)
    of_role = exists().where(
        MemberRole.user_id == User.id,
        MemberRole.organization_id == Organization.id,
        MemberRole.role.in_(DEMANDED_OF),
        demanding,
    )
    # Of any of their roles: the statement that asks has one of them in each row.
    of_role = of_role.correlate(User)
    of_operator = User.is_operator.is_(True) & exists().where(demanding)
    return SignIn.second_step_at.is_(None) & or_(of_role, of_operator)


def demanding_organizations(user_id: int) -> Sequence[str]:
    """Names of the organizations that hold this person to a second step."""
    held = exists().where(
        MemberRole.user_id == user_id,
        MemberRole.organization_id == Organization.id,
        MemberRole.role.in_(DEMANDED_OF),
    )
    is_operator = exists().where(User.id == user_id, User.is_operator.is_(True))
    return db.session.scalars(
        select(Organization.name)
        .where(Organization.demands_second_step.is_(True), or_(held, is_operator))
        .order_by(Organization.name)
    ).all()
