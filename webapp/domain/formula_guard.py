"""Text that a spreadsheet would run as a formula: guarded on the way out, as it was on the way in."""

import unicodedata

#: What a spreadsheet takes for the beginning of a formula; full-width forms are folded first.
_FORMULA = frozenset("=+-@")
_GUARD = "'"


def guard_formula(text: str) -> str:
    """The text with a leading apostrophe where a spreadsheet would run it.

    A text that already looks guarded gets one more, so that `unguard_formula` gives back every text.
    """
    return _GUARD + text if _needs_guard(text) else text


def unguard_formula(text: str) -> str:
    """The text that `guard_formula` was given."""
    return text[1:] if text.startswith(_GUARD) and _needs_guard(text[1:]) else text


def _needs_guard(text: str) -> bool:
    """The first visible character decides, whatever spaces, line breaks or invisible characters
    stand before it; a tab, CR or LF in front is dangerous by itself."""
    text = text.lstrip(_GUARD)
    if text[:1] in {"\t", "\r", "\n"}:
        return True
    for character in text:
        if character.isspace() or unicodedata.category(character) in {"Cf", "Cc", "Zl", "Zp"}:
            continue
        return unicodedata.normalize("NFKC", character)[:1] in _FORMULA
    return False
