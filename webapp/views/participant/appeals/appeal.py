"""Saying "I was there", and withdrawing it; what became of it stands on the event's page."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import Response, flash, g, make_response, render_template

from webapp.domain.events.appeal import WORDS_LIMIT, AppealOutcome, AppealTerms, is_fileable, outcome_at
from webapp.domain.questions.answer_file import MOST_BYTES
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.people.record import Record
from webapp.queries.places.own_appeal import OwnAppeal, own_appeal, picture_of, terms_of
from webapp.services.events.appeal import Statement, file_appeal, sent_picture, withdraw_appeal
from webapp.views import request_time
from webapp.views.errors import status_of
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import prose
from webapp.views.forms.sent import has_file, sent_file, sent_file_name
from webapp.views.guards import signed_in, the_actor
from webapp.views.http.download import shown_only
from webapp.views.http.uploads import takes_files
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.block import Block, event_address, said_about, show_block
from webapp.views.participant.places.loading_block import load_block
from webapp.views.responses import see_other, wants_fragment
from webapp.views.words.refusals import refusal_sentence

_TIME = N_("Enter a valid date and time, or leave it blank")
_APPEAL = FormKind(
    ("words", "came_at", "picture"),
    sentences={
        ("words", "text_too_long"): N_("Shorten this to {limit} characters"),
        ("words", "text_broken"): N_("Remove characters that can’t be displayed"),
        ("came_at", "wall_time_invalid"): _TIME,
        ("came_at", "date_out_of_range"): _TIME,
        "appeal_time_outside": N_("Enter a time on a day of the event and before its end, or leave it blank"),
        "answer_file_kind": N_("This isn’t a JPEG or PNG picture. Choose one of these"),
    },
    field_of={
        "appeal_time_outside": "came_at",
        "answer_file_kind": "picture",
        "answer_file_broken": "picture",
        "answer_file_too_large": "picture",
        "answer_file_too_many_pixels": "picture",
    },
)


@dataclass(frozen=True, slots=True)
class AppealStanding:
    """What a page says of appealing: what was said and became of it by now, and whether the button would do it."""

    appeal: OwnAppeal | None
    outcome: AppealOutcome | None
    can_file: bool
    filed_until: datetime


@blueprint.get("/events/<slug:slug>/appeal")
@signed_in
def appeal(slug: str) -> Response:
    """The form; where there is nothing to appeal (any more), the event's page says why."""
    block = _load(slug)
    if not appeal_standing(block).can_file:
        return see_other(event_address(slug))
    return _page(block, _APPEAL.filled())


@blueprint.post("/events/<slug:slug>/appeal")
@takes_files(MOST_BYTES)
@signed_in
def send_appeal(slug: str) -> Response:
    """Send it; sent twice it is one."""
    block = _load(slug)
    own = block.place.own
    if own is None:
        return see_other(event_address(slug))
    form = _APPEAL.sent()
    words = form.read("words", prose(WORDS_LIMIT))
    came_at = form.read_instant("came_at", block.place.event.timezone, required=False)
    chosen = has_file("picture")
    picture = form.check(lambda: sent_picture(sent_file_name("picture"), sent_file("picture"))) if chosen else None
    try:
        if not form.is_refused:
            said = Statement(words or "", came_at, picture)
            file_appeal(enrollment_id=own.id, said=said, actor=the_actor(), now=block.now)
    except Refused as refused:
        if refused.code not in _APPEAL.field_of:
            return _refuse(slug, refused)
        form.refuse(refused)
    if form.is_refused:
        return _page(block, form)
    flash(gettext("Sent to {organization_name}.", organization_name=block.place.event.organization_name))
    return see_other(event_address(slug))


@blueprint.post("/events/<slug:slug>/appeal/withdraw")
@signed_in
def withdraw_own_appeal(slug: str) -> Response:
    """End it, while nobody has answered."""
    block = _load(slug)
    own = block.place.own
    if own is None:
        return see_other(event_address(slug))
    try:
        withdraw_appeal(enrollment_id=own.id, actor=the_actor(), now=block.now)
    except Refused as refused:
        return _refuse(slug, refused)
    said = gettext("You withdrew it. What you sent has been deleted.")
    if wants_fragment():
        return show_block(replace(_load(slug), has_focus=True), said=said)
    flash(said)
    return see_other(event_address(slug))


@blueprint.get("/me/enrollments/<id:enrollment_id>/appeal/picture")
@signed_in
def own_appeal_picture(enrollment_id: int) -> Response:
    """The picture that one sent, while it is kept."""
    found = own_appeal(enrollment_id)
    kept = picture_of(found.id) if found is not None else None
    if kept is None or kept.user_id != the_actor().user_id:
        raise Refused("not_found")
    return shown_only(kept.body, kept.mimetype)


@blueprint.app_template_global()
def appeal_standing(block: Block) -> AppealStanding:
    """Of the reader's own place."""
    place = block.place
    if place.own is None:
        return AppealStanding(None, None, can_file=False, filed_until=place.event.effective_end_at)
    terms = terms_of(place.own.status, place.event.effective_end_at, place.appeal)
    found = place.appeal
    outcome = outcome_at(found.outcome, found.decided_until, block.now) if found else None
    return AppealStanding(found, outcome, is_fileable(terms, block.now), terms.filed_until)


@blueprint.app_template_global()
def may_appeal(record: Record) -> bool:
    """Whether the person can say of that line of their history that they were there."""
    if record.status is None:
        return False
    terms = AppealTerms(record.status, record.effective_end_at, record.appealed)
    return is_fileable(terms, request_time.now())


def _load(slug: str) -> Block:
    """The event for whoever asks. Raises `not_found`, `organization_closed`."""
    block = load_block(slug, request_time.now())
    if block.place.event.is_suspended:
        raise Refused("organization_closed")
    return block


def _page(block: Block, form: Form) -> Response:
    body = render_template(
        "participant/appeals/appeal.html",
        block=block,
        event=block.place.event,
        form=form,
        standing=appeal_standing(block),
        words_limit=WORDS_LIMIT,
    )
    return make_response(body, form.status)


def _refuse(slug: str, refused: Refused) -> Response:
    """The event's page as it is now, with the reason above it."""
    g.refusal = refused.code
    block = load_block(slug, request_time.now())
    facts = {"tz": block.place.event.timezone, "now": block.now, **refused.facts}
    line = refusal_sentence(refused.code, **facts)
    return show_block(replace(block, line=line, has_focus=True), status=status_of(refused), said=said_about(block))
