"""Which failures say that the database cannot be used right now, and not that the program is wrong."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

#: Codes of PostgreSQL that its driver files elsewhere: a database that only reads, a transaction that was ended.
_CODES = frozenset({"25006", "25P03"})


def is_unavailable(error: BaseException) -> bool:
    """Away, held, full or read-only: whoever asks again later may have an answer."""
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _CODES
