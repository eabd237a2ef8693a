"""Certificates follow outcomes: issued to who attended, revoked by a correction, and the same again if it returns.

Steps that join a transaction. Why it is so: docs/decisions/141-certificates-of-attendance.md.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, or_, select, update
from sqlalchemy.orm import Session

from webapp.domain.places.certificate import CertificateStep, certificate_step
from webapp.domain.places.domain_event import DomainEvent
from webapp.models import Enrollment, EventCertificate, EventPolicy, OutboxEvent, User
from webapp.models.columns import UtcDateTime
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow
from webapp.services.insertion import insert_rows_unless_there
from webapp.services.places.certificates.codes import unused_codes
from webapp.services.places.seats import LockedEvent, LockedSeats

_CERTIFICATE = EventCertificate.__table__


def follow_outcome(
    session: Session,
    locked: LockedSeats,
    ids: Sequence[int],
    *,
    from_status: Any,
    to_status: Any,
    is_told: bool,
    now: datetime,
) -> None:
    """What a move of these enrollments does to their certificates at once; no statement where that is nothing."""
    if not isinstance(locked, LockedEvent):
        return
    step = certificate_step(from_status, to_status, issues=locked.row.issues_certificates, is_told=is_told)
    if step is CertificateStep.ISSUE:
        _issue(session, _due(literal(now, UtcDateTime)).where(is_among(session, Enrollment.id, ids)))
    elif step is CertificateStep.REVOKE:
        valid = (is_among(session, _CERTIFICATE.c.enrollment_id, ids), _CERTIFICATE.c.revoked_at.is_(None))
        session.execute(update(_CERTIFICATE).where(*valid).values(revoked_at=now))


def issue_told_certificates(session: Session, event_ids: Sequence[int]) -> None:
    """Issue what follows from these domain events, to those who still count as attended.

    Where there are some, holds the events from then on, as every correction does: a certificate is never issued beside
    one. One statement where nothing is due, six at most, whatever the number.
    """
    told = (is_among(session, OutboxEvent.id, event_ids), OutboxEvent.kind == DomainEvent.PARTICIPANT_ATTENDED)
    due = _due(OutboxEvent.occurred_at).join(OutboxEvent, OutboxEvent.enrollment_id == Enrollment.id).where(*told)
    if session.execute(due.limit(1)).first() is not None:
        concerned = EventPolicy.event_id.in_(select(OutboxEvent.event_id).where(*told))
        holding = select(EventPolicy.event_id).where(EventPolicy.issues_certificates, concerned)
        session.execute(holding.order_by(EventPolicy.event_id).with_for_update(key_share=True)).all()
        # Asked again under the lock.
        _issue(session, due)


def _due(issued_at: ColumnElement[datetime] | Any) -> Select[Any]:
    """Enrollments that attended an event with certificates and have no valid one."""
    return (
        select(Enrollment.id, User.name, EventCertificate.code, issued_at.label("issued_at"))
        .join(EventPolicy, EventPolicy.event_id == Enrollment.event_id)
        .join(User, User.id == Enrollment.user_id)
        .outerjoin(EventCertificate, EventCertificate.enrollment_id == Enrollment.id)
        .where(EventPolicy.issues_certificates, Enrollment.is_attended)
        .where(or_(EventCertificate.code.is_(None), EventCertificate.revoked_at.is_not(None)))
        .order_by(Enrollment.id)
    )


def _issue(session: Session, due: Select[Any]) -> None:
    """A new one for who has none; the others get theirs back as it was, with its code and name."""
    found: dict[int, AnyRow] = {row.id: row for row in session.execute(due)}
    new = [row for row in found.values() if row.code is None]
    back = [row.id for row in found.values() if row.code is not None]
    if new:
        codes = unused_codes(session, len(new))
        rows = [
            {"enrollment_id": row.id, "code": code, "name": row.name, "issued_at": row.issued_at}
            for row, code in zip(new, codes, strict=True)
        ]
        insert_rows_unless_there(session, _CERTIFICATE, rows, _CERTIFICATE.c.enrollment_id)
    if back:
        again = update(_CERTIFICATE).where(is_among(session, _CERTIFICATE.c.enrollment_id, back))
        session.execute(again.values(revoked_at=None))
