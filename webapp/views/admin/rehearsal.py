"""What closing an event would do to everybody, before it does."""

from dataclasses import dataclass

from flask import url_for

from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.permission import Permission
from webapp.queries.closure import rehearse
from webapp.views.admin.address import chosen
from webapp.views.admin.blueprint import blueprint
from webapp.views.form_input import page_number
from webapp.views.guards import staff
from webapp.views.loading import load_staff_event
from webapp.views.responses import render

_PAGE_SIZE = 50
_OUTCOMES = (S.ATTENDED, S.NO_SHOW)


@dataclass(frozen=True, slots=True)
class _Paging:
    first: int
    last: int
    previous_href: str | None
    next_href: str | None


@blueprint.get("/events/<id:event_id>/rehearsal")
@staff(Permission.VIEW_ROSTER)
def rehearsal(event_id: int):
    """Who would become what and why, by the very function that the closing job uses."""
    load_staff_event(event_id, Permission.VIEW_ROSTER)
    outcome, page = chosen(S, "outcome"), page_number()
    outcome = outcome if outcome in _OUTCOMES else None
    found = rehearse(event_id, outcome=outcome, offset=(page - 1) * _PAGE_SIZE, limit=_PAGE_SIZE)
    last_page = max(1, -(-found.total // _PAGE_SIZE))
    if page > last_page:
        page = last_page
        found = rehearse(event_id, outcome=outcome, offset=(page - 1) * _PAGE_SIZE, limit=_PAGE_SIZE)
    return render(
        "admin/rehearsal.html", "admin/_rehearsal.html", found=found, event=found.event, outcome=outcome,
        chips=_chips(event_id, found.counts, outcome), paging=_paging(event_id, found, outcome, page),
    )  # fmt: skip


def _chips(event_id: int, counts: dict[S, int], outcome: S | None) -> list[dict[str, object]]:
    words = {None: "All", S.ATTENDED: "Would be Attended", S.NO_SHOW: "Would be No-show"}
    return [
        {
            "words": words[one],
            "href": url_for("admin.rehearsal", event_id=event_id, outcome=one.value if one else None),
            "count": counts[one] if one else sum(counts.values()),
            "current": one is outcome,
        }
        for one in (None, *_OUTCOMES)
    ]


def _paging(event_id: int, found, outcome: S | None, page: int) -> _Paging:
    def href(number: int) -> str:
        name = outcome.value if outcome else None
        return url_for("admin.rehearsal", event_id=event_id, outcome=name, page=number if number > 1 else None)

    last = found.offset + len(found.people)
    return _Paging(
        first=found.offset + 1,
        last=last,
        previous_href=href(page - 1) if page > 1 else None,
        next_href=href(page + 1) if last < found.total else None,
    )
