"""How was it? Asked of those who said that they were there."""

from datetime import datetime

from flask import Response, flash, request

from webapp.domain.asking.attendance_response import PRESENT, AnswerPhase, parse_feedback
from webapp.domain.events.appeal import is_fileable
from webapp.domain.people.privacy import Sharing
from webapp.domain.refusal import Refused
from webapp.languages.words import N_
from webapp.queries.places.own_appeal import terms_at
from webapp.services.asking.attendance_response import give_feedback as keep_feedback
from webapp.views import request_time
from webapp.views.forms.form import Form, FormKind
from webapp.views.guards import signed_in, signed_link
from webapp.views.participant.asking.asking import QuestionRoute, by_event, by_link, show_question, through
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import render, see_other, wants_fragment

#: Words for each rating, from 1.
RATINGS = ("poor", "fair", "fine", "good", "excellent")
#: A refusal that is about no field is about the answer or the time.
_FEEDBACK = FormKind(
    ("rating", "comment", "on_profile", "to_organizations"),
    sentences={"number_invalid": N_("Choose a rating from 1 to 5")},
    field_of={
        "feedback_missing": "rating",
        "number_invalid": "rating",
        "text_too_long": "comment",
        "text_broken": "comment",
    },
)
_TAKEN_BACK = N_("We’ve deleted your feedback.")


@blueprint.get("/prompts/<string(maxlength=400):token>/feedback")
@signed_link
@through(by_link)
def feedback_by_link(door: QuestionRoute, now: datetime) -> Response:
    return _open(door, now)


@blueprint.post("/prompts/<string(maxlength=400):token>/feedback")
@signed_link
@through(by_link)
def give_feedback_by_link(door: QuestionRoute, now: datetime) -> Response:
    return _save(door, now)


@blueprint.get("/attendance/<slug:slug>/feedback")
@signed_in
@through(by_event)
def feedback(door: QuestionRoute, now: datetime) -> Response:
    return _open(door, now)


@blueprint.post("/attendance/<slug:slug>/feedback")
@signed_in
@through(by_event)
def give_feedback(door: QuestionRoute, now: datetime) -> Response:
    return _save(door, now)


def show_feedback(
    door: QuestionRoute,
    *,
    form: Form | None = None,
    is_sent: bool = False,
    line: str | None = None,
) -> Response:
    """The page with what is stored, or with what was typed and what is wrong with it; or, `is_sent`, the thanks."""
    question = door.question
    is_sent = is_sent and not question.feedback.is_empty
    form = form or _FEEDBACK.filled(
        {
            "rating": question.feedback.rating,
            "comment": question.feedback.comment,
            "on_profile": question.sharing.on_profile,
            "to_organizations": question.sharing.to_organizations,
        }
    )
    update = (
        "participant/asking/_feedback.html" if request.method == "GET" else "participant/asking/_feedback_update.html"
    )
    return render(
        "participant/asking/feedback.html",
        update,
        form.status,
        door=door,
        question=question,
        values=form.values,
        errors=form.errors,
        ratings=RATINGS,
        is_sent=is_sent,
        line=line,
        may_appeal=_may_appeal(door),
    )


def _may_appeal(door: QuestionRoute) -> bool:
    """Whether who just said that they were there can say so against a no-show on record. One statement."""
    terms = terms_at(door.question.id, door.question.user_id)
    return terms is not None and is_fileable(terms, request_time.now())


def _open(door: QuestionRoute, now: datetime) -> Response:
    """Where there is nothing to say how it was about, the question is what to look at."""
    question = door.question
    if question.phase(now) is not AnswerPhase.OPEN or question.answer not in PRESENT:
        return see_other(door.page)
    return show_feedback(door, is_sent=request.args.get("sent") == "1")


def _save(door: QuestionRoute, now: datetime) -> Response:
    question = door.question
    form = _FEEDBACK.sent()
    said = form.check(lambda: parse_feedback(form.values["rating"], form.values["comment"]))
    sharing = Sharing(*(form.values[name] == "1" for name in ("on_profile", "to_organizations")))
    if form.is_refused:
        return show_feedback(door, form=form)
    try:
        keep_feedback(user_id=question.user_id, event_id=question.id, said=said, sharing=sharing, now=now)
    except Refused as refused:
        if refused.code not in _FEEDBACK.field_of:
            return show_question(door.looked_at_again(), now, refused=refused)
        form.refuse(refused)
        return show_feedback(door, form=form)
    return _thank(door, is_taken_back=said.is_empty)


def _thank(door: QuestionRoute, *, is_taken_back: bool) -> Response:
    address = door.feedback_at if is_taken_back else f"{door.feedback_at}?sent=1"
    line = str(_TAKEN_BACK) if is_taken_back else None
    if not wants_fragment():
        if line:
            flash(line)
        return see_other(address)
    response = show_feedback(door.looked_at_again(), is_sent=True, line=line)
    response.headers["HX-Push-Url"] = address
    return response
