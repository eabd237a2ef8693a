"""One person's place in a class: what happened, ending it, opening it again, taking the certificate back."""

from typing import Any

from flask import flash, render_template, url_for
from sqlalchemy import Row

from webapp.domain.classes.class_enrollment import ENDED, possible_ends
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.classes.class_people import class_moves, class_person
from webapp.queries.classes.my_classes import completion_row
from webapp.queries.classes.program_class import ClassFacts
from webapp.services.classes.completion import revoke_completion
from webapp.services.classes.people.class_enrollment import end_class_enrollment, reopen_class_enrollment
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.class_people.words import refused_words
from webapp.views.forms.form import Form
from webapp.views.forms.readers import one_of
from webapp.views.forms.reason import REASON, read_decision
from webapp.views.forms.sent import first_field
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class, may
from webapp.views.responses import done, small_form
from webapp.views.words.class_words import class_enrollment_words

#: What stands in the way of a place in a class is said as in the list of people.
_PLACE = REASON.plus(sentences={**REASON.sentences, "already_enrolled": refused_words, "person_clash": refused_words})
_ENDING = _PLACE.plus("to", sentences={**_PLACE.sentences, ("to", "unknown_choice"): N_("Choose how it ends")})


def load_class_person(enrollment_id: int, permission: Permission) -> tuple[Row, ClassFacts]:
    """An enrollment in a class where the actor has the permission, or `not_found`."""
    person = class_person(enrollment_id)
    if person is None:
        raise Refused("not_found")
    return person, load_staff_class(person.class_id, permission)


@blueprint.get("/class-enrollments/<id:enrollment_id>")
@staff(Permission.VIEW_CLASSES)
def class_enrollment(enrollment_id: int):
    """Where they stand, what happened, and the certificate."""
    person, facts = load_class_person(enrollment_id, Permission.VIEW_CLASSES)
    is_managed = may(Permission.MANAGE_CLASSES, facts)
    return render_template(
        "admin/classes/people/person.html",
        person=person,
        program_class=facts,
        moves=class_moves(enrollment_id),
        can_end=is_managed and bool(possible_ends(facts.stands, E(person.status))),
        can_reopen=is_managed and facts.is_running and person.status in ENDED,
        can_revoke=may(Permission.REVOKE_COMPLETIONS, facts),
    )


@blueprint.get("/class-enrollments/<id:enrollment_id>/end")
@staff(Permission.MANAGE_CLASSES)
def end_class_place(enrollment_id: int):
    """Ask how and why; also opened as a dialog."""
    person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
    return _end_page(person, facts, _ENDING.filled(version=person.version))


@blueprint.post("/class-enrollments/<id:enrollment_id>/end")
@staff(Permission.MANAGE_CLASSES)
def confirm_end_of_class_place(enrollment_id: int):
    """End it, if the person still stands where the page showed them."""
    person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
    form = read_decision(_ENDING, required=first_field("to") in ENDED)
    to_status = form.read("to", one_of({E.CANCELLED, *ENDED}))
    form.check(lambda: end_class_enrollment(to_status=to_status, **_decision(enrollment_id, facts, form)))
    if form.is_refused:
        return _end_page(*_as_it_stands(enrollment_id, form), form)
    return _done(person, class_enrollment_words(to_status).crew)


@blueprint.get("/class-enrollments/<id:enrollment_id>/reopen")
@staff(Permission.MANAGE_CLASSES)
def reopen_class_place(enrollment_id: int):
    """Ask before somebody is taken back; also opened as a dialog."""
    person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
    return _reopen_page(person, facts, _PLACE.filled(version=person.version))


@blueprint.post("/class-enrollments/<id:enrollment_id>/reopen")
@staff(Permission.MANAGE_CLASSES)
def confirm_reopening_class_place(enrollment_id: int):
    """Take them back, while the class runs and a place is free."""
    person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
    form = read_decision(_PLACE, required=False)
    form.check(lambda: reopen_class_enrollment(**_decision(enrollment_id, facts, form)))
    if form.is_refused:
        return _reopen_page(*_as_it_stands(enrollment_id, form), form)
    return _done(person, class_enrollment_words(E.ENROLLED).crew)


@blueprint.get("/completions/<id:completion_id>/revoke")
@staff(Permission.REVOKE_COMPLETIONS)
def revoke_certificate(completion_id: int):
    """Ask for the reason before a certificate is taken back."""
    person, facts = _load_certificate(completion_id)
    return _revoke_page(person, facts, _PLACE.filled(version=person.version))


@blueprint.post("/completions/<id:completion_id>/revoke")
@staff(Permission.REVOKE_COMPLETIONS)
def confirm_revoking_certificate(completion_id: int):
    """Take it back; its page says so from now on."""
    person, facts = _load_certificate(completion_id)
    form = read_decision(_PLACE)
    reason, now = form.values["reason"], request_time.now()
    form.check(lambda: revoke_completion(completion_id=completion_id, actor=the_actor(), reason=reason, now=now))
    if form.is_refused:
        return _revoke_page(person, facts, form)
    flash(gettext("The certificate of {name} is revoked.", name=person.name))
    return _back(person.id)


def _decision(enrollment_id: int, facts: ClassFacts, form: Form) -> dict[str, Any]:
    """Who decides about which place, when, why, and on which version of it."""
    return {
        "enrollment_id": enrollment_id,
        "actor": the_actor(),
        "by": the_actor().acts_as(facts.organization_id),
        "now": request_time.now(),
        "reason": form.values["reason"] or None,
        "expected_version": form.version,
    }


def _as_it_stands(enrollment_id: int, form: Form) -> tuple[Row, ClassFacts]:
    """The place after a refusal; a rule's answer was about what stands now, and so is the next try."""
    person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
    if not form.errors:
        form.version = person.version
    return person, facts


def _load_certificate(completion_id: int) -> tuple[Row, ClassFacts]:
    record = completion_row(completion_id)
    if record is None:
        raise Refused("not_found")
    return load_class_person(record.enrollment_id, Permission.REVOKE_COMPLETIONS)


def _done(person: Row, words: str) -> Any:
    flash(gettext("{name} is now {words}.", name=person.name, words=words.lower()))
    return _back(person.id)


def _back(enrollment_id: int) -> Any:
    return done(url_for("admin.class_enrollment", enrollment_id=enrollment_id))


def _end_page(person: Row, facts: ClassFacts, form: Form) -> Any:
    return small_form(
        "admin/classes/people/end",
        form,
        person=person,
        program_class=facts,
        ends=possible_ends(facts.stands, E(person.status)),
        to=form.values["to"],
    )


def _reopen_page(person: Row, facts: ClassFacts, form: Form) -> Any:
    return small_form(
        "admin/classes/people/reopen",
        form,
        person=person,
        program_class=facts,
        is_possible=facts.is_running and person.status in ENDED,
    )


def _revoke_page(person: Row, facts: ClassFacts, form: Form) -> Any:
    return small_form("admin/classes/people/revoke", form, person=person, program_class=facts)
