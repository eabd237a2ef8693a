"""Is the process alive, and can it work? For probes, not for people.

A probe asks by whatever name or number it knows: the launcher by 127.0.0.1, a proxy by the name of its upstream,
a container by its own address. So both answer under any host name; what they know goes to the served names alone.
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Blueprint, Flask, Response, jsonify, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.sansio.utils import host_is_trusted

from webapp.queries.readiness import readiness
from webapp.views import request_time
from webapp.views.guards import public

blueprint = Blueprint("health", __name__)

_PROBES = frozenset({"/healthz", "/readyz"})
_BY_OTHER_NAME = "turnout.probed_by_other_name"


@blueprint.get("/healthz")
@public
def alive() -> Response:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    try:
        state = readiness(request_time.real_now())
    except SQLAlchemyError:
        return jsonify(_told(ready=False, database="away")), 503
    return jsonify(_told(**state.as_dict())), 200 if state.ready else 503


def _told(**facts: object) -> dict[str, object]:
    return {"ready": facts["ready"]} if request.environ.get(_BY_OTHER_NAME) else facts


def register(app: Flask) -> None:
    """Let a probe in whatever it calls us. Must be inside of what reads a proxy's headers."""
    served = app.extensions["settings"].hosts
    inner: WSGIApplication = app.wsgi_app

    def let_probes_in(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in _PROBES and not host_is_trusted(environ.get("HTTP_HOST"), served):
            environ[_BY_OTHER_NAME] = True
            environ["HTTP_HOST"] = served[0].removeprefix(".") if served else "localhost"
        return inner(environ, start_response)

    app.wsgi_app = let_probes_in  # type: ignore[method-assign]  # how Flask is wrapped
