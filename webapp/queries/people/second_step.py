"""What a person's second step is, and whose sign-in waits for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, SQLColumnExpression, and_, exists, func, or_, select

from webapp.adapters.tokens import token_hash
from webapp.domain.people.second_step import DEMANDED_OF, MOST_TRIES
from webapp.extensions import db
from webapp.models import (
    AuthenticatorApp,
    MemberRole,
    Organization,
    RecoveryCode,
    SignIn,
    StartedSignIn,
    TrustedProvider,
    User,
)


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
    # Of any of their roles: the statement that asks has one of them in each row.
    of_role = _runs_it(User.id, _is_not_content()).correlate(User, SignIn)
    of_operator = User.is_operator.is_(True) & exists().where(_is_not_content())
    return SignIn.second_step_at.is_(None) & or_(of_role, of_operator)


def demanding_organizations(sign_in_id: int) -> Sequence[str]:
    """Names of the organizations that hold the person of that session to a second step."""
    is_operator = exists().where(User.id == SignIn.user_id, User.is_operator.is_(True))
    runs_it = _runs_it(SignIn.user_id).correlate(SignIn, Organization)
    return db.session.scalars(
        select(Organization.name)
        .join(SignIn, SignIn.id == sign_in_id)
        .where(_is_not_content(), or_(runs_it, is_operator))
        .order_by(Organization.name)
    ).all()


def _is_not_content() -> ColumnElement[bool]:
    """Whether `Organization` demands a second step of `SignIn`: it does, and does not trust who let the person in."""
    trusts = exists().where(
        TrustedProvider.organization_id == Organization.id, TrustedProvider.provider == SignIn.provider
    )
    return and_(Organization.demands_second_step.is_(True), ~trusts.correlate(Organization, SignIn))


def _runs_it(person: SQLColumnExpression[int], *more: ColumnElement[bool]) -> Exists:
    """Whether they have a role in `Organization` of which it may demand that."""
    return exists().where(
        MemberRole.user_id == person,
        MemberRole.organization_id == Organization.id,
        MemberRole.role.in_(DEMANDED_OF),
        *more,
    )
