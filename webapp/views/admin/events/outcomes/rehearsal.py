"""What closing an event would do to everybody, before it does."""

from flask import url_for

from webapp.domain.permission import Permission
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.languages.words import gettext
from webapp.queries.events.closure import rehearse
from webapp.views.admin.address import chosen, neighbours
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff
from webapp.views.loading import load_staff_event
from webapp.views.paging import page_number
from webapp.views.responses import render
from webapp.views.words.statuses import enrollment_words

_OUTCOMES = (S.ATTENDED, S.NO_SHOW, S.UNDECIDED)


@blueprint.get("/events/<id:event_id>/rehearsal")
@staff(Permission.VIEW_ROSTER)
def rehearsal(event_id: int):
    """Who would become what and why, by the very function that the closing job uses."""
    load_staff_event(event_id, Permission.VIEW_ROSTER)
    outcome = chosen(S, "outcome")
    outcome = outcome if outcome in _OUTCOMES else None
    found = rehearse(event_id, outcome=outcome, page=page_number())
    return render(
        "admin/events/outcomes/rehearsal.html",
        "admin/events/outcomes/_rehearsal.html",
        found=found,
        event=found.event,
        outcome=outcome,
        chips=_chips(event_id, found.counts, outcome),
        **neighbours(found.people, lambda page: _address(event_id, outcome, page)),
    )


def _chips(event_id: int, counts: dict[S, int], outcome: S | None) -> list[dict[str, object]]:
    words = {None: gettext("All")} | {
        one: gettext("Would be {crew}", crew=enrollment_words(one).crew) for one in _OUTCOMES
    }
    return [
        {
            "words": words[one],
            "href": _address(event_id, one),
            "count": counts.get(one, 0) if one else sum(counts.values()),
            "current": one is outcome,
        }
        for one in (None, *_OUTCOMES)
        if one is not S.UNDECIDED or counts.get(one) or outcome is one
    ]


def _address(event_id: int, outcome: S | None, page: int = 1) -> str:
    name = outcome.value if outcome else None
    return url_for("admin.rehearsal", event_id=event_id, outcome=name, page=page if page > 1 else None)
