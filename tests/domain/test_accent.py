"""Which colours can be read, and the nearest one for those that cannot."""

import re
from itertools import product

import pytest

from tests.frontend.test_contrast import _tokens
from tests.frontend.test_contrast import contrast as of_wcag
from webapp.domain.accent import (
    DARK,
    LEAST_CONTRAST,
    LIGHT,
    contrast,
    is_readable,
    nearest_readable,
    require_colour,
    require_readable,
)
from webapp.domain.refusal import Refused

STEPS = ("00", "40", "80", "c0", "ff")
COLOURS = ["#" + "".join(parts) for parts in product(STEPS, repeat=3)]


def test_the_grounds_are_those_of_the_pages():
    for theme, grounds in (("light", LIGHT.grounds), ("dark", DARK.grounds)):
        tokens = _tokens(theme)
        assert {tokens["ground"], tokens["card"], tokens["raised"]} == set(grounds)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_nearest_is_readable_and_a_readable_one_stays(theme):
    for colour in COLOURS:
        nearest = nearest_readable(colour, theme)
        assert re.fullmatch("#[0-9a-f]{6}", nearest) and is_readable(nearest, theme), colour
        assert (nearest == colour) == is_readable(colour, theme), colour


@pytest.mark.parametrize(
    "colour, light, dark",
    [
        ("#0b5a66", "#0b5a66", "#5ca0ad"),
        ("#ffb300", "#a25b00", "#ffb300"),
        ("#ff0000", "#d60000", "#ff5946"),
        ("#808080", "#6d6d6d", "#969696"),
    ],
)
def test_the_nearest_keeps_its_hue(colour, light, dark):
    assert (nearest_readable(colour, LIGHT), nearest_readable(colour, DARK)) == (light, dark)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for one, other in zip(COLOURS, reversed(COLOURS), strict=True):
        assert contrast(one, other) == pytest.approx(of_wcag(one, other))


def test_what_fails_is_refused_with_the_nearest():
    with pytest.raises(Refused) as refused:
        require_readable("#ffff00", LIGHT)
    assert (refused.value.code, refused.value.facts["nearest"]) == ("colour_unreadable", "#777000")
    assert LEAST_CONTRAST == 4.5


@pytest.mark.parametrize("text", ["", "red", "#12345", "#1234567", "#12345g", "rgb(0,0,0)", "#0b5a66;}", "#０b5a66"])
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(Refused, match="colour_invalid"):
        require_colour(text)
