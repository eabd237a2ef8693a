"""How was it? Asked of those who said that they were there."""

from datetime import datetime

from flask import Response, flash, g, request

from webapp.domain.attendance_response import PRESENT, AnswerPhase, parse_feedback
from webapp.domain.privacy import Sharing
from webapp.domain.refusal import Refused
from webapp.services.asking.attendance_response import give_feedback as keep_feedback
from webapp.views.form_input import one_field
from webapp.views.guards import signed_in, signed_link
from webapp.views.participant.asking import Door, by_event, by_link, show_question, through
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import render, see_other, wants_fragment
from webapp.views.wording import refusal_sentence

#: Words for each rating, from 1.
RATINGS = ("poor", "fair", "fine", "good", "excellent")
_BAD_RATING = "Choose a rating from 1 to 5"
#: Refusals that are about what was typed; all others are about the answer or the time.
_FIELDS = {
    "feedback_missing": "rating", "number_invalid": "rating",
    "text_too_long": "comment", "text_broken": "comment",
}  # fmt: skip
_TAKEN_BACK = "Your feedback is taken back."


@blueprint.get("/prompts/<string(maxlength=400):token>/feedback")
@signed_link
@through(by_link)
def feedback_by_link(door: Door, now: datetime) -> Response:
    return _open(door, now)


@blueprint.post("/prompts/<string(maxlength=400):token>/feedback")
@signed_link
@through(by_link)
def give_feedback_by_link(door: Door, now: datetime) -> Response:
    return _save(door, now)


@blueprint.get("/attendance/<slug:slug>/feedback")
@signed_in
@through(by_event)
def feedback(door: Door, now: datetime) -> Response:
    return _open(door, now)


@blueprint.post("/attendance/<slug:slug>/feedback")
@signed_in
@through(by_event)
def give_feedback(door: Door, now: datetime) -> Response:
    return _save(door, now)


def show_feedback(
    door: Door, *, typed: dict[str, object] | None = None, errors: dict[str, str] | None = None,
    is_sent: bool = False, line: str | None = None,
) -> Response:  # fmt: skip
    """The page with what is stored, or with what was typed and what is wrong with it; or, `is_sent`, the thanks."""
    question = door.question
    is_sent = is_sent and not question.feedback.is_empty
    values = typed or {
        "rating": str(question.feedback.rating or ""), "comment": question.feedback.comment or "",
        "on_profile": question.sharing.on_profile, "to_organizations": question.sharing.to_organizations,
    }  # fmt: skip
    update = "participant/_feedback.html" if request.method == "GET" else "participant/_feedback_update.html"
    return render(
        "participant/feedback.html", update, status=422 if errors else 200, door=door, question=question,
        values=values, errors=errors or {}, ratings=RATINGS, is_sent=is_sent, line=line,
    )  # fmt: skip


def _open(door: Door, now: datetime) -> Response:
    """Where there is nothing to say how it was about, the question is what to look at."""
    question = door.question
    if question.phase(now) is not AnswerPhase.OPEN or question.answer not in PRESENT:
        return see_other(door.page)
    return show_feedback(door, is_sent=request.args.get("sent") == "1")


def _save(door: Door, now: datetime) -> Response:
    question = door.question
    typed: dict[str, object] = {name: one_field(name) for name in ("rating", "comment")}
    sharing = Sharing(on_profile=_is_on("on_profile"), to_organizations=_is_on("to_organizations"))
    try:
        said = parse_feedback(str(typed["rating"]), str(typed["comment"]))
        keep_feedback(user_id=question.user_id, event_id=question.id, said=said, sharing=sharing, now=now)
    except Refused as refused:
        if refused.code not in _FIELDS:
            return show_question(door.looked_at_again(), now, refused=refused)
        g.refusal = refused.code
        typed |= {"on_profile": sharing.on_profile, "to_organizations": sharing.to_organizations}
        sentence = _BAD_RATING if refused.code == "number_invalid" else refusal_sentence(refused.code, **refused.facts)
        return show_feedback(door, typed=typed, errors={_FIELDS[refused.code]: sentence})
    return _thank(door, is_taken_back=said.is_empty)


def _thank(door: Door, *, is_taken_back: bool) -> Response:
    address = door.feedback_at if is_taken_back else f"{door.feedback_at}?sent=1"
    line = _TAKEN_BACK if is_taken_back else None
    if not wants_fragment():
        if line:
            flash(line)
        return see_other(address)
    response = show_feedback(door.looked_at_again(), is_sent=True, line=line)
    response.headers["HX-Push-Url"] = address
    return response


def _is_on(name: str) -> bool:
    return one_field(name) == "1"
