"""An organization's settings, and its picture."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select

from webapp.extensions import db
from webapp.models import Organization, OrganizationLogo, TrustedProvider


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as it is served; `digest` is part of its address."""

    png: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class OrganizationSettings:
    """What its admins decide; `logo` is the digest of its picture, or None."""

    id: int
    slug: str
    name: str
    contact_email: str
    language: str
    asks_twice: bool
    asks_only_unknown: bool
    demands_second_step: bool
    organizers_decide_appeals: bool
    logo: str | None
    description: str
    embed_origins: str
    accent: str
    demands_terms: bool
    is_suspended: bool = False


def logo_of(slug: str, digest: str) -> Logo | None:
    """The logo of the organization with that slug while it has that digest; None else."""
    row = db.session.execute(
        select(OrganizationLogo.png, OrganizationLogo.digest)
        .join(Organization, Organization.id == OrganizationLogo.organization_id)
        .where(Organization.slug == slug, OrganizationLogo.digest == digest)
    ).one_or_none()
    return Logo(row.png, row.digest) if row else None


def organization_settings(organization_id: int) -> OrganizationSettings | None:
    """The settings of that organization, or None."""
    row = db.session.execute(_settings().where(Organization.id == organization_id)).one_or_none()
    return OrganizationSettings(*row) if row else None


def organization_of_slug(slug: str) -> OrganizationSettings | None:
    """The organization with that name in addresses, or None."""
    row = db.session.execute(_settings().where(Organization.slug == slug)).one_or_none()
    return OrganizationSettings(*row) if row else None


def organizations_by_name(organization_ids: Iterable[int]) -> list[OrganizationSettings]:
    """The same of several, by name."""
    query = _settings().where(Organization.id.in_(list(organization_ids)))
    rows = db.session.execute(query.order_by(Organization.name, Organization.id))
    return [OrganizationSettings(*row) for row in rows]


def trusted_providers(organization_id: int) -> frozenset[str]:
    """Issuers whose sign-in counts as two steps for that organization."""
    own = select(TrustedProvider.provider).where(TrustedProvider.organization_id == organization_id)
    return frozenset(db.session.scalars(own))


def language_of(organization_ids: Collection[int]) -> str | None:
    """The one language of those organizations, of all that there are without any named; None: not the same."""
    query = select(Organization.language).distinct().limit(2)
    if organization_ids:
        query = query.where(Organization.id.in_(list(organization_ids)))
    languages = db.session.scalars(query).all()
    return languages[0] if len(languages) == 1 else None


def _settings() -> Select:
    return select(
        Organization.id,
        Organization.slug,
        Organization.name,
        Organization.contact_email,
        Organization.language,
        Organization.asks_twice,
        Organization.asks_only_unknown,
        Organization.demands_second_step,
        Organization.organizers_decide_appeals,
        OrganizationLogo.digest.label("logo"),
        Organization.description,
        Organization.embed_origins,
        Organization.accent,
        Organization.demands_terms,
        Organization.suspended_at.is_not(None),
    ).outerjoin(OrganizationLogo, OrganizationLogo.organization_id == Organization.id)
