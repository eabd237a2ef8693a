"""Legal texts as they are read, and which terms a person has still to accept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.classes.class_enrollment import LIVE as LIVE_IN_CLASS
from webapp.domain.legal import LegalKind
from webapp.domain.places.enrollment import ONGOING
from webapp.extensions import db
from webapp.models import ClassEnrollment, Enrollment, Event, LegalText, Organization, ProgramClass, TermsAcceptance


@dataclass(frozen=True, slots=True)
class PublishedText:
    """The version that counts."""

    id: int
    kind: LegalKind
    version: int
    text: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class OpenTerms:
    """Terms of an organization that somebody has to accept."""

    organization_name: str
    organization_slug: str


def legal_texts(organization_id: int | None) -> Mapping[LegalKind, PublishedText]:
    """Texts of an organization, or of the installation (None), without empty ones, in the order of their kinds."""
    owner = LegalText.organization_id
    own = owner.is_(None) if organization_id is None else owner == organization_id
    last = select(func.max(LegalText.id)).where(own).group_by(LegalText.kind)
    rows = db.session.execute(
        select(LegalText.id, LegalText.kind, LegalText.version, LegalText.text, LegalText.published_at).where(
            LegalText.id.in_(last), LegalText.text != ""
        )
    )
    found = {LegalKind(row.kind): PublishedText(row.id, LegalKind(row.kind), *row[2:]) for row in rows}
    return {kind: found[kind] for kind in LegalKind if kind in found}


def has_open_terms(session: Session, event_slug: str, user_id: int) -> bool:
    """Whether the organization of that event demands a yes to its terms which this person did not give."""
    query = _unaccepted(user_id).join(Event, Event.organization_id == Organization.id).where(Event.slug == event_slug)
    return session.execute(query).first() is not None


def open_terms(user_id: int) -> Sequence[OpenTerms]:
    """Of organizations in which the person has a place, whoever gave it to them."""
    in_event = exists().where(
        Enrollment.user_id == user_id,
        Enrollment.status.in_(ONGOING),
        Event.id == Enrollment.event_id,
        Event.organization_id == Organization.id,
    )
    in_class = exists().where(
        ClassEnrollment.user_id == user_id,
        ClassEnrollment.status.in_(LIVE_IN_CLASS),
        ProgramClass.id == ClassEnrollment.class_id,
        ProgramClass.organization_id == Organization.id,
    )
    rows = db.session.execute(_unaccepted(user_id).where(or_(in_event, in_class)).order_by(Organization.name))
    return [OpenTerms(row.name, row.slug) for row in rows]


def _unaccepted(user_id: int) -> Select:
    """Organizations that demand terms, where the person said yes to no version or to an older one.

    Not those that are suspended: their pages are closed, so nobody can read what they would say yes to.
    """
    current = (
        select(func.max(LegalText.id))
        .where(LegalText.organization_id == Organization.id, LegalText.kind == LegalKind.TERMS)
        .correlate(Organization)
        .scalar_subquery()
    )
    has_accepted = exists().where(and_(TermsAcceptance.user_id == user_id, TermsAcceptance.text_id == LegalText.id))
    return (
        select(Organization.name, Organization.slug)
        .join(LegalText, LegalText.id == current)
        .where(Organization.demands_terms, Organization.suspended_at.is_(None), LegalText.text != "", ~has_accepted)
    )
