"""The blueprint that the modules of this package add their routes to."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from webapp.views.loading import may

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.record
def _register(setup: BlueprintSetupState) -> None:
    """Its pages ask before they show a button."""
    setup.app.jinja_env.globals["may"] = may
