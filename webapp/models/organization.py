"""Who offers something, and where."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.people.team import TeamChangeKind
from webapp.domain.permission import Role
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index

_EVERYWHERE = "facility_id IS NULL"


class Organization(Model):
    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    contact_email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: In Markdown, for its own page.
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Its colours in light and in dark (`#0b5a66 #7fd0dc`); empty: Turnout's.
    accent: Mapped[str] = mapped_column(String(15), default="", server_default="")
    #: Who enrolls has to accept its terms first.
    demands_terms: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Sites that may show its embedded pages in a frame: `https://site.example`, by spaces.
    embed_origins: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Of mails to people who chose none of their own.
    language: Mapped[str] = mapped_column(String(20), default="en", server_default="en")
    #: Ask a second time by itself where the first prompt was not answered.
    asks_twice: Mapped[bool] = mapped_column(default=False)
    #: Ask only where neither desk nor room settled whether the person was there.
    asks_only_unknown: Mapped[bool] = mapped_column(default=False)
    #: Whoever runs it has to sign in with two steps.
    demands_second_step: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Organizers decide appeals, too; else admins and owners only.
    organizers_decide_appeals: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Its pages are closed and its staff changes nothing since, for that reason.
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspended_because: Mapped[str | None] = mapped_column(String(500))

    facilities: Mapped[list["Facility"]] = relationship(back_populates="organization")


class TrustedProvider(Model):
    """Whose sign-in counts as two steps for this organization, whatever the provider says of it."""

    __tablename__ = "trusted_providers"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    #: The issuer: a setting's name may be given to another one.
    provider: Mapped[str] = mapped_column(String(255), primary_key=True)


class OrganizationLogo(Model):
    """The picture of an organization, a PNG; apart, so that no list reads it by accident."""

    __tablename__ = "organization_logos"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    #: SHA-256 in hex, part of the address, so that browsers may keep it.
    digest: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The last column: SQLite walks through a large value to reach what stands after it.
    png: Mapped[bytes] = mapped_column(LargeBinary)


class Membership(Model):
    """A person of an organization's team; what they may do there stands in `MemberRole`."""

    __tablename__ = "memberships"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MemberRole(Model):
    """A role of somebody on the team, everywhere or at one facility; several add up."""

    __tablename__ = "member_roles"
    __table_args__ = (
        one_of("role", Role, "role"),
        ForeignKeyConstraint(["organization_id", "user_id"], ["memberships.organization_id", "memberships.user_id"]),
        partial_index("uq_member_roles_all", "organization_id", "user_id", "role", where=_EVERYWHERE, unique=True),
        partial_index(
            "uq_member_roles_one",
            "organization_id",
            "user_id",
            "role",
            "facility_id",
            where="facility_id IS NOT NULL",
            unique=True,
        ),
        Index("ix_member_roles_user", "user_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organization_id: Mapped[int] = mapped_column()
    user_id: Mapped[int] = mapped_column()
    role: Mapped[str] = mapped_column(String(20))
    #: None: everywhere.
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facilities.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TeamChange(Model):
    """A line of the trail of a team. Append-only: the database refuses changes.

    `before` and `after` are roles, each with the name that its facility had then (None: everywhere).
    """

    __tablename__ = "team_changes"
    __table_args__ = (one_of("kind", TeamChangeKind, "kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    #: Who teaches instead.
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(20))
    before: Mapped[list[dict[str, str | None]]] = mapped_column(JSON)
    after: Mapped[list[dict[str, str | None]]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TeamInvitation(Model):
    """Somebody is asked by mail to join a team; the link is a secret of that mailbox, only its hash is kept."""

    __tablename__ = "team_invitations"
    __table_args__ = (
        partial_index(
            "uq_team_invitations_open",
            "organization_id",
            "address",
            where="answered_at IS NULL AND withdrawn_at IS NULL",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    address: Mapped[str] = mapped_column(String(254))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: As `domain.people.team.read_grants` reads them.
    grants: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: With who said yes; nobody: no.
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Facility(Model):
    """A place with its own timezone (IANA name)."""

    __tablename__ = "facilities"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(300), default="")
    timezone: Mapped[str] = mapped_column(String(64))
    #: How to get in without steps, where the toilets are: shown on the pages of its events.
    accessibility: Mapped[str] = mapped_column(String(500), default="", server_default="")
    #: Whose public holidays count there (ISO 3166); None: nobody's.
    holiday_country: Mapped[str | None] = mapped_column(String(2))
    holiday_region: Mapped[str | None] = mapped_column(String(20))
    #: Nothing new is planned there since.
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    organization: Mapped[Organization] = relationship(back_populates="facilities")


class ClosedDays(Model):
    """From a local date to another one, both included."""

    __tablename__ = "closed_days"
    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="first_before_last"),
        Index("ix_closed_days_facility", "facility_id", "last_on"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facilities.id"))
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(120))


class PersonNote(Model):
    """One note, of one organization only; gone with the person, or when its author deletes it."""

    __tablename__ = "person_notes"
    __table_args__ = (Index("ix_person_notes_person", "user_id", "organization_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    #: Whom it is about.
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
