"""Days on which a facility is closed, beside the public holidays of its country."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import Model
from webapp.models.columns import BigId


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
