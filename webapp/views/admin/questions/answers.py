"""Answers as a table with filters, as a file for a spreadsheet, and the files that people answered with."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Response, render_template, request

from webapp.domain.numbers import MAX_ID, whole_or_none
from webapp.domain.permission import Permission
from webapp.domain.questions.answer import Answer
from webapp.domain.questions.answer_filter import AnswerFilter, Which
from webapp.domain.questions.question import Question, SeenBy
from webapp.domain.refusal import Refused
from webapp.queries.events.event import EventFacts
from webapp.queries.questions.questions import ListedQuestion, listed_questions
from webapp.queries.questions.sheets import file_of, own_sheets
from webapp.queries.questions.table import AnswersAsked, answer_csv_lines, answers_page
from webapp.views.admin.address import list_address, neighbours, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff
from webapp.views.http.download import attached, download
from webapp.views.loading import answer_levels, load_answers_event, may
from webapp.views.paging import page_number
from webapp.views.words.questions.filters import answer_filters

_READERS = (Permission.MANAGE_EVENTS, Permission.RUN_DESK, Permission.CALL_ROLL)


@blueprint.get("/events/<id:event_id>/answers")
@staff(*_READERS)
def event_answers(event_id: int) -> str:
    """`?answer=12.is.Yes&q=mei&page=2`: everybody with a place, and what this reader may see of their answers."""
    event, levels = load_answers_event(event_id)
    questions = _readable(event, levels)
    asked = _asked(questions)
    found = answers_page(event_id, [one.id for one in questions], asked)
    asked = replace(asked, page=found.number)
    return render_template(
        "admin/questions/answers.html",
        event=event,
        questions=questions,
        found=found,
        asked=asked,
        filters=answer_filters(questions),
        csv_href=_address(event, "admin.event_answers_csv", replace(asked, page=1)),
        can_manage=may(Permission.MANAGE_EVENTS, event),
        can_open_people=may(Permission.VIEW_ROSTER, event),
        **neighbours(found, lambda page: _address(event, "admin.event_answers", replace(asked, page=page))),
    )


@blueprint.get("/events/<id:event_id>/answers.csv")
@staff(*_READERS)
def event_answers_csv(event_id: int) -> Response:
    """Everybody that the table's filter lets through, for a spreadsheet."""
    event, levels = load_answers_event(event_id)
    questions = _readable(event, levels)
    has_email = may(Permission.MANAGE_EVENTS, event)
    lines = answer_csv_lines(event_id, questions, _asked(questions), has_email=has_email)
    return download(lines, f"{event.slug}-answers.csv", "text/csv")


@blueprint.get("/enrollments/<id:enrollment_id>/answers/<id:question_id>")
@staff(*_READERS)
def answer_file(enrollment_id: int, question_id: int) -> Response:
    """The file that somebody answered with."""
    kept = file_of(enrollment_id, question_id)
    if kept is None:
        raise Refused("not_found")
    _event, levels = load_answers_event(kept.event_id)
    if kept.seen_by not in levels:
        raise Refused("not_found")
    return attached(kept.body, kept.name, kept.mimetype)


def readable_answers(event: EventFacts, enrollment_id: int) -> list[tuple[Question, Answer]]:
    """What somebody answered, as far as the signed-in person may read it. No statement where nothing is asked."""
    levels = answer_levels(event)
    sheet = own_sheets({enrollment_id: event.has_questions}).get(enrollment_id)
    found = sheet.answered() if sheet is not None else []
    return [(one, sheet.answers[one.id]) for one in found if sheet is not None and one.draft.seen_by in levels]


def _readable(event: EventFacts, levels: frozenset[SeenBy]) -> list[ListedQuestion]:
    found = listed_questions(event.id) if event.has_questions else []
    return [one for one in found if one.draft.seen_by in levels]


def _asked(questions: Sequence[ListedQuestion]) -> AnswersAsked:
    return AnswersAsked(query=query_words(), answer=_filter(questions), page=page_number())


def _filter(questions: Sequence[ListedQuestion]) -> AnswerFilter | None:
    """The filter that the address names; one of a question that nobody here may read is none."""
    number, _, rest = request.args.get("answer", "").partition(".")
    which, _, value = rest.partition(".")
    question_id = whole_or_none(number, high=MAX_ID)
    if which not in set(Which) or question_id not in {one.id for one in questions}:
        return None
    return AnswerFilter(question_id or 0, Which(which), value[:200])


def _address(event: EventFacts, endpoint: str, asked: AnswersAsked) -> str:
    return list_address(endpoint, asked, event_id=event.id)
