"""Scanners, as a browser feels them: keys by their own time stamps, however busy this machine is."""

import time

from playwright.sync_api import Page, expect

from tests.support.browsers.keyboards import Stroke, strokes


def scan(page: Page, code: str, end: str = "Enter", *, stops_before: int | None = None) -> None:
    """What a scanner sends: keys 8 ms apart by their own time stamps, however busy this machine is.

    `stops_before`: at this key it (or the machine) stops for a fifth of a second.
    """
    devtools = page.context.new_cdp_session(page)
    pressed_at = time.time()
    for at, key in enumerate([*code, end]):
        pressed_at += 0.2 if at == stops_before else 0.008
        name = f"Digit{key}" if key.isdigit() else f"Key{key}" if len(key) == 1 else key
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        sent = {"key": key, "code": name, "windowsVirtualKeyCode": {"Enter": 13, "Tab": 9}.get(key, ord(key[0]))}
        devtools.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, "timestamp": pressed_at, **sent})
        devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": pressed_at, **sent})
    devtools.detach()


def scan_on(page: Page, text: str, layout: str, *, end: str = "Enter") -> None:
    """What a scanner for US keys sends to a machine with that layout, each key with its physical one."""
    devtools = page.context.new_cdp_session(page)
    pressed_at = time.time()
    for stroke in [*strokes(text, layout), Stroke(end, False, end)]:
        pressed_at += 0.008
        named = stroke.key if stroke.key else "Dead"
        text_of = "\r" if named == "Enter" else named if len(named) == 1 else ""
        sent = {"key": named, "code": stroke.code, "modifiers": 8 if stroke.shift else 0, "timestamp": pressed_at}
        devtools.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text_of, **sent})
        devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", **sent})
    devtools.detach()


def shown(page: Page, code: str) -> None:
    expect(page.locator(".result__name")).to_have_text(code)
    expect(page.locator("#scan")).to_be_focused()
    expect(page.locator("#scan")).to_have_value("")
