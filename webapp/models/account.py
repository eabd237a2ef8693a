"""People and the ways they prove who they are."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.notice import Frequency
from webapp.extensions import db
from webapp.models.columns import BigId, UtcDateTime, one_of

#: The e-mail address of the fixed account that stands for the system in every trail.
SYSTEM_EMAIL = "system_batch@turnout.invalid"


class User(db.Model):
    """A person (or the system). A walk-in has a name and maybe no address and no password."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("uq_users_handle", "handle", unique=True),
        CheckConstraint("handle = lower(handle)", name="handle_lower"),
        one_of("notification_frequency", Frequency, "notification_frequency"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    #: Folded words of name and address, see `domain.text.search_text`.
    search_text: Mapped[str] = mapped_column(String(1200), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    timezone: Mapped[str | None] = mapped_column(String(64))
    #: The person's address under `/people/`; without one there is no public profile.
    handle: Mapped[str | None] = mapped_column(String(60))
    #: What becomes of a record for which the person said nothing else (`RecordPrivacy`).
    records_on_profile: Mapped[bool] = mapped_column(default=True)
    records_to_organizations: Mapped[bool] = mapped_column(default=False)
    #: For every organization without a `NotificationPreference` of its own.
    notification_frequency: Mapped[str] = mapped_column(String(20), default=Frequency.ALL)
    is_operator: Mapped[bool] = mapped_column(default=False)
    is_system: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The person asked to go: the row stays for the counts, without anything about them.
    anonymized_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignIn(db.Model):
    """A server-side session: only the hash of its cookie is kept; deleting it signs out."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_agent: Mapped[str] = mapped_column(String(200), default="")


class PasswordReset(db.Model):
    """A mailed link: one use, an end, only its hash kept."""

    __tablename__ = "password_resets"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
