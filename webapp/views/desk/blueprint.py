"""The blueprint that the modules beside this one add their routes to."""

import secrets

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.context_processor
def _provide() -> dict[str, object]:
    # Every form of the desk is one tap with an id of its own.
    return {"tap_id": fresh_tap_id}


def fresh_tap_id() -> str:
    """An id for one tap; sending it twice counts once."""
    return secrets.token_hex(8)
