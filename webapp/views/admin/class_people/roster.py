"""The table of a class's people: its address is its state, with and without JavaScript."""

from dataclasses import replace
from typing import Any

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.permission import Permission
from webapp.queries.classes.class_people import PeopleFilter, PeoplePage, class_people_page
from webapp.views.admin.address import chosen, filter_chips, list_address, neighbours, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff
from webapp.views.loading import load_staff_class
from webapp.views.paging import page_number
from webapp.views.responses import from_htmx, render
from webapp.views.words.class_words import class_enrollment_words

_ALWAYS = (E.ENROLLED, E.WAITLISTED)


@blueprint.get("/classes/<id:class_id>/people")
@staff(Permission.VIEW_CLASSES)
def class_people(class_id: int):
    """`?status=waitlisted&q=mei&page=2` shows the same rows to everybody."""
    facts = load_staff_class(class_id, Permission.VIEW_CLASSES)
    asked = PeopleFilter(status=chosen(E, "status"), query=query_words(), page=page_number())
    found = class_people_page(class_id, asked)
    asked = replace(asked, page=found.number)
    response = render(
        "admin/classes/people/people.html",
        "admin/classes/people/_people_update.html",
        program_class=facts,
        found=found,
        asked=asked,
        chips=_chips(class_id, found, asked),
        kept={"status": asked.status},
        **neighbours(found, lambda page: _address(class_id, asked, page=page)),
    )
    if from_htmx():
        response.headers["HX-Push-Url"] = _address(class_id, asked)
    return response


def _address(class_id: int, asked: PeopleFilter, **changes: Any) -> str:
    return list_address("admin.class_people", replace(asked, **changes), class_id=class_id)


def _chips(class_id: int, found: PeoplePage, asked: PeopleFilter) -> list[dict[str, Any]]:
    """The filters with the number of people who match the search."""
    shown = [status for status in E if status in _ALWAYS or found.counts.get(status)]
    words = {status: class_enrollment_words(status).crew for status in shown}
    return filter_chips(found, words, asked.status, lambda status: _address(class_id, asked, status=status, page=1))
