"""Legal texts and who accepted them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.legal import LegalKind
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index


class LegalText(Model):
    """One version of a text, in Markdown; the last one counts, and an empty one is none. Never changed."""

    __tablename__ = "legal_texts"
    __table_args__ = (
        one_of("kind", LegalKind, "kind"),
        partial_index(
            "uq_legal_texts_organization",
            "organization_id",
            "kind",
            "version",
            where="organization_id IS NOT NULL",
            unique=True,
        ),
        partial_index("uq_legal_texts_installation", "kind", "version", where="organization_id IS NULL", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: None: of the installation.
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    kind: Mapped[str] = mapped_column(String(20))
    #: From 1, of this kind and owner.
    version: Mapped[int] = mapped_column()
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TermsAcceptance(Model):
    """A person said yes to this version of an organization's terms."""

    __tablename__ = "terms_acceptances"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("legal_texts.id"), primary_key=True)
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)
