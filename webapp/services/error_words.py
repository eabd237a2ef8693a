"""An error as it may be kept: what failed, and nobody's data."""

from sqlalchemy.exc import DBAPIError


def in_words(error: BaseException) -> str:
    """Its kind and what it says, without the values of a failed statement: they are people's data."""
    what: object = error
    if isinstance(error, DBAPIError) and error.orig:
        diagnosis = getattr(error.orig, "diag", None)
        what = diagnosis.message_primary if diagnosis else error.orig
    return f"{type(error).__name__}: {what}"
