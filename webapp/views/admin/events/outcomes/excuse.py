"""Excusing somebody who did not come, and taking the excuse back. For organizers and admins."""

from typing import Any

from flask import flash, url_for

from webapp.domain.permission import Permission
from webapp.domain.places.no_shows.excuse import WORDS_LIMIT, ExcuseReason
from webapp.languages.words import N_, gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.places.roster import RosterPerson
from webapp.services.places.no_shows.excuse import Given, excuse, withdraw_excuse
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.person import load_person
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import one_of, prose
from webapp.views.guards import staff, the_actor
from webapp.views.responses import done, see_other, small_form
from webapp.views.words.outcomes.no_shows import EXCUSE

_WHEN = {"before": True, "after": False}
_EXCUSE = FormKind(
    ("reason", "told", "words"),
    sentences={
        ("reason", "unknown_choice"): N_("Choose a reason"),
        ("told", "unknown_choice"): N_("Choose when they told you"),
        ("words", "text_too_long"): N_("Shorten the note to {limit} characters"),
    },
)


@blueprint.get("/enrollments/<id:enrollment_id>/excuse")
@staff(Permission.SETTLE_OUTCOME)
def excuse_form(enrollment_id: int) -> Any:
    """Ask for the reason; also opened as a dialog."""
    person, event = load_person(enrollment_id, Permission.SETTLE_OUTCOME)
    return _page(person, event, _EXCUSE.filled())


@blueprint.post("/enrollments/<id:enrollment_id>/excuse")
@staff(Permission.SETTLE_OUTCOME)
def save_excuse(enrollment_id: int) -> Any:
    """Keep it: it does not count from now on."""
    person, event = load_person(enrollment_id, Permission.SETTLE_OUTCOME)
    form = _EXCUSE.sent()
    reason = form.read("reason", one_of(ExcuseReason))
    in_time = form.read("told", lambda text: _WHEN[one_of(_WHEN)(text)])
    words = form.read("words", prose(WORDS_LIMIT))
    form.check(
        lambda: excuse(
            enrollment_id=enrollment_id, given=Given(reason, in_time, words), actor=the_actor(), now=request_time.now()
        )
    )
    if form.is_refused:
        return _page(person, event, form)
    flash(gettext("{name} is excused. It doesn’t count as a no-show against them.", name=person.name))
    return done(url_for("admin.enrollment", enrollment_id=enrollment_id))


@blueprint.post("/enrollments/<id:enrollment_id>/excuse/withdraw")
@staff(Permission.SETTLE_OUTCOME)
def end_excuse(enrollment_id: int) -> Any:
    """It counts again."""
    load_person(enrollment_id, Permission.SETTLE_OUTCOME)
    withdraw_excuse(enrollment_id=enrollment_id, actor=the_actor(), now=request_time.now())
    flash(gettext("The excuse is withdrawn."))
    return see_other(url_for("admin.enrollment", enrollment_id=enrollment_id))


def _page(person: RosterPerson, event: EventFacts, form: Form) -> Any:
    return small_form(
        "admin/events/outcomes/excuse",
        form,
        person=person,
        event=event,
        reasons=[(reason.value, gettext(words), None) for reason, words in EXCUSE.items()],
        most=WORDS_LIMIT,
    )
