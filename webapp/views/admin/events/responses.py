"""Who said what against what was decided, and how people found it: the organizer's page after an event."""

from dataclasses import replace
from typing import Any

from flask import Response, request

from webapp.domain.asking.anonymity import GROUP
from webapp.domain.asking.prompt import answers_close_at, first_prompt_at
from webapp.domain.numbers import parse_whole
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_
from webapp.queries.asking.response_lines import response_csv_lines
from webapp.queries.asking.responses import (
    COMMENTS_AT_ONCE,
    ResponseFilter,
    ResponsePage,
    Said,
    opinions_of,
    response_totals,
    responses_page,
)
from webapp.queries.events.event import EventFacts
from webapp.views import request_time
from webapp.views.admin.address import chosen, filter_chips, list_address, neighbours, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff
from webapp.views.http.download import download
from webapp.views.loading import load_staff_event
from webapp.views.paging import page_number
from webapp.views.responses import from_htmx, render

_SAID_WORDS = {
    Said.CONTRADICTIONS: N_("Contradictions"),
    Said.ATTENDED: N_("Said attended"),
    Said.PARTIAL: N_("Part of it"),
    Said.NOT_ATTENDED: N_("Did not go"),
    Said.NOTHING: N_("No answer"),
}
_RATING_WORDS = {
    5: N_("5, excellent"),
    4: N_("4, good"),
    3: N_("3, fine"),
    2: N_("2, fair"),
    1: N_("1, poor"),
}
_MOST_COMMENT_PAGES = 100_000


@blueprint.get("/events/<id:event_id>/responses")
@staff(Permission.VIEW_ROSTER)
def responses(event_id: int):
    """`?said=contradictions&q=mei&page=2` shows the same rows to everybody of the organization."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    now, asked = request_time.now(), _asked_filter()
    found, totals = responses_page(event_id, asked), response_totals(event_id)
    closes_at = answers_close_at(event.effective_end_at)
    opinions = opinions_of(event_id, totals, is_final=now > closes_at, page=asked.comments)
    asked = replace(asked, page=found.number, comments=opinions.comments_page)
    response = render(
        "admin/events/responses/responses.html",
        "admin/events/responses/_responses_update.html",
        event=event,
        found=found,
        asked=asked,
        totals=totals,
        opinions=opinions,
        group=GROUP,
        closes_at=closes_at,
        asks_at=first_prompt_at(event.effective_end_at),
        has_begun=event.starts_at <= now,
        kept={"said": asked.said, "comments": asked.comments if asked.comments > 1 else None},
        chips=filter_chips(found, _SAID_WORDS, asked.said, lambda said: _address(event_id, asked, said=said, page=1)),
        bars=[{"words": _RATING_WORDS[stars], "count": count} for stars, count in opinions.ratings.items()],
        **_addresses(event, found, asked, opinions.comments_shown),
    )
    if from_htmx():
        response.headers["HX-Push-Url"] = _address(event_id, asked)
    return response


@blueprint.get("/events/<id:event_id>/responses.csv")
@staff(Permission.VIEW_ROSTER)
def export_responses(event_id: int) -> Response:
    """The people that the filter lets through, with answer and outcome, for a spreadsheet."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    return download(response_csv_lines(event_id, _asked_filter()), f"{event.slug}-responses.csv", "text/csv")


def _asked_filter() -> ResponseFilter:
    return ResponseFilter(chosen(Said, "said"), query_words(), page_number(), _comments_page())


def _comments_page() -> int:
    try:
        return parse_whole(request.args.get("comments") or "1", low=1, high=_MOST_COMMENT_PAGES, field="comments")
    except Refused:
        raise Refused("not_found") from None


def _address(event_id: int, asked: ResponseFilter, endpoint: str = "admin.responses", **changes: Any) -> str:
    return list_address(endpoint, replace(asked, **changes), event_id=event_id)


def _addresses(event: EventFacts, found: ResponsePage, asked: ResponseFilter, comments: int) -> dict[str, Any]:
    def comments_page(number: int) -> str:
        return _address(event.id, asked, comments=number) + "#comments"

    has_more = asked.comments * COMMENTS_AT_ONCE < comments
    return {
        "here": _address(event.id, asked),
        **neighbours(found, lambda page: _address(event.id, asked, page=page)),
        "first_comment": (asked.comments - 1) * COMMENTS_AT_ONCE + 1,
        "fewer_comments_href": comments_page(asked.comments - 1) if asked.comments > 1 else None,
        "more_comments_href": comments_page(asked.comments + 1) if has_more else None,
        "export_href": _address(event.id, asked, "admin.export_responses", page=1, comments=1),
    }
