"""How the installation begins, and what its operators do."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.installation.operator_act import OperatorAct
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index


class SetupCode(Model):
    """A code that was printed in the log; only its hash is kept."""

    __tablename__ = "setup_codes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Wrong ones that were typed while this one could be used.
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When it was used, or a newer one took its place.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OperatorChange(Model):
    """A line of the operators' trail. Append-only: the database refuses changes.

    `before` and `after` are what the act changed: names of organizations, the code a mail server answered with. Never
    an address: it could not be forgotten.
    """

    __tablename__ = "operator_changes"
    __table_args__ = (
        one_of("kind", OperatorAct, "kind"),
        Index("ix_operator_changes_organization", "organization_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    #: Whom it is about.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    before: Mapped[str | None] = mapped_column(String(500))
    after: Mapped[str | None] = mapped_column(String(500))
    reason: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OrganizationRequest(Model):
    """Somebody asks to open an organization, or opened one."""

    __tablename__ = "organization_requests"
    __table_args__ = (
        partial_index("uq_organization_requests_open", "user_id", where="decided_at IS NULL", unique=True),
        Index("ix_organization_requests_user", "user_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(120))
    facility: Mapped[str] = mapped_column(String(120))
    timezone: Mapped[str] = mapped_column(String(64))
    #: What they wrote to the operator.
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: None: nobody had to.
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: None: declined.
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    reason: Mapped[str | None] = mapped_column(String(500))
