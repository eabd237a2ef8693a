"""The name on a certificate: as the person was called when it was issued, put right by staff with a reason."""

from datetime import datetime

from sqlalchemy import insert, select, update

from webapp.domain.permission import Actor
from webapp.domain.places.certificate import require_other_name
from webapp.domain.refusal import Refused
from webapp.models import CertificateNameChange, EventCertificate
from webapp.services.accounts.account import require_name
from webapp.services.places.enrollment import lock_enrollment
from webapp.services.unit_of_work import write_transaction

_CERTIFICATE = EventCertificate.__table__


def correct_certificate_name(
    *, enrollment_id: int, name: str, printed: str, reason: str, actor: Actor, now: datetime
) -> None:
    """Print another name on a certificate; the change is kept with its reason. Its code stays.

    `printed` is the name that the form showed. Raises Refused: `reason_required`, `text_missing`, `text_too_long`,
    `text_broken`, `not_found`, `certificate_revoked`, `name_unchanged`, `certificate_renamed` (meanwhile).
    """
    if not reason.strip():
        raise Refused("reason_required")
    name = require_name(name)
    with write_transaction() as session:
        lock_enrollment(session, enrollment_id)
        found = session.execute(select(*_CERTIFICATE.c).where(_CERTIFICATE.c.enrollment_id == enrollment_id))
        row = found.one_or_none()
        if row is None:
            raise Refused("not_found")
        require_other_name(name, row.name, is_revoked=row.revoked_at is not None)
        if row.name != printed:
            raise Refused("certificate_renamed", name=row.name)
        session.execute(update(_CERTIFICATE).where(_CERTIFICATE.c.enrollment_id == enrollment_id).values(name=name))
        change = {"enrollment_id": enrollment_id, "name_before": row.name, "name": name, "reason": reason, "at": now}
        session.execute(insert(CertificateNameChange.__table__).values(**change, actor_id=actor.acting_id))
