"""Somebody with two accounts makes one of them: the other mailbox proves itself, they see what happens, and merge."""

from flask import Response, flash, make_response, render_template, request, url_for

from webapp.domain.people.merge import UNDO_LIFETIME, MergeWay
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.people.address_change import awaited_address, proved_account
from webapp.queries.people.records.merge import merges_of, people_to_compare
from webapp.services.accounts.address_change import ask_for_address, prove_other_mailbox
from webapp.services.merging.own import merge_own, undo_own_merge
from webapp.services.merging.plan import Double
from webapp.services.merging.rehearsal import rehearse_merge
from webapp.views import request_time
from webapp.views.current_actor import is_fresh_sign_in, sign_in_cookie
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import confirmation
from webapp.views.forms.sent import sent_id
from webapp.views.guards import signed_in, the_actor
from webapp.views.http.rate_limits import limit_code_mails, limit_password_tries
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other

_ADDRESS = FormKind(
    ("email",),
    sentences={
        ("email", "text_missing"): N_("Enter the email address of your other account"),
        ("email", "address_same"): N_("Enter the address of the other account: this is the one you’re using"),
    },
    otherwise="email",
)
_CODE = FormKind(("code",), field_of={"merge_nobody": "email"}, otherwise="code")
_MERGE = FormKind(
    ("sure",),
    sentences={
        ("sure", "confirmation_missing"): N_("Confirm that both accounts are yours"),
        "merge_has_roles": N_(
            "Your other account has a role in a team. Sign in to that one and add this address there instead."
        ),
        "stale": N_("Something changed a moment ago. Check what will happen now, then decide again."),
    },
)


@blueprint.get("/me/security/other-account")
@signed_in
def other_account() -> Response:
    """Which address the other one has; its code; what merging does; and what was merged, with the way back."""
    return _page(_MERGE.filled())


@blueprint.post("/me/security/other-account")
@limit_code_mails
@signed_in
def name_other_account() -> Response:
    form = _ADDRESS.sent()
    form.check(
        lambda: ask_for_address(
            user_id=_me(),
            email=form.values["email"],
            cookie=_cookie(),
            is_fresh=is_fresh_sign_in(),
            for_merge=True,
            now=request_time.now(),
        )
    )
    return _page(form) if form.is_refused else _back()


@blueprint.post("/me/security/other-account/code")
@limit_password_tries
@signed_in
def prove_other_account() -> Response:
    form = _CODE.sent()
    code, now = form.values["code"], request_time.now()
    form.check(lambda: prove_other_mailbox(user_id=_me(), code=code, cookie=_cookie(), now=now))
    return _page(form) if form.is_refused else _back()


@blueprint.post("/me/security/other-account/merge")
@signed_in
def merge_other_account() -> Response:
    form, other_id = _MERGE.sent(), sent_id("other")
    form.read("sure", confirmation)
    form.check(lambda: merge_own(actor=the_actor(), other_id=other_id, now=request_time.now()))
    if form.is_refused:
        return _page(form)
    flash(gettext("Your two accounts are one now."))
    return _back()


@blueprint.post("/me/security/other-account/merges/<id:merge_id>/undo")
@signed_in
def undo_own_merging(merge_id: int) -> Response:
    undo_own_merge(actor=the_actor(), merge_id=merge_id, now=request_time.now())
    flash(gettext("The merge was undone."))
    return _back()


def _me() -> int:
    return the_actor().user_id or 0


def _cookie() -> str:
    return request.cookies.get(sign_in_cookie(), "")


def _back() -> Response:
    return see_other(url_for("participant.other_account"))


def _page(form: Form) -> Response:
    now, status = request_time.now(), form.status
    other_id = proved_account(_me(), now)
    both = people_to_compare({_me(), other_id}, None) if other_id else {}
    doubles = _doubles(form, other_id) if other_id else None
    body = render_template(
        "participant/people/merge/other_account.html",
        form=form,
        values=form.values,
        errors=form.errors,
        kept=both.get(_me()),
        gone=both.get(other_id or 0),
        doubles=doubles or [],
        can_merge=doubles is not None,
        awaited=awaited_address(_me(), now, for_merge=True),
        merges=merges_of(_me(), None, now - UNDO_LIFETIME, way=MergeWay.SELF),
        undo_lifetime=UNDO_LIFETIME,
        is_fresh=is_fresh_sign_in(),
    )
    # Somebody who only looks is told why the two cannot be merged; nothing of theirs was refused.
    return make_response(body, status)


def _doubles(form: Form, other_id: int) -> list[Double] | None:
    """Places that both have; None where they cannot be merged, which the form says then."""
    try:
        return rehearse_merge(kept_id=_me(), merged_id=other_id, way=MergeWay.SELF)
    except Refused as refused:
        form.refuse(refused)
        return None
