"""One person's place in an event: the facts, why, what happened, and the organizer's decisions."""

from collections.abc import Callable
from typing import Any

from flask import flash, make_response, render_template, request, url_for

from webapp import clock
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.override import override_target
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.events.event import EventFacts
from webapp.queries.online.meeting_session import sessions_for_reader
from webapp.queries.people.profile import known_here, records_elsewhere
from webapp.queries.places.outcome import explanation_of
from webapp.queries.places.roster import RosterPerson, person_of_roster, roster_page
from webapp.queries.places.trail import check_ins_of, last_move, moves_of
from webapp.services.places.enrollment import cancel, decide_application, promote_out_of_turn
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.enrollments import filter_of_address, table_values
from webapp.views.admin.reason import ReasonForm, reason_of
from webapp.views.admin.words import change_words
from webapp.views.errors import status_of
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import done, render, safe_next
from webapp.views.wording import enrollment_words, refusal_sentence


def load_person(enrollment_id: int, permission: Permission) -> tuple[RosterPerson, EventFacts]:
    """An enrollment in an event where the actor has the permission, or `not_found`."""
    person = person_of_roster(enrollment_id)
    if person is None:
        raise Refused("not_found")
    return person, load_staff_event(person.event_id, permission)


def may_override(event: EventFacts) -> bool:
    """Whether the actor corrects outcomes in this organization."""
    return the_actor().can(Permission.OVERRIDE_OUTCOME, event.organization_id)


@blueprint.get("/enrollments/<id:enrollment_id>")
@staff(Permission.VIEW_ROSTER)
def enrollment(enrollment_id: int):
    """Facts, days, why this status, and everything that happened, newest first."""
    person, event = load_person(enrollment_id, Permission.VIEW_ROSTER)
    moves = moves_of(enrollment_id)
    is_admin = may_override(event)
    return render_template(
        "admin/enrollment.html", person=person, event=event, moves=moves, check_ins=check_ins_of(enrollment_id),
        explanation=explanation_of(enrollment_id), back=safe_next(request.args.get("back"), ""),
        can_override=is_admin and override_target(S(person.status)) is not None,
        can_withdraw=is_admin and bool(moves) and moves[0].kind == "override",
        here_before=known_here(person.user_id, event.organization_id, clock.now()),
        elsewhere=records_elsewhere(person.user_id, event.organization_id, clock.now()),
        sessions=sessions_for_reader(event.id, person.user_id),
    )  # fmt: skip


#: What an organizer decides: heading, button, the service's word for it, whether a reason is asked for.
_DECISIONS: dict[str, dict[str, Any]] = {
    "approve": {"button": "Approve", "from": {S.PENDING}, "reason": False},
    "reject": {"button": "Do not accept", "from": {S.PENDING}, "reason": False},
    "cancel": {"button": "Cancel this place", "from": {S.PENDING, S.WAITLISTED, S.CONFIRMED}, "reason": True},
    "give-place": {"button": "Give the place", "from": {S.WAITLISTED}, "reason": True},
}


@blueprint.get("/enrollments/<id:enrollment_id>/<any(approve, reject, cancel, 'give-place'):what>")
@staff(Permission.DECIDE_APPLICATIONS)
def decide(enrollment_id: int, what: str):
    """Ask before an organizer's decision about one person, where a reason belongs to it."""
    person, event = load_person(enrollment_id, Permission.DECIDE_APPLICATIONS)
    return _decision_page(person, event, what, ReasonForm(version=person.version), request.args)


@blueprint.post("/enrollments/<id:enrollment_id>/<any(approve, reject, cancel, 'give-place'):what>")
@staff(Permission.DECIDE_APPLICATIONS)
def confirm_decision(enrollment_id: int, what: str):
    """Do it, if the person still stands where the page showed them."""
    person, event = load_person(enrollment_id, Permission.DECIDE_APPLICATIONS)
    form = reason_of(request.form, required=_DECISIONS[what]["reason"])
    if form.errors:
        return _decision_page(person, event, what, form, request.form, status=422)
    actor = the_actor()
    try:
        _SERVICES[what](
            enrollment_id=enrollment_id, actor=actor, by=actor.acts_as(event.organization_id), now=clock.now(),
            reason=form.reason or None, expected_version=form.version,
        )  # fmt: skip
    except Refused as refused:
        form.refusal = conflict_sentence(refused, enrollment_id)
        form.version = person.version
        return _decision_page(person, event, what, form, request.form, status=status_of(refused))
    return after_decision(enrollment_id, event, request.form)


_SERVICES: dict[str, Callable[..., Any]] = {
    "approve": lambda **values: decide_application(approve=True, **values),
    "reject": lambda **values: decide_application(approve=False, **values),
    "cancel": cancel,
    "give-place": promote_out_of_turn,
}


def _decision_page(
    person: RosterPerson, event: EventFacts, what: str, form: ReasonForm, sent: Any, *, status: int = 200
):
    decision = _DECISIONS[what]
    return render(
        "admin/decision.html", "admin/_decision.html", status=status, person=person, event=event, what=what,
        form=form, decision=decision, is_possible=S(person.status) in decision["from"],
        return_to=return_to(person.id, sent), in_dialog=bool(request.htmx),
    )  # fmt: skip


def return_to(enrollment_id: int, sent: Any) -> str:
    """Where a small form goes back to: the table it was opened from, or the person's page."""
    return safe_next(sent.get("return_to"), url_for("admin.enrollment", enrollment_id=enrollment_id))


def conflict_sentence(refused: Refused, enrollment_id: int) -> str:
    """A refusal in words; a stale form is told who changed what."""
    move = last_move(enrollment_id) if refused.code == "stale" else None
    if move is None:
        return refusal_sentence(refused.code, **refused.facts)
    return f"{change_words(move)} changed this a moment ago to {enrollment_words(move.to_status).crew}."


def after_decision(enrollment_id: int, event: EventFacts, sent: Any):
    """After a decision: back to the list or page; in a dialog the row is replaced in place."""
    person = person_of_roster(enrollment_id)
    if person is None:
        raise Refused("not_found")
    back, words = return_to(enrollment_id, sent), enrollment_words(person.status).crew
    if not request.htmx or not back.startswith(url_for("admin.enrollments", event_id=event.id)):
        flash(f"{person.name} is now {words}.")
        return done(back)
    asked = filter_of_address(back)
    values = table_values(event, roster_page(event.id, asked), asked) | {"here": back}
    response = make_response(render_template("admin/_row_done.html", person=person, words=words, **values))
    response.headers["HX-Reswap"] = "none"
    response.headers["HX-Trigger"] = "close-dialog"
    return response
