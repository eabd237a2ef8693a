"""The form by which somebody leaves a team, or is taken off it: who takes over what they teach."""

from webapp.languages.words import N_
from webapp.queries.organizations.team import members_of
from webapp.services.leaving.team_leaving import leave_team
from webapp.views import request_time
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.pickers import choice_of, told_apart
from webapp.views.forms.readers import or_none
from webapp.views.guards import the_actor

REMOVAL = FormKind(
    ("successor",),
    sentences={"successor_missing": N_("Choose who takes over"), "instructor_unknown": N_("Choose who takes over")},
    field_of={"successor_missing": "successor", "instructor_unknown": "successor", "instructor_clash": "successor"},
)


def leaves(form: Form, organization_id: int, user_id: int) -> bool:
    """End the membership as the form says; False with the mistakes noted."""
    successor_id = form.read(
        "successor", or_none(choice_of(successors(organization_id, user_id), "instructor_unknown"))
    )
    form.check(
        lambda: leave_team(
            organization_id=organization_id,
            user_id=user_id,
            successor_id=successor_id,
            actor=the_actor(),
            now=request_time.now(),
        )
    )
    return not form.is_refused


def successors(organization_id: int, user_id: int) -> list[tuple[int, str]]:
    """Who may take over."""
    return told_apart((one.user_id, one.name) for one in members_of(organization_id) if one.user_id != user_id)
