"""When a person is asked whether they were there, and when not any more."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from webapp.domain.event_days import known_timezones
from webapp.domain.event_life import EventStatus
from webapp.domain.notices.notice import Frequency
from webapp.domain.places.enrollment import PLACE_HELD
from webapp.domain.refusal import Refused

#: Answers are taken for this long after the effective end: hours, not calendar days.
ANSWER_WINDOW = timedelta(days=14)
#: The first prompt comes this long after the effective end.
FIRST_PAUSE = timedelta(hours=1)
#: An event that ended longer ago than this is not asked about any more.
LATEST_FIRST = timedelta(hours=24)
#: The local time at which a prompt comes back.
SNOOZE_HOUR = time(9)
#: The number of the prompt after which nobody asks again.
LAST_NUMBER = 2

#: Asked for their enrollment. Others are asked only where they looked at the event's page.
EXPECTED = PLACE_HELD
#: An event that nobody can have been at.
_NEVER_HAPPENED = frozenset({EventStatus.DRAFT, EventStatus.CANCELLED})


class PromptEnd(StrEnum):
    """Why a prompt that was planned is not sent. `settled`: there is nothing left to ask."""

    ANSWERED = "answered"
    OPTED_OUT = "opted_out"
    SETTLED = "settled"
    WINDOW_OVER = "window_over"
    EVENT_GONE = "event_gone"
    ACCOUNT_GONE = "account_gone"


@dataclass(frozen=True, slots=True)
class PromptFacts:
    """What decides whether a prompt that is due is sent, as it stands at that moment."""

    number: int
    event_status: str
    is_event_deleted: bool
    effective_end_at: datetime
    has_answered: bool
    has_given_up: bool
    frequency: Frequency
    #: Whether the account is there and can be reached.
    can_answer: bool
    #: Whether a check-in that stands says that the person was there.
    was_seen: bool
    asks_only_unknown: bool
    #: The person's own zone, as it was entered.
    timezone: str | None


@dataclass(frozen=True, slots=True)
class AskedPrompt:
    """A prompt as a person got it, with what decides whether it may come again."""

    event_id: int
    number: int
    #: The person acted on it: answered, put it off, or was done with it.
    is_responded: bool
    is_called_off: bool
    effective_end_at: datetime
    has_answered: bool
    timezone: str | None
    #: When the follow-up is due, where one is planned.
    asks_again_at: datetime | None

    @property
    def is_last(self) -> bool:
        """Whether nobody asks again after it."""
        return self.number >= LAST_NUMBER


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a due prompt: ended for a reason, put off until an instant, or (neither) sent."""

    ended_because: PromptEnd | None = None
    put_off_until: datetime | None = None


def answers_close_at(effective_end_at: datetime) -> datetime:
    """The last instant at which an answer is taken."""
    return effective_end_at + ANSWER_WINDOW


def first_prompt_at(effective_end_at: datetime) -> datetime:
    """When the first prompt of an event is due."""
    return effective_end_at + FIRST_PAUSE


def prompt_zone(timezone: str | None) -> ZoneInfo:
    """The zone in which a person is asked: their own, or UTC where there is none or it is not one."""
    return ZoneInfo(timezone if timezone in known_timezones() else "UTC")


def snoozed_until(now: datetime, timezone: str | None) -> datetime:
    """The next 9:00 on the person's clock, strictly after `now` (aware UTC); before 9:00 that is today's.

    Where the clocks skip 9:00 it is the same moment on the clock that was not moved; where they
    show it twice, each of the two is a 9:00.
    """
    zone = prompt_zone(timezone)
    today = now.astimezone(zone).date()
    for day in range(4):
        wall = datetime.combine(today + timedelta(days=day), SNOOZE_HOUR)
        first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        # In a gap the second reading lies before the first and shows another time.
        later = [at for at in (first, max(first, second)) if at > now]
        if later:
            return later[0]
    raise ValueError(f"no 9:00 within days of {now} in {zone}")  # no clock was ever moved that far


def require_snoozable(asked: AskedPrompt, now: datetime) -> datetime | None:
    """When a prompt that is put off now comes back (aware UTC); None: it was the last one, and is only done with.

    Raises Refused: `prompt_answered`, `prompt_asked_twice`, `prompt_already_read` (with `asks_again_at`
    where that was a snooze), `event_called_off`, `answers_closed`, `no_time_to_ask_again`.
    """
    if asked.has_answered:
        raise Refused("prompt_answered")
    if asked.is_responded:
        if asked.is_last:
            raise Refused("prompt_asked_twice")
        raise Refused("prompt_already_read", asks_again_at=asked.asks_again_at)
    closes_at = answers_close_at(asked.effective_end_at)
    if asked.is_called_off:
        raise Refused("event_called_off")
    if now > closes_at:
        raise Refused("answers_closed", closed_at=closes_at)
    if asked.is_last:
        return None
    comes_back_at = snoozed_until(now, asked.timezone)
    if comes_back_at > closes_at:
        raise Refused("no_time_to_ask_again", closes_at=closes_at)
    return comes_back_at


def would_come_back_at(asked: AskedPrompt, now: datetime) -> datetime | None:
    """When it would come back if it were put off now; None where it cannot be put off."""
    try:
        return require_snoozable(asked, now)
    except Refused:
        return None


def decide_prompt(facts: PromptFacts, now: datetime) -> Verdict:
    """Whether a prompt that is due is still to be sent: the last look, with the facts of this moment."""
    because = _reason_to_end(facts, now)
    if because is not None:
        return Verdict(ended_because=because)
    first_at = first_prompt_at(facts.effective_end_at)
    if first_at > now:
        # The end was moved; an instant before, so that a 9:00 sharp is not missed.
        again_at = snoozed_until(first_at - timedelta(microseconds=1), facts.timezone)
        return Verdict(put_off_until=first_at if facts.number == 1 else again_at)
    return Verdict()


def _reason_to_end(facts: PromptFacts, now: datetime) -> PromptEnd | None:
    reasons = (
        (facts.is_event_deleted or facts.event_status in _NEVER_HAPPENED, PromptEnd.EVENT_GONE),
        (not facts.can_answer, PromptEnd.ACCOUNT_GONE),
        (facts.has_answered, PromptEnd.ANSWERED),
        (facts.frequency is Frequency.NONE, PromptEnd.OPTED_OUT),
        (facts.has_given_up, PromptEnd.SETTLED),
        (facts.asks_only_unknown and facts.was_seen, PromptEnd.SETTLED),
        (now > answers_close_at(facts.effective_end_at), PromptEnd.WINDOW_OVER),
    )
    return next((because for applies, because in reasons if applies), None)
