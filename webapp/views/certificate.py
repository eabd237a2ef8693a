"""Certificates: anybody with a code sees whether it is valid; the person and staff print it."""

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from webapp.domain.event_days import local_date
from webapp.domain.permission import Actor, Permission
from webapp.domain.places.certificate_code import in_groups, is_well_formed, normalize
from webapp.domain.refusal import Refused
from webapp.queries.people.records.care import person_cared_for
from webapp.queries.places.certificates.certificate import Certificate, certificate_by_code
from webapp.views.current_actor import current_actor
from webapp.views.guards import public, signed_in, the_actor
from webapp.views.http.rate_limits import limit_code_lookups
from webapp.views.responses import see_other

blueprint = Blueprint("certificate", __name__, url_prefix="/certificates")
blueprint.add_app_template_global(in_groups, "certificate_code")
# A certificate is read in other years, too: its dates are written with theirs.
blueprint.add_app_template_global(local_date, "certificate_date")

_LONGEST_TYPED = 60


@blueprint.get("")
@public
def look_up() -> Response:
    """Ask for a code; one that is there leads to its page."""
    typed = request.args.get("code", "").strip()[:_LONGEST_TYPED]
    code = normalize(typed)
    if code.isascii() and code.isalnum():
        return see_other(url_for("certificate.certificate", code=code))
    return _page(None, typed=typed, status=422 if typed else 200)


@blueprint.get("/<string(maxlength=60):code>")
@limit_code_lookups
@public
def certificate(code: str) -> Response:
    """Valid, revoked, or unknown."""
    found = _found(code)
    if found is None:
        g.refusal = "not_found"
        return _page(None, typed=code, status=404)
    return _page(found, typed=code)


@blueprint.get("/<string(maxlength=60):code>/print")
@limit_code_lookups
@signed_in
def paper(code: str) -> Response:
    """One page of paper, for the person and for staff of the organization."""
    found = _found(code)
    if found is None or found.revoked_at is not None:
        raise Refused("not_found")
    if not _may_print(the_actor(), found):
        raise Refused("not_found")
    return Response(render_template("certificate/paper.html", certificate=found))


def _may_print(actor: Actor | None, found: Certificate) -> bool:
    """The person, who looks after them, and staff that has to do with what it is about."""
    if actor is None or actor.user_id is None:
        return False
    needed = Permission.MANAGE_CLASSES if found.is_of_class else Permission.MANAGE_EVENTS
    if actor.user_id == found.user_id or actor.can(needed, found.organization_id, found.facility_id):
        return True
    return person_cared_for(found.user_id, actor.user_id) is not None


def _found(typed: str) -> Certificate | None:
    code = normalize(typed)
    return certificate_by_code(code) if is_well_formed(code) else None


def _page(found: Certificate | None, *, typed: str, status: int = 200) -> Response:
    prints = found is not None and found.revoked_at is None and _may_print(current_actor(), found)
    body = render_template("certificate/certificate.html", certificate=found, typed=typed, prints=prints)
    return make_response(body, status)
