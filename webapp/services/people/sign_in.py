"""Server-side sessions: begun at sign-in, ended by deleting their row."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, update

from webapp.adapters.tokens import new_token, token_hash
from webapp.models import SignIn
from webapp.services.unit_of_work import write_transaction

#: A session ends this long after it began, and this long after it was last used.
LONGEST_SESSION = timedelta(days=30)
LONGEST_IDLE = timedelta(days=14)
#: `seen_at` is not written more often than this.
SEEN_STEP = timedelta(minutes=10)


def begin_sign_in(*, user_id: int, user_agent: str, real_now: datetime) -> str:
    """Begin a session and return the token for its cookie. Times are the machine's own."""
    token = new_token()
    with write_transaction() as session:
        session.execute(
            insert(SignIn).values(
                token_hash=token_hash(token),
                user_id=user_id,
                created_at=real_now,
                seen_at=real_now,
                user_agent=user_agent[:200],
            )
        )
    return token


def end_sign_in(*, token: str) -> None:
    """Sign out: the cookie, and any copy of it, is worth nothing from now on."""
    with write_transaction() as session:
        session.execute(delete(SignIn).where(SignIn.token_hash == token_hash(token)))


def touch_sign_in(*, sign_in_id: int, real_now: datetime) -> None:
    """Note that a session is in use."""
    with write_transaction() as session:
        session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=real_now))
