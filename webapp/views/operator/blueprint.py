"""The blueprint that the modules of this package add their routes to."""

from flask import Blueprint

blueprint = Blueprint("operator", __name__)
