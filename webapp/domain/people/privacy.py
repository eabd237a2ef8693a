"""Who sees what of a person's record of an event: the person, the host, other organizations, everybody.

The person and the organization that held the event always see it. Everybody else sees presence
only, and only where the person lets them: that somebody did not come is nobody else's business.
"""

from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.asking.attendance_response import Answer
from webapp.domain.places.enrollment import OUTCOME_OPEN, EnrollmentStatus


class Audience(StrEnum):
    """Who looks at a record of somebody."""

    PERSON = "person"
    HOST = "host"
    ORGANIZATIONS = "organizations"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a person lets others see, of one record or of every one without a choice of its own."""

    on_profile: bool
    to_organizations: bool


#: What a new account begins with.
USUAL_SHARING = Sharing(on_profile=True, to_organizations=False)


class Shown(StrEnum):
    """A record as strangers see it; `own_...` is the person's word, without a record behind it."""

    ATTENDED = "attended"
    PARTIAL = "partial"
    OWN_ATTENDED = "own_attended"
    OWN_PARTIAL = "own_partial"


def sharing_of(chosen: Sharing | None, usual: Sharing) -> Sharing:
    """What holds for one record: the choice made for it, else the person's usual one."""
    return chosen if chosen is not None else usual


def may_see(audience: Audience, sharing: Sharing) -> bool:
    """Whether a record of presence is shown to them."""
    if audience is Audience.PUBLIC:
        return sharing.on_profile
    return audience is not Audience.ORGANIZATIONS or sharing.to_organizations


def shown_to_strangers(status: EnrollmentStatus | None, answer: Answer | None) -> Shown | None:
    """What other organizations and the profile may say about a record, or None for nothing at all.

    A no-show, "I did not go", silence and everything undecided is nothing. Presence that only the
    person speaks of is told as their word, whatever the record says: so it gives no record away.
    """
    if answer is Answer.NOT_ATTENDED:
        return None
    if status is EnrollmentStatus.ATTENDED:
        return Shown.PARTIAL if answer is Answer.PARTIAL else Shown.ATTENDED
    if answer is Answer.ATTENDED:
        return Shown.OWN_ATTENDED
    return Shown.OWN_PARTIAL if answer is Answer.PARTIAL else None


def is_worth_a_choice(status: EnrollmentStatus | None, answer: Answer | None) -> bool:
    """Whether there is, or may soon be, anything that strangers could see of a record."""
    is_undecided = status in OUTCOME_OPEN
    return shown_to_strangers(status, answer) is not None or (is_undecided and answer is not Answer.NOT_ATTENDED)
