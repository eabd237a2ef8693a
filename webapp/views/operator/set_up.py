"""Setting the installation up, and where its first operator goes on from."""

from flask import Response, make_response, render_template, request, url_for

from webapp.domain.event_days import require_timezone
from webapp.languages.words import N_
from webapp.queries.installation.first_steps import first_steps
from webapp.queries.installation.operators import has_operator
from webapp.services.accounts.account import require_email, require_name
from webapp.services.installation.set_up import FirstOperator, FirstOrganization, set_up, try_setup_code
from webapp.services.organizations.organization_settings import require_organization_name
from webapp.views import request_time
from webapp.views.account.sign_in import begin_session
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line, line_or_empty
from webapp.views.guards import operator_only, public, the_actor
from webapp.views.http.rate_limits import limit_setup_tries
from webapp.views.operator.blueprint import blueprint

_NAME_LIMIT, _ADDRESS_LIMIT = 120, 300
_SETUP = FormKind(
    ("code", "name", "email", "password", "organization", "contact_email", "facility", "address", "timezone"),
    sentences={
        ("name", "text_missing"): N_("Enter your name"),
        ("email", "text_missing"): N_("Enter your email address"),
        ("organization", "text_missing"): N_("Enter the name of the organization"),
        ("facility", "text_missing"): N_("Enter the name of the facility"),
        "organization_exists": N_("There’s an organization with this name already. Choose another one"),
    },
    field_of={
        "setup_code_wrong": "code",
        "setup_password_wrong": "password",
        "password_too_short": "password",
        "password_common": "password",
        "password_too_long": "password",
        "organization_exists": "organization",
        "unknown_timezone": "timezone",
    },
)


@blueprint.get("/setup")
@public
def setup() -> Response:
    """The form, while nobody operates the installation; the link in the log fills in the code."""
    if has_operator():
        return _over()
    return _page(_SETUP.filled({"code": request.args.get("code", "")}))


@blueprint.post("/setup")
@public
@limit_setup_tries
def submit_setup() -> Response:
    """Open the installation and sign its operator in."""
    if has_operator():
        return _over()
    fields = _SETUP.sent()
    operator, organization = _operator(fields), _organization(fields)
    # The last, so that it is what the request was refused as: wrong codes are counted, other mistakes are not.
    code = fields.read("code", lambda text: try_setup_code(code=text))
    user_id = fields.check(
        lambda: set_up(code=code, operator=operator, organization=organization, now=request_time.now())
    )
    if fields.is_refused:
        return _page(fields)
    return begin_session(user_id, url_for("operator.start"))


@blueprint.get("/operator/start")
@operator_only
def start() -> Response:
    """What is left to do before the first event, each step with where it is done."""
    steps = first_steps(the_actor().user_id)
    return make_response(render_template("operator/start.html", steps=steps, email=the_actor().email))


def _operator(fields: Form) -> FirstOperator:
    return FirstOperator(
        name=fields.read("name", require_name),
        email=fields.read("email", require_email),
        password=fields.values["password"],
    )


def _organization(fields: Form) -> FirstOrganization:
    """Where nobody says otherwise, the operator's address is the contact."""
    own = fields.values["email"]
    return FirstOrganization(
        name=fields.read("organization", require_organization_name),
        contact_email=fields.read("contact_email", lambda text: require_email(text.strip() or own or "-")),
        facility=fields.read("facility", line(_NAME_LIMIT)),
        address=fields.read("address", line_or_empty(_ADDRESS_LIMIT)),
        timezone=fields.read("timezone", lambda text: require_timezone(text.strip()).key),
    )


def _page(fields: Form) -> Response:
    errors = {name: fields.errors[name] for name in _SETUP.names if name in fields.errors}
    body = render_template("operator/setup.html", values={**fields.values, "password": ""}, errors=errors)
    return make_response(body, fields.status)


def _over() -> Response:
    return make_response(render_template("operator/setup_over.html"), 404)
