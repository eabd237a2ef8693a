"""The code on a certificate: what anybody types to see whether it is valid.

Twelve characters of the pass code's alphabet, the last one a check character. Eleven random
ones make about 2 x 10^16 codes, so that nobody finds a stranger's by trying.
"""

import secrets

from webapp.domain.places.pass_code import ALPHABET, check_character

LENGTH = 12
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_certificate_code() -> str:
    """A fresh random code, of a class or an event alike; the database keeps them unique."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def normalize(typed: str) -> str:
    """What was typed as the code it stands for: any case, with or without dashes and spaces."""
    return typed.strip().upper().replace(" ", "").replace("-", "").translate(_READ_AS)


def is_well_formed(code: str) -> bool:
    """Twelve characters of the alphabet with the right check character."""
    return len(code) == LENGTH and all(c in ALPHABET for c in code) and check_character(code[:-1]) == code[-1]


def in_groups(code: str) -> str:
    """As it is printed and read aloud: ABCD-EFGH-JKMN."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
