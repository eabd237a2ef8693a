"""What an organization does about places that nobody used, and what excuses somebody."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.places.no_shows.excuse import WORDS_LIMIT, ExcuseReason
from webapp.domain.places.no_shows.policy import Consequence
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index


class NoShowRule(Model):
    """The no-show policy of an organization; without a row there is none. Strikes are derived, and kept nowhere."""

    __tablename__ = "no_show_rules"
    __table_args__ = (
        one_of("consequence", Consequence, "consequence"),
        CheckConstraint("strikes >= 1 AND fade_days >= 1", name="counts_something"),
        CheckConstraint("(consequence = 'later') = (hours IS NOT NULL)", name="later_has_hours"),
    )

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    #: So many bring the consequence.
    strikes: Mapped[int] = mapped_column()
    #: On so many open days a strike counts.
    fade_days: Mapped[int] = mapped_column()
    consequence: Mapped[str] = mapped_column(String(20))
    hours: Mapped[int | None] = mapped_column()
    #: People may cancel after the deadline, and half a strike is counted for it.
    late_counts: Mapped[bool] = mapped_column()
    #: When it was switched on: what ended before counts for nobody.
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)


class NoShowExcuse(Model):
    """Why a strike does not count: of an enrollment, kept by staff, taken back by staff. One stands at a time."""

    __tablename__ = "no_show_excuses"
    __table_args__ = (
        one_of("reason", ExcuseReason, "reason"),
        partial_index("uq_no_show_excuses_standing", "enrollment_id", where="withdrawn_at IS NULL", unique=True),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    #: They said so before the event began.
    in_time: Mapped[bool] = mapped_column()
    #: What staff noted beside; "" for nothing.
    words: Mapped[str] = mapped_column(String(WORDS_LIMIT), default="")
    given_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
