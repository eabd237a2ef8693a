"""A real Chromium for the journeys: the one this machine has, else Debian's, installed once."""

import os
import shutil
from dataclasses import dataclass

from runtime import debian
from runtime.complaint import say

KNOWN_AS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


@dataclass(frozen=True)
class Browser:
    """Either a path, or the reason why there is none."""

    path: str | None
    reason: str = ""


def find() -> Browser:
    """Without installing anything."""
    for name in [os.environ.get("TURNOUT_CHROMIUM") or "", *KNOWN_AS]:
        if name and (path := shutil.which(name)):
            return Browser(path)
    return Browser(None, "no Chromium on this machine")


def find_or_install() -> Browser:
    """Debian's package takes about 20 s, once per machine."""
    found = find()
    if found.path:
        return found
    say("installing Debian's chromium for the browser tests (once per machine) ...")
    # The font is only a recommendation of the package; without any, pages have no text to look at.
    problem = debian.install("chromium", "fonts-liberation")
    return Browser(None, problem) if problem else find()
