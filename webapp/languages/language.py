"""The languages there are, and the one that is spoken now."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations

from babel import Locale

from webapp.languages.catalogs import shipped_tags, translations
from webapp.languages.pseudo import PseudoTranslations

ENGLISH_TAG, PSEUDO_TAG = "en", "en_XA"


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` is stored and chosen ("pt_BR"), `locale` is what CLDR knows of it, `words` translates messages."""

    tag: str
    locale: Locale
    words: NullTranslations

    @property
    def html_tag(self) -> str:
        """For the `lang` attribute: pt-BR"""
        return self.tag.replace("_", "-")

    @property
    def direction(self) -> str:
        """For the `dir` attribute: ltr or rtl."""
        return "rtl" if self.locale.character_order == "right-to-left" else "ltr"

    @property
    def name(self) -> str:
        """What people who speak it call it."""
        if self.tag == PSEUDO_TAG:
            return "Pseudo-English"
        return (self.locale.language_name or self.tag).capitalize()


# Our English writes dates and hours as Europe does: Sat 13 June, 18:30.
ENGLISH = Language(ENGLISH_TAG, Locale("en", "GB"), NullTranslations())

_spoken: ContextVar[Language] = ContextVar("language", default=ENGLISH)
_loaded: dict[str, Language] = {ENGLISH_TAG: ENGLISH}


def available(*, with_pseudo: bool = False) -> list[str]:
    """The tags of all languages that can be chosen, English first.

    The pseudo-language shows which words are not translated and what has no room: it is for trying out only.
    """
    return [ENGLISH_TAG, *shipped_tags(), *([PSEUDO_TAG] if with_pseudo else [])]


def language(tag: str | None) -> Language:
    """The language of that tag; English for a tag that is not there (any more)."""
    if tag is None:
        return ENGLISH
    found = _loaded.get(tag)
    return found or _loaded.setdefault(tag, _load(tag))


def spoken() -> Language:
    """The language of whoever reads what is being written now."""
    return _spoken.get()


def speak(chosen: Language) -> None:
    """From here on, in this thread, until somebody else is spoken to."""
    _spoken.set(chosen)


@contextmanager
def speaking(tag: str | None) -> Iterator[None]:
    """For one letter or one test: that language, and then the one before again."""
    before = _spoken.set(language(tag))
    try:
        yield
    finally:
        _spoken.reset(before)


def best_of(wanted: Iterable[str], offered: Sequence[str]) -> str | None:
    """The first of `wanted` ("de-AT", "de") that is offered, exactly or by its language alone; None: none of them."""
    by_lower = {tag.lower(): tag for tag in offered}
    for tag in wanted:
        asked = tag.replace("-", "_").lower()
        found = by_lower.get(asked) or by_lower.get(asked.partition("_")[0])
        if found:
            return found
    return None


def _load(tag: str) -> Language:
    if tag == PSEUDO_TAG:
        return Language(PSEUDO_TAG, ENGLISH.locale, PseudoTranslations())
    if tag not in shipped_tags():
        return ENGLISH
    return Language(tag, Locale.parse(tag), translations(tag))
