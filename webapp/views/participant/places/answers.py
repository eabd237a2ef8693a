"""What the organizer asks: before somebody gets a place, and on their own page until the deadline."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, flash, make_response, render_template, request

from webapp.domain.places.enrollment import LIVE, EnrollmentStatus
from webapp.domain.places.standing import StandingState as State
from webapp.domain.questions.answer import Sheet
from webapp.domain.questions.question import AT_SIGN_UP, BY_THEMSELVES, answers_close_at
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.places.guest_hold import held_for
from webapp.queries.places.standing import EventStanding, OwnEnrollment
from webapp.queries.questions.questions import sheet_of_newcomer
from webapp.queries.questions.sheets import file_of
from webapp.services.places.asked_enrollment import enroll_with_answers
from webapp.services.places.parties.joining import enroll_company
from webapp.services.questions.answers import answer_own
from webapp.views import request_time
from webapp.views.addresses import url_for
from webapp.views.forms.questions import MOST_FORM_BYTES, AskingForm, asking_form, field_name, read_sent, refuse
from webapp.views.guards import signed_in, the_actor
from webapp.views.http.download import attached
from webapp.views.http.event_links import current_links
from webapp.views.http.uploads import takes_files
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.parties.sign_up import asked_sign_up, sent_sign_up
from webapp.views.participant.places.block import Block, event_address
from webapp.views.participant.places.enrollment import LAST_PLACE_GONE, answer_refusal, ask_for_terms
from webapp.views.participant.places.loading_block import load_block
from webapp.views.participant.places.words import announcement
from webapp.views.responses import see_other
from webapp.views.words.questions.kinds import answer_text, choice_words

blueprint.add_app_template_global(field_name, "answer_field")
blueprint.add_app_template_global(choice_words)
blueprint.add_app_template_global(answer_text)
#: These say what stands in the way of the place, whatever was answered.
_IN_THE_WAY = frozenset(
    {
        "not_found",
        "organization_closed",
        "event_not_published",
        "not_open_yet",
        "needs_link",
        "not_on_list",
        "application_rejected",
        "party_size_wrong",
        "party_too_large",
        "party_over_capacity",
        "party_does_not_fit",
        "party_fits_in_part",
        "party_for_another",
    }
)


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """A place of somebody with questions that they did not answer yet."""

    place: EventStanding
    count: int
    closes_at: datetime


@blueprint.get("/events/<slug:slug>/answers")
@signed_in
def answers(slug: str) -> Response:
    """The questions: before enrolling with the button to do that, later with what was answered."""
    block = _load(slug, request_time.now())
    own = _living(block)
    if own is not None:
        sheet = block.sheet or Sheet(())
        if not sheet.of_form(BY_THEMSELVES):
            return see_other(event_address(slug))
        return _own_page(block, sheet, _own_form(sheet, own))
    sheet = sheet_of_newcomer(block.place.event.id)
    if not sheet.of_form(AT_SIGN_UP) or not _may_enroll(block):
        return see_other(event_address(slug))
    return _newcomer_page(block, _newcomer_form(sheet))


@blueprint.post("/events/<slug:slug>/answers")
@takes_files(MOST_FORM_BYTES)
@signed_in
def save_answers(slug: str) -> Response:
    """Enroll with these answers, or keep them for the place that there is."""
    block = _load(slug, request_time.now())
    own = _living(block)
    return _enroll(block) if own is None else _save(block, own)


@blueprint.get("/me/enrollments/<id:enrollment_id>/answers/<id:question_id>")
@signed_in
def own_answer_file(enrollment_id: int, question_id: int) -> Response:
    """The file that one answered with."""
    kept = file_of(enrollment_id, question_id)
    if kept is None or kept.user_id != the_actor().user_id:
        raise Refused("not_found")
    return attached(kept.body, kept.name, kept.mimetype)


@blueprint.app_template_global()
def closes_for(place: EventStanding) -> datetime:
    """Until when the questions of that event are answered."""
    return answers_close_at(place.event.answers_due_at, place.event.starts_at)


def _load(slug: str, now: datetime) -> Block:
    """The event for whoever asks; nobody answers what a suspended organization asks (`organization_closed`)."""
    block = load_block(slug, now)
    if block.place.event.is_suspended:
        raise Refused("organization_closed")
    return block


def _enroll(block: Block) -> Response:
    slug = block.place.event.slug
    if not _newcomer_form(sheet_of_newcomer(block.place.event.id)).questions:
        # Nothing is asked (any longer): the button on the event's page gives the place.
        return see_other(event_address(slug))
    try:
        company, sent, links = sent_sign_up().company, read_sent(), current_links()
        if company.names:
            placed = enroll_company(
                slug=slug, company=company, actor=the_actor(), now=block.now, sent=sent, links=links
            )
        else:
            placed = enroll_with_answers(slug=slug, sent=sent, actor=the_actor(), now=block.now, links=links)
    except Refused as refused:
        return _not_enrolled(block, refused)
    gone = block.state is State.OPEN and placed.status is EnrollmentStatus.WAITLISTED and not company.names
    said = announcement(State(placed.status), rank=placed.rank)
    flash(" ".join(filter(None, (LAST_PLACE_GONE if gone else None, said))))
    return see_other(event_address(slug))


def _not_enrolled(block: Block, refused: Refused) -> Response:
    slug = block.place.event.slug
    if refused.code == "terms_unaccepted":
        return ask_for_terms(slug, sent_sign_up())
    if refused.code == "already_enrolled" or refused.code in _IN_THE_WAY:
        return answer_refusal(slug, refused, was_open=False, sign_up=sent_sign_up())
    form = _newcomer_form(sheet_of_newcomer(block.place.event.id))
    refuse(form, refused, tz=block.place.event.timezone, now=block.now)
    return _newcomer_page(_load(slug, block.now), form)


def _save(block: Block, own: OwnEnrollment) -> Response:
    try:
        answer_own(enrollment_id=own.id, sent=read_sent(), actor=the_actor(), now=block.now)
    except Refused as refused:
        block = _load(block.place.event.slug, block.now)
        sheet = block.sheet or Sheet(())
        form = _own_form(sheet, own)
        refuse(form, refused, tz=block.place.event.timezone, now=block.now)
        return _own_page(block, sheet, form)
    flash(gettext("Your answers have been saved."))
    return see_other(event_address(block.place.event.slug))


def _living(block: Block) -> OwnEnrollment | None:
    own = block.place.own
    return own if own is not None and own.status in LIVE else None


def _may_enroll(block: Block) -> bool:
    held = held_for(block.place.event.id, the_actor().user_id)
    return block.standing.can_enroll or (held is not None and held.is_held(block.now))


def _newcomer_form(sheet: Sheet) -> AskingForm:
    return asking_form(sheet.of_form(AT_SIGN_UP), {})


def _own_form(sheet: Sheet, own: OwnEnrollment) -> AskingForm:
    form = asking_form(sheet.of_form(BY_THEMSELVES), sheet.answers)
    form.links = {
        id_: url_for("participant.own_answer_file", enrollment_id=own.id, question_id=id_) for id_ in form.kept
    }
    return form


def _newcomer_page(block: Block, form: AskingForm) -> Response:
    held = held_for(block.place.event.id, the_actor().user_id)
    body = render_template(
        "participant/questions/enroll.html",
        block=block,
        event=block.place.event,
        form=form,
        errors=form.errors,
        held=held,
        sign_up=sent_sign_up() if request.method == "POST" else asked_sign_up(),
    )
    return make_response(body, form.status)


def _own_page(block: Block, sheet: Sheet, form: AskingForm) -> Response:
    """The form; once it is too late the answers as they are."""
    body = render_template(
        "participant/questions/answers.html",
        block=block,
        event=block.place.event,
        form=form,
        errors=form.errors,
        sheet=sheet,
    )
    return make_response(body, form.status)


def open_questions(places: dict[int, tuple[EventStanding, Sheet]], now: datetime) -> list[OpenQuestions]:
    """Of these places, by enrollment, those with something left to answer; what is due first before others."""
    found = [
        OpenQuestions(place, len(sheet.unanswered(BY_THEMSELVES)), closes_for(place))
        for place, sheet in places.values()
    ]
    return sorted((one for one in found if one.count and now < one.closes_at), key=lambda one: one.closes_at)
