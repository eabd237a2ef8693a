"""A message that an organizer writes to people of an event: when it is sent, to how many, and until when it changes.

Why it is so: docs/decisions/137-messages-of-organizers.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.notices.audience import MOST_ANSWERS, Audience
from webapp.domain.notices.notice import Channel, Frequency, NotificationType, wants
from webapp.domain.notices.placeholders import pieces_of
from webapp.domain.notices.relative_time import RelativeTime, require_relative
from webapp.domain.refusal import Refused

SUBJECT_LIMIT, BODY_LIMIT = 120, 5000
#: Emails of organizers to one person within a day, beyond which they are warned.
MOST_A_DAY = 3
A_DAY = timedelta(hours=24)
_KEY = "mailing:"
#: Later than this from now is a typing error in a date field.
FURTHEST = timedelta(days=366)


class MailingStatus(StrEnum):
    """What becomes of a message. Who it goes to is found when it begins to be sent."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    #: It was not sent, and never will be: `DropReason`.
    DROPPED = "dropped"


OVER = frozenset({MailingStatus.SENT, MailingStatus.WITHDRAWN, MailingStatus.DROPPED})


class DropReason(StrEnum):
    """Why nothing was sent when the time came."""

    NO_RECIPIENTS = "no_recipients"
    SUSPENDED = "suspended"
    #: A reminder that could not be sent in time.
    MISSED = "missed"


class Reach(StrEnum):
    """How a person is told."""

    #: A line in the notification centre, and an email.
    MAIL = "mail"
    #: The line only: they chose to get no emails of the organization.
    LINE = "line"
    #: The line only: no address is known.
    NO_ADDRESS = "no_address"
    #: Not at all: the account was closed before it was their turn.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class MailingDraft:
    """What an organizer writes. `send_at` None is at once; `goes_beyond` that the warning of `MOST_A_DAY` was seen.

    A reminder has a time that goes by the event instead: `relative`.
    """

    subject: str
    body: str
    audience: Audience
    send_at: datetime | None = None
    goes_beyond: bool = False
    relative: RelativeTime | None = None


def require_mailing(draft: MailingDraft, now: datetime) -> None:
    """Refuse what cannot be sent: `placeholder_unknown` (with its `field`), `mailing_in_past`, `mailing_too_far`,
    `too_many_answers`, `unknown_choice` (two wishes about one question), `relative_time_invalid`.
    """
    if draft.relative is not None:
        require_relative(draft.relative)
    for field in ("subject", "body"):
        try:
            pieces_of(getattr(draft, field))
        except Refused as refused:
            raise Refused(refused.code, **{**refused.facts, "field": field}) from None
    if draft.send_at is not None and draft.send_at <= now:
        raise Refused("mailing_in_past")
    if draft.send_at is not None and draft.send_at > now + FURTHEST:
        raise Refused("mailing_too_far", days=FURTHEST.days)
    _require_answers([one.question_id for one in draft.audience.answers])


def _require_answers(question_ids: Sequence[int]) -> None:
    if len(question_ids) > MOST_ANSWERS:
        raise Refused("too_many_answers", most=MOST_ANSWERS)
    if len(set(question_ids)) < len(question_ids):
        raise Refused("unknown_choice")


def require_recipients(people: int, beyond: int, *, goes_beyond: bool) -> None:
    """Refuse a message to nobody (`no_recipients`), and one that is beyond the day's number for `beyond` people whom
    nobody was warned of (`beyond_the_day`).
    """
    if people == 0:
        raise Refused("no_recipients")
    if beyond and not goes_beyond:
        raise Refused("beyond_the_day", people=beyond, most=MOST_A_DAY)


def require_planned(status: str) -> None:
    """Only what is planned can be changed or withdrawn: `mailing_under_way`, `mailing_over`."""
    if status == MailingStatus.SENDING:
        raise Refused("mailing_under_way")
    if status in OVER:
        raise Refused("mailing_over")


def drop_reason(*, people: int, is_suspended: bool, has_missed: bool = False) -> DropReason | None:
    """Why a message whose time has come is not sent; None: it is. `has_missed`: it is a reminder, and too late."""
    if is_suspended:
        return DropReason.SUSPENDED
    if has_missed:
        return DropReason.MISSED
    return None if people else DropReason.NO_RECIPIENTS


def reach_of(frequency: Frequency, *, has_address: bool) -> Reach:
    """How somebody is told who wants to hear that much. Everybody gets the line."""
    if not wants(NotificationType.MESSAGE, frequency, Channel.MAIL):
        return Reach.LINE
    return Reach.MAIL if has_address else Reach.NO_ADDRESS


def mailing_key(mailing_id: int, user_id: int) -> str:
    """What line and email of one person are called: with it, once and only once."""
    return f"{_KEY}{mailing_id}:{user_id}"


def mailing_of_key(key: str) -> int:
    """Which message a line or an email so called is of."""
    return int(key.removeprefix(_KEY).partition(":")[0])
