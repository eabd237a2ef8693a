"""Job runs: what runs by itself, when it did, what it changed, and running it again by hand."""

from flask import Response, flash, request, url_for
from sqlalchemy import Row

from webapp import queueing
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.domain.work.job import TICK
from webapp.domain.work.schedule import ACTIVATE_CLASSES, SCHEDULE
from webapp.languages.words import N_, gettext
from webapp.queries.classes.facility_people import facility_by_id
from webapp.queries.work.run import periodic_states, run_by_id, runs_page, runs_started_by
from webapp.services.work.opening import open_run
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.work.job_words import PeriodicRow, job_title, periodic_rows, register_job_words
from webapp.views.admin.work.mails import visible_to_actor
from webapp.views.guards import job_watcher, the_actor
from webapp.views.paging import page_number
from webapp.views.responses import render, see_other

_FILTERS = ((N_("All"), None), (N_("Failed"), "failed"), (N_("Will retry"), "retrying"), (N_("Running"), "running"))

register_job_words(blueprint)


@blueprint.get("/jobs")
@job_watcher
def jobs() -> Response:
    """The schedule with its last and next runs, and the runs that did something."""
    status = request.args.get("status")
    if status not in {value for _, value in _FILTERS}:
        raise Refused("not_found")
    runs = runs_page(visible_to_actor(), status=status, page=page_number())
    return render(
        "admin/work/jobs.html",
        "admin/work/_jobs.html",
        periodic=_periodic(),
        runs=runs,
        status=status,
        filters=[
            {"words": words, "href": url_for("admin.jobs", status=value), "current": value == status}
            for words, value in _FILTERS
        ],
        zone=_zone(),
    )


@blueprint.get("/jobs/<id:run_id>")
@job_watcher
def job_run(run_id: int) -> Response:
    """One run: what it looked at, what it changed, and why it failed."""
    run = _load(run_id)
    started = runs_started_by(run_id, visible_to_actor())
    return render("admin/work/job_run.html", "admin/work/_job_run.html", run=run, started=started, zone=_zone())


@blueprint.post("/jobs/run/<name>")
@job_watcher
def run_job(name: str) -> Response:
    """Run one job of the schedule now; a run that is under way already is not doubled."""
    job = next((job for job in SCHEDULE if job.name == name), None)
    if job is None:
        raise Refused("not_found")
    if not job.is_timed:
        queueing.nudge(job.name)
        flash(gettext("{title}: starting now.", title=job_title(job.name)))
        return see_other(url_for("admin.jobs"))
    if job.is_local and not the_actor().is_operator:
        # By hand it needs no hour: that is for one's own facilities only.
        flash(gettext("{title}: choose the facility.", title=job_title(job.name)), "wait")
        return see_other(url_for("admin.activations"))
    return _begin(job.name, None, by_hand=job.is_local)


@blueprint.post("/jobs/<id:run_id>/again")
@job_watcher
def run_again(run_id: int) -> Response:
    """Do the work of that run once more; what is done already stays as it is."""
    run = _load(run_id)
    if run.name == ACTIVATE_CLASSES.name:
        return _activate_again(run)
    if run.event_id is None:
        return run_job(run.name)
    return _begin(run.name, run.event_id)


def _load(run_id: int) -> Row:
    """A run that the actor may see, or `not_found`."""
    run = run_by_id(run_id, visible_to_actor())
    if run is None:
        raise Refused("not_found")
    return run


def _periodic() -> list[PeriodicRow]:
    states = periodic_states()
    tick = states.get(TICK)
    return periodic_rows(
        states, request_time.now(), ticked_at=tick.last_run_at if tick else None, real_now=request_time.real_now()
    )


def _activate_again(run) -> Response:
    """What the schedule does at its hour is anybody's; what a hand did is of one's own facilities."""
    facility = facility_by_id(run.facility_id) if run.facility_id else None
    is_own = facility is not None and the_actor().can(Permission.MANAGE_CLASSES, facility.organization_id, facility.id)
    if run.by_hand and not (is_own or the_actor().is_operator):
        flash(gettext("{job_title}: choose the facility.", job_title=job_title(run.name)), "wait")
        return see_other(url_for("admin.activations"))
    return _begin(run.name, None, by_hand=run.by_hand, facility_id=run.facility_id)


def _begin(name: str, event_id: int | None, *, by_hand: bool = False, facility_id: int | None = None) -> Response:
    run_id, is_new = open_run(
        name=name,
        event_id=event_id,
        by_hand=by_hand,
        facility_id=facility_id,
        started_by_id=the_actor().user_id,
        now=request_time.now(),
        real_now=request_time.real_now(),
        for_a_worker=True,
    )
    words = job_title(name)
    if is_new:
        flash(gettext("{words}: starting in a moment. Rows already done are skipped.", words=words))
    else:
        flash(gettext("{words}: already running, so no second run was started.", words=words), "wait")
    return see_other(url_for("admin.job_run", run_id=run_id))


def _zone() -> str:
    return the_actor().timezone or "UTC"
