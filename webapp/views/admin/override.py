"""Setting right what the record says about one person, with a reason, and taking it back."""

import re
from datetime import date
from typing import Any

from flask import request

from webapp import clock
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.event_days import local_date
from webapp.domain.override import days_to_check_in, override_target
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.events.event import EventFacts
from webapp.queries.places.roster import RosterPerson
from webapp.queries.places.trail import last_move
from webapp.services.events.override import override_status, withdraw_override
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.person import after_decision, conflict_sentence, load_person, may_override, return_to
from webapp.views.admin.reason import ReasonForm, reason_of
from webapp.views.errors import status_of
from webapp.views.guards import staff, the_actor
from webapp.views.responses import render

#: Narrower than `fromisoformat`, which also reads weeks.
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _load(enrollment_id: int) -> tuple[RosterPerson, EventFacts]:
    """The person, for an admin of the organization; its organizers are told no (`forbidden`)."""
    person, event = load_person(enrollment_id, Permission.VIEW_ROSTER)
    if not may_override(event):
        raise Refused("forbidden")
    return person, event


@blueprint.get("/enrollments/<id:enrollment_id>/override")
@staff(Permission.VIEW_ROSTER)
def override(enrollment_id: int):
    """Ask for the reason, with the evidence beside it; also opened as a dialog."""
    person, event = _load(enrollment_id)
    return _override_page(person, event, ReasonForm(version=person.version), request.args)


@blueprint.post("/enrollments/<id:enrollment_id>/override")
@staff(Permission.VIEW_ROSTER)
def confirm_override(enrollment_id: int):
    """Correct the status, if the person still stands where the page showed them."""
    person, event = _load(enrollment_id)
    form = reason_of(request.form)
    target, on_day = _target(request.form.get("to")), _day(request.form.get("on_day"))
    if target is None:
        form.errors["to"] = "Open this again and choose what to change it to"
    if form.errors or target is None:
        return _override_page(person, event, form, request.form, 422)
    try:
        override_status(
            enrollment_id=enrollment_id, to_status=target, reason=form.reason, actor=the_actor(),
            now=clock.now(), expected_version=form.version or 0, on_day=on_day,
        )  # fmt: skip
    except Refused as refused:
        if refused.code == "day_not_possible":
            form.errors["on_day"] = "Choose the day"
        else:
            form.refusal = conflict_sentence(refused, enrollment_id)
        # What stands now was read before the lock; the page shows that and asks again.
        fresh, event = _load(enrollment_id)
        form.version = fresh.version
        return _override_page(fresh, event, form, request.form, status_of(refused))
    return after_decision(enrollment_id, event, request.form)


@blueprint.get("/enrollments/<id:enrollment_id>/withdrawal")
@staff(Permission.VIEW_ROSTER)
def withdrawal(enrollment_id: int):
    """Ask for the reason before a correction is taken back."""
    person, event = _load(enrollment_id)
    return _withdrawal_page(person, event, ReasonForm(version=person.version), request.args)


@blueprint.post("/enrollments/<id:enrollment_id>/withdrawal")
@staff(Permission.VIEW_ROSTER)
def confirm_withdrawal(enrollment_id: int):
    """Restore what stood before the correction."""
    person, event = _load(enrollment_id)
    form = reason_of(request.form)
    if form.errors:
        return _withdrawal_page(person, event, form, request.form, 422)
    try:
        withdraw_override(
            enrollment_id=enrollment_id, reason=form.reason, actor=the_actor(), now=clock.now(),
            expected_version=form.version or 0,
        )  # fmt: skip
    except Refused as refused:
        form.refusal = conflict_sentence(refused, enrollment_id)
        fresh, event = _load(enrollment_id)
        form.version = fresh.version
        return _withdrawal_page(fresh, event, form, request.form, status_of(refused))
    return after_decision(enrollment_id, event, request.form)


def _target(text: str | None) -> S | None:
    return S(text) if text in {S.ATTENDED.value, S.CHECKED_IN.value} else None


def _day(text: str | None) -> date | None:
    """A date as the form's own options spell it, or None."""
    if not text or not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _override_page(person: RosterPerson, event: EventFacts, form: ReasonForm, sent: Any, status: int = 200):
    target = override_target(S(person.status))
    possible = days_to_check_in(event.days, local_date(clock.now(), event.timezone))
    if target is S.CHECKED_IN and not possible and form.refusal is None:
        form.refusal = "Nobody can be checked in before the first day of the event."
        target = None
    return render(
        "admin/override.html", "admin/_override.html", status=status, person=person, event=event, form=form,
        target=target, possible_days=possible, on_day=_day(sent.get("on_day")) or (possible[-1] if possible else None),
        return_to=return_to(person.id, sent), in_dialog=bool(request.htmx),
    )  # fmt: skip


def _withdrawal_page(person: RosterPerson, event: EventFacts, form: ReasonForm, sent: Any, status: int = 200):
    move = last_move(person.id)
    is_override = move is not None and move.kind == "override"
    return render(
        "admin/withdrawal.html", "admin/_withdrawal.html", status=status, person=person, event=event, form=form,
        move=move if is_override else None, return_to=return_to(person.id, sent), in_dialog=bool(request.htmx),
    )  # fmt: skip
