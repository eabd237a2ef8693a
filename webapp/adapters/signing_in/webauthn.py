"""Passkeys (WebAuthn): what a browser is asked for, and whether what it answers is right.

A passkey asks for a finger, a face or a PIN each time: it counts as both steps of signing in.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webapp.domain.people.passkey import RelyingParty
from webapp.domain.refusal import Refused

#: Answers of authenticators are much shorter.
_LONGEST_ANSWER = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is asked, as its script takes it, and the challenge in it."""

    options: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser answered, not verified yet. `challenge` is what it says that it signed."""

    text: str
    credential_id: str
    challenge: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that was made."""

    credential_id: str
    public_key: bytes
    sign_count: int


def ask_for_new(
    party: RelyingParty, *, handle: bytes, address: str, name: str, existing: Sequence[str]
) -> Asked:  # fmt: skip
    """Ask for a passkey of that person, on a device that has none of theirs (`existing`)."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name="Turnout",
        user_id=handle,
        user_name=address,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in existing],
    )
    return Asked(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def ask_for_any(party: RelyingParty) -> Asked:
    """Ask for whichever passkey of this installation the person has."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Asked(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def read_answer(text: str) -> Answer:
    """Which passkey and challenge an answer is about; nothing of it is verified. Raises `passkey_refused`."""
    if len(text) > _LONGEST_ANSWER:
        raise Refused("passkey_refused")
    try:
        credential = json.loads(text)
        signed = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        found = Answer(text, credential["id"], signed["challenge"])
    except (ValueError, KeyError, TypeError):
        raise Refused("passkey_refused") from None
    if not isinstance(found.credential_id, str) or not isinstance(found.challenge, str):
        raise Refused("passkey_refused")
    return found


def new_passkey(party: RelyingParty, answer: Answer) -> NewPasskey:
    """The passkey of an answer to `ask_for_new`. Raises `passkey_refused`."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer.text,
            expected_challenge=base64url_to_bytes(answer.challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Refused("passkey_refused") from None
    return NewPasskey(bytes_to_base64url(made.credential_id), made.credential_public_key, made.sign_count)


def counted_signature(party: RelyingParty, answer: Answer, *, public_key: bytes, sign_count: int) -> int:
    """How often the passkey has signed by now, where it signed an answer to `ask_for_any`.

    A count that did not grow belongs to a copy. Raises `passkey_refused`.
    """
    try:
        signed = webauthn.verify_authentication_response(
            credential=answer.text,
            expected_challenge=base64url_to_bytes(answer.challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Refused("passkey_refused") from None
    return signed.new_sign_count
