"""The certificate of an enrollment that is read anyway."""

from sqlalchemy import ColumnElement, select

from webapp.models import Enrollment, EventCertificate


def own_certificate() -> ColumnElement[str | None]:
    """The code of the valid certificate of the `Enrollment` in the select around it."""
    valid = (EventCertificate.enrollment_id == Enrollment.id, EventCertificate.revoked_at.is_(None))
    return select(EventCertificate.code).where(*valid).correlate(Enrollment).scalar_subquery()
