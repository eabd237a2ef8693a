"""Deciding an undecided outcome: an organizer or an admin says whether the person attended, and why."""

from webapp.domain.permission import Permission
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.languages.words import N_
from webapp.queries.events.event import EventFacts
from webapp.queries.online.meeting_session import sessions_for_reader
from webapp.queries.places.outcome import explanation_of
from webapp.queries.places.roster import RosterPerson
from webapp.services.events.settling import settle_undecided
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.person import carry_out, load_person, return_to
from webapp.views.forms.form import Form
from webapp.views.forms.readers import one_of
from webapp.views.forms.reason import REASON, read_decision
from webapp.views.forms.sent import sent_or_asked
from webapp.views.guards import staff, the_actor
from webapp.views.responses import small_form

#: What it can become: the word of the form, and how it is asked.
_OUTCOMES = {S.ATTENDED: N_("They attended"), S.NO_SHOW: N_("They did not attend")}
_SETTLING = REASON.plus(
    "to", sentences={**REASON.sentences, ("to", "unknown_choice"): N_("Choose whether they attended")}
)


@blueprint.get("/enrollments/<id:enrollment_id>/settle")
@staff(Permission.SETTLE_OUTCOME)
def settle(enrollment_id: int):
    """Ask for the outcome and the reason, with what is known beside it; also opened as a dialog."""
    person, event = load_person(enrollment_id, Permission.SETTLE_OUTCOME)
    return _page(person, event, _SETTLING.filled({"to": sent_or_asked("to")}, version=person.version))


@blueprint.post("/enrollments/<id:enrollment_id>/settle")
@staff(Permission.SETTLE_OUTCOME)
def confirm_settling(enrollment_id: int):
    """Decide it, if it is still undecided."""
    form = read_decision(_SETTLING)
    chosen = form.read("to", one_of(_OUTCOMES))
    return carry_out(
        enrollment_id,
        form,
        lambda event, **values: settle_undecided(
            to_status=chosen, by=the_actor().acts_as(event.organization_id), **values
        ),
        load=lambda enrollment_id: load_person(enrollment_id, Permission.SETTLE_OUTCOME),
        show=_page,
    )


def _page(person: RosterPerson, event: EventFacts, form: Form):
    options = [(outcome.value, words, None) for outcome, words in _OUTCOMES.items()]
    return small_form(
        "admin/events/outcomes/settle",
        form,
        person=person,
        event=event,
        is_possible=person.status == S.UNDECIDED,
        options=options,
        chosen=form.values["to"],
        explanation=explanation_of(person.id),
        sessions=sessions_for_reader(event.id, person.user_id),
        return_to=return_to(person.id),
    )
