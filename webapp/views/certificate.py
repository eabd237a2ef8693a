"""Certificates: anybody with a code sees whether it is valid; the person and staff print it."""

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from sqlalchemy import Row

from webapp.domain.classes.completion_code import in_groups, is_well_formed, normalize
from webapp.domain.event_days import local_date
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.classes.my_classes import certificate_by_code
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
    actor = the_actor()
    is_staff = actor.can(Permission.MANAGE_CLASSES, found.organization_id, found.facility_id)
    if actor.user_id != found.user_id and not is_staff:
        raise Refused("not_found")
    return Response(render_template("certificate/paper.html", certificate=found))


def _found(typed: str) -> Row | None:
    code = normalize(typed)
    return certificate_by_code(code) if is_well_formed(code) else None


def _page(found: Row | None, *, typed: str, status: int = 200) -> Response:
    return make_response(render_template("certificate/certificate.html", certificate=found, typed=typed), status)
