"""Webhooks of the video server. No person, no session, no cookie: the signature is all there is.

Whatever is answered here, except 5xx and 429, is final: the sender does not come back with it.
"""

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from webapp.domain.refusal import Refused
from webapp.services.availability import is_unavailable
from webapp.services.online.intake import take_delivery
from webapp.views import request_time
from webapp.views.errors import status_of
from webapp.views.guards import signed_hook

blueprint = Blueprint("hooks", __name__)

#: A room and a participant with all the metadata they may have come to more than 1 MiB.
MOST_BYTES = 4 * 1024 * 1024


@blueprint.post("/hooks/livekit")
@signed_hook
def livekit() -> Response:
    request.max_content_length = MOST_BYTES
    settings = current_app.extensions["settings"]
    try:
        body = request.get_data(cache=False)
        taken = take_delivery(
            body, request.headers.get("Authorization"), keys=settings.livekit_keys, now=request_time.now()
        )
    except RequestEntityTooLarge:
        return _said("too large", 413)
    except Refused as refused:
        return _said(refused.code, status_of(refused))
    except SQLAlchemyError as error:
        if not is_unavailable(error):
            raise
        current_app.logger.exception("webhook not kept, the sender will try again")
        return _said("try again", 503)
    return _said(taken, 200)


def _said(word: str, status: int) -> Response:
    return Response(f"{word}\n", status, mimetype="text/plain")
