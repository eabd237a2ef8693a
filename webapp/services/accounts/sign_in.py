"""Server-side sessions: begun at sign-in, ended by deleting their row."""

from datetime import datetime

from sqlalchemy import delete, insert, update

from webapp.adapters.tokens import new_token, token_hash
from webapp.domain.refusal import Refused
from webapp.models import SignIn, StartedSignIn
from webapp.services.accounts.password import end_sessions
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction
from webapp.services.writers_turn import LITTLE_PATIENCE


def begin_sign_in(
    *, user_id: int, user_agent: str, real_now: datetime, took_both_steps: bool = False, provider: str | None = None
) -> str:
    """Begin a session and return the token for its cookie. Times are the machine's own; `provider` is an issuer."""
    token = new_token()
    with write_transaction() as session:
        session.execute(
            insert(SignIn).values(
                token_hash=token_hash(token),
                user_id=user_id,
                created_at=real_now,
                seen_at=real_now,
                user_agent=user_agent[:200],
                second_step_at=real_now if took_both_steps else None,
                provider=provider,
            )
        )
    return token


def end_sign_in(*, token: str) -> None:
    """Sign out: the cookie, and any copy of it, is worth nothing from now on."""
    with write_transaction() as session:
        session.execute(delete(SignIn).where(SignIn.token_hash == token_hash(token)))


def touch_sign_in(*, sign_in_id: int, real_now: datetime) -> None:
    """Note that a session is in use: soon, or another time. Raises DatabaseHeld, or the database's own error."""
    with write_transaction(waits=LITTLE_PATIENCE) as session:
        session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=real_now))


def end_session(*, user_id: int, sign_in_id: int) -> None:
    """Sign one of the person's own browsers out. Raises `not_found`: over already, or somebody else's."""
    with write_transaction() as session:
        own = delete(SignIn).where(SignIn.id == sign_in_id, SignIn.user_id == user_id)
        if rows_changed(session, own) == 0:
            raise Refused("not_found")


def end_all_sessions(*, user_id: int) -> int:
    """Sign the person out everywhere, here too, also where only the first step was taken; how many sessions ended."""
    with write_transaction() as session:
        session.execute(delete(StartedSignIn).where(StartedSignIn.user_id == user_id))
        return end_sessions(session, user_id)


def end_other_sessions(*, user_id: int, keep_token: str) -> int:
    """Sign the person out everywhere else; how many sessions ended."""
    with write_transaction() as session:
        return end_sessions(session, user_id, keep_token=keep_token)
