"""A style sheet of two colours, which are its address: nothing is looked up, and browsers keep it for a year."""

import re

from flask import Response

from webapp.domain.accent import DARK, LIGHT, is_readable, mixed
from webapp.domain.refusal import Refused
from webapp.views.addresses import url_for
from webapp.views.guards import public
from webapp.views.http.kept_file import kept_file
from webapp.views.participant.blueprint import blueprint

#: Another one where the sheet is drawn otherwise: browsers keep the old.
_DRAWN = 1
_COLOUR = re.compile(r"[0-9a-f]{6}")
_BLACK, _WHITE = "#000000", "#ffffff"


@blueprint.get(f"/accent/{_DRAWN}-<string(length=6):light>-<string(length=6):dark>.css")
@public
def accent(light: str, dark: str) -> Response:
    """The sheet of these colours, if they are ones that an organization can have."""
    is_known = _COLOUR.fullmatch(light) and _COLOUR.fullmatch(dark)
    if not is_known or not (is_readable(f"#{light}", LIGHT) and is_readable(f"#{dark}", DARK)):
        raise Refused("not_found")
    return kept_file(_sheet(f"#{light}", f"#{dark}").encode(), "text/css", etag=f"{_DRAWN}-{light}-{dark}")


@blueprint.app_template_global()
def accent_address(colours: str) -> str | None:
    """Of the sheet for an organization's `accent`; None: it has none."""
    light, _, dark = colours.replace("#", "").partition(" ")
    return url_for("participant.accent", light=light, dark=dark) if dark else None


def _sheet(light: str, dark: str) -> str:
    tokens = {
        "brand": (light, dark),
        "link": (light, dark),
        "focus": (light, dark),
        "brand-hi": (mixed(light, _BLACK, 0.8), mixed(dark, _WHITE, 0.75)),
        "on-brand": (LIGHT.on_accent, DARK.on_accent),
        "brand-tint": (LIGHT.tint_of(light), DARK.tint_of(dark)),
    }
    lines = "".join(f"--{name}:light-dark({one},{other});" for name, (one, other) in tokens.items())
    return f"@layer tokens{{:root{{{lines}}}}}"
