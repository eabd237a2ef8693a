"""The accent of an organization: two colours that can be read wherever its pages put them, in light and in dark.

Why it is so: docs/decisions/120-an-accent-that-can-be-read.md.
"""

import re
from dataclasses import dataclass

from webapp.domain.refusal import Refused

#: WCAG 2.2 AA for text.
LEAST_CONTRAST = 4.5
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")
_STEP = 0.004

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Theme:
    """Grounds of a theme (`tokens.css`), what is written on the accent, and where a better one is looked for."""

    name: str
    grounds: tuple[str, ...]
    on_accent: str
    #: How much of the accent is in the ground of badges and notes, on which it stands, too.
    tint: float
    towards_light: bool

    def tint_of(self, colour: str) -> str:
        """That ground."""
        return mixed(colour, self.grounds[-1], self.tint)


LIGHT = Theme("light", ("#f4f6f4", "#ffffff"), "#ffffff", 0.1, towards_light=False)
DARK = Theme("dark", ("#0f1513", "#1f2925", "#18201d"), "#06120f", 0.14, towards_light=True)


def require_colour(text: str) -> str:
    """`#0b5a66` of what people type, or `colour_invalid`."""
    found = _COLOUR.fullmatch(text.strip())
    if found is None:
        raise Refused("colour_invalid")
    return f"#{found[1].lower()}"


def require_readable(colour: str, theme: Theme) -> str:
    """The colour, or `colour_unreadable` with the nearest one of its hue that can be read in that theme."""
    if not is_readable(colour, theme):
        raise Refused("colour_unreadable", nearest=nearest_readable(colour, theme), theme=theme.name)
    return colour


def is_readable(colour: str, theme: Theme) -> bool:
    """Whether it has contrast enough to all that it stands on, and what is written on it to the colour."""
    others = (*theme.grounds, theme.tint_of(colour), theme.on_accent)
    return all(contrast(colour, other) >= LEAST_CONTRAST for other in others)


def nearest_readable(colour: str, theme: Theme) -> str:
    """The colour, darker (in light) or lighter (in dark) by as little as it takes."""
    lightness, a, b = _oklab(_linear(colour))
    found = colour
    while not is_readable(found, theme):
        lightness += _STEP if theme.towards_light else -_STEP
        if not 0 < lightness < 1:
            return "#ffffff" if theme.towards_light else "#000000"
        found = _hex(_from_oklab((lightness, a, b)))
    return found


def contrast(one: str, other: str) -> float:
    """1 to 21, as WCAG counts it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """So much of the colour, and the rest of the other."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round((one * share + two * (1 - share)) * 255):02x}" for one, two in pairs)


def _channels(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _linear(colour: str) -> Rgb:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(linear: Rgb) -> str:
    inside = (min(max(c, 0.0), 1.0) for c in linear)
    written = (c * 12.92 if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in inside)
    return "#" + "".join(f"{round(c * 255):02x}" for c in written)


def _oklab(linear: Rgb) -> Rgb:
    """Björn Ottosson's OKLab: lightness as people see it, and two axes of colour."""
    r, g, b = linear
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_oklab(lab: Rgb) -> Rgb:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
