"""Moving a class through its life, one or several at once; archiving and deleting it."""

from collections import Counter
from typing import Any

from flask import flash, request, url_for

from webapp import clock
from webapp.domain.program_class import ClassStatus
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose
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
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs.acting import MANAGE, own_organizations, page
from webapp.views.admin.programs.classes import classes_page
from webapp.views.admin.reason import LONGEST_REASON, ReasonForm, reason_of, whole_or_none
from webapp.views.class_words import CLASS, move_words
from webapp.views.errors import status_of
from webapp.views.form_input import row_ids
from webapp.views.formatting import plural
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.responses import done, render
from webapp.views.wording import refusal_sentence

_TARGETS = "any(active, paused, completed, cancelled)"


@blueprint.get(f"/classes/<id:class_id>/move/<{_TARGETS}:to_status>")
@staff(MANAGE)
def ask_move_class(class_id: int, to_status: str):
    """Say what the move means, before it is made."""
    facts = load_staff_class(class_id, MANAGE)
    return _move_page(facts, ClassStatus(to_status), ReasonForm(version=facts.version))


@blueprint.post(f"/classes/<id:class_id>/move/<{_TARGETS}:to_status>")
@staff(MANAGE)
def move_class_form(class_id: int, to_status: str):
    """Move it."""
    facts, target = load_staff_class(class_id, MANAGE), ClassStatus(to_status)
    form = reason_of(request.form, required=target is ClassStatus.CANCELLED)
    if form.errors:
        return _move_page(facts, target, form, 422)
    try:
        moved = move_class(
            class_id=class_id, to_status=target, actor=the_actor(), by=the_actor().acts_as(facts.organization_id),
            now=clock.now(), reason=form.reason or None, expected_version=form.version,
        )  # fmt: skip
    except Refused as refused:
        form.refusal, form.version = refusal_sentence(refused.code, **refused.facts), facts.version
        return _move_page(facts, target, form, status_of(refused))
    said = f"The class is {CLASS[target].crew.lower()}."
    flash(f"{said} It concerned {plural(moved.people, 'person', 'people')}." if moved.people else said)
    return done(url_for("admin.program_class", class_id=class_id))


@blueprint.post("/classes/move")
@staff(MANAGE)
def move_several_classes():
    """Move what was ticked, each class for itself, and say what came of each."""
    chosen, names = row_ids("class"), {}
    try:
        target, reason = _target(request.form.get("to_status", "")), _bulk_reason()
        if not chosen:
            raise Refused("no_class_chosen")
        if len(chosen) > MOST_AT_ONCE:
            raise Refused("too_many_classes", most=MOST_AT_ONCE)
        names = classes_named(chosen, own_organizations())
        if set(chosen) - set(names):
            raise Refused("not_found")
        results = _move_all(chosen, names, target, reason)
    except Refused as refused:
        if refused.code == "not_found":
            raise
        found = list_classes(own_organizations())
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
    return _ending_page(facts, what, ReasonForm(version=facts.version))


@blueprint.post("/classes/<id:class_id>/<any(archive, delete):what>")
@staff(MANAGE)
def end_class(class_id: int, what: str):
    """Put a finished class away, or delete one that nobody was ever in."""
    facts = load_staff_class(class_id, MANAGE)
    form = ReasonForm(version=whole_or_none(request.form.get("version")))
    act = archive_class if what == "archive" else delete_class
    try:
        if form.version is None:
            raise Refused("stale")
        act(
            class_id=facts.id, expected_version=form.version, actor=the_actor(),
            by=the_actor().acts_as(facts.organization_id), now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        form.refusal, form.version = refusal_sentence(refused.code, **refused.facts), facts.version
        return _ending_page(facts, what, form, status_of(refused))
    if what == "delete":
        flash("The class is deleted.")
        return done(url_for("admin.program", program_id=facts.program_id))
    flash("The class is archived.")
    return done(url_for("admin.program_class", class_id=facts.id))


def _move_all(chosen: list[int], names: dict[int, Any], target: ClassStatus, reason: str) -> list[MoveResult]:
    """By organization, because somebody may be admin of one and organizer of the other; in the order chosen."""
    now, results = clock.now(), []
    for owner in dict.fromkeys(names[class_id].organization_id for class_id in chosen):
        results += move_classes(
            class_ids=[class_id for class_id in chosen if names[class_id].organization_id == owner],
            to_status=target, actor=the_actor(), by=the_actor().acts_as(owner), now=now, reason=reason or None,
        )  # fmt: skip
    return sorted(results, key=lambda result: chosen.index(result.class_id))


def _target(text: str) -> ClassStatus:
    if text not in set(ClassStatus) - {ClassStatus.SCHEDULED}:
        raise Refused("unknown_choice")
    return ClassStatus(text)


def _bulk_reason() -> str:
    return clean_prose(request.form.get("reason", ""), limit=LONGEST_REASON, field="reason")


def _summary(results: list[MoveResult], target: ClassStatus) -> str:
    """3 are paused, 1 was paused already, 2 refused."""
    counts = Counter(
        "refused" if one.refused else "moved" if one.moved and one.moved.changed else "same" for one in results
    )
    word = CLASS[target].crew.lower()
    said = {
        "moved": f"{plural(counts['moved'], 'class is', 'classes are')} {word} now",
        "same": f"{counts['same']} {'was' if counts['same'] == 1 else 'were'} {word} already",
        "refused": f"{counts['refused']} refused",
    }
    return ", ".join(words for name, words in said.items() if counts[name] or name == "moved") + "."


def _move_page(facts: ClassFacts, target: ClassStatus, form: ReasonForm, status: int = 200):
    legal = facts.stands is not target and not facts.is_frozen
    return render(
        "admin/classes/move.html", "admin/classes/_move.html", status=status, program_class=facts, target=target,
        form=form, verb=move_words(facts.status, target) if legal else move_words("active", target),
        in_dialog=bool(request.htmx),
    )  # fmt: skip


def _ending_page(facts: ClassFacts, what: str, form: ReasonForm, status: int = 200):
    return render(
        "admin/classes/ending.html", "admin/classes/_ending.html", status=status, program_class=facts, what=what,
        form=form, in_dialog=bool(request.htmx),
    )  # fmt: skip
