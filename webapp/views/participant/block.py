"""The one block that answers "where do I stand?", and what its templates need to know."""

import zlib
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, g, request, url_for

from webapp.domain.attendance_response import AnswerPhase, AskedEvent, answer_phase
from webapp.domain.enrollment import Trigger, cancellation_deadline, require_cancellable
from webapp.domain.event_days import local_date
from webapp.domain.meeting_session import MAY_JOIN
from webapp.domain.permission import Actor, Permission
from webapp.domain.prompt import EXPECTED
from webapp.domain.refusal import Refused
from webapp.domain.standing import Standing
from webapp.domain.standing import StandingState as State
from webapp.queries.online.meeting_session import OwnSession
from webapp.queries.places.passes import QrPicture, pass_picture
from webapp.queries.places.standing import EventStanding, event_standing
from webapp.views.current_actor import current_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.words import announcement, rule_words, title_words
from webapp.views.responses import render

PAGE, FRAGMENT = "participant/event.html", "participant/_enrollment_parts.html"


@dataclass(frozen=True)
class Block:
    """An event as one reader sees it at one instant. `line` is said above the block's own words."""

    place: EventStanding
    standing: Standing
    now: datetime
    line: str | None = None
    has_focus: bool = False

    @property
    def state(self) -> State:
        return self.standing.state

    @property
    def title(self) -> str:
        return self.place.event.title + title_words(self.state)

    @property
    def fingerprint(self) -> str:
        """The same for the same words: state, position, and a check over all that is shown."""
        place, own = self.place, self.place.own
        shown = (
            place.seats, place.presence, own, place.event.version, place.event.status,
            self.can_leave, self.standing.offer,
            local_date(self.now, place.event.timezone), tuple(session.id for session in self.open_sessions),
        )  # fmt: skip
        return f"{self.state}.{(own.rank if own else None) or 0}.{zlib.crc32(repr(shown).encode()):08x}"

    @property
    def has_sessions(self) -> bool:
        """Whether online sessions are measured before the event is closed."""
        return bool(self.place.sessions)

    @property
    def open_sessions(self) -> tuple[OwnSession, ...]:
        """Online sessions that the reader may join now."""
        own, event = self.place.own, self.place.event
        if own is None or own.status not in MAY_JOIN or event.status != "published":
            return ()
        return tuple(session for session in self.place.sessions if session.is_open(self.now))

    @property
    def deadline(self) -> datetime:
        """Until when a place can be given up."""
        event = self.place.event
        return cancellation_deadline(event.starts_at, event.cancellation_deadline_hours)

    @property
    def can_leave(self) -> bool:
        """Whether the reader can still give up what they have."""
        if self.place.own is None or self.state is State.EVENT_CANCELLED:
            return False
        event = self.place.event
        try:
            require_cancellable(
                self.place.own.status,
                by=Trigger.USER,
                starts_at=event.starts_at,
                hours_before=event.cancellation_deadline_hours,
                now=self.now,
            )
        except Refused:
            return False
        return True

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
        asked = AskedEvent(event.starts_at, event.effective_end_at, is_called_off=event.status == "cancelled")
        has_part = own is not None and own.status in EXPECTED and self.now >= event.effective_end_at
        return answer_phase(asked, self.now) is AnswerPhase.OPEN and (has_part or self.place.answer is not None)

    @property
    def was_here_today(self) -> bool:
        """Whether a check-in of today stands."""
        today = local_date(self.now, self.place.event.timezone)
        return any(day.local_on == today for day in self.place.presence)


def load_block(slug: str, now: datetime) -> Block:
    """The event's block for whoever asks, or `not_found`: what was never published exists for
    its staff only."""
    actor = current_actor()
    place = event_standing(slug, actor.user_id if actor else None)
    if place is None or (_was_never_public(place) and not _may_preview(actor, place)):
        raise Refused("not_found")
    return Block(place, place.at(now), now)


def _was_never_public(place: EventStanding) -> bool:
    event = place.event
    return event.status == "draft" or (event.status == "cancelled" and event.published_at is None)


def show_block(block: Block, *, status: int = 200, said: str | None = None) -> Response:
    """The event's page, or for htmx its block with the parts that change along with it."""
    g.event_id = block.place.event.id
    return render(
        PAGE, FRAGMENT, status=status, block=block, event=block.place.event, own=block.place.own,
        seats=block.place.seats, said=said, rule=rule_words(block.place.event.rule),
        is_pending=request.args.get("pending") == "1",
    )  # fmt: skip


def said_about(block: Block, *, moved_up: bool = False) -> str:
    """One sentence about where the reader stands now."""
    own = block.place.own
    return announcement(
        block.state, rank=own.rank if own else None, moved_by=own.moved_by if own else None, moved_up=moved_up
    )


def event_address(slug: str) -> str:
    """The event's page, opened at the block."""
    return url_for("participant.event", slug=slug, _anchor="enrollment")


def pass_link(code: str) -> str:
    """What a QR code holds: an address on the installation's own public name."""
    base_url = current_app.extensions["settings"].base_url
    return base_url + url_for("participant.code", code=code)


@blueprint.app_template_global()
def qr_of(code: str) -> QrPicture:
    """The picture of a pass code."""
    return pass_picture(pass_link(code))


def _may_preview(actor: Actor | None, place: EventStanding) -> bool:
    return actor is not None and actor.can(Permission.VIEW_ROSTER, place.event.organization_id)
