"""Any script in Latin letters: what people can type and read out, not a translation."""

from anyascii import anyascii


def in_latin(text: str) -> str:
    """`Кино в парке` becomes `Kino v parke`, `東京` becomes `DongJing`; signs without a sound are left out."""
    return anyascii(text)
