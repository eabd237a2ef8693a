"""Where somebody is signed in, and signing out there."""

from flask import Response, flash, make_response, render_template, request, session, url_for

from webapp.languages.words import gettext
from webapp.queries.people.sign_in import sessions_of
from webapp.services.accounts.sign_in import end_all_sessions, end_other_sessions, end_session
from webapp.views import request_time
from webapp.views.current_actor import forget_secret_cookie, sign_in_cookie
from webapp.views.guards import signed_in, the_actor, the_sign_in
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other
from webapp.views.words.devices import device_words
from webapp.views.words.formatting import plural

blueprint.add_app_template_global(device_words)


@blueprint.get("/me/sessions")
@signed_in
def sessions() -> Response:
    real_now = request_time.real_now()
    own = sessions_of(the_actor().user_id or 0, here=the_sign_in().sign_in_id, real_now=real_now)
    zone = the_actor().timezone or "UTC"
    return make_response(
        render_template("participant/people/sessions.html", sessions=own, real_now=real_now, zone=zone)
    )


@blueprint.post("/me/sessions/<id:session_id>/end")
@signed_in
def end_one(session_id: int) -> Response:
    end_session(user_id=the_actor().user_id or 0, sign_in_id=session_id)
    flash(gettext("Signed out there."))
    return see_other(url_for("participant.sessions"))


@blueprint.post("/me/sessions/end-all")
@signed_in
def end_everywhere() -> Response:
    end_all_sessions(user_id=the_actor().user_id or 0)
    session.clear()
    flash(gettext("You’re signed out everywhere."))
    response = see_other(url_for("account.sign_in"))
    forget_secret_cookie(response, sign_in_cookie())
    return response


@blueprint.post("/me/sessions/end-others")
@signed_in
def end_others() -> Response:
    keep = request.cookies.get(sign_in_cookie(), "")
    ended = end_other_sessions(user_id=the_actor().user_id or 0, keep_token=keep)
    flash(
        plural(ended, "Signed out on {n} other device.", "Signed out on {n} other devices.")
        if ended
        else gettext("You weren’t signed in anywhere else.")
    )
    return see_other(url_for("participant.sessions"))
