"""The picture of an organization: public, and kept by browsers for as long as they like."""

from flask import Response

from webapp.domain.refusal import Refused
from webapp.queries.organizations.organization import logo_of
from webapp.views.guards import public
from webapp.views.http.kept_file import kept_file
from webapp.views.participant.blueprint import blueprint


@blueprint.get("/organizations/<slug:slug>/logo-<string(length=64):digest>.png")
@public
def organization_logo(slug: str, digest: str) -> Response:
    """Another picture has another address, so this one never changes."""
    logo = logo_of(slug, digest)
    if logo is None:
        raise Refused("not_found")
    return kept_file(logo.png, "image/png", etag=logo.digest)
