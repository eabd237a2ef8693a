"""The code on a participant's pass: short, readable aloud, safe to type on any keyboard.

Eight characters from thirty: no I, L, O or U (read as others), no Y or Z (swapped by
QWERTZ keyboards). The last one is a check character, so a typing error is told apart
from an unknown code.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWX"
LENGTH = 8

_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
#: What a scanner that types US keys produces on an AZERTY layout.
_AZERTY = str.maketrans("&É\"'(-È_ÇÀQAZ,?!", "1234567890AQWMM/")


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
    """What was typed or scanned (also a pass URL) as the code it stands for."""
    typed = scanned.strip().upper()
    plain = _last_part(typed).replace(" ", "").replace("-", "").translate(_READ_AS)
    if is_well_formed(plain):
        return plain
    mended = _last_part(typed.translate(_AZERTY)).translate(_READ_AS)
    return mended if is_well_formed(mended) else plain


def _last_part(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[-1]


def looks_like_code(text: str) -> bool:
    """Eight characters of the alphabet (right or wrong check character)."""
    return len(text) == LENGTH and all(c in ALPHABET for c in text)


def is_well_formed(text: str) -> bool:
    """Eight characters of the alphabet with the right check character."""
    return looks_like_code(text) and check_character(text[:-1]) == text[-1]
