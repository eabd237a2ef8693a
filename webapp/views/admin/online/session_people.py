"""Decisions about a session's people: calculate again, and who the guests were that nobody knows."""

from typing import Any

from flask import flash, request, url_for

from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.online.meeting_session import listed_session
from webapp.queries.online.session_calculation import chosen_sessions
from webapp.queries.online.session_report import Guest, candidates, guests_of
from webapp.services.online.folding import fold_due_rooms
from webapp.services.online.identity_match import match_identity, unmatch_identity
from webapp.services.online.session_attendance import calculate_sessions
from webapp.views import request_time
from webapp.views.admin.address import query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.outcomes.outcome_effect import effect_sentence, standing_in
from webapp.views.admin.online.session_host import SessionHost, load_staff_session
from webapp.views.admin.online.session_report import address_of
from webapp.views.forms.form import Form
from webapp.views.forms.readers import row_id
from webapp.views.forms.reason import REASON, SURE, read_reason
from webapp.views.forms.sent import one_field
from webapp.views.guards import staff, the_actor
from webapp.views.responses import done, render, see_other, small_form

_MATCH = REASON.plus("user_id", sentences={**REASON.sentences, ("user_id", "unknown_choice"): N_("Choose who it was")})


@blueprint.get("/sessions/<id:session_id>/calculate")
@staff(Permission.MANAGE_EVENTS, Permission.CALL_ROLL)
def calculate_again(session_id: int):
    """Ask before a session is calculated anew."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    return _calculation_page(session, host, SURE.filled())


@blueprint.post("/sessions/<id:session_id>/calculate")
@staff(Permission.MANAGE_EVENTS, Permission.CALL_ROLL)
def confirm_calculation(session_id: int):
    """Calculate it anew from what was told; marks stay. Safe to repeat."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    if not calculate_now([session_id]):
        form = SURE.filled()
        form.refuse(Refused("session_not_over"))
        return _calculation_page(session, host, form)
    flash(gettext("Calculated again from the video server’s signals."))
    return done(address_of(session_id))


def calculate_now(session_ids: list[int]) -> int:
    """Calculate those of the sessions that are over by five minutes, whatever they say; how many that were."""
    now, number = request_time.now(), 0
    for session_id in session_ids:
        rows = chosen_sessions(now, session_id=session_id, only_due=False)
        if any(row.is_behind for row in rows):
            fold_due_rooms(now=now, only=[row.room_name for row in rows])
        for _ in calculate_sessions(rows, now=now, is_forced=True):
            number += 1
    return number


def _calculation_page(session: Any, host: SessionHost, form: Form):
    return small_form(
        "admin/online/report/calculation",
        form,
        session=session,
        host=host,
        listed=listed_session(session.id, is_called_off=host.calls_off(session)),
    )


@blueprint.get("/sessions/<id:session_id>/guest")
@staff(Permission.MANAGE_EVENTS, Permission.CALL_ROLL)
def match_guest(session_id: int):
    """`?identity=...&q=ana`: whom a guest could have been. Who was not seen otherwise comes first."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    return _match_page(session, host, request.args.get("identity", ""), query_words())


@blueprint.post("/sessions/<id:session_id>/guest")
@staff(Permission.MANAGE_EVENTS, Permission.CALL_ROLL)
def confirm_match(session_id: int):
    """The guest was this person: the event's sessions are calculated again, and what follows is said."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    identity, query = one_field("identity"), one_field("q")[:200]
    form = read_reason(_MATCH)
    user_id = form.read("user_id", row_id("unknown_choice"))
    concerned = form.check(
        lambda: match_identity(
            owner=host.owner,
            identity=identity,
            user_id=user_id,
            reason=form.values["reason"],
            actor=the_actor(),
            now=request_time.now(),
        )
    )
    if form.is_refused:
        return _match_page(session, host, identity, query, form=form)
    calculate_now(list(concerned))
    flash(gettext("Matched. {effect_sentence}", effect_sentence=effect_sentence(standing_in(host, user_id))))
    return see_other(f"{address_of(session_id)}#guests")


@blueprint.get("/sessions/<id:session_id>/guest/undo")
@staff(Permission.MANAGE_EVENTS, Permission.CALL_ROLL)
def ask_to_unmatch(session_id: int):
    """Ask why before a match is taken back."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    return _unmatch_page(session, host, request.args.get("identity", ""), REASON.filled())


@blueprint.post("/sessions/<id:session_id>/guest/undo")
@staff(Permission.MANAGE_EVENTS, Permission.CALL_ROLL)
def unmatch_guest(session_id: int):
    """Take a match back; the sessions it concerned are calculated again."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    identity, form = one_field("identity"), read_reason()
    if form.errors:
        return _unmatch_page(session, host, identity, form)
    guest = _matched(session, identity)
    concerned = unmatch_identity(
        owner=host.owner, identity=identity, reason=form.values["reason"], actor=the_actor(), now=request_time.now()
    )
    calculate_now(list(concerned))
    after = effect_sentence(standing_in(host, guest.match.user_id)) if guest and guest.match else ""
    flash(gettext("No longer matched. {after}", after=after).strip())
    return see_other(f"{address_of(session_id)}#guests")


def _matched(session: Any, identity: str) -> Guest | None:
    _, matched = guests_of(session)
    return next((one for one in matched if one.identity == identity), None)


def _unmatch_page(session: Any, host: SessionHost, identity: str, form: Form):
    guest = _matched(session, identity)
    if guest is None:
        raise Refused("not_found")
    return small_form(
        "admin/online/report/unmatch_guest",
        form,
        session=session,
        host=host,
        guest=guest,
        return_to=f"{address_of(session.id)}#guests",
    )


def _match_page(session: Any, host: SessionHost, identity: str, query: str, *, form: Form | None = None):
    unmatched, _ = guests_of(session)
    guest = next((one for one in unmatched if one.identity == identity), None)
    if guest is None and form is None:
        raise Refused("not_found")
    form = form or _MATCH.filled()
    return render(
        "admin/online/report/match_guest.html",
        "admin/online/report/match_guest.html",
        form.status,
        session=session,
        host=host,
        guest=guest,
        identity=identity,
        query=query,
        people=candidates(session, query),
        form=form,
        back=url_for("admin.session_report", session_id=session.id, _anchor="guests"),
    )
