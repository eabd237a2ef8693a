"""The list of classes, one class at a glance, and its trail."""

from typing import Any

from flask import render_template, url_for

from webapp.domain.classes.program_class import FROZEN, LEGAL_MOVES, ClassStatus
from webapp.domain.permission import Permission
from webapp.languages.words import N_
from webapp.queries.classes.program_class import ClassFacts, class_trail
from webapp.queries.classes.program_class_list import (
    ClassList,
    ClassShow,
    lines_of_changes,
    list_classes,
    session_changes,
    session_numbers,
)
from webapp.views import request_time
from webapp.views.admin.address import chosen, filter_chips, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.paging import page_number
from webapp.views.responses import from_htmx, render
from webapp.views.words.class_words import CLASS

#: In the order of a class's life, which is the order of its buttons.
_ORDER = (ClassStatus.ACTIVE, ClassStatus.PAUSED, ClassStatus.COMPLETED, ClassStatus.CANCELLED)
#: Of these nothing is changed any more, so none of them is chosen to be moved.
_AT_REST = {ClassShow.COMPLETED, ClassShow.CANCELLED, ClassShow.ARCHIVED}
_SHOWN = {one: N_("Archived") if one is ClassShow.ARCHIVED else CLASS[one.value].crew for one in ClassShow}


@blueprint.get("/classes")
@staff(Permission.VIEW_CLASSES)
def classes():
    """The list. The address is its state: `?show=paused&q=clay&page=2`."""
    show, query = chosen(ClassShow, "show"), query_words()
    found = list_classes(the_actor().reach(Permission.VIEW_CLASSES), show=show, query=query, page=page_number())
    return classes_page(found, show, query)


def classes_page(found: ClassList, show: ClassShow | None, query: str, *, status: int = 200, error: str | None = None):
    """The list with its filters; `error` is what is wrong with what was chosen of it."""
    address: dict[str, Any] = {"show": show.value if show else None, "q": query or None}
    chips = filter_chips(
        found, _SHOWN, show, lambda one: url_for("admin.classes", show=one.value if one else None, q=query or None)
    )
    manages = bool(the_actor().organizations_touched(Permission.MANAGE_CLASSES))
    response = render(
        "admin/classes/classes.html",
        "admin/classes/_classes_update.html",
        status,
        found=found,
        show=show,
        query=query,
        chips=chips,
        kept={"show": show},
        address=address,
        error=error,
        moves=_ORDER,
        can_move=show not in _AT_REST and manages,
        can_create=manages,
    )
    if from_htmx():
        response.headers["HX-Push-Url"] = url_for("admin.classes", **address)
    return response


@blueprint.get("/classes/<id:class_id>")
@staff(Permission.VIEW_CLASSES)
def program_class(class_id: int):
    """One class at a glance: places, sessions, what happened, and what can be done with it."""
    facts, now = load_staff_class(class_id, Permission.VIEW_CLASSES), request_time.now()
    return render_template(
        "admin/classes/class.html",
        program_class=facts,
        sessions=session_numbers(class_id, now=now),
        moves=[one for one in _ORDER if (facts.stands, one) in LEGAL_MOVES],
        is_frozen=facts.stands in FROZEN,
        is_deletable=facts.stands is ClassStatus.SCHEDULED,
    )


@blueprint.get("/classes/<id:class_id>/trail")
@staff(Permission.VIEW_CLASSES)
def class_trail_page(class_id: int):
    """Who changed what about the class and its sessions, when and why."""
    facts: ClassFacts = load_staff_class(class_id, Permission.VIEW_CLASSES)
    changes = session_changes(class_id)
    return render_template(
        "admin/classes/trail.html",
        program_class=facts,
        changes=class_trail(class_id),
        session_changes=changes,
        lines=lines_of_changes([one.first_id for one in changes]) if changes else {},
    )
