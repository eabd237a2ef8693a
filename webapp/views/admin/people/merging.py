"""Two records of one person: finding the other one, what merging does, doing it, undoing it."""

from typing import Any

from flask import flash, make_response, render_template, request, url_for

from webapp.domain.people.merge import MergeWay
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.people.person_here import PersonHere, person_here
from webapp.queries.people.records.merge import Mergeable, merge_by_id, merge_candidates, people_to_compare
from webapp.services.merging.merge import REASON_LIMIT, merge_people, undo_merge
from webapp.services.merging.rehearsal import rehearse_merge
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import Form
from webapp.views.forms.readers import confirmation, row_id
from webapp.views.forms.reason import REASON, read_reason
from webapp.views.forms.sent import sent_id
from webapp.views.guards import merges_people, the_actor
from webapp.views.responses import see_other

_MERGE = REASON.plus(
    "sure",
    sentences={
        **REASON.sentences,
        ("reason", "text_missing"): N_("Say how you know"),
        ("sure", "confirmation_missing"): N_("Confirm that you checked it"),
        "stale": N_("Something of theirs changed a moment ago. Check what will happen now, then decide again."),
    },
)


@blueprint.get("/organization/<id:organization_id>/people/<id:user_id>/merge")
@merges_people
def merge_person(organization_id: int, user_id: int) -> Any:
    """Ask who else this is; with `other` say what merging the two does."""
    person = _load(organization_id, user_id)
    words = request.args.get("q", person.name)[:100]
    other = request.args.get("other")
    if other is not None:
        return _preview(organization_id, person, row_id("not_found")(other), _MERGE.filled())
    return render_template(
        "admin/people/merge/search.html",
        organization_id=organization_id,
        person=person,
        words=words,
        people=merge_candidates(organization_id, words, not_id=user_id),
    )


@blueprint.post("/organization/<id:organization_id>/people/<id:user_id>/merge")
@merges_people
def confirm_merging(organization_id: int, user_id: int) -> Any:
    """Merge the two, if somebody checked that they are one."""
    person, other_id = _load(organization_id, user_id), sent_id("other")
    form = read_reason(_MERGE, limit=REASON_LIMIT)
    form.read("sure", confirmation)
    kept, gone = _in_order(organization_id, person.id, other_id)
    form.check(
        lambda: merge_people(
            kept_id=kept.id,
            merged_id=gone.id,
            way=_way(),
            actor=the_actor(),
            reason=form.values["reason"],
            now=request_time.now(),
            organization_id=organization_id,
        )
    )
    if form.is_refused:
        return _preview(organization_id, person, other_id, form)
    return _back(organization_id, kept.id)


@blueprint.post("/organization/<id:organization_id>/people/<id:user_id>/merges/<id:merge_id>/undo")
@merges_people
def undo_merging(organization_id: int, user_id: int, merge_id: int) -> Any:
    """Take the two apart again."""
    _load(organization_id, user_id)
    found = merge_by_id(merge_id)
    if found is None or (found.kept_id, found.organization_id) != (user_id, organization_id):
        raise Refused("not_found")
    undo_merge(merge_id=merge_id, actor=the_actor(), now=request_time.now())
    flash(gettext("The merge was undone."))
    return _back(organization_id, user_id)


def _load(organization_id: int, user_id: int) -> PersonHere:
    """Somebody whom an organization knows in which the actor may merge people, or `not_found`."""
    actor = the_actor()
    if not (actor.is_operator or actor.can(Permission.MERGE_PEOPLE, organization_id)):
        raise Refused("not_found")
    found = person_here(user_id, organization_id)
    if found is None:
        raise Refused("not_found")
    return found


def _in_order(organization_id: int, user_id: int, other_id: int) -> tuple[Mergeable, Mergeable]:
    """Which record stays: this one, unless only the other one signs in. Raises `not_found` for a stranger."""
    if person_here(other_id, organization_id) is None:
        raise Refused("not_found")
    found = people_to_compare({user_id, other_id}, organization_id)
    this, other = found[user_id], found[other_id]
    return (other, this) if other.signs_in and not this.signs_in else (this, other)


def _preview(organization_id: int, person: PersonHere, other_id: int, form: Form) -> Any:
    kept, gone = _in_order(organization_id, person.id, other_id)
    doubles = None
    try:
        doubles = rehearse_merge(kept_id=kept.id, merged_id=gone.id, way=_way(), organization_id=organization_id)
    except Refused as refused:
        form.refuse(refused)
    body = render_template(
        "admin/people/merge/preview.html",
        organization_id=organization_id,
        person=person,
        other_id=other_id,
        kept=kept,
        gone=gone,
        doubles=doubles or [],
        can_merge=doubles is not None,
        form=form,
        reason_limit=REASON_LIMIT,
    )
    # Somebody who only looks is told why not; nothing of theirs was refused.
    return make_response(body, form.status if request.method == "POST" else 200)


def _way() -> MergeWay:
    return MergeWay.OPERATOR if the_actor().is_operator else MergeWay.STAFF


def _back(organization_id: int, user_id: int) -> Any:
    return see_other(url_for("admin.person_here", organization_id=organization_id, user_id=user_id))
