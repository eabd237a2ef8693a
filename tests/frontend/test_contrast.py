"""Every pair of colours that text or a control stands on, recomputed from the stylesheet."""

import re

import pytest

from tests.frontend.sources import STATIC

PAIRS = [
    ("ink", "ground", 4.5),
    ("ink", "card", 4.5),
    ("ink-2", "ground", 4.5),
    ("ink-2", "card", 4.5),
    ("ink-3", "ground", 4.5),
    ("ink-3", "card", 4.5),
    ("ink-3", "sunken", 4.5),
    ("link", "card", 4.5),
    ("link", "ground", 4.5),
    ("link", "brand-tint", 4.5),
    ("on-brand", "brand", 4.5),
    ("on-brand", "brand-hi", 4.5),
    ("ok", "ok-tint", 4.5),
    ("wait", "wait-tint", 4.5),
    ("no", "no-tint", 4.5),
    ("no", "card", 4.5),
    ("mute", "mute-tint", 4.5),
    ("on-fill", "ok-fill", 4.5),
    ("on-wait", "wait-fill", 4.5),
    ("on-fill", "no-fill", 4.5),
    ("ctrl", "card", 3),
    ("ctrl", "ground", 3),
    ("focus", "ground", 3),
]


def _tokens(theme: str) -> dict[str, str]:
    css = (STATIC / "css" / "tokens.css").read_text()
    colour = r"#[0-9A-Fa-f]{6}"
    found = {}
    for name, light, dark, fixed in re.findall(
        rf"--([\w-]+): (?:light-dark\(({colour}), ({colour})\)|({colour}))", css
    ):
        found[name] = fixed or (light if theme == "light" else dark)
    return found


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "surface", "least"), PAIRS)
def test_a_pair_of_tokens_can_be_read(theme: str, text: str, surface: str, least: float) -> None:
    tokens = _tokens(theme)
    assert contrast(tokens[text], tokens[surface]) >= least


def test_the_formula_gives_the_known_extremes() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
