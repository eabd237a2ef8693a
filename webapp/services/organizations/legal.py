"""Legal texts: a changed one is a new version; whether terms have to be accepted; a person's yes."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.domain.legal import LegalKind, require_current, require_legal_text
from webapp.domain.refusal import Refused
from webapp.models import LegalText, Organization, TermsAcceptance
from webapp.services.insertion import insert_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_TEXT, _YES = LegalText.__table__, TermsAcceptance.__table__


def publish_legal_texts(
    *, organization_id: int | None, texts: Mapping[LegalKind, str], demands_terms: bool = False, now: datetime
) -> int:
    """Keep each text that changed as a new version; how many did. `organization_id` None: of the installation.

    Raises Refused: `not_found`, `stale`, `terms_missing` (demanded, and there are none), `text_...`.
    """
    clean = {kind: require_legal_text(text) for kind, text in texts.items()}
    if demands_terms and not clean.get(LegalKind.TERMS):
        raise Refused("terms_missing")
    with write_transaction() as session:
        if organization_id is not None:
            # The row is the lock: of two at once the second numbers its versions after the first.
            written = update(Organization).where(Organization.id == organization_id)
            if not rows_changed(session, written.values(demands_terms=demands_terms)):
                raise Refused("not_found")
        return sum(_publish(session, organization_id, kind, text, now) for kind, text in clean.items())


def accept_terms(*, user_id: int, organization_id: int, text_id: int, now: datetime) -> None:
    """Keep that the person said yes to this version; twice is once. Raises Refused: `terms_changed`."""
    with write_transaction() as session:
        require_current(text_id, current_terms(session, organization_id))
        keep_yes(session, user_id, text_id, now=now)


def current_terms(session: Session, organization_id: int) -> int | None:
    """The version of an organization's terms that counts; None where it has none."""
    last = _last(session, organization_id, LegalKind.TERMS)
    return last[0] if last and last[2] else None


def keep_yes(session: Session, user_id: int, text_id: int, *, now: datetime) -> None:
    """Keep that the person said yes to this version; twice is once."""
    yes = {"user_id": user_id, "text_id": text_id, "accepted_at": now}
    session.execute(insert_unless_there(session, _YES).values(yes))


def _publish(session: Session, organization_id: int | None, kind: LegalKind, text: str, now: datetime) -> bool:
    last = _last(session, organization_id, kind)
    if text == (last[2] if last else ""):
        return False
    version = last[1] + 1 if last else 1
    values = {"organization_id": organization_id, "kind": kind, "version": version, "text": text, "published_at": now}
    made = insert_unless_there(session, _TEXT).values(values).returning(_TEXT.c.id)
    if session.scalar(made) is None:
        # Somebody else's version was written meanwhile.
        raise Refused("stale")
    return True


def _last(session: Session, organization_id: int | None, kind: LegalKind) -> tuple[int, int, str] | None:
    owner = _TEXT.c.organization_id
    own = owner.is_(None) if organization_id is None else owner == organization_id
    newest = select(func.max(_TEXT.c.id)).where(own, _TEXT.c.kind == kind).scalar_subquery()
    row = session.execute(select(_TEXT.c.id, _TEXT.c.version, _TEXT.c.text).where(_TEXT.c.id == newest)).one_or_none()
    return (row.id, row.version, row.text) if row else None
