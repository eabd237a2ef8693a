"""The doors to the question whether somebody was there, and the page behind all of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import wraps

from flask import Response, g, make_response, render_template, request, url_for

from webapp import clock
from webapp.domain.attendance_response import SENDABLE, AnswerPhase
from webapp.domain.prompt import LAST_NUMBER, answers_close_at, prompt_zone, snoozed_until
from webapp.domain.refusal import Refused
from webapp.queries.asking.attendance_response import Question, question_about, question_at, question_behind
from webapp.services.asking.attendance_response import read_answer_link
from webapp.views.current_actor import current_actor
from webapp.views.errors import status_of
from webapp.views.guards import the_actor
from webapp.views.instants import spoken_when, zone_name
from webapp.views.responses import render
from webapp.views.wording import refusal_sentence


@dataclass(frozen=True)
class Door:
    """One way to a question, and the addresses on that way."""

    question: Question
    page: str
    answer_to: str
    snooze_to: str
    feedback_at: str
    #: The prompt in the notification centre that led here.
    notification_id: int | None = None

    def looked_at_again(self) -> "Door":
        """The same door with the question as it is stored now."""
        question = question_about(self.question.user_id, self.question.id)
        if question is None:
            raise Refused("not_found")
        return replace(self, question=question)


class AskState(StrEnum):
    """What the page says; one part of its template each."""

    QUESTION = "question"
    ANSWERED = "answered"
    SNOOZED = "snoozed"
    NOT_BEGUN = "not_begun"
    CLOSED = "closed"
    CALLED_OFF = "called_off"
    DELETED = "deleted"


def by_link(now: datetime, token: str) -> Door:
    """The door of a mailed link: for whoever holds it, unless they are signed in as somebody else.

    Raises `link_invalid`, `link_of_somebody_else`, `link_expired`.
    """
    link = read_answer_link(token, now)
    actor = current_actor()
    if actor is not None and actor.user_id != link.user_id:
        raise Refused("link_of_somebody_else")
    question = question_about(link.user_id, link.event_id)
    if question is None:
        raise Refused("link_invalid")
    if link.has_ended:
        raise Refused("link_expired", organization=question.organization_name)
    return Door(
        question,
        page=url_for("participant.prompt", token=token),
        answer_to=url_for("participant.answer_by_link", token=token),
        snooze_to=url_for("participant.snooze_by_link", token=token),
        feedback_at=url_for("participant.feedback_by_link", token=token),
    )


def by_notification(_now: datetime, notification_id: int) -> Door:
    """The door of a prompt in one's own notification centre. Raises `not_found`."""
    question = question_behind(the_actor().user_id or 0, notification_id)
    if question is None:
        raise Refused("not_found")
    return Door(
        question,
        page=url_for("participant.prompt_of_notification", notification_id=notification_id),
        answer_to=url_for("participant.answer_notification", notification_id=notification_id),
        snooze_to=url_for("participant.snooze_notification", notification_id=notification_id),
        feedback_at=url_for("participant.feedback", slug=question.slug),
        notification_id=notification_id,
    )


def by_event(_now: datetime, slug: str) -> Door:
    """The door of a signed-in person who knows the event. Raises `not_found`."""
    question = question_at(the_actor().user_id or 0, slug)
    if question is None:
        raise Refused("not_found")
    return Door(
        question,
        page=url_for("participant.attendance", slug=slug),
        answer_to=url_for("participant.answer", slug=slug),
        snooze_to=url_for("participant.snooze", slug=slug),
        feedback_at=url_for("participant.feedback", slug=slug),
    )


View = Callable[[Door, datetime], Response]


def through(open_door: Callable[..., Door]) -> Callable[[View], Callable[..., Response]]:
    """Let a view get the opened door and the instant instead of the parts of its address."""

    def decorate(view: View) -> Callable[..., Response]:
        @wraps(view)
        def opened(**address: object) -> Response:
            now = clock.now()
            try:
                door = open_door(now, **address)
            except Refused as refused:
                if refused.code != "link_of_somebody_else":
                    raise
                g.refusal = refused.code
                body = render_template("participant/prompt_of_somebody_else.html", next_path=_page_of(address))
                return make_response(body, status_of(refused))
            g.event_id = door.question.id
            return view(door, now)

        return opened

    return decorate


def _page_of(address: dict[str, object]) -> str:
    return url_for("participant.prompt", **address)


def show_question(door: Door, now: datetime, *, refused: Refused | None = None, line: str | None = None) -> Response:
    """The page of the question as it stands now, with a refusal or one line about what happened above it."""
    question = door.question
    state = _state(question, now)
    status = 410 if state is AskState.DELETED else 200
    error = None
    if refused is not None:
        g.refusal = refused.code
        status = status_of(refused)
        error = refusal_sentence(refused.code, tz=question.timezone, now=now, **refused.facts)
    return render(
        "participant/prompt.html", f"participant/{'_prompt' if request.method == 'GET' else '_prompt_update'}.html",
        status=status, door=door, question=question, state=state, error=error, line=line, sendable=SENDABLE,
        closes_at=answers_close_at(question.effective_end_at), snooze_when=_snooze_when(question, now),
        asks_again=_when_asked_again(question, now), is_last=_is_last(question), sharing=sharing_words(question),
    )  # fmt: skip


def _state(question: Question, now: datetime) -> AskState:
    phase = question.phase(now)
    if phase is not AnswerPhase.OPEN:
        return AskState(phase)
    if request.args.get("change") == "1":
        return AskState.QUESTION
    if question.answer is not None:
        return AskState.ANSWERED
    return AskState.SNOOZED if question.is_snoozed else AskState.QUESTION


def _is_last(question: Question) -> bool:
    return question.prompt is not None and question.prompt.number >= LAST_NUMBER


def _snooze_when(question: Question, now: datetime) -> str | None:
    """When they would be asked again ("tomorrow at 9:00"); None where that is not possible."""
    prompt = question.prompt
    if prompt is None or prompt.is_read or prompt.number >= LAST_NUMBER or question.answer is not None:
        return None
    at = snoozed_until(now, question.user_timezone)
    return None if at > answers_close_at(question.effective_end_at) else _in_their_zone(question, at, now)


def _when_asked_again(question: Question, now: datetime) -> str | None:
    at = question.asks_again_at
    return _in_their_zone(question, at, now) if question.is_snoozed and at > now else None


def _in_their_zone(question: Question, at: datetime, now: datetime) -> str:
    """tomorrow at 9:00, Lisbon time; the zone only where it is not the event's"""
    zone = prompt_zone(question.user_timezone).key
    words = spoken_when(at, zone, now).replace(" at 0", " at ")
    return words if zone == question.timezone else f"{words}, {zone_name(zone)}"


def sharing_words(question: Question) -> str:
    """Who else sees that the person was there."""
    on_profile, to_others = question.sharing.on_profile and bool(question.handle), question.sharing.to_organizations
    if on_profile:
        return "Shown on your profile" + (" and to other organizers." if to_others else ", not to other organizers.")
    return "Shown to other organizers, not on your profile." if to_others else ""
