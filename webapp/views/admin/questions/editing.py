"""The questions of an event for its organizers: listed as people see them, added, changed, put in order."""

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.event_life import FROZEN
from webapp.domain.permission import Permission
from webapp.domain.questions.question import AT_SIGN_UP, BY_THEMSELVES, AskedAt, Asking, SeenBy
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.questions.questions import (
    ListedQuestion,
    events_to_copy_from,
    listed_question,
    listed_questions,
)
from webapp.services.questions.editing import (
    add_question,
    change_question,
    copy_questions,
    move_question,
    retire_question,
    set_answers_due,
)
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.questions.fields import (
    QUESTION,
    before_of,
    condition_options,
    draft_of,
    filled,
    kept_options,
    new_form,
)
from webapp.views.forms.clock_words import local_text
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.questions import AskingForm, asking_form
from webapp.views.forms.sent import sent_id
from webapp.views.guards import staff
from webapp.views.loading import load_staff_event
from webapp.views.responses import flash_with_notes, see_other
from webapp.views.words.instants import day
from webapp.views.words.questions.kinds import KINDS, MOMENTS, READERS, condition_words
from webapp.views.words.refusals import refusal_sentence

_DUE = FormKind(("due_at", "from_event"), field_of={"answers_due_after_end": "due_at", "unknown_choice": "from_event"})
_DOOR = Asking(frozenset({AskedAt.DOOR}), frozenset(SeenBy))


@blueprint.get("/events/<id:event_id>/questions")
@staff(Permission.MANAGE_EVENTS)
def event_questions(event_id: int) -> Response:
    """What is asked, in order, when the answers are due, and how it looks to people."""
    return _list_page(load_staff_event(event_id, Permission.MANAGE_EVENTS))


@blueprint.post("/events/<id:event_id>/questions/due")
@staff(Permission.MANAGE_EVENTS)
def save_answers_due(event_id: int) -> Response:
    """Until when people answer; left blank, until the start."""
    event, form = load_staff_event(event_id, Permission.MANAGE_EVENTS), _DUE.sent()
    due_at = form.read_instant("due_at", event.timezone, stored=event.answers_due_at, required=False)
    form.check(lambda: set_answers_due(event_id=event_id, due_at=due_at))
    if form.is_refused:
        return _list_page(event, form)
    flash_with_notes(form, gettext("Saved."))
    return _back(event_id)


@blueprint.post("/events/<id:event_id>/questions/copy")
@staff(Permission.MANAGE_EVENTS)
def copy_event_questions(event_id: int) -> Response:
    """Ask what another event of the organization asks."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    other = load_staff_event(sent_id("from_event"), Permission.MANAGE_EVENTS)
    form = _DUE.filled({"due_at": local_text(event.answers_due_at, event.timezone)})
    form.check(lambda: copy_questions(event_id=event_id, from_id=other.id, now=request_time.now()))
    if form.is_refused:
        return _list_page(event, form)
    flash(gettext("The questions have been copied."))
    return _back(event_id)


@blueprint.get("/events/<id:event_id>/questions/new")
@staff(Permission.MANAGE_EVENTS)
def new_question(event_id: int) -> Response:
    return _form_page(load_staff_event(event_id, Permission.MANAGE_EVENTS), new_form())


@blueprint.post("/events/<id:event_id>/questions/new")
@staff(Permission.MANAGE_EVENTS)
def add_event_question(event_id: int) -> Response:
    """Ask it behind all others."""
    event, form = load_staff_event(event_id, Permission.MANAGE_EVENTS), QUESTION.sent()
    draft = draft_of(form, before_of(_asked(event)))
    if draft is not None:
        form.check(lambda: add_question(event_id=event_id, draft=draft, now=request_time.now()))
    if form.is_refused:
        return _form_page(event, form)
    flash(gettext("The question has been added."))
    return _back(event_id)


@blueprint.get("/questions/<id:question_id>")
@staff(Permission.MANAGE_EVENTS)
def question(question_id: int) -> Response:
    """The form of a question that is asked."""
    listed, event = _load(question_id)
    form = filled(listed.draft)
    form.version = listed.version
    return _form_page(event, form, listed)


@blueprint.post("/questions/<id:question_id>")
@staff(Permission.MANAGE_EVENTS)
def save_question(question_id: int) -> Response:
    """Change it; with answers, and asking something else, it becomes a new one."""
    listed, event = _load(question_id)
    form = QUESTION.sent()
    form.require_version()
    draft, version = draft_of(form, before_of(_asked(event), question_id)), form.version
    if draft is not None and version is not None:
        form.check(
            lambda: change_question(
                question_id=question_id, draft=draft, expected_version=version, now=request_time.now()
            )
        )
    if form.is_refused:
        form.version = listed.version
        return _form_page(event, form, listed)
    flash(gettext("Saved."))
    return _back(event.id)


@blueprint.post("/questions/<id:question_id>/<any(up, down, retire):what>")
@staff(Permission.MANAGE_EVENTS)
def act_on_question(question_id: int, what: str) -> Response:
    """Put it one place earlier or later, or do not ask it any longer."""
    _listed, event = _load(question_id)
    try:
        if what == "retire":
            retire_question(question_id=question_id, now=request_time.now())
        else:
            move_question(question_id=question_id, up=what == "up")
    except Refused as refused:
        form = _DUE.filled({"due_at": local_text(event.answers_due_at, event.timezone)})
        form.refuse(refused, said=refusal_sentence(refused.code, **refused.facts))
        return _list_page(event, form)
    if what == "retire":
        flash(gettext("The question is no longer asked. Answers to it are kept."))
    return _back(event.id)


def _load(question_id: int) -> tuple[ListedQuestion, EventFacts]:
    listed = listed_question(question_id)
    if listed is None:
        raise Refused("not_found")
    event = load_staff_event(listed.event_id, Permission.MANAGE_EVENTS)
    if listed.question.is_retired:
        raise Refused("not_found")
    return listed, event


def _asked(event: EventFacts) -> list[ListedQuestion]:
    found = listed_questions(event.id) if event.has_questions else []
    return [one for one in found if not one.question.is_retired]


def _back(event_id: int) -> Response:
    return see_other(url_for("admin.event_questions", event_id=event_id))


def _list_page(event: EventFacts, form: Form | None = None) -> Response:
    due = form or _DUE.filled({"due_at": local_text(event.answers_due_at, event.timezone)})
    found = listed_questions(event.id) if event.has_questions else []
    asked = [one for one in found if not one.question.is_retired]
    drafts = {one.id: one.draft for one in found}
    others = events_to_copy_from(event.organization_id, event.id)
    body = render_template(
        "admin/questions/questions.html",
        event=event,
        questions=asked,
        retired=[one for one in found if one.question.is_retired],
        conditions={
            one.id: condition_words(one.draft, drafts[one.draft.shown_if_id])
            for one in found
            if one.draft.shown_if_id in drafts
        },
        due=due,
        previews=_previews(asked),
        others=[(one.id, f"{one.title}, {day(one.starts_at, one.timezone)}") for one in others],
        is_frozen=event.status in FROZEN,
        kinds=KINDS,
        moments=MOMENTS,
        readers=READERS,
    )
    return make_response(body, due.status)


def _previews(asked: list[ListedQuestion]) -> list[tuple[str, AskingForm]]:
    """Each form that people see, under its moment."""
    questions = [one.question for one in asked]
    forms = ((AskedAt.SIGN_UP, AT_SIGN_UP), (AskedAt.LATER, BY_THEMSELVES), (AskedAt.DOOR, _DOOR))
    found = []
    for moment, asking in forms:
        own = [one for one in questions if one.draft.asked is moment and asking.asks(one.draft)]
        if own:
            found.append((str(MOMENTS[moment]), asking_form(own, {})))
    return found


def _form_page(event: EventFacts, form: Form, listed: ListedQuestion | None = None) -> Response:
    asked = _asked(event)
    body = render_template(
        "admin/questions/question.html",
        event=event,
        form=form,
        listed=listed,
        conditions=condition_options(before_of(asked, listed.id if listed else None)),
        kept=kept_options(),
        kinds=KINDS,
        moments=MOMENTS,
        readers=READERS,
    )
    return make_response(body, form.status)
