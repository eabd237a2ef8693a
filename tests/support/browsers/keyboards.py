"""What a scanner that types US keys becomes under other layouts, from the tables of xkeyboard-config."""

import json
from dataclasses import dataclass
from pathlib import Path

#: Per layout and physical key (as browsers name it) what it types without and with Shift; "" is a dead key.
LAYOUTS: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).parents[2] / "data" / "keyboard-layouts.json").read_text("utf-8")
)
_US_KEYS = {
    character: (code, shift)
    for code, pair in LAYOUTS["US"].items()
    if code != "IntlBackslash"
    for shift, character in enumerate(pair)
}


@dataclass(frozen=True)
class Stroke:
    """One key press: the physical key, Shift, and the character that the layout makes of it."""

    code: str
    shift: bool
    key: str


def strokes(text: str, layout: str, *, capitals_lock: bool = False) -> list[Stroke]:
    """The presses of a scanner for US keys, read by a machine with that layout."""
    pressed = []
    for character in text:
        code, shift = _US_KEYS[character]
        key = LAYOUTS[layout][code][shift]
        pressed.append(Stroke(code, bool(shift), key.swapcase() if capitals_lock and len(key.swapcase()) == 1 else key))
    return pressed


def typed(text: str, layout: str, *, capitals_lock: bool = False) -> str:
    """What stands in a field afterwards."""
    return "".join(stroke.key for stroke in strokes(text, layout, capitals_lock=capitals_lock))
