"""The picture of an organization: public, and kept by browsers for as long as they like."""

from flask import Response, request

from webapp.domain.refusal import Refused
from webapp.queries.organizations.organization import logo_of
from webapp.views.guards import public
from webapp.views.participant.blueprint import blueprint

_YEAR = 365 * 24 * 3600


@blueprint.get("/organizations/<slug:slug>/logo-<string(length=64):digest>.png")
@public
def organization_logo(slug: str, digest: str) -> Response:
    """Another picture has another address, so this one never changes."""
    logo = logo_of(slug, digest)
    if logo is None:
        raise Refused("not_found")
    response = Response(logo.png, mimetype="image/png")
    response.set_etag(logo.digest)
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR
    response.cache_control.immutable = True
    # Opened by itself it is a picture and nothing else.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.make_conditional(request)
    return response
