"""Activations: what five o'clock will begin in the next seven days, what it began, and taking that back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Response, flash, url_for
from flask.blueprints import BlueprintSetupState

from webapp.domain.classes.activation import FORECAST_DAYS
from webapp.domain.event_days import local_date
from webapp.domain.permission import Permission, Reach
from webapp.domain.work.run import RunStatus
from webapp.domain.work.schedule import ACTIVATE_CLASSES
from webapp.languages.words import gettext, ngettext
from webapp.queries.classes.activated import MOST_LISTED, activated_by, recent_activations
from webapp.queries.classes.activation import ComingClass, coming_classes, facilities_of, system_is_there
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.work.run import periodic_states
from webapp.services.classes.activation.activation_undo import undo_activation
from webapp.services.work.opening import open_run
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import Form
from webapp.views.forms.reason import REASON, read_decision
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_facility, load_staff_class, may
from webapp.views.responses import render, see_other


@dataclass(frozen=True, slots=True)
class Batch:
    """What belongs together: one morning that comes, or one run at one facility that was."""

    first: Any
    classes: list[Any] = field(default_factory=list)

    @property
    def people(self) -> int:
        return sum(one.people for one in self.classes)


@blueprint.get("/activations")
@staff(Permission.MANAGE_CLASSES)
def activations() -> Response:
    """The next seven days by morning and facility, and below what happened."""
    now, theirs = request_time.now(), the_actor().reach(Permission.MANAGE_CLASSES)
    coming, total = coming_classes(now, theirs)
    happened = recent_activations(theirs)
    return render(
        "admin/classes/activations/activations.html",
        "admin/classes/activations/_activations.html",
        coming=_batches(coming, lambda one: (one.morning, one.facility_id)),
        total=total,
        listed=len(coming),
        happened=_batches(happened, lambda one: (one.at, one.job_run_id, one.facility_id)),
        is_cut=len(happened) == MOST_LISTED,
        most=MOST_LISTED,
        days=FORECAST_DAYS,
        facilities=facilities_of(theirs),
        trouble=_trouble(),
    )


@blueprint.post("/activations/<id:facility_id>/run")
@staff(Permission.MANAGE_CLASSES)
def activate_now(facility_id: int) -> Response:
    """Begin what is due at one facility, whatever the hour there."""
    facility = load_facility(facility_id, Permission.MANAGE_CLASSES)
    _, is_new = open_run(
        name=ACTIVATE_CLASSES.name,
        facility_id=facility_id,
        by_hand=True,
        started_by_id=the_actor().user_id,
        now=request_time.now(),
        real_now=request_time.real_now(),
        for_a_worker=True,
    )
    if is_new:
        flash(
            gettext(
                "{name}: today’s classes start in a moment. Classes that have already started don’t change.",
                name=facility.name,
            )
        )
    else:
        flash(gettext("Another start is in progress. Try again in a moment."), "wait")
    return see_other(url_for("admin.activations"))


@blueprint.get("/classes/<id:class_id>/activation/undo")
@staff(Permission.UNDO_ACTIVATION)
def undo_class_activation(class_id: int) -> Response:
    """Say what taking it back does, and ask why."""
    facts = load_staff_class(class_id, Permission.UNDO_ACTIVATION)
    return _undo_page(facts, REASON.filled(version=facts.version))


@blueprint.post("/classes/<id:class_id>/activation/undo")
@staff(Permission.UNDO_ACTIVATION)
def confirm_undo_activation(class_id: int) -> Response:
    """Take it back; what stands in the way is said on the same form."""
    facts = load_staff_class(class_id, Permission.UNDO_ACTIVATION)
    form = read_decision()
    people = form.check(
        lambda: undo_activation(
            class_id=class_id,
            reason=form.values["reason"],
            expected_version=form.version or 0,
            actor=the_actor(),
            now=request_time.now(),
        )
    )
    if form.is_refused:
        return _undo_page(facts, form)
    flash(
        ngettext(
            "“{title}” is scheduled again, with {n} person.",
            "“{title}” is scheduled again, with {n} people.",
            people,
            title=facts.title,
        )
    )
    return see_other(url_for("admin.activations"))


def _undo_page(facts: ClassFacts, form: Form) -> Response:
    return render(
        "admin/classes/activations/activation_undo.html",
        "admin/classes/activations/_activation_undo.html",
        form.status,
        program_class=facts,
        form=form,
        in_dialog=False,
    )


def _batches(rows: Iterable[Any], key) -> list[Batch]:
    return [Batch(rows[0], rows) for rows in (list(group) for _, group in groupby(rows, key))]


def _trouble() -> str | None:
    """Why nothing would begin at all, in one sentence."""
    if not system_is_there():
        return gettext(
            "The system account is missing, so classes can’t start. Ask the operator of this site to restore it."
        )
    state = periodic_states().get(ACTIVATE_CLASSES.name)
    run = state.last_run if state else None
    if run is not None and run.status in {RunStatus.FAILED, RunStatus.RETRYING}:
        return gettext("The last run failed. We’ll try again automatically.")
    return None


def held_up(one: ComingClass) -> str | None:
    """Why a class cannot begin."""
    return gettext("Its facility’s time zone is unknown") if one.morning is None else None


def remarks(one: ComingClass) -> list[str]:
    """What is worth a look before it begins; it begins all the same."""
    found = []
    if not one.program_is_active:
        found.append(gettext("Its program is inactive"))
    if not one.people:
        found.append(gettext("No one is enrolled"))
    if not one.sessions:
        found.append(gettext("It has no sessions"))
    if one.morning is not None and one.ends_on < one.morning.local_on:
        found.append(gettext("Its last day is over"))
    return found


def can_take_back(one: Any, now: datetime) -> bool:
    """Whether the actor may undo that activation today; what else stands in the way the form says."""
    is_today = local_date(one.at, one.timezone) == local_date(now, one.timezone)
    return bool(one.stands) and is_today and may(Permission.UNDO_ACTIVATION, one)


def classes_of_run(run: Any) -> list[Any]:
    """What a run activated, as far as the actor may see it."""
    return activated_by(run.id, _watched()) if run.name == ACTIVATE_CLASSES.name else []


def _watched() -> Reach | None:
    actor = the_actor()
    return None if actor.is_operator else actor.reach(Permission.OVERRIDE_OUTCOME)


@blueprint.record
def _register(setup: BlueprintSetupState) -> None:
    words = (held_up, remarks, can_take_back, classes_of_run)
    setup.app.jinja_env.globals.update({write.__name__: write for write in words})
