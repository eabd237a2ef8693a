"""The second step of signing in, for whoever has one: a code of an app, or a recovery code."""

from flask import Response, request, url_for

from webapp.queries.people.second_step import started_for
from webapp.services.accounts.second_step_sign_in import take_second_step
from webapp.views import request_time
from webapp.views.account.blueprint import blueprint
from webapp.views.account.sign_in import account_form, open_session
from webapp.views.current_actor import forget_secret_cookie, step_cookie
from webapp.views.forms.form import FormKind
from webapp.views.guards import public
from webapp.views.http.rate_limits import limit_second_steps
from webapp.views.responses import see_other

_CODE = FormKind(("code",), otherwise="code")


@blueprint.get("/login/second-step")
@public
def second_step() -> Response:
    if started_for(_token(), request_time.real_now()) is None:
        return see_other(url_for("account.sign_in"))
    return account_form("account/second_step.html", _CODE.filled())


@blueprint.post("/login/second-step")
@public
@limit_second_steps
def submit_second_step() -> Response:
    form = _CODE.sent()
    taken = form.check(
        lambda: take_second_step(token=_token(), code=form.values["code"], real_now=request_time.real_now())
    )
    if form.is_refused:
        return account_form("account/second_step.html", form)
    user_id, next_path = taken
    response = open_session(user_id, next_path, took_both_steps=True)
    forget_secret_cookie(response, step_cookie())
    return response


def _token() -> str:
    return request.cookies.get(step_cookie(), "")
