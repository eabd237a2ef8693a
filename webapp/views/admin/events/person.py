"""One person's place in an event: the facts, why, what happened, and the organizer's decisions."""

from collections.abc import Callable
from typing import Any

from flask import flash, make_response, render_template, request, url_for

from webapp.domain.events.override import override_target
from webapp.domain.permission import Permission
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import TransitionKind
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.online.meeting_session import sessions_for_reader
from webapp.queries.people.profile import known_here, records_elsewhere
from webapp.queries.places.certificates.certificate import certificate_names, certificate_of
from webapp.queries.places.no_shows.excuses import excuses_of, may_be_excused
from webapp.queries.places.outcome import explanation_of
from webapp.queries.places.roster import RosterPerson, person_of_roster, roster_page
from webapp.queries.places.trail import check_ins_of, last_move, moves_of
from webapp.services.places.decision import decide_application, promote_out_of_turn
from webapp.services.places.enrollment import cancel
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.enrollments import filter_of_address, table_values
from webapp.views.admin.questions.answers import readable_answers
from webapp.views.admin.words import change_words
from webapp.views.forms.form import Form
from webapp.views.forms.readers import switch
from webapp.views.forms.reason import REASON, read_decision
from webapp.views.forms.sent import one_field, sent_or_asked
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event, may
from webapp.views.responses import done, from_htmx, safe_next, small_form
from webapp.views.words.refusals import refusal_sentence
from webapp.views.words.statuses import enrollment_words


def load_person(enrollment_id: int, permission: Permission) -> tuple[RosterPerson, EventFacts]:
    """An enrollment in an event where the actor has the permission, or `not_found`."""
    person = person_of_roster(enrollment_id)
    if person is None:
        raise Refused("not_found")
    return person, load_staff_event(person.event_id, permission)


def may_override(event: EventFacts) -> bool:
    """Whether the actor corrects outcomes in this organization."""
    return may(Permission.OVERRIDE_OUTCOME, event)


@blueprint.get("/enrollments/<id:enrollment_id>")
@staff(Permission.VIEW_ROSTER)
def enrollment(enrollment_id: int):
    """Facts, days, why this status, and everything that happened, newest first."""
    person, event = load_person(enrollment_id, Permission.VIEW_ROSTER)
    moves = moves_of(enrollment_id)
    is_admin = may_override(event)
    return render_template(
        "admin/events/enrollments/enrollment.html",
        person=person,
        event=event,
        moves=moves,
        check_ins=check_ins_of(enrollment_id),
        explanation=explanation_of(enrollment_id),
        back=safe_next(request.args.get("back"), ""),
        can_override=is_admin and override_target(S(person.status)) is not None,
        can_withdraw=is_admin and bool(moves) and moves[0].kind == TransitionKind.OVERRIDE,
        here_before=known_here(person.user_id, event.organization_id, request_time.now()),
        elsewhere=records_elsewhere(person.user_id, event.organization_id, request_time.now()),
        sessions=sessions_for_reader(event.id, person.user_id),
        said=readable_answers(event, enrollment_id),
        certificate=certificate_of(enrollment_id),
        names=certificate_names(enrollment_id),
        can_rename=is_admin,
        excuses=excuses_of(enrollment_id),
        can_excuse=event.no_shows is not None and may_be_excused(enrollment_id),
    )


#: What an organizer decides: heading, button, the service's word for it, whether a reason is asked for.
_DECISIONS: dict[str, dict[str, Any]] = {
    "approve": {"button": N_("Approve"), "from": {S.PENDING}, "reason": False},
    "reject": {"button": N_("Decline"), "from": {S.PENDING}, "reason": False},
    "cancel": {"button": N_("Cancel this place"), "from": {S.PENDING, S.WAITLISTED, S.CONFIRMED}, "reason": True},
    "give-place": {"button": N_("Give the place"), "from": {S.WAITLISTED}, "reason": True},
}


@blueprint.get("/enrollments/<id:enrollment_id>/<any(approve, reject, cancel, 'give-place'):what>")
@staff(Permission.DECIDE_APPLICATIONS)
def decide(enrollment_id: int, what: str):
    """Ask before an organizer's decision about one person, where a reason belongs to it."""
    person, event = load_person(enrollment_id, Permission.DECIDE_APPLICATIONS)
    return _decision_page(person, event, what, REASON.filled(version=person.version))


@blueprint.post("/enrollments/<id:enrollment_id>/<any(approve, reject, cancel, 'give-place'):what>")
@staff(Permission.DECIDE_APPLICATIONS)
def confirm_decision(enrollment_id: int, what: str):
    """Do it, if the person still stands where the page showed them."""
    return carry_out(
        enrollment_id,
        read_decision(required=_DECISIONS[what]["reason"]),
        lambda event, **values: _SERVICES[what](by=the_actor().acts_as(event.organization_id), **values, **_more(what)),
        load=lambda enrollment_id: load_person(enrollment_id, Permission.DECIDE_APPLICATIONS),
        show=lambda person, event, form: _decision_page(person, event, what, form),
    )


def _more(what: str) -> dict[str, bool]:
    """Whether a place may be given beyond the capacity; of other decisions nothing."""
    return {"over": switch(one_field("over"))} if what in _BEYOND else {}


#: Decisions that may go beyond the capacity.
_BEYOND = frozenset({"give-place"})
_SERVICES: dict[str, Callable[..., Any]] = {
    "approve": lambda **values: decide_application(approve=True, **values),
    "reject": lambda **values: decide_application(approve=False, **values),
    "cancel": cancel,
    "give-place": promote_out_of_turn,
}


def _decision_page(person: RosterPerson, event: EventFacts, what: str, form: Form):
    decision = _DECISIONS[what]
    return small_form(
        "admin/events/outcomes/decision",
        form,
        person=person,
        event=event,
        what=what,
        decision=decision,
        is_possible=S(person.status) in decision["from"],
        return_to=return_to(person.id),
    )


def return_to(enrollment_id: int) -> str:
    """Where a small form goes back to: the table it was opened from, or the person's page."""
    return safe_next(sent_or_asked("return_to"), url_for("admin.enrollment", enrollment_id=enrollment_id))


def _conflict_sentence(refused: Refused, enrollment_id: int) -> str:
    """A refusal in words; a stale form is told who changed what."""
    move = last_move(enrollment_id) if refused.code == "stale" else None
    if move is None:
        return refusal_sentence(refused.code, **refused.facts)
    return gettext(
        "{change} changed this a moment ago to {crew}.",
        change=change_words(move),
        crew=enrollment_words(move.to_status).crew,
    )


def carry_out(
    enrollment_id: int,
    form: Form,
    act: Callable[..., object],
    *,
    load: Callable[[int], tuple[RosterPerson, EventFacts]],
    show: Callable[[RosterPerson, EventFacts, Form], Any],
) -> Any:
    """Do what a form decided about one person, or show it again.

    `act` gets the event, and by name whom it is about, who decides, when, why, and on which version of it.
    """
    person, event = load(enrollment_id)
    if form.errors:
        return show(person, event, form)
    try:
        act(
            event,
            enrollment_id=enrollment_id,
            actor=the_actor(),
            now=request_time.now(),
            reason=form.values["reason"] or None,
            expected_version=form.version,
        )
    except Refused as refused:
        # What stands now was read before the lock; the page shows that and asks again.
        person, event = load(enrollment_id)
        form.refuse(refused, version=person.version, said=_conflict_sentence(refused, enrollment_id))
        return show(person, event, form)
    return _after_decision(enrollment_id, event)


def _after_decision(enrollment_id: int, event: EventFacts):
    """After a decision: back to the list or page; in a dialog the row is replaced in place."""
    person = person_of_roster(enrollment_id)
    if person is None:
        raise Refused("not_found")
    back, words = return_to(enrollment_id), enrollment_words(person.status).crew
    if not from_htmx() or not back.startswith(url_for("admin.enrollments", event_id=event.id)):
        flash(gettext("{name} is now {words}.", name=person.name, words=words))
        return done(back)
    # Its numbers as they are now.
    event, asked = load_staff_event(event.id, Permission.VIEW_ROSTER), filter_of_address(back)
    values = table_values(event, roster_page(event.id, asked), asked) | {"here": back}
    response = make_response(
        render_template("admin/events/enrollments/_row_done.html", person=person, words=words, **values)
    )
    response.headers["HX-Reswap"] = "none"
    response.headers["HX-Trigger"] = "close-dialog"
    return response
