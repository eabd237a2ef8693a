"""The code on a participant's pass: short, readable aloud, safe to type on any keyboard.

Eight characters from thirty: no I, L, O or U (read as others), no Y or Z (swapped by
QWERTZ keyboards). The last one is a check character, so a typing error is told apart
from an unknown code.
"""

import re
import secrets

from webapp.domain.keyboard_layout import meant_by_scanner

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWX"
LENGTH = 8

_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
#: The address of a pass in capitals, its colons perhaps typed as the semicolons of the same key.
_ADDRESS = re.compile(r"HTTPS?[:;]//[^/]+/(?:.*/)?([^/]+)/?")
#: Shorter text is a code or a name; longer text may end with one.
_SHORTEST_WITH_A_CODE = 10


def check_character(body: str) -> str:
    """The last character for seven others (Luhn mod N): one wrong character always shows,
    as do nearly all swapped neighbours."""
    base = len(ALPHABET)
    total = 0
    for position, character in enumerate(reversed(body)):
        addend = ALPHABET.index(character) * (2 if position % 2 == 0 else 1)
        total += addend // base + addend % base
    return ALPHABET[-total % base]


def new_pass_code() -> str:
    """A fresh random code (about 2 x 10^10 of them; the database keeps them unique)."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def normalize(scanned: str) -> str:
    """What was typed or scanned (also a pass URL) as the code it stands for.

    A scanner that types US keys is understood on any layout that `keyboard_layout` knows.
    """
    typed = scanned.strip().upper()
    plain = _last_part(typed).replace(" ", "").replace("-", "").translate(_READ_AS)
    if is_well_formed(plain):
        return plain
    for meant in meant_by_scanner(scanned.strip()):
        code = _code_in(meant)
        if is_well_formed(code):
            return code
    return plain


def is_misread_scan(scanned: str) -> bool:
    """Whether this is the address of a pass on some layout, and its code has a wrong character."""
    readings = (scanned.strip().upper(), *meant_by_scanner(scanned.strip()))
    return any(_ADDRESS.fullmatch(meant) and looks_like_code(_code_in(meant)) for meant in readings)


def code_of_keys(keys: str) -> str | None:
    """The code in the physical keys of a scan, read as US keys: the whole of them, or the end of an address."""
    code = _code_in(keys.strip().upper())
    return code if is_well_formed(code) else None


def _code_in(meant: str) -> str:
    """The last part of the address of a pass, or the text itself."""
    address = _ADDRESS.fullmatch(meant)
    return (address.group(1) if address else meant).translate(_READ_AS)


def codes_at_the_end(scanned: str) -> tuple[str, ...]:
    """Every code that the end of a scan may be, whatever the rest became; only one that exists is meant.

    A name with spaces has none, and whoever asks looks among the guests of one event.
    """
    text = scanned.strip()
    if " " in text or len(text) < _SHORTEST_WITH_A_CODE:
        return ()
    ends = (reading.rstrip("/")[-LENGTH:] for reading in (text.upper(), *meant_by_scanner(text)))
    return tuple(dict.fromkeys(end for end in ends if is_well_formed(end)))


def _last_part(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[-1]


def looks_like_code(text: str) -> bool:
    """Eight characters of the alphabet (right or wrong check character)."""
    return len(text) == LENGTH and all(c in ALPHABET for c in text)


def is_well_formed(text: str) -> bool:
    """Eight characters of the alphabet with the right check character."""
    return looks_like_code(text) and check_character(text[:-1]) == text[-1]
