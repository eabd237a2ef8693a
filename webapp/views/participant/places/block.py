"""The one block that answers "where do I stand?", and what its templates need to know."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, flash, g, make_response, render_template, request

from webapp.domain.asking.attendance_response import AnswerPhase, AskedEvent, answer_phase
from webapp.domain.asking.prompt import EXPECTED
from webapp.domain.event_days import local_date
from webapp.domain.event_life import EventStatus
from webapp.domain.events.attention import CLOSURE_GRACE
from webapp.domain.events.closure import closes_by
from webapp.domain.online.meeting_session import MAY_JOIN
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import (
    LIVE,
    EnrollmentStatus,
    is_late_leaving,
    is_past_deadline,
    leave_until,
    require_cancellable,
)
from webapp.domain.places.no_shows.policy import enrolls_from
from webapp.domain.places.standing import Standing
from webapp.domain.places.standing import StandingState as State
from webapp.domain.questions.answer import Sheet
from webapp.domain.questions.question import BY_THEMSELVES, answers_close_at
from webapp.domain.refusal import Refused
from webapp.queries.online.meeting_session import OwnSession
from webapp.queries.places.no_shows.strikes import Record
from webapp.queries.places.parties.party import PartyView
from webapp.queries.places.standing import EventStanding
from webapp.views.addresses import url_for
from webapp.views.current_actor import current_actor
from webapp.views.forms.form import Form
from webapp.views.participant.parties.sign_up import SignUp, leads
from webapp.views.participant.places.words import announcement, rule_words, title_words
from webapp.views.responses import done, render, wants_fragment
from webapp.views.words.refusals import refusal_sentence

PAGE, FRAGMENT = "participant/places/event.html", "participant/places/_enrollment_parts.html"


@dataclass(frozen=True)
class Block:
    """An event as one reader sees it at one instant. `line` is said above the block's own words."""

    place: EventStanding
    standing: Standing
    now: datetime
    line: str | None = None
    has_focus: bool = False
    #: What somebody who is not signed in typed, where something is wrong with it.
    guest: Form | None = None
    #: What the event asks the reader, and what they answered; None where it asks nothing of them.
    sheet: Sheet | None = None
    #: Whom the reader came with; None: nobody.
    party: PartyView | None = None
    #: What counts against the reader here, where it is to be said.
    record: Record | None = None
    #: How many people somebody wanted to enroll, where that could not be done as they said.
    sign_up: SignUp | None = None

    @property
    def answers_close_at(self) -> datetime:
        """Until when the reader answers what the event asks."""
        return answers_close_at(self.place.event.answers_due_at, self.place.event.starts_at)

    @property
    def can_answer_questions(self) -> bool:
        """Whether the event asks something of somebody with a place, and they can still answer."""
        is_asked = self.sheet is not None and bool(self.sheet.of_form(BY_THEMSELVES))
        return is_asked and self.now < self.answers_close_at and self.place.event.status == EventStatus.PUBLISHED

    @property
    def open_questions(self) -> int:
        """How many questions the reader did not answer yet."""
        return len(self.sheet.unanswered(BY_THEMSELVES)) if self.sheet and self.can_answer_questions else 0

    @property
    def led_party(self) -> PartyView | None:
        """The party that the reader leads."""
        return self.party if leads(self.party, current_actor()) else None

    @property
    def enrolls_from(self) -> datetime | None:
        """From when on the reader may enroll, where others go first; None: as everybody."""
        event = self.place.event
        if self.record is None:
            return None
        until = enrolls_from(self.record.tally, opened_at=event.opened_at, closes_at=event.enrollment_closes_at)
        return until if until and self.now < until else None

    @property
    def state(self) -> State:
        return self.standing.state

    @property
    def title(self) -> str:
        own = self.place.own
        moved_by, moved_from = (own.moved_by, own.moved_from) if own else (None, None)
        return self.place.event.title + title_words(self.state, moved_by=moved_by, moved_from=moved_from)

    @property
    def rule_words(self) -> tuple[str, str]:
        """What counts as attended, in words."""
        event = self.place.event
        return rule_words(event.rule, has_sessions=bool(self.place.sessions), online_counts=event.online_counts)

    @property
    def fingerprint(self) -> str:
        """The same for the same words: state, position, and a check over all that is shown."""
        place, own = self.place, self.place.own
        shown = (
            place.seats,
            place.presence,
            own,
            place.event.version,
            place.event.status,
            self.can_leave,
            self.returns_until,
            self.standing.offer,
            place.appeal,
            local_date(self.now, place.event.timezone),
            tuple(session.id for session in self.open_sessions),
            self.open_questions,
            self.party,
            place.standby_rank,
            place.comer,
        )
        return f"{self.state}.{(own.rank if own else None) or 0}.{zlib.crc32(repr(shown).encode()):08x}"

    @property
    def refresh_address(self) -> str:
        """The address the block refreshes itself from; `seen` lets the server answer "nothing new"."""
        return url_for("participant.enrollment", slug=self.place.event.slug, seen=self.fingerprint)

    @property
    def decided_by(self) -> datetime | None:
        """When the outcome is there at the latest, where online sessions are measured first."""
        ends = [session.ends_at for session in self.place.sessions]
        return closes_by(self.place.event.is_closed_from, max(ends)) + CLOSURE_GRACE if ends else None

    @property
    def open_sessions(self) -> tuple[OwnSession, ...]:
        """Online sessions that the reader may join now."""
        own, event = self.place.own, self.place.event
        if own is None or own.status not in MAY_JOIN or event.status != EventStatus.PUBLISHED:
            return ()
        return tuple(session for session in self.place.sessions if session.is_open(self.now))

    @property
    def leave_until(self) -> datetime | None:
        """Until when the reader can give up what they have; None where they cannot (any more)."""
        own = self.place.own
        return self._until(own.status, leaves_freely=own.leaves_freely) if own else None

    @property
    def newcomer_leaves_until(self) -> datetime | None:
        """Until when whoever enrolls now could give the place up again; None where they could not."""
        event = self.place.event
        is_late = is_past_deadline(event.starts_at, event.cancellation_deadline_hours, self.now)
        return self._until(EnrollmentStatus.CONFIRMED, leaves_freely=is_late)

    @property
    def returns_until(self) -> datetime | None:
        """Until when the reader can have their place in line again; None where they cannot (any more)."""
        until = self.place.returns_until
        return until if until and self.now < until else None

    @property
    def can_leave(self) -> bool:
        """Whether the button to give it up is there, and does it."""
        return self.leave_until is not None

    @property
    def why_no_leaving(self) -> Refused:
        """What pressing the button would be answered with where there is none."""
        own, event = self.place.own, self.place.event
        if own is None or own.status is EnrollmentStatus.CANCELLED:
            return Refused("not_enrolled")
        try:
            require_cancellable(
                own.status,
                by=Trigger.USER,
                leaves_freely=own.leaves_freely,
                leaves_late=event.leaves_late,
                **self._deadline,
            )
        except Refused as refused:
            return refused
        return Refused("stale")

    def _until(self, status: EnrollmentStatus, *, leaves_freely: bool) -> datetime | None:
        late = self.place.event.leaves_late
        return leave_until(status, leaves_freely=leaves_freely, leaves_late=late, **self._deadline)

    @property
    def leaves_late(self) -> bool:
        """Whether giving the place back now comes after the deadline, and counts."""
        own = self.place.own
        if own is None or not self.can_leave:
            return False
        return is_late_leaving(own.status, leaves_freely=own.leaves_freely, **self._deadline)

    @property
    def _deadline(self) -> dict[str, Any]:
        event = self.place.event
        return {"starts_at": event.starts_at, "hours_before": event.cancellation_deadline_hours, "now": self.now}

    @property
    def day_number(self) -> int | None:
        """Which day of the event today is, from 1; None before, after and for a single day."""
        days = self.place.event.days
        today = local_date(self.now, self.place.event.timezone)
        return days.index(today) + 1 if len(days) > 1 and today in days else None

    @property
    def can_answer(self) -> bool:
        """Whether the reader is asked, or may say differently, if they were there.

        Who only looked at the page is asked by a prompt, not here.
        """
        event, own = self.place.event, self.place.own
        asked = AskedEvent(event.starts_at, event.effective_end_at, is_called_off=event.status == EventStatus.CANCELLED)
        has_part = own is not None and own.status in EXPECTED and self.now >= event.effective_end_at
        return answer_phase(asked, self.now) is AnswerPhase.OPEN and (has_part or self.place.answer is not None)

    @property
    def was_here_today(self) -> bool:
        """Whether a check-in of today stands."""
        today = local_date(self.now, self.place.event.timezone)
        return any(day.local_on == today for day in self.place.presence)


def show_block(block: Block, *, status: int = 200, said: str | None = None) -> Response:
    """The event's page, or for htmx its block with the parts that change along with it.

    While its organization is suspended, only that, and to who has a place what they have and how to leave (410).
    """
    g.event_id = block.place.event.id
    if block.place.event.is_suspended:
        return _show_closed(block, said)
    return render(
        PAGE,
        FRAGMENT,
        status,
        block=block,
        event=block.place.event,
        own=block.place.own,
        seats=block.place.seats,
        said=said,
        is_pending=request.args.get("pending") == "1",
    )


def _show_closed(block: Block, said: str | None) -> Response:
    g.refusal = "organization_closed"
    event, own = block.place.event, block.place.own
    if wants_fragment():
        # A page that was open before: there is nothing left of it that could be changed.
        if said:
            flash(said)
        return done(event_address(event.slug))
    why_not = None if block.can_leave else block.why_no_leaving
    body = render_template(
        "participant/places/standing/closed.html",
        event=event,
        own=own if own is not None and own.status in LIVE else None,
        words=said_about(block),
        line=block.line,
        sentence=refusal_sentence(g.refusal),
        why_not=refusal_sentence(why_not.code, tz=event.timezone, now=block.now, **why_not.facts) if why_not else None,
    )
    return make_response(body, 410)


def said_about(block: Block, *, moved_up: bool = False) -> str:
    """One sentence about where the reader stands now."""
    own = block.place.own
    return announcement(
        block.state,
        rank=own.rank if own else None,
        moved_by=own.moved_by if own else None,
        moved_up=moved_up,
        moved_from=own.moved_from if own else None,
    )


def event_address(slug: str) -> str:
    """The event's page, opened at the block."""
    return url_for("participant.event", slug=slug, _anchor="enrollment")
