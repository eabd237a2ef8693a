"""Passkeys: added and removed by their owner, and signed in with.

Why it is so: docs/decisions/111-passkeys.md.
"""

from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from webapp.adapters.signing_in import webauthn
from webapp.adapters.tokens import token_hash
from webapp.domain.people.passkey import CHALLENGE_LIFETIME, MOST_PASSKEYS, NAME_LIMIT, RelyingParty, user_handle
from webapp.domain.people.second_step import MeansChange
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.models import Passkey, PasskeyChallenge
from webapp.queries.people.account import holder_of
from webapp.queries.people.passkey import passkey_keys_of, stored_passkey
from webapp.services.accounts.second_step import note_second_step
from webapp.services.accounts.sign_in_letters import tell_of_change
from webapp.services.insertion import insert_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import end_reading, write_transaction


def begin_passkey(*, party: RelyingParty, user_id: int, page: str, real_now: datetime) -> str:
    """What the browser is asked for to make a passkey, as JSON. `page`: the secret of its page's session."""
    holder = holder_of(user_id)
    asked = webauthn.ask_for_new(
        party,
        handle=user_handle(user_id),
        address=holder.email or holder.name,
        name=holder.name,
        existing=passkey_keys_of(user_id),
    )
    _keep_challenge(asked, _bound(page, user_id), real_now)
    return asked.options


def add_passkey(
    *,
    party: RelyingParty,
    user_id: int,
    page: str,
    name: str,
    answer: str,
    cookie: str,
    is_fresh: bool,
    real_now: datetime,
) -> None:
    """Keep the passkey that the browser made; the session of that cookie counts as signed in with it.

    Raises `sign_in_again` (the sign-in is too long ago), `text_...`, `passkey_refused`, `passkeys_full`.
    """
    if not is_fresh:
        raise Refused("sign_in_again")
    called = clean_line(name, limit=NAME_LIMIT, field="name")
    given = webauthn.read_answer(answer)
    _use_challenge(given, _bound(page, user_id), real_now)
    made = webauthn.new_passkey(party, given)
    with write_transaction() as session:
        if (session.scalar(select(func.count()).where(Passkey.user_id == user_id)) or 0) >= MOST_PASSKEYS:
            raise Refused("passkeys_full", most=MOST_PASSKEYS)
        adding = insert_unless_there(session, Passkey.__table__, index_elements=["credential_key"]).values(
            user_id=user_id,
            credential_key=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=called,
            created_at=real_now,
        )
        if session.scalar(adding.returning(Passkey.id)) is None:
            raise Refused("passkey_refused")
        note_second_step(session, user_id, cookie, real_now=real_now)
        tell_of_change(session, user_id, MeansChange.PASSKEY_ADDED, now=real_now)


def remove_passkey(*, user_id: int, passkey_id: int, real_now: datetime) -> None:
    """It opens the account no longer. Raises `not_found`: removed already, or somebody else's."""
    with write_transaction() as session:
        own = delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
        if rows_changed(session, own) == 0:
            raise Refused("not_found")
        tell_of_change(session, user_id, MeansChange.PASSKEY_REMOVED, now=real_now)


def begin_passkey_sign_in(*, party: RelyingParty, page: str, real_now: datetime) -> str:
    """What any browser is asked for to sign in, as JSON."""
    asked = webauthn.ask_for_any(party)
    _keep_challenge(asked, _bound(page), real_now)
    return asked.options


def sign_in_by_passkey(*, party: RelyingParty, page: str, answer: str, real_now: datetime) -> int:
    """Whose account the passkey opens (the id). Raises `passkey_refused`."""
    given = webauthn.read_answer(answer)
    _use_challenge(given, _bound(page), real_now)
    stored = stored_passkey(given.credential_id)
    end_reading()
    if stored is None:
        raise Refused("passkey_refused")
    count = webauthn.counted_signature(party, given, public_key=stored.public_key, sign_count=stored.sign_count)
    with write_transaction() as session:
        used = update(Passkey).where(Passkey.id == stored.id, Passkey.sign_count == stored.sign_count)
        # Two signatures with one count at once: one of them is a copy's.
        if rows_changed(session, used.values(sign_count=count, last_used_at=real_now)) == 0:
            raise Refused("passkey_refused")
    return stored.user_id


def _keep_challenge(asked: webauthn.Asked, bound_to: str, real_now: datetime) -> None:
    with write_transaction() as session:
        session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= real_now))
        session.execute(
            insert(PasskeyChallenge).values(
                challenge_hash=token_hash(asked.challenge),
                bound_to=bound_to,
                expires_at=real_now + CHALLENGE_LIFETIME,
            )
        )


def _use_challenge(given: webauthn.Answer, bound_to: str, real_now: datetime) -> None:
    """A challenge is gone with its first answer, right or wrong."""
    with write_transaction() as session:
        asked = delete(PasskeyChallenge).where(
            PasskeyChallenge.challenge_hash == token_hash(given.challenge),
            PasskeyChallenge.bound_to == bound_to,
            PasskeyChallenge.expires_at > real_now,
        )
        was_asked = rows_changed(session, asked) == 1
    if not was_asked:
        raise Refused("passkey_refused")


def _bound(page: str, user_id: int | None = None) -> str:
    return token_hash(f"{page}:{'' if user_id is None else user_id}")
