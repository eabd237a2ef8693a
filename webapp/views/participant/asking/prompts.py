"""Was I there? The question and its answer: from a mail, from the notification centre, from the event."""

from datetime import datetime

from flask import Response, flash

from webapp.domain.asking.attendance_response import PRESENT, parse_answer
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.services.asking.attendance_response import Answered
from webapp.services.asking.attendance_response import answer as keep_answer
from webapp.services.asking.prompt import snooze_prompt
from webapp.views.forms.sent import one_field
from webapp.views.guards import signed_in, signed_link
from webapp.views.participant.asking.asking import (
    QuestionRoute,
    by_event,
    by_link,
    by_notification,
    show_question,
    through,
)
from webapp.views.participant.asking.feedback import show_feedback
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other, wants_fragment


@blueprint.get("/prompts/<string(maxlength=400):token>")
@signed_link
@through(by_link)
def prompt(door: QuestionRoute, now: datetime) -> Response:
    """Opening a link answers nothing: mail scanners follow links, too."""
    return show_question(door, now)


@blueprint.post("/prompts/<string(maxlength=400):token>/answer")
@signed_link
@through(by_link)
def answer_by_link(door: QuestionRoute, now: datetime) -> Response:
    return _save_answer(door, now)


@blueprint.post("/prompts/<string(maxlength=400):token>/snooze")
@signed_link
@through(by_link)
def snooze_by_link(door: QuestionRoute, now: datetime) -> Response:
    return _put_off(door, now)


@blueprint.get("/notifications/<id:notification_id>/prompt")
@signed_in
@through(by_notification)
def prompt_of_notification(door: QuestionRoute, now: datetime) -> Response:
    return show_question(door, now)


@blueprint.post("/notifications/<id:notification_id>/prompt/answer")
@signed_in
@through(by_notification)
def answer_notification(door: QuestionRoute, now: datetime) -> Response:
    return _save_answer(door, now)


@blueprint.post("/notifications/<id:notification_id>/prompt/snooze")
@signed_in
@through(by_notification)
def snooze_notification(door: QuestionRoute, now: datetime) -> Response:
    return _put_off(door, now)


@blueprint.get("/attendance/<slug:slug>")
@signed_in
@through(by_event)
def attendance(door: QuestionRoute, now: datetime) -> Response:
    return show_question(door, now)


@blueprint.post("/attendance/<slug:slug>/answer")
@signed_in
@through(by_event)
def answer(door: QuestionRoute, now: datetime) -> Response:
    return _save_answer(door, now)


@blueprint.post("/attendance/<slug:slug>/snooze")
@signed_in
@through(by_event)
def snooze(door: QuestionRoute, now: datetime) -> Response:
    return _put_off(door, now)


def _save_answer(door: QuestionRoute, now: datetime) -> Response:
    """Who was there is asked how it was; who was not is thanked."""
    question = door.question
    try:
        answered = keep_answer(
            user_id=question.user_id,
            event_id=question.id,
            answer=parse_answer(one_field("answer")),
            now=now,
            notification_id=door.notification_id,
        )
    except Refused as refused:
        return show_question(door.looked_at_again(), now, refused=refused)
    if answered.answer in PRESENT:
        if not wants_fragment():
            return see_other(door.feedback_at)
        response = show_feedback(door.looked_at_again())
        response.headers["HX-Push-Url"] = door.feedback_at
        return response
    if not wants_fragment():
        flash(_thanks(answered))
        return see_other(door.page)
    return show_question(door.looked_at_again(), now, line=_thanks(answered))


def _thanks(answered: Answered) -> str:
    if answered.dropped_feedback:
        return gettext("Thanks for letting us know. We’ve deleted your feedback.")
    return gettext("Thanks for letting us know.")


def _put_off(door: QuestionRoute, now: datetime) -> Response:
    """Without JavaScript the page itself says when it comes back."""
    question = door.question
    notification_id = door.notification_id or (question.prompt.notification_id if question.prompt else None)
    if notification_id is None:
        raise Refused("not_found")
    try:
        snooze_prompt(notification_id=notification_id, user_id=question.user_id, now=now)
    except Refused as refused:
        return show_question(door.looked_at_again(), now, refused=refused)
    return show_question(door.looked_at_again(), now) if wants_fragment() else see_other(door.page)
