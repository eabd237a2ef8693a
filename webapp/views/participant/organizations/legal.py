"""Legal texts to read, and an organization's terms to accept."""

import re
from collections.abc import Mapping

from flask import Response, flash, make_response, render_template, request, url_for

from webapp.domain.legal import LegalKind
from webapp.domain.numbers import MAX_ID, whole_or_none
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.organizations.legal import legal_texts
from webapp.queries.organizations.organization import organization_settings
from webapp.services.organizations.legal import accept_terms
from webapp.views import request_time
from webapp.views.forms.sent import first_field, sent_id
from webapp.views.guards import public, signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.organizations.loading import load_public_organization
from webapp.views.participant.parties.sign_up import asked_sign_up
from webapp.views.participant.places.enrollment import enroll
from webapp.views.responses import safe_next, see_other

_NAMES: Mapping[LegalKind, str] = {
    LegalKind.IMPRINT: N_("Imprint"),
    LegalKind.PRIVACY: N_("Privacy policy"),
    LegalKind.TERMS: N_("Terms"),
}
_SLUG = re.compile(r"[a-z0-9-]{1,100}")


@blueprint.app_template_global()
def legal_names() -> list[tuple[LegalKind, str]]:
    """Each kind of text with its name, in order."""
    return [(kind, str(name)) for kind, name in _NAMES.items()]


@blueprint.get("/legal")
@public
def legal() -> Response:
    """Of whoever operates this installation. `?organization=7`, as mails have it: that one's own, if it has any."""
    own = organization_settings(whole_or_none(request.args.get("organization", ""), high=MAX_ID) or 0)
    if own is not None and legal_texts(own.id):
        return see_other(url_for("participant.organization_legal", slug=own.slug))
    return make_response(render_template("participant/organizations/legal.html", texts=legal_texts(None)))


@blueprint.get("/o/<slug:slug>/legal")
@public
def organization_legal(slug: str) -> Response:
    """Of an organization."""
    organization = load_public_organization(slug)
    body = render_template(
        "participant/organizations/legal.html", texts=legal_texts(organization.id), organization=organization
    )
    return make_response(body)


@blueprint.get("/o/<slug:slug>/terms")
@signed_in
def organization_terms(slug: str) -> Response:
    """The terms with a button to accept them. `enroll`: the event for which somebody was sent here; `next`: where
    they go on to with or without a yes, after signing in.
    """
    organization = load_public_organization(slug)
    terms = legal_texts(organization.id).get(LegalKind.TERMS)
    next_path = safe_next(request.args.get("next"), "")
    if terms is None or not organization.demands_terms:
        if next_path:
            # Demanded no longer: nobody on the way in is stopped by that.
            return see_other(next_path)
        raise Refused("not_found")
    event = _event_slug(request.args.get("enroll", ""))
    body = render_template(
        "participant/organizations/terms.html",
        organization=organization,
        terms=terms,
        event_slug=event,
        sign_up=asked_sign_up(),
        next_path=next_path,
    )
    return make_response(body)


@blueprint.post("/o/<slug:slug>/terms")
@signed_in
def accept_organization_terms(slug: str) -> Response:
    """Keep the yes, and go on enrolling. Terms that changed meanwhile are shown again."""
    organization, event = load_public_organization(slug), _event_slug(first_field("enroll"))
    next_path = safe_next(first_field("next"), "")
    try:
        accept_terms(
            user_id=the_actor().user_id or 0,
            organization_id=organization.id,
            text_id=sent_id("text_id"),
            now=request_time.now(),
        )
    except Refused as refused:
        if refused.code != "terms_changed":
            raise
        flash(gettext("The terms changed a moment ago. Read them again."), "wait")
        return see_other(
            url_for("participant.organization_terms", slug=slug, enroll=event or None, next=next_path or None)
        )
    if event:
        return enroll(slug=event)
    flash(gettext("Thank you. You accepted the terms."))
    return see_other(next_path or url_for("participant.my_events"))


def _event_slug(text: str) -> str:
    """The event in whose way the terms stood; "" for what is none."""
    return text if _SLUG.fullmatch(text) else ""
