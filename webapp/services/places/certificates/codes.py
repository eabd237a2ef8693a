"""Codes that no certificate has, of an event or of a class."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.places.certificate_code import new_certificate_code
from webapp.models import ClassCompletion, EventCertificate
from webapp.queries.id_set import is_among_words


def unused_codes(session: Session, count: int) -> list[str]:
    """So many fresh codes. One statement, whatever their number."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = [new_certificate_code() for _ in range(count - len(codes))]
        of_both = (
            select(column).where(is_among_words(session, column, fresh))
            for column in (EventCertificate.code, ClassCompletion.code)
        )
        first, second = of_both
        codes |= set(fresh) - set(session.scalars(first.union_all(second)))
    return list(codes)
