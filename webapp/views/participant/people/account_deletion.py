"""Leaving for good: what goes, what stays, and one last password."""

from flask import Response, flash, make_response, render_template, session, url_for

from webapp.languages.words import gettext
from webapp.queries.people.account import holder_of
from webapp.queries.people.records.care import family_of
from webapp.services.leaving.account_deletion import delete_account, require_not_needed
from webapp.views import request_time
from webapp.views.current_actor import forget_secret_cookie, sign_in_began_at, sign_in_cookie
from webapp.views.forms.form import Form, FormKind
from webapp.views.guards import signed_in, the_actor
from webapp.views.http.rate_limits import limit_password_tries
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other

#: What stands in the way is said above the form, everything else at the password.
_LEAVING = FormKind(("password",), field_of={"last_owner": "", "contact_of": ""}, otherwise="password")


@blueprint.get("/me/delete")
@signed_in
def delete_account_page() -> Response:
    """What goes and what stays; where something stands in the way, what to do first."""
    form = _LEAVING.filled()
    form.check(lambda: require_not_needed(the_actor().user_id or 0))
    return _page(form, 200)


@blueprint.post("/me/delete")
@limit_password_tries
@signed_in
def confirm_account_deletion() -> Response:
    """Do it. There is no way back, and no way in any more."""
    form = _LEAVING.sent()
    form.check(
        lambda: delete_account(
            user_id=the_actor().user_id or 0,
            password=form.values["password"],
            signed_in_at=sign_in_began_at(),
            now=request_time.now(),
            real_now=request_time.real_now(),
        )
    )
    if form.is_refused:
        return _page(form, form.status)
    session.clear()
    flash(gettext("Your account has been deleted."))
    response = see_other(url_for("participant.events"))
    forget_secret_cookie(response, sign_in_cookie())
    return response


def _page(form: Form, status: int) -> Response:
    body = render_template(
        "participant/people/delete_account.html",
        obstacle=form.refusal,
        errors=form.errors,
        family=family_of(the_actor().user_id or 0),
        has_password=holder_of(the_actor().user_id or 0).password_hash is not None,
    )
    return make_response(body, status)
