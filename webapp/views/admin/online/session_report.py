"""A session's report: everybody's time in the room as a picture that is a table, and its files."""

from typing import Any

from flask import request, url_for

from webapp.domain.online.meeting_session import SessionState
from webapp.domain.permission import Permission
from webapp.languages.words import N_
from webapp.queries.online.late_evidence import late_facts_of, match_changes
from webapp.queries.online.meeting_session import listed_session
from webapp.queries.online.session_report import WITHOUT_PLACE, ReportLine, ReportPage, Result, guests_of, report_page
from webapp.views import request_time
from webapp.views.admin.address import chosen, filter_chips, neighbours
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.online.session_host import SessionHost, load_staff_session
from webapp.views.guards import staff
from webapp.views.paging import page_number
from webapp.views.presence_picture import Lane, Picture, picture_of
from webapp.views.responses import render
from webapp.views.words.session_words import kind_of

_RESULT_WORDS = {
    Result.PRESENT: N_("Present"),
    Result.LATE: N_("Late"),
    Result.PARTIAL: N_("Part of it"),
    Result.ABSENT: N_("Absent"),
    Result.REVIEW: N_("Needs review"),
    Result.TEACHER: N_("Teacher"),
    Result.STAFF: N_("Team"),
    Result.OUTSIDE: N_("Not enrolled"),
}
#: These are offered only where there is somebody.
_WHEN_ANY = frozenset({Result.REVIEW, *WITHOUT_PLACE})


@blueprint.get("/sessions/<id:session_id>/report")
@staff(Permission.VIEW_ROSTER, Permission.VIEW_CLASSES)
def session_report(session_id: int):
    """`?show=late&page=2`: joined, left, minutes and result of each, with a lane of the picture."""
    session, host = load_staff_session(session_id, Permission.VIEW_ROSTER)
    only, page = chosen(Result, "show"), page_number()
    found = report_page(session, only=only, page=page)
    unmatched, matched = guests_of(session)
    return render(
        "admin/online/report/session_report.html",
        "admin/online/report/session_report.html",
        only=only,
        unmatched=unmatched,
        matched=matched,
        state=listed_session(session_id, is_called_off=host.calls_off(session)).state(request_time.now()),
        State=SessionState,
        said=match_changes(*host.owner, session.room_name),
        late_facts=late_facts_of(host.owner.event_id),
        **report_values(session, host, found, only),
        **_pager(session_id, found, only),
    )


def report_values(
    session: Any, host: SessionHost, found: ReportPage, only: Result | None, *, besides: ReportLine | None = None
) -> dict[str, Any]:
    """What the lines of a report and its filters show; `besides` is a line that may not be on the page any more."""
    lines = {line.user_id: line for line in found.rows} | ({besides.user_id: besides} if besides else {})
    picture = picture_of(
        session,
        kind_of(session).thresholds,
        timezone=host.timezone,
        stays=[stay for line in lines.values() for stay in line.stays],
    )
    return {
        "session": session,
        "host": host,
        "found": found,
        "picture": picture,
        "can_decide": host.can_decide,
        "lanes": {user_id: lane_of(picture, line, session) for user_id, line in lines.items()},
        "chips": _chips(session.id, found, only),
    }


def lane_of(picture: Picture, line: ReportLine, session: Any) -> Lane:
    """The lane of one line; somebody who was late has a mark from the start to their coming."""
    first = int(session.starts_at.timestamp()) + line.late_seconds if line.late_seconds else None
    return picture.lane(line.stays, first_counted=first)


def _chips(session_id: int, found: ReportPage, only: Result | None) -> list[dict[str, Any]]:
    """The results with the number of people who have them."""
    shown = {one: said for one, said in _RESULT_WORDS.items() if one not in _WHEN_ANY or found.counts.get(one)}
    if only is not None:
        shown[only] = _RESULT_WORDS[only]
    return filter_chips(found, shown, only, lambda one: address_of(session_id, show=one))


def address_of(session_id: int, **address: Any) -> str:
    """The address of a report; what is usual is left out."""
    return url_for("admin.session_report", session_id=session_id, **address)


def _pager(session_id: int, found: ReportPage, only: Result | None) -> dict[str, Any]:
    def address(page: int) -> str:
        return address_of(session_id, show=only, page=page if page > 1 else None)

    return {**neighbours(found, address), "here": request.full_path.rstrip("?")}
