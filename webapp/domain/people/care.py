"""People whom somebody looks after: children, and others who do not sign in until they claim themselves."""

from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.people.merge import Row
from webapp.domain.refusal import Refused

#: As many as one person looks after.
MOST_CARED_FOR = 20
#: How long a link works by which somebody takes their own record over.
CLAIM_LIFETIME = timedelta(days=7)
#: How long somebody can answer whether they look after a person.
ASK_LIFETIME = timedelta(days=7)


class AskStatus(StrEnum):
    """Of one question of staff whether somebody looks after a person; only an open one is answered or withdrawn."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


def require_room(count: int) -> None:
    """Refuse one more than anybody looks after (`cared_for_full`, fact: `most`)."""
    if count >= MOST_CARED_FOR:
        raise Refused("cared_for_full", most=MOST_CARED_FOR)


def require_attachable(person: Row, carer: Row, *, has_address: bool) -> None:
    """Refuse that staff puts somebody into another person's care, whose yes is asked for besides.

    `has_address`: of the person. Raises `merge_same`, `merge_person_gone`, `care_has_account`, `care_elsewhere`,
    `care_managed`.
    """
    if person.user_id == carer.user_id:
        raise Refused("merge_same")
    if person.is_gone or carer.is_gone:
        raise Refused("merge_person_gone")
    if has_address or person.signs_in or person.has_roles:
        raise Refused("care_has_account")
    if person.is_known_elsewhere:
        raise Refused("care_elsewhere")
    if person.is_managed or carer.is_managed:
        raise Refused("care_managed")


def require_answerable(status: str, *, expires_at: datetime, now: datetime) -> None:
    """Refuse an answer to what was answered, withdrawn or outlived (`care_request_over`)."""
    if status != AskStatus.OPEN or now >= expires_at:
        raise Refused("care_request_over")
