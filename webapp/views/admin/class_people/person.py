"""One person's place in a class: what happened, ending it, opening it again, taking the certificate back."""

from typing import Any

from flask import flash, render_template, request, url_for
from sqlalchemy import Row

from webapp import clock
from webapp.domain.class_enrollment import ENDED, possible_ends
from webapp.domain.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.classes.class_people import class_moves, class_person
from webapp.queries.classes.my_classes import completion_row
from webapp.queries.classes.program_class import ClassFacts
from webapp.services.classes.class_enrollment import end_class_enrollment, reopen_class_enrollment
from webapp.services.classes.completion import revoke_completion
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.class_people.words import refused_words
from webapp.views.admin.reason import ReasonForm, reason_of
from webapp.views.class_words import class_enrollment_words
from webapp.views.errors import status_of
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.responses import done, render


def load_class_person(enrollment_id: int, permission: Permission) -> tuple[Row, ClassFacts]:
    """An enrollment in a class where the actor has the permission, or `not_found`."""
    person = class_person(enrollment_id)
    if person is None:
        raise Refused("not_found")
    return person, load_staff_class(person.class_id, permission)


@blueprint.get("/class-enrollments/<id:enrollment_id>")
@staff(Permission.MANAGE_CLASSES)
def class_enrollment(enrollment_id: int):
    """Where they stand, what happened, and the certificate."""
    person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
    return render_template(
        "admin/classes/person.html", person=person, program_class=facts, moves=class_moves(enrollment_id),
        can_end=bool(possible_ends(facts.stands, E(person.status))),
        can_reopen=facts.is_running and person.status in ENDED,
        can_revoke=the_actor().can(Permission.REVOKE_COMPLETIONS, facts.organization_id),
    )  # fmt: skip


@blueprint.get("/class-enrollments/<id:enrollment_id>/end")
@staff(Permission.MANAGE_CLASSES)
def end_class_place(enrollment_id: int):
    """Ask how and why; also opened as a dialog."""
    person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
    return _end_page(person, facts, ReasonForm(version=person.version))


@blueprint.post("/class-enrollments/<id:enrollment_id>/end")
@staff(Permission.MANAGE_CLASSES)
def confirm_end_of_class_place(enrollment_id: int):
    """End it, if the person still stands where the page showed them."""
    person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
    sent = request.form.get("to")
    to_status = E(sent) if sent in {E.CANCELLED, *ENDED} else None
    form = reason_of(request.form, required=to_status in ENDED)
    if to_status is None:
        form.errors["to"] = "Choose how it ends"
    if form.errors or to_status is None:
        return _end_page(person, facts, form, 422)
    try:
        end_class_enrollment(
            enrollment_id=enrollment_id, to_status=to_status, actor=the_actor(),
            by=the_actor().acts_as(facts.organization_id), now=clock.now(), reason=form.reason or None,
            expected_version=form.version,
        )  # fmt: skip
    except Refused as refused:
        form.refusal = refused_words(refused)
        person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
        form.version = person.version
        return _end_page(person, facts, form, status_of(refused))
    return _done(person, class_enrollment_words(to_status).crew)


@blueprint.get("/class-enrollments/<id:enrollment_id>/reopen")
@staff(Permission.MANAGE_CLASSES)
def reopen_class_place(enrollment_id: int):
    """Ask before somebody is taken back; also opened as a dialog."""
    person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
    return _reopen_page(person, facts, ReasonForm(version=person.version))


@blueprint.post("/class-enrollments/<id:enrollment_id>/reopen")
@staff(Permission.MANAGE_CLASSES)
def confirm_reopening_class_place(enrollment_id: int):
    """Take them back, while the class runs and a place is free."""
    person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
    form = reason_of(request.form, required=False)
    if form.errors:
        return _reopen_page(person, facts, form, 422)
    try:
        reopen_class_enrollment(
            enrollment_id=enrollment_id, actor=the_actor(), by=the_actor().acts_as(facts.organization_id),
            now=clock.now(), reason=form.reason or None, expected_version=form.version,
        )  # fmt: skip
    except Refused as refused:
        form.refusal = refused_words(refused)
        person, facts = load_class_person(enrollment_id, Permission.MANAGE_CLASSES)
        form.version = person.version
        return _reopen_page(person, facts, form, status_of(refused))
    return _done(person, class_enrollment_words(E.ENROLLED).crew)


@blueprint.get("/completions/<id:completion_id>/revoke")
@staff(Permission.REVOKE_COMPLETIONS)
def revoke_certificate(completion_id: int):
    """Ask for the reason before a certificate is taken back."""
    person, facts = _load_certificate(completion_id)
    return _revoke_page(person, facts, ReasonForm(version=person.version))


@blueprint.post("/completions/<id:completion_id>/revoke")
@staff(Permission.REVOKE_COMPLETIONS)
def confirm_revoking_certificate(completion_id: int):
    """Take it back; its page says so from now on."""
    person, facts = _load_certificate(completion_id)
    form = reason_of(request.form)
    if form.errors:
        return _revoke_page(person, facts, form, 422)
    try:
        revoke_completion(completion_id=completion_id, actor=the_actor(), reason=form.reason, now=clock.now())
    except Refused as refused:
        form.refusal = refused_words(refused)
        return _revoke_page(person, facts, form, status_of(refused))
    flash(f"The certificate of {person.name} is revoked.")
    return _back(person.id)


def _load_certificate(completion_id: int) -> tuple[Row, ClassFacts]:
    record = completion_row(completion_id)
    if record is None:
        raise Refused("not_found")
    return load_class_person(record.enrollment_id, Permission.REVOKE_COMPLETIONS)


def _done(person: Row, words: str) -> Any:
    flash(f"{person.name} is now {words.lower()}.")
    return _back(person.id)


def _back(enrollment_id: int) -> Any:
    return done(url_for("admin.class_enrollment", enrollment_id=enrollment_id))


def _end_page(person: Row, facts: ClassFacts, form: ReasonForm, status: int = 200) -> Any:
    return render(
        "admin/classes/end.html", "admin/classes/_end.html", status=status, person=person, program_class=facts,
        form=form, ends=possible_ends(facts.stands, E(person.status)), to=request.form.get("to"),
        in_dialog=bool(request.htmx),
    )  # fmt: skip


def _reopen_page(person: Row, facts: ClassFacts, form: ReasonForm, status: int = 200) -> Any:
    return render(
        "admin/classes/reopen.html", "admin/classes/_reopen.html", status=status, person=person, program_class=facts,
        form=form, is_possible=facts.is_running and person.status in ENDED, in_dialog=bool(request.htmx),
    )  # fmt: skip


def _revoke_page(person: Row, facts: ClassFacts, form: ReasonForm, status: int = 200) -> Any:
    return render(
        "admin/classes/revoke.html", "admin/classes/_revoke.html", status=status, person=person, program_class=facts,
        form=form, in_dialog=bool(request.htmx),
    )  # fmt: skip
