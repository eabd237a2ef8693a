"""An organization's no-show policy: what it is, tried on the last year, switched on and off. For its admins."""

from flask import Response, flash, make_response, render_template, request, url_for

from webapp.domain.permission import Permission
from webapp.domain.places.no_shows.policy import (
    FEWEST_DAYS,
    MOST_DAYS,
    MOST_STRIKES,
    Consequence,
    NoShowPolicy,
    require_policy,
)
from webapp.domain.places.no_shows.trial import FEWEST_OUTCOMES
from webapp.languages.words import N_, gettext
from webapp.queries.organizations.no_show_policy import KeptPolicy, no_show_policy_of
from webapp.queries.organizations.organization import OrganizationSettings
from webapp.queries.places.no_shows.trial import Trial, try_policy
from webapp.services.organizations.no_show_policy import switch_off, switch_on
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_organization
from webapp.views.admin.organizations.no_show_picture import picture_of
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import one_of, switch, whole
from webapp.views.guards import staff, the_actor
from webapp.views.responses import see_other
from webapp.views.words.outcomes.no_shows import brings_words

_POLICY = FormKind(
    ("strikes", "days", "brings", "late"),
    sentences={
        ("strikes", "number_invalid"): N_("Enter a number of no-shows from 1 to {high}"),
        ("days", "number_invalid"): N_("Enter a number of days from {low} to {high}"),
        ("brings", "unknown_choice"): N_("Choose what happens"),
    },
)
#: How much later people may enroll.
HOURS = (6, 12, 24, 48, 72)
_BRINGS: dict[str, tuple[Consequence, int | None]] = {
    "warned": (Consequence.WARNED, None),
    **{f"later-{hours}": (Consequence.LATER, hours) for hours in HOURS},
    "behind": (Consequence.BEHIND, None),
}
_FIRST = {"strikes": 3, "days": 180, "brings": "later-24", "late": False}


@blueprint.get("/organization/<id:organization_id>/no-shows")
@staff(Permission.MANAGE_ORGANIZATION)
def no_show_policy(organization_id: int) -> Response:
    """What holds now, and a form to try something else."""
    organization, kept = load_organization(organization_id), no_show_policy_of(organization_id)
    return _page(organization, kept, _POLICY.filled(_values(kept.policy) if kept else _FIRST))


@blueprint.get("/organization/<id:organization_id>/no-shows/try")
@staff(Permission.MANAGE_ORGANIZATION)
def try_no_show_policy(organization_id: int) -> Response:
    """What the policy of the address would have done in the last year. Changes nothing."""
    organization, kept = load_organization(organization_id), no_show_policy_of(organization_id)
    form = _POLICY.filled({name: request.args.get(name, "") for name in _POLICY.names})
    policy = _read(form)
    if policy is None:
        return _page(organization, kept, form)
    trial = try_policy(organization_id, policy, request_time.now())
    return _page(organization, kept, form, policy=policy, trial=trial)


@blueprint.post("/organization/<id:organization_id>/no-shows")
@staff(Permission.MANAGE_ORGANIZATION)
def save_no_show_policy(organization_id: int) -> Response:
    """Switch it on, or change the one that is on."""
    organization, kept = load_organization(organization_id), no_show_policy_of(organization_id)
    form = _POLICY.sent()
    policy = _read(form)
    if policy is None:
        return _page(organization, kept, form)
    switch_on(organization_id=organization_id, policy=policy, actor=the_actor(), now=request_time.now())
    flash(gettext("The no-show policy is changed.") if kept else gettext("The no-show policy is on."))
    return see_other(url_for("admin.no_show_policy", organization_id=organization_id))


@blueprint.post("/organization/<id:organization_id>/no-shows/off")
@staff(Permission.MANAGE_ORGANIZATION)
def end_no_show_policy(organization_id: int) -> Response:
    """Nothing counts any more."""
    load_organization(organization_id)
    switch_off(organization_id=organization_id)
    flash(gettext("The no-show policy is off. Nothing counts against anyone."))
    return see_other(url_for("admin.no_show_policy", organization_id=organization_id))


def _read(form: Form) -> NoShowPolicy | None:
    """The policy that the form says; None with what is wrong noted in the form."""
    strikes = form.read("strikes", whole(1, MOST_STRIKES))
    days = form.read("days", whole(FEWEST_DAYS, MOST_DAYS))
    brings = form.read("brings", one_of(_BRINGS))
    late = form.read("late", switch)
    if form.is_refused:
        return None
    consequence, hours = _BRINGS[brings]
    return require_policy(NoShowPolicy(strikes, days, consequence, hours, late))


def _values(policy: NoShowPolicy) -> dict[str, object]:
    brings = f"later-{policy.hours}" if policy.consequence is Consequence.LATER else policy.consequence.value
    return {"strikes": policy.strikes, "days": policy.fade_days, "brings": brings, "late": policy.late_counts}


def _page(
    organization: OrganizationSettings,
    kept: KeptPolicy | None,
    form: Form,
    *,
    policy: NoShowPolicy | None = None,
    trial: Trial | None = None,
) -> Response:
    body = render_template(
        "admin/organizations/no_shows.html",
        organization=organization,
        kept=kept,
        form=form.values,
        sent=[(name, form.values[name]) for name in _POLICY.names],
        errors=form.errors,
        policy=policy,
        trial=trial,
        picture=picture_of(policy, trial.columns) if policy and trial else None,
        fewest=FEWEST_OUTCOMES,
        choices=[(value, brings_words(*brings)) for value, brings in _BRINGS.items()],
        most={"strikes": MOST_STRIKES, "days": MOST_DAYS},
        fewest_days=FEWEST_DAYS,
    )
    return make_response(body, form.status)
