"""Who is behind a cookie: one statement, account and roles together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from webapp.adapters.tokens import token_hash
from webapp.domain.people.proof import AddressProof
from webapp.domain.permission import Actor, Grant, Role
from webapp.extensions import db
from webapp.models import Event, HelperLink, MemberRole, Notification, Organization, SignIn, User
from webapp.queries.notices.notification import is_unread
from webapp.queries.people.second_step import lacks_second_step


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A server-side session that was found, and the person it belongs to."""

    sign_in_id: int
    created_at: datetime
    seen_at: datetime
    actor: Actor
    proof: AddressProof
    #: What the person chose; None: what the browser asks for.
    language: str | None = None
    #: Lines of the notification centre that were not read.
    unread: int = 0
    #: An organization holds the person to a second step, and this sign-in took one step only.
    lacks_second_step: bool = False
    #: There is somebody for whom the person may act.
    looks_after: bool = False


# For the bell of every page: within the one statement, from an index of the unread lines alone.
_UNREAD = select(func.count()).where(Notification.user_id == User.id, is_unread()).correlate(User).scalar_subquery()
_SUSPENDED = aliased(Organization)
_CARED_FOR = aliased(User)
# Built once: every request of a signed-in person asks it.
_SIGNED_IN = (
    select(
        SignIn.id.label("sign_in_id"),
        SignIn.created_at,
        SignIn.seen_at,
        lacks_second_step().label("lacks_second_step"),
        User.id.label("user_id"),
        User.name,
        User.email,
        User.timezone,
        User.language,
        User.is_operator,
        User.address_proved_at,
        User.given_by_others,
        User.proof_grace_until,
        MemberRole.organization_id,
        MemberRole.role,
        MemberRole.facility_id,
        _SUSPENDED.name.label("suspended"),
        _UNREAD.label("unread"),
        exists().where(_CARED_FOR.managed_by_id == User.id).correlate(User).label("looks_after"),
    )
    .join(User, User.id == SignIn.user_id)
    .outerjoin(MemberRole, MemberRole.user_id == User.id)
    .outerjoin(_SUSPENDED, and_(_SUSPENDED.id == MemberRole.organization_id, _SUSPENDED.suspended_at.is_not(None)))
    .where(SignIn.token_hash == bindparam("token_hash"), User.disabled_at.is_(None))
)


def signed_in_by_token(token: str) -> SignedIn | None:
    """The session of that cookie, or None; a disabled account has none."""
    # Straight on the connection: there is nothing for the ORM to load.
    rows = db.session.connection().execute(_SIGNED_IN, {"token_hash": token_hash(token)}).all()
    if not rows:
        return None
    first = rows[0]
    actor = Actor(
        user_id=first.user_id,
        name=first.name,
        email=first.email,
        timezone=first.timezone,
        is_operator=first.is_operator,
        grants=_grants(rows),
        suspended={row.organization_id: row.suspended for row in rows if row.suspended is not None},
    )
    proof = AddressProof(first.address_proved_at, first.given_by_others, first.proof_grace_until)
    return SignedIn(
        first.sign_in_id,
        first.created_at,
        first.seen_at,
        actor,
        proof,
        first.language,
        first.unread,
        bool(first.lacks_second_step),
        bool(first.looks_after),
    )


def _grants(rows: Sequence[Row]) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = {}
    for row in rows:
        if row.role is not None:
            found.setdefault(row.organization_id, []).append(Grant(Role(row.role), row.facility_id))
    return found


def helper_by_token(token: str, now: datetime) -> Actor | None:
    """The helper of that link while it lives: not withdrawn, not past its end, event not called off."""
    row = db.session.execute(
        select(HelperLink.id, HelperLink.name, HelperLink.desk, HelperLink.event_id, Event.organization_id)
        .add_columns(Organization.name.label("organization"), Organization.suspended_at)
        .join(Event, Event.id == HelperLink.event_id)
        .join(Organization, Organization.id == Event.organization_id)
        .where(
            HelperLink.token_hash == token_hash(token),
            HelperLink.revoked_at.is_(None),
            HelperLink.expires_at > now,
            Event.takes_place,
            Event.deleted_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    return Actor(
        user_id=None,
        name=row.name,
        helper_id=row.id,
        helper_event_id=row.event_id,
        desk_name=row.desk,
        suspended={row.organization_id: row.organization} if row.suspended_at is not None else {},
    )
