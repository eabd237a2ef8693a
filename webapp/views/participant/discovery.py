"""What search engines ask for first: where they may look, and what there is."""

from flask import Response, current_app, render_template

from webapp.queries.events.public_events import public_event_slugs, public_organization_slugs
from webapp.views.guards import public
from webapp.views.participant.blueprint import blueprint

_HOUR = 3600
#: Pages of one person, of staff, and links that act.
_PRIVATE = (
    *("/admin", "/desk", "/me", "/demo", "/notifications", "/login", "/logout", "/signup", "/reset", "/confirm"),
    *(
        "/prompts",
        "/attendance",
        "/reminders",
        "/unsubscribe",
        "/c/",
        "/certificates",
        "/people",
        "/hooks",
        "/calendar",
    ),
)


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Public pages for everybody, and where their list is."""
    base_url = current_app.extensions["settings"].base_url
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _PRIVATE), "", f"Sitemap: {base_url}/sitemap.xml", ""]
    return _kept(Response("\n".join(lines), mimetype="text/plain"))


@blueprint.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """Events and organizations that anybody may see, the latest first."""
    found = {"organizations": public_organization_slugs(), "events": public_event_slugs()}
    body = render_template("participant/sitemap.xml", **found)
    return _kept(Response(body, mimetype="application/xml"))


def _kept(response: Response) -> Response:
    response.cache_control.public = True
    response.cache_control.max_age = _HOUR
    return response
