"""Decisions about a session's people: calculate again, and who the guests were that nobody knows."""

from typing import Any

from flask import flash, request, url_for

from webapp import clock
from webapp.domain.numbers import MAX_ID
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.online.meeting_session import listed_session
from webapp.queries.online.session_calculation import chosen_sessions
from webapp.queries.online.session_report import candidates, guests_of
from webapp.services.online.folding import fold_due_rooms
from webapp.services.online.identity_match import match_identity, unmatch_identity
from webapp.services.online.session_attendance import calculate_sessions
from webapp.views.admin.address import query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.reason import ReasonForm, whole_or_none
from webapp.views.admin.session_host import SessionHost, load_staff_session
from webapp.views.admin.session_report import address_of
from webapp.views.errors import status_of
from webapp.views.form_input import one_field
from webapp.views.guards import staff, the_actor
from webapp.views.responses import done, render, see_other
from webapp.views.wording import refusal_sentence


@blueprint.get("/sessions/<id:session_id>/calculate")
@staff(Permission.MANAGE_EVENTS)
def calculate_again(session_id: int):
    """Ask before a session is calculated anew."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    return _calculation_page(session, host, ReasonForm())


@blueprint.post("/sessions/<id:session_id>/calculate")
@staff(Permission.MANAGE_EVENTS)
def confirm_calculation(session_id: int):
    """Calculate it anew from what was told; marks stay. Safe to repeat."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    if not calculate_now([session_id]):
        form = ReasonForm(refusal=refusal_sentence("session_not_over"))
        return _calculation_page(session, host, form, 409)
    flash("Calculated again from what the video server told.")
    return done(address_of(session_id))


def calculate_now(session_ids: list[int]) -> int:
    """Calculate those of the sessions that are over by five minutes, whatever they say; how many that were."""
    now, number = clock.now(), 0
    for session_id in session_ids:
        rows = chosen_sessions(now, session_id=session_id, only_due=False)
        if any(row.is_behind for row in rows):
            fold_due_rooms(now=now, only=[row.room_name for row in rows])
        for _ in calculate_sessions(rows, now=now, is_forced=True):
            number += 1
    return number


def _calculation_page(session: Any, host: SessionHost, form: ReasonForm, status: int = 200):
    return render(
        "admin/calculation.html", "admin/_calculation.html", status=status, session=session, host=host, form=form,
        listed=listed_session(session.id, is_called_off=host.calls_off(session)), in_dialog=bool(request.htmx),
    )  # fmt: skip


@blueprint.get("/sessions/<id:session_id>/guest")
@staff(Permission.MANAGE_EVENTS)
def match_guest(session_id: int):
    """`?identity=...&q=ana`: whom a guest could have been. Who was not seen otherwise comes first."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    return _match_page(session, host, request.args.get("identity", ""), query_words())


@blueprint.post("/sessions/<id:session_id>/guest")
@staff(Permission.MANAGE_EVENTS)
def confirm_match(session_id: int):
    """The guest was this person: their time counts, and the event's sessions are calculated again."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    identity, query = one_field("identity"), one_field("q")[:200]
    user_id = whole_or_none(one_field("user_id"), high=MAX_ID)
    if user_id is None:
        return _match_page(session, host, identity, query, errors={"user_id": "Choose who it was"}, status=422)
    try:
        concerned = match_identity(
            owner=host.owner, identity=identity, user_id=user_id, actor=the_actor(), now=clock.now()
        )
    except Refused as refused:
        said = refusal_sentence(refused.code, **refused.facts)
        return _match_page(session, host, identity, query, refusal=said, status=status_of(refused))
    calculate_now(list(concerned))
    flash("Matched. Their time in the room counts now.")
    return see_other(f"{address_of(session_id)}#guests")


@blueprint.post("/sessions/<id:session_id>/guest/undo")
@staff(Permission.MANAGE_EVENTS)
def unmatch_guest(session_id: int):
    """Take a match back; the sessions it concerned are calculated again."""
    _, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    calculate_now(list(unmatch_identity(owner=host.owner, identity=one_field("identity"))))
    flash("Not matched any more.")
    return see_other(f"{address_of(session_id)}#guests")


def _match_page(
    session: Any, host: SessionHost, identity: str, query: str, *, errors: dict[str, str] | None = None,
    refusal: str | None = None, status: int = 200,
):  # fmt: skip
    unmatched, _ = guests_of(session)
    guest = next((one for one in unmatched if one.identity == identity), None)
    if guest is None and refusal is None and errors is None:
        raise Refused("not_found")
    return render(
        "admin/match_guest.html", "admin/match_guest.html", status=status, session=session, host=host, guest=guest,
        identity=identity, query=query, people=candidates(session, query), errors=errors or {}, refusal=refusal,
        back=url_for("admin.session_report", session_id=session.id, _anchor="guests"),
    )  # fmt: skip
