"""The table of an event's people: its address is its state, with and without JavaScript."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from webapp.domain.permission import Permission
from webapp.domain.places.enrollment import EnrollmentMethod
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.queries.events.event import EventFacts
from webapp.queries.places.roster import RosterFilter, RosterPage, RosterSort, roster_page
from webapp.views.admin.address import chosen, filter_chips, list_address, neighbours, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff
from webapp.views.loading import load_staff_event
from webapp.views.paging import page_number
from webapp.views.responses import from_htmx, render
from webapp.views.words.statuses import enrollment_words

#: The filters, in the order of a person's way through an event.
_ORDER = (
    S.PENDING,
    S.CONFIRMED,
    S.WAITLISTED,
    S.CHECKED_IN,
    S.RELEASED,
    S.ATTENDED,
    S.NO_SHOW,
    S.UNDECIDED,
    S.CANCELLED,
    S.REJECTED,
)
#: Shown where people apply, or somebody is that.
_WHEN_ASKED = {S.PENDING, S.REJECTED}
#: Shown where somebody is that.
_WHERE_SOMEBODY = {S.UNDECIDED, S.RELEASED}


@blueprint.get("/events/<id:event_id>/enrollments")
@staff(Permission.VIEW_ROSTER)
def enrollments(event_id: int):
    """`?status=waitlisted&q=mei&sort=position&page=2` shows the same rows to everybody."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    asked = asked_filter()
    found = roster_page(event_id, asked)
    asked = replace(asked, page=found.number)
    response = render(
        "admin/events/enrollments/enrollments.html",
        "admin/events/enrollments/_enrollments_update.html",
        **table_values(event, found, asked),
    )
    if from_htmx():
        response.headers["HX-Push-Url"] = address_of(event_id, asked)
    return response


def asked_filter() -> RosterFilter:
    """The filter that the address describes."""
    return RosterFilter(
        status=chosen(S, "status"), query=query_words(), sort=chosen(RosterSort, "sort"), page=page_number()
    )


def filter_of_address(address: str) -> RosterFilter:
    """The filter of a table somebody came from, as far as chips need it: status and search."""
    args = {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
    status = args.get("status", "")
    return RosterFilter(status=S(status) if status in set(S) else None, query=args.get("q", ""))


def address_of(event_id: int, asked: RosterFilter, **changes: Any) -> str:
    """The address of that table."""
    return list_address("admin.enrollments", replace(asked, **changes), event_id=event_id)


def table_values(event: EventFacts, found: RosterPage, asked: RosterFilter) -> dict[str, Any]:
    """Everything the table, its chips and its pager show."""
    event_id = event.id
    return {
        "event": event,
        "found": found,
        "asked": asked,
        "chips": _status_chips(event, found, asked),
        "kept": {"status": asked.status, "sort": asked.sort},
        "here": address_of(event_id, asked),
        "sort_hrefs": {sort.value: address_of(event_id, asked, sort=sort, page=1) for sort in RosterSort},
        **neighbours(found, lambda page: address_of(event_id, asked, page=page)),
    }


def _status_chips(event: EventFacts, found: RosterPage, asked: RosterFilter) -> list[dict[str, Any]]:
    """The filters with the number of people who match the search."""
    shown = [
        status
        for status in _ORDER
        if found.counts.get(status)
        or status not in _WHERE_SOMEBODY
        and (status not in _WHEN_ASKED or event.method == EnrollmentMethod.APPLICATION)
    ]
    words = {status: enrollment_words(status).crew for status in shown}
    return filter_chips(
        found, words, asked.status, lambda status: address_of(event.id, asked, status=status, sort=None, page=1)
    )
