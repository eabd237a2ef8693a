"""How much a person wants to hear: their own page, and the link in every mail that ends them with one click."""

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.notices.notice import Frequency
from webapp.languages.words import gettext
from webapp.queries.notices.preference import Preferences, Subscription, preferences_of, subscription_of
from webapp.services.asking.notification_preference import save_preferences, set_frequency
from webapp.views import request_time
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import one_of
from webapp.views.forms.sent import one_field
from webapp.views.guards import signed_in, signed_link, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other

#: In the form: what the person wants by default is also what they want from this organization.
_AS_DEFAULT = "default"


@blueprint.get("/me/notifications")
@signed_in
def preferences() -> Response:
    """What a person hears by default, and from each organization."""
    known = preferences_of(the_actor().user_id or 0)
    values = {field_of(one.organization_id): one.frequency or _AS_DEFAULT for one in known.organizations}
    return _page(known, _kind(known).filled({"default": known.default, **values}))


@blueprint.post("/me/notifications")
@signed_in
def keep_preferences() -> Response:
    """Only organizations of the page are read: whatever else a form brings is nobody's."""
    user_id = the_actor().user_id or 0
    known = preferences_of(user_id)
    form = _kind(known).sent()
    default = form.read("default", one_of(Frequency))
    chosen = {one.organization_id: form.read(field_of(one.organization_id), _frequency) for one in known.organizations}
    if form.is_refused:
        return _page(known, form)
    save_preferences(user_id=user_id, default=default, now=request_time.now(), organizations=chosen)
    flash(gettext("Saved."))
    return see_other(url_for("participant.preferences"))


@blueprint.get("/unsubscribe/<string(maxlength=400):token>")
@signed_link
def unsubscribe(token: str) -> Response:
    """The page behind the link in a mail. Opening it changes nothing: mail scanners follow links."""
    return _subscription_page(subscription_of(token, request_time.now()), token)


@blueprint.post("/unsubscribe/<string(maxlength=400):token>")
@signed_link
def unsubscribe_now(token: str) -> Response:
    """One click, by a person or by their mail program (RFC 8058: no cookies, no redirect), or its undoing."""
    now = request_time.now()
    before = subscription_of(token, now)
    again = one_field("again")
    wanted = _frequency(again) if again else Frequency.NONE
    set_frequency(user_id=before.user_id, organization_id=before.organization_id, frequency=wanted, now=now)
    return _subscription_page(subscription_of(token, now), token, undo=before.own, is_done=True)


@blueprint.app_template_global()
def field_of(organization_id: int) -> str:
    """The name of the field about one organization."""
    return f"organization-{organization_id}"


def _kind(known: Preferences) -> FormKind:
    return FormKind(["default", *(field_of(one.organization_id) for one in known.organizations)])


def _page(known: Preferences, form: Form) -> Response:
    body = render_template("participant/people/preferences.html", known=known, values=form.values, errors=form.errors)
    return make_response(body, form.status)


def _subscription_page(
    subscription: Subscription, token: str, *, undo: Frequency | None = None, is_done: bool = False
) -> Response:
    """`undo` is what held before; where that is not known, or was nothing too, undoing means everything."""
    restored = undo or (_AS_DEFAULT if subscription.default is not Frequency.NONE else Frequency.ALL)
    if restored is Frequency.NONE:
        restored = Frequency.ALL
    body = render_template(
        "participant/people/unsubscribe.html",
        subscription=subscription,
        token=token,
        restored=restored,
        is_done=is_done,
    )
    return make_response(body)


def _frequency(word: str) -> Frequency | None:
    return None if word == _AS_DEFAULT else one_of(Frequency)(word)
