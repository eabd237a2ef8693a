"""Whether a secret could be guessed: short, somebody's placeholder, or little repeated often."""

_SHORTEST = 32
_FEWEST_LETTERS = 10
#: Words of examples; in a random text of 32 characters none of them turns up.
_PLACEHOLDERS = (
    "change",
    "replace",
    "example",
    "placeholder",
    "password",
    "insecure",
    "default",
    "mysecret",
    "yoursecret",
    "supersecret",
    "secretkey",
    "sosecret",
    "letmein",
    "qwerty",
    "12345678",
    "abcdefgh",
)


def weakness_of(secret: str, *, shortest: int = _SHORTEST) -> str | None:
    """What is wrong with a secret, in words that do not repeat it; None where nothing is."""
    if len(secret.encode()) < shortest:
        return f"has fewer than {shortest} characters"
    if len(set(secret)) < _FEWEST_LETTERS:
        return "has too few different characters"
    plain = "".join(letter for letter in secret.casefold() if letter.isalnum())
    if any(word in plain for word in _PLACEHOLDERS):
        return "looks like the placeholder of an example"
    if _repeats(secret):
        return "repeats one short text"
    if _counts_on(secret):
        return "counts along the alphabet"
    return None


def _repeats(secret: str) -> bool:
    """Made of one text again and again, the last time perhaps cut off."""
    return any(secret[period:] == secret[:-period] for period in range(1, len(secret) // 2 + 1))


def _counts_on(secret: str) -> bool:
    steps = [ord(after) - ord(before) for before, after in zip(secret, secret[1:], strict=False)]
    return sum(step in {-1, 0, 1} for step in steps) > len(steps) // 2
