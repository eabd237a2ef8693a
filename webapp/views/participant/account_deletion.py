"""Leaving for good: what goes, what stays, and one last password."""

from flask import Response, flash, make_response, render_template, session, url_for

from webapp import clock
from webapp.domain.refusal import Refused
from webapp.queries.people.account import password_hash_of
from webapp.services.people.account_deletion import delete_account, require_not_needed
from webapp.views.current_actor import forget_secret_cookie, sign_in_began_at, sign_in_cookie
from webapp.views.errors import status_of
from webapp.views.form_input import one_field
from webapp.views.form_problems import in_words
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.rate_limits import limit_password_tries
from webapp.views.responses import see_other


@blueprint.get("/me/delete")
@signed_in
def delete_account_page() -> Response:
    """What goes and what stays; where something stands in the way, what to do first."""
    try:
        require_not_needed(the_actor().user_id or 0)
    except Refused as refused:
        return _page(obstacle=in_words(refused))
    return _page()


@blueprint.post("/me/delete")
@limit_password_tries
@signed_in
def confirm_account_deletion() -> Response:
    """Do it. There is no way back, and no way in any more."""
    try:
        delete_account(
            user_id=the_actor().user_id or 0, password=one_field("password"), signed_in_at=sign_in_began_at(),
            now=clock.now(), real_now=clock.real_now(),
        )  # fmt: skip
    except Refused as refused:
        if refused.code in {"last_admin", "contact_of"}:
            return _page(obstacle=in_words(refused), status=status_of(refused))
        return _page(problem=in_words(refused), status=status_of(refused))
    session.clear()
    flash("Your account is deleted.")
    response = see_other(url_for("participant.events"))
    forget_secret_cookie(response, sign_in_cookie())
    return response


def _page(*, obstacle: str | None = None, problem: str | None = None, status: int = 200) -> Response:
    body = render_template(
        "participant/delete_account.html", obstacle=obstacle, errors={"password": problem} if problem else {},
        has_password=password_hash_of(the_actor().user_id or 0) is not None,
    )  # fmt: skip
    return make_response(body, status)
