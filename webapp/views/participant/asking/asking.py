"""The doors to the question whether somebody was there, and the page behind all of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for

from webapp.domain.asking.attendance_response import SENDABLE, AnswerPhase
from webapp.domain.asking.prompt import answers_close_at, prompt_zone, would_come_back_at
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.asking.attendance_response import Question, question_about, question_at, question_behind
from webapp.services.asking.attendance_response import read_answer_link
from webapp.views import request_time
from webapp.views.current_actor import may_open_link_of
from webapp.views.errors import status_of
from webapp.views.guards import the_actor
from webapp.views.responses import render
from webapp.views.words.instants import spoken_when, zone_name
from webapp.views.words.refusals import refusal_sentence


@dataclass(frozen=True)
class QuestionRoute:
    """One way to a question, and the addresses on that way."""

    question: Question
    page: str
    answer_to: str
    snooze_to: str
    feedback_at: str
    #: The prompt in the notification centre that led here.
    notification_id: int | None = None

    def looked_at_again(self) -> "QuestionRoute":
        """The same way with the question as it is stored now."""
        question = question_about(self.question.user_id, self.question.id)
        if question is None:
            raise Refused("not_found")
        return replace(self, question=question)


class AskState(StrEnum):
    """What the page says; one part of its template each."""

    QUESTION = "question"
    ANSWERED = "answered"
    SNOOZED = "snoozed"
    DISMISSED = "dismissed"
    NOT_BEGUN = "not_begun"
    CLOSED = "closed"
    CALLED_OFF = "called_off"
    DELETED = "deleted"


def by_link(now: datetime, token: str) -> QuestionRoute:
    """The door of a mailed link: for whoever holds it, unless they are signed in as somebody whom it is not about.

    Raises `link_invalid`, `link_of_somebody_else`, `link_expired`.
    """
    link = read_answer_link(token, now)
    if not may_open_link_of(link.user_id):
        raise Refused("link_of_somebody_else")
    question = question_about(link.user_id, link.event_id)
    if question is None:
        raise Refused("link_invalid")
    if link.has_ended:
        raise Refused("link_expired", organization=question.organization_name)
    return QuestionRoute(
        question,
        page=url_for("participant.prompt", token=token),
        answer_to=url_for("participant.answer_by_link", token=token),
        snooze_to=url_for("participant.snooze_by_link", token=token),
        feedback_at=url_for("participant.feedback_by_link", token=token),
    )


def by_notification(_now: datetime, notification_id: int) -> QuestionRoute:
    """The door of a prompt in one's own notification centre. Raises `not_found`."""
    question = question_behind(the_actor().user_id or 0, notification_id)
    if question is None:
        raise Refused("not_found")
    return QuestionRoute(
        question,
        page=url_for("participant.prompt_of_notification", notification_id=notification_id),
        answer_to=url_for("participant.answer_notification", notification_id=notification_id),
        snooze_to=url_for("participant.snooze_notification", notification_id=notification_id),
        feedback_at=url_for("participant.feedback", slug=question.slug),
        notification_id=notification_id,
    )


def by_event(_now: datetime, slug: str) -> QuestionRoute:
    """The door of a signed-in person who knows the event. Raises `not_found`."""
    question = question_at(the_actor().user_id or 0, slug)
    if question is None:
        raise Refused("not_found")
    return QuestionRoute(
        question,
        page=url_for("participant.attendance", slug=slug),
        answer_to=url_for("participant.answer", slug=slug),
        snooze_to=url_for("participant.snooze", slug=slug),
        feedback_at=url_for("participant.feedback", slug=slug),
    )


View = Callable[[QuestionRoute, datetime], Response]


def through(open_door: Callable[..., QuestionRoute]) -> Callable[[View], Callable[..., Response]]:
    """Let a view get the opened door and the instant instead of the parts of its address."""

    def decorate(view: View) -> Callable[..., Response]:
        @wraps(view)
        def opened(**address: object) -> Response:
            now = request_time.now()
            try:
                door = open_door(now, **address)
            except Refused as refused:
                if refused.code != "link_of_somebody_else":
                    raise
                g.refusal = refused.code
                body = render_template("participant/asking/prompt_of_somebody_else.html", next_path=_page_of(address))
                return make_response(body, status_of(refused))
            g.event_id = door.question.id
            return view(door, now)

        return opened

    return decorate


def _page_of(address: dict[str, Any]) -> str:
    return url_for("participant.prompt", **address)


def show_question(
    door: QuestionRoute, now: datetime, *, refused: Refused | None = None, line: str | None = None
) -> Response:
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
        "participant/asking/prompt.html",
        f"participant/asking/{'_prompt' if request.method == 'GET' else '_prompt_update'}.html",
        status,
        door=door,
        question=question,
        AskState=AskState,
        state=state,
        error=error,
        line=line,
        sendable=SENDABLE,
        closes_at=answers_close_at(question.effective_end_at),
        snooze_when=_snooze_when(question, now),
        asks_again=_when_asked_again(question, now),
        is_last=question.asked_prompt is not None and question.asked_prompt.is_last,
        sharing=sharing_words(question),
    )


def _state(question: Question, now: datetime) -> AskState:
    phase = question.phase(now)
    if phase is not AnswerPhase.OPEN:
        return AskState(phase)
    if request.args.get("change") == "1":
        return AskState.QUESTION
    if question.answer is not None:
        return AskState.ANSWERED
    if question.is_snoozed:
        return AskState.SNOOZED
    return AskState.DISMISSED if question.is_dismissed else AskState.QUESTION


def _snooze_when(question: Question, now: datetime) -> str | None:
    """When they would be asked again ("tomorrow at 9:00"); None where that is not possible."""
    asked = question.asked_prompt
    at = would_come_back_at(asked, now) if asked else None
    return _in_their_zone(question, at, now) if at else None


def _when_asked_again(question: Question, now: datetime) -> str | None:
    at = question.asks_again_at
    if at is None or at <= now or not question.is_snoozed:
        return None
    return _in_their_zone(question, at, now)


def _in_their_zone(question: Question, at: datetime, now: datetime) -> str:
    """tomorrow at 9:00, Lisbon time; the zone only where it is not the event's"""
    zone = prompt_zone(question.user_timezone).key
    words = spoken_when(at, zone, now).replace(" at 0", " at ")
    return words if zone == question.timezone else f"{words}, {zone_name(zone)}"


def sharing_words(question: Question) -> str:
    """Who else sees that the person was there."""
    on_profile, to_others = question.sharing.on_profile and bool(question.handle), question.sharing.to_organizations
    if on_profile:
        return (
            gettext("Shown on your profile and to other organizers.")
            if to_others
            else gettext("Shown on your profile, not to other organizers.")
        )
    return gettext("Shown to other organizers, not on your profile.") if to_others else ""
