"""Setting up a second step of signing in, and taking it off.

Why it is so: docs/decisions/112-a-second-step.md. Taking the step is in `second_step_sign_in`.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from webapp.adapters.qr import QrPicture, qr_picture
from webapp.adapters.signing_in.authenticator_app import address_for_app, new_secret, seal, step_of, unseal
from webapp.adapters.tokens import token_hash
from webapp.domain.people.second_step import MeansChange, clean_step_code, new_recovery_codes
from webapp.domain.refusal import Refused
from webapp.models import AuthenticatorApp, RecoveryCode, SignIn
from webapp.queries.people.account import holder_of
from webapp.queries.people.second_step import new_app_secret_of
from webapp.services.accounts.sign_in_letters import tell_of_change
from webapp.services.insertion import insert_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction


def begin_app(*, user_id: int, is_fresh: bool) -> None:
    """Make a secret for an app that replaces the one there is, once its first code came. Raises `sign_in_again`."""
    _require_fresh(is_fresh)
    sealed = seal(new_secret(), secret_keys())
    with write_transaction() as session:
        first = insert_unless_there(session, AuthenticatorApp.__table__, index_elements=["user_id"])
        session.execute(first.values(user_id=user_id))
        session.execute(update(AuthenticatorApp).where(AuthenticatorApp.user_id == user_id).values(new_secret=sealed))


@dataclass(frozen=True, slots=True)
class WaitingApp:
    """An app that waits for its first code: its secret, to be typed, and a picture of it, to be scanned."""

    secret: str
    picture: QrPicture


def app_to_set_up(user_id: int) -> WaitingApp | None:
    """What the person's app has to be told; None where none is being set up."""
    sealed = new_app_secret_of(user_id)
    secret = unseal(sealed, secret_keys()) if sealed else None
    if secret is None:
        return None
    holder = holder_of(user_id)
    return WaitingApp(secret, qr_picture(address_for_app(secret, account=holder.email or holder.name)))


def confirm_app(*, user_id: int, code: str, cookie: str, is_fresh: bool, real_now: datetime) -> list[str]:
    """Turn the app on; the new recovery codes, which nobody sees again. This session has taken the step.

    Raises `sign_in_again`, `code_missing`, `app_code_malformed`, `app_code_wrong`, `stale` (none is being set up).
    """
    _require_fresh(is_fresh)
    digits = clean_step_code(code)
    with write_transaction() as session:
        sealed = session.scalar(
            select(AuthenticatorApp.new_secret).where(AuthenticatorApp.user_id == user_id).with_for_update()
        )
        secret = unseal(sealed, secret_keys()) if sealed else None
        if secret is None:
            raise Refused("stale")
        step = step_of(secret, digits, real_now)
        if step is None:
            raise Refused("app_code_wrong")
        session.execute(
            update(AuthenticatorApp)
            .where(AuthenticatorApp.user_id == user_id)
            .values(secret=sealed, new_secret=None, last_step=step, confirmed_at=real_now)
        )
        note_second_step(session, user_id, cookie, real_now=real_now)
        tell_of_change(session, user_id, MeansChange.APP_ADDED, now=real_now)
        return _write_codes(session, user_id)


def renew_recovery_codes(*, user_id: int, is_fresh: bool) -> list[str]:
    """Ten new codes; those from before are worth nothing. Raises `sign_in_again`, and `stale` without an app."""
    _require_fresh(is_fresh)
    with write_transaction() as session:
        app = select(AuthenticatorApp.user_id).where(
            AuthenticatorApp.user_id == user_id, AuthenticatorApp.secret.is_not(None)
        )
        if session.scalar(app.with_for_update()) is None:
            raise Refused("stale")
        return _write_codes(session, user_id)


def remove_app(*, user_id: int, is_fresh: bool, real_now: datetime) -> None:
    """Signing in takes one step again; sessions count as if they had taken one. Raises `sign_in_again`."""
    _require_fresh(is_fresh)
    remove_second_step(user_id=user_id, real_now=real_now)


def remove_second_step(*, user_id: int, real_now: datetime) -> bool:
    """The same for the operator at a shell, for somebody whose phone and codes are gone; False: there was none."""
    with write_transaction() as session:
        was_on = forget_second_step(session, user_id)
        session.execute(update(SignIn).where(SignIn.user_id == user_id).values(second_step_at=None))
        if was_on:
            tell_of_change(session, user_id, MeansChange.APP_REMOVED, now=real_now)
        return was_on


def forget_second_step(session: Session, user_id: int) -> bool:
    """Delete app and recovery codes; False where there was no app."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    return rows_changed(session, delete(AuthenticatorApp).where(AuthenticatorApp.user_id == user_id)) == 1


def note_second_step(session: Session, user_id: int, cookie: str, *, real_now: datetime) -> None:
    """The session of that cookie has taken the second step."""
    own = update(SignIn).where(SignIn.token_hash == token_hash(cookie), SignIn.user_id == user_id)
    session.execute(own.values(second_step_at=real_now))


def secret_keys() -> tuple[str, ...]:
    """What secrets of apps are sealed with: the present key first."""
    keys: tuple[str, ...] = current_app.extensions["settings"].secret_keys
    return keys


def recovery_hash(user_id: int, code: str) -> str:
    """How a recovery code is kept."""
    return token_hash(f"{user_id}:{code}")


def _write_codes(session: Session, user_id: int) -> list[str]:
    codes = new_recovery_codes()
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.execute(
        insert(RecoveryCode), [{"user_id": user_id, "code_hash": recovery_hash(user_id, code)} for code in codes]
    )
    return codes


def _require_fresh(is_fresh: bool) -> None:
    if not is_fresh:
        raise Refused("sign_in_again")
