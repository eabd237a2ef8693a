"""What templates can say: instants, numbers, names, and the words for a status."""

import unicodedata
import zlib
from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context, Undefined
from markupsafe import Markup

from webapp.languages.formats import decimal, month_and_year, number, percent
from webapp.languages.kept_texts import kept_text
from webapp.languages.words import ngettext
from webapp.views.words import statuses
from webapp.views.words.instants import (
    ago,
    clock_time,
    day,
    day_number,
    days_list,
    iso,
    month_short,
    span,
    spoken_when,
    when,
    zone_name,
)
from webapp.views.words.outcomes import no_shows
from webapp.views.words.refusals import refusal_sentence

COVER_PATTERNS = ("arc", "petal", "stripe")
COVER_HUES = ("clay", "sea", "moss", "plum", "sun")


def plural(count: int, one: str, many: str) -> str:
    """1 place, 4 places, 1,200 places: `{n}` stands for the number."""
    return ngettext(one, many, count)


def code_groups(code: str) -> str:
    """7Q4M 2KXW"""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


@cache
def icon(name: str, *classes: str) -> Markup:
    """A symbol of the sprite (`components/icon.html`), beside a word: where it stands alone, its control has a label.

    A page shows a hundred of a few kinds, so each kind is written once.
    """
    drawn = Markup('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>')
    return drawn.format(" ".join(("i", *classes)), name)


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """MS for Mira Sand"""
    words = [word for word in unicodedata.normalize("NFC", name).split() if word[0].isalnum()]
    if not words:
        return "?"
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def cover_classes(seed: str) -> str:
    """The classes of a chosen cover ("arc clay"), or for any other seed always the same of them."""
    pattern, _, hue = str(seed).partition(" ")
    if pattern in COVER_PATTERNS and hue in COVER_HUES:
        return f"cover--{pattern} h-{hue}"
    drawn = zlib.crc32(str(seed).encode())
    hue = COVER_HUES[drawn // len(COVER_PATTERNS) % len(COVER_HUES)]
    return f"cover--{COVER_PATTERNS[drawn % len(COVER_PATTERNS)]} h-{hue}"


@lru_cache(maxsize=4096)
def hue_class(seed: str) -> str:
    """The class of one of the covers' hues, always the same for the same seed."""
    return f"h-{COVER_HUES[zlib.crc32(str(seed).encode()) % len(COVER_HUES)]}"


def _with_now(write: Callable[..., str]) -> Callable[..., str]:
    """Lets a template leave `now` out: the page's own is used."""

    @pass_context
    def written(context: Context, *args: object, now: datetime | None = None) -> str:
        known = now if now is not None else context.get("now")
        return write(*args, now=None if isinstance(known, Undefined) else known)

    return written


def register_formatting(app: Flask) -> None:
    plain = (clock_time, zone_name, iso, ago, month_short, day_number, days_list, plural, code_groups, initials)
    words = {write.__name__: write for write in (*plain, cover_classes, hue_class)}
    words |= {write.__name__: _with_now(write) for write in (day, when, spoken_when, span)}
    app.jinja_env.filters.update(
        words, number=number, decimal=decimal, percent=percent, month_and_year=month_and_year, kept_text=kept_text
    )
    app.jinja_env.globals.update(words, icon=icon)
    app.jinja_env.globals.update({kind.__name__: kind for kind in statuses.KINDS})
    of_statuses = (statuses.enrollment_words, statuses.event_words, statuses.record_words, statuses.shown_words)
    for say in (*of_statuses, *no_shows.SPOKEN, statuses.trigger_words, refusal_sentence):
        app.jinja_env.globals[say.__name__] = say
