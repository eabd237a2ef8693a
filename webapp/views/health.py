"""Is the process alive, and can it work? For probes, not for people."""

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from webapp import clock
from webapp.queries.readiness import readiness
from webapp.views.guards import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    try:
        state = readiness(clock.real_now())
    except SQLAlchemyError:
        return jsonify(ready=False, database="away"), 503
    return jsonify(state.as_dict()), 200 if state.ready else 503
