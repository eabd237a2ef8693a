"""Certificates of attendance in events; those of classes are `ClassCompletion`."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime


class EventCertificate(Model):
    """That somebody attended an event, with a code that anybody can check.

    Valid while it is not revoked, and then its enrollment is `attended`. Why it was revoked, by whom, and that it
    came back, says the trail of the enrollment.
    """

    __tablename__ = "event_certificates"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    #: As the person was called when it was issued.
    name: Mapped[str] = mapped_column(String(200))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CertificateNameChange(Model):
    """That staff put the name on a certificate right."""

    __tablename__ = "certificate_name_changes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("event_certificates.enrollment_id"), index=True)
    name_before: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
