"""The picture of a pass."""

from flask import current_app

from webapp.queries.places.passes import QrPicture, pass_picture
from webapp.views.addresses import url_for
from webapp.views.participant.blueprint import blueprint


def pass_link(code: str) -> str:
    """What a QR code holds: an address on the installation's own public name."""
    base_url: str = current_app.extensions["settings"].base_url
    return base_url + url_for("participant.code", code=code)


@blueprint.app_template_global()
def qr_of(code: str) -> QrPicture:
    """The picture of a pass code."""
    return pass_picture(pass_link(code))
