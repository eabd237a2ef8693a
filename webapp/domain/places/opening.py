"""For whom enrollment is open now, asked without a refusal."""

from dataclasses import replace
from datetime import datetime

from webapp.domain.places.access import UNPROVED, Comer
from webapp.domain.places.enrollment import EnrollmentTerms, require_open
from webapp.domain.refusal import Refused


def is_open_for(terms: EnrollmentTerms, now: datetime, comer: Comer) -> bool:
    """Whether `require_open` lets them."""
    try:
        require_open(terms, now, comer)
    except Refused:
        return False
    return True


def only_list_enrolls(terms: EnrollmentTerms, now: datetime) -> bool:
    """Whether it depends on the list now who may enroll: of a guest nobody can tell before the address is confirmed."""
    is_open = is_open_for(terms, now, Comer(has_link=True))
    return not is_open and is_open_for(terms, now, replace(UNPROVED, has_link=True))
