"""Taking the second step of a sign-in: a code of the app, or a recovery code, each once."""

from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from webapp.adapters.signing_in.authenticator_app import step_of, unseal
from webapp.adapters.tokens import new_token, token_hash
from webapp.domain.people.second_step import LIFETIME, MOST_TRIES, clean_step_code
from webapp.domain.people.written_code import clean_written_code
from webapp.domain.refusal import Refused
from webapp.models import AuthenticatorApp, RecoveryCode, StartedSignIn, User
from webapp.services.accounts.second_step import recovery_hash, secret_keys
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction


def start_second_step(*, user_id: int, next_path: str, real_now: datetime) -> str | None:
    """The secret for the cookie of a browser that took the first step; None where the person has no second one."""
    token = new_token()
    with write_transaction() as session:
        session.execute(delete(StartedSignIn).where(StartedSignIn.expires_at <= real_now))
        has_app = select(AuthenticatorApp.user_id).where(
            AuthenticatorApp.user_id == user_id, AuthenticatorApp.secret.is_not(None)
        )
        if session.scalar(has_app) is None:
            return None
        session.execute(
            insert(StartedSignIn).values(
                token_hash=token_hash(token),
                user_id=user_id,
                next_path=next_path[:500],
                expires_at=real_now + LIFETIME,
            )
        )
    return token


def take_second_step(*, token: str, code: str, real_now: datetime) -> tuple[int, str]:
    """Who is let in (the id), and where they go on to.

    Raises `code_missing`, `app_code_malformed`; `app_code_wrong` (fact: `left`, tries) and `second_step_over`.
    """
    recovery = clean_written_code(code)
    digits = "" if recovery else clean_step_code(code)
    with write_transaction() as session:
        started = session.execute(
            update(StartedSignIn)
            .where(
                StartedSignIn.token_hash == token_hash(token),
                StartedSignIn.tries < MOST_TRIES,
                StartedSignIn.expires_at > real_now,
            )
            .values(tries=StartedSignIn.tries + 1)
            .returning(StartedSignIn.id, StartedSignIn.user_id, StartedSignIn.next_path, StartedSignIn.tries)
        ).one_or_none()
        is_right = (
            started is not None
            and _is_open(session, started.user_id)
            and (
                _use_recovery(session, started.user_id, recovery, real_now)
                if recovery
                else _use_app(session, started.user_id, digits, real_now)
            )
        )
        if started is not None and is_right:
            session.execute(delete(StartedSignIn).where(StartedSignIn.id == started.id))
    # Raised behind the transaction: a wrong guess counts.
    if started is None or (not is_right and started.tries >= MOST_TRIES):
        raise Refused("second_step_over")
    if not is_right:
        raise Refused("app_code_wrong", left=MOST_TRIES - started.tries)
    return started.user_id, started.next_path


def _is_open(session: Session, user_id: int) -> bool:
    return session.scalar(select(User.id).where(User.id == user_id, User.disabled_at.is_(None))) is not None


def _use_app(session: Session, user_id: int, digits: str, real_now: datetime) -> bool:
    sealed = session.scalar(select(AuthenticatorApp.secret).where(AuthenticatorApp.user_id == user_id))
    secret = unseal(sealed, secret_keys()) if sealed else None
    step = step_of(secret, digits, real_now) if secret else None
    if step is None:
        return False
    # Of two that send one code at once, one waits for the row and finds it used.
    newer = or_(AuthenticatorApp.last_step.is_(None), AuthenticatorApp.last_step < step)
    used = update(AuthenticatorApp).where(AuthenticatorApp.user_id == user_id, newer).values(last_step=step)
    return rows_changed(session, used) == 1


def _use_recovery(session: Session, user_id: int, code: str, real_now: datetime) -> bool:
    used = update(RecoveryCode).where(
        RecoveryCode.user_id == user_id,
        RecoveryCode.code_hash == recovery_hash(user_id, code),
        RecoveryCode.used_at.is_(None),
    )
    return rows_changed(session, used.values(used_at=real_now)) == 1
