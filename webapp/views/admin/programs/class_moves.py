"""Moving a class through its life, one or several at once; archiving and deleting it."""

from collections import Counter
from typing import Any

from flask import flash, url_for

from webapp.domain.classes.program_class import ClassStatus
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext, ngettext
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.classes.program_class_list import classes_named, list_classes
from webapp.services.classes.program_class import (
    MOST_AT_ONCE,
    MoveResult,
    archive_class,
    delete_class,
    move_class,
    move_classes,
)
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs.acting import MANAGE, managed, page
from webapp.views.admin.programs.classes import classes_page
from webapp.views.errors import status_of
from webapp.views.forms.form import Form
from webapp.views.forms.readers import one_of, prose
from webapp.views.forms.reason import LONGEST_REASON, REASON, SURE, read_decision, read_sure
from webapp.views.forms.sent import first_field, row_ids
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.responses import done, small_form
from webapp.views.words.class_words import CLASS, move_words
from webapp.views.words.formatting import plural
from webapp.views.words.refusals import refusal_sentence

_TARGETS = "any(active, paused, completed, cancelled)"
_TARGET = one_of(set(ClassStatus) - {ClassStatus.SCHEDULED})


@blueprint.get(f"/classes/<id:class_id>/move/<{_TARGETS}:to_status>")
@staff(MANAGE)
def ask_move_class(class_id: int, to_status: str):
    """Say what the move means, before it is made."""
    facts = load_staff_class(class_id, MANAGE)
    return _move_page(facts, ClassStatus(to_status), REASON.filled(version=facts.version))


@blueprint.post(f"/classes/<id:class_id>/move/<{_TARGETS}:to_status>")
@staff(MANAGE)
def move_class_form(class_id: int, to_status: str):
    """Move it."""
    facts, target = load_staff_class(class_id, MANAGE), ClassStatus(to_status)
    form = read_decision(required=target is ClassStatus.CANCELLED)
    moved = form.check(
        lambda: move_class(
            class_id=class_id,
            to_status=target,
            actor=the_actor(),
            by=the_actor().acts_as(facts.organization_id),
            now=request_time.now(),
            reason=form.values["reason"] or None,
            expected_version=form.version,
        ),
        version=facts.version,
    )
    if form.is_refused:
        return _move_page(facts, target, form)
    said = gettext("The class is {crew}.", crew=CLASS[target].crew.lower())
    if moved.people:
        said += " " + plural(moved.people, "This affects {n} person.", "This affects {n} people.")
    flash(said)
    return done(url_for("admin.program_class", class_id=class_id))


@blueprint.post("/classes/move")
@staff(MANAGE)
def move_several_classes():
    """Move what was ticked, each class for itself, and say what came of each."""
    chosen, names = row_ids("class"), {}
    try:
        target, reason = _TARGET(first_field("to_status")), prose(LONGEST_REASON)(first_field("reason"))
        if not chosen:
            raise Refused("no_class_chosen")
        if len(chosen) > MOST_AT_ONCE:
            raise Refused("too_many_classes", most=MOST_AT_ONCE)
        names = classes_named(chosen, managed())
        if set(chosen) - set(names):
            raise Refused("not_found")
        results = _move_all(chosen, names, target, reason)
    except Refused as refused:
        if refused.code == "not_found":
            raise
        found = list_classes(managed())
        return classes_page(
            found, None, "", status=status_of(refused), error=refusal_sentence(refused.code, **refused.facts)
        )
    return page(
        "admin/classes/moved.html", results=results, names=names, target=target, summary=_summary(results, target)
    )


@blueprint.get("/classes/<id:class_id>/<any(archive, delete):what>")
@staff(MANAGE)
def ask_end_class(class_id: int, what: str):
    """Ask before a class is put away or deleted."""
    facts = load_staff_class(class_id, MANAGE)
    return _ending_page(facts, what, SURE.filled(version=facts.version))


@blueprint.post("/classes/<id:class_id>/<any(archive, delete):what>")
@staff(MANAGE)
def end_class(class_id: int, what: str):
    """Put a finished class away, or delete one that nobody was ever in."""
    facts = load_staff_class(class_id, MANAGE)
    form = read_sure()
    if form.version is None:
        return _ending_page(facts, what, form)
    act = archive_class if what == "archive" else delete_class
    try:
        act(
            class_id=facts.id,
            expected_version=form.version,
            actor=the_actor(),
            by=the_actor().acts_as(facts.organization_id),
            now=request_time.now(),
        )
    except Refused as refused:
        form.refuse(refused, version=facts.version)
        return _ending_page(facts, what, form)
    if what == "delete":
        flash(gettext("The class has been deleted."))
        return done(url_for("admin.program", program_id=facts.program_id))
    flash(gettext("The class has been archived."))
    return done(url_for("admin.program_class", class_id=facts.id))


def _move_all(chosen: list[int], names: dict[int, Any], target: ClassStatus, reason: str) -> list[MoveResult]:
    """By organization, because somebody may be admin of one and organizer of the other; in the order chosen."""
    now, results = request_time.now(), []
    for owner in dict.fromkeys(names[class_id].organization_id for class_id in chosen):
        results += move_classes(
            class_ids=[class_id for class_id in chosen if names[class_id].organization_id == owner],
            to_status=target,
            actor=the_actor(),
            by=the_actor().acts_as(owner),
            now=now,
            reason=reason or None,
        )
    return sorted(results, key=lambda result: chosen.index(result.class_id))


def _summary(results: list[MoveResult], target: ClassStatus) -> str:
    """3 are paused, 1 was paused already, 2 refused."""
    counts = Counter(
        "refused" if one.refused else "moved" if one.moved and one.moved.changed else "same" for one in results
    )
    word = CLASS[target].crew.lower()
    said = {
        "moved": ngettext("{n} class is now {state}", "{n} classes are now {state}", counts["moved"], state=word),
        "same": ngettext("{n} was already {state}", "{n} were already {state}", counts["same"], state=word),
        "refused": gettext("{n} not changed", n=counts["refused"]),
    }
    return ", ".join(words for name, words in said.items() if counts[name] or name == "moved") + "."


def _move_page(facts: ClassFacts, target: ClassStatus, form: Form):
    legal = facts.stands is not target and not facts.is_frozen
    return small_form(
        "admin/classes/move",
        form,
        program_class=facts,
        target=target,
        verb=move_words(facts.status, target) if legal else move_words(ClassStatus.ACTIVE, target),
    )


def _ending_page(facts: ClassFacts, what: str, form: Form):
    return small_form("admin/classes/ending", form, program_class=facts, what=what)
