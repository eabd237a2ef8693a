"""Setting right what the record says about one person, with a reason, and taking it back."""

from datetime import date

from webapp.domain.classes.class_draft import parse_local_date
from webapp.domain.event_days import local_date
from webapp.domain.events.override import days_to_check_in, override_target
from webapp.domain.permission import Permission
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import TransitionKind
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.places.roster import RosterPerson
from webapp.queries.places.trail import last_move
from webapp.services.events.override import override_status, withdraw_override
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.person import carry_out, load_person, may_override, return_to
from webapp.views.forms.form import Form
from webapp.views.forms.readers import one_of
from webapp.views.forms.reason import REASON, read_decision
from webapp.views.forms.sent import sent_or_asked
from webapp.views.guards import staff
from webapp.views.responses import small_form

_OVERRIDE = REASON.plus(
    "to",
    "on_day",
    sentences={
        **REASON.sentences,
        ("to", "unknown_choice"): N_("Choose the new status"),
        "day_not_possible": N_("Choose the day"),
    },
    field_of={"day_not_possible": "on_day"},
)


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
    return _override_page(person, event, _OVERRIDE.filled({"on_day": sent_or_asked("on_day")}, version=person.version))


@blueprint.post("/enrollments/<id:enrollment_id>/override")
@staff(Permission.VIEW_ROSTER)
def confirm_override(enrollment_id: int):
    """Correct the status, if the person still stands where the page showed them."""
    form = read_decision(_OVERRIDE)
    target = form.read("to", one_of((S.ATTENDED, S.CHECKED_IN)))
    return carry_out(
        enrollment_id,
        form,
        lambda _event, **values: override_status(to_status=target, on_day=_day(form), **values),
        load=_load,
        show=_override_page,
    )


@blueprint.get("/enrollments/<id:enrollment_id>/withdrawal")
@staff(Permission.VIEW_ROSTER)
def withdrawal(enrollment_id: int):
    """Ask for the reason before a correction is taken back."""
    person, event = _load(enrollment_id)
    return _withdrawal_page(person, event, REASON.filled(version=person.version))


@blueprint.post("/enrollments/<id:enrollment_id>/withdrawal")
@staff(Permission.VIEW_ROSTER)
def confirm_withdrawal(enrollment_id: int):
    """Restore what stood before the correction."""
    return carry_out(
        enrollment_id,
        read_decision(),
        lambda _event, **values: withdraw_override(**values),
        load=_load,
        show=_withdrawal_page,
    )


def _day(form: Form) -> date | None:
    """The day that was chosen; what is none is as good as no choice."""
    try:
        return parse_local_date(form.values["on_day"])
    except Refused:
        return None


def _override_page(person: RosterPerson, event: EventFacts, form: Form):
    target = override_target(S(person.status))
    possible = days_to_check_in(event.days, local_date(request_time.now(), event.timezone))
    if target is S.CHECKED_IN and not possible and form.refusal is None:
        form.refusal = gettext("No one can be checked in before the first day of the event.")
        target = None
    return small_form(
        "admin/events/outcomes/override",
        form,
        person=person,
        event=event,
        target=target,
        possible_days=possible,
        on_day=_day(form) or (possible[-1] if possible else None),
        return_to=return_to(person.id),
    )


def _withdrawal_page(person: RosterPerson, event: EventFacts, form: Form):
    move = last_move(person.id)
    is_override = move is not None and move.kind == TransitionKind.OVERRIDE
    return small_form(
        "admin/events/outcomes/withdrawal",
        form,
        person=person,
        event=event,
        move=move if is_override else None,
        return_to=return_to(person.id),
    )
