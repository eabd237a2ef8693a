"""Codes of authenticator apps (TOTP, RFC 6238): a new one every 30 seconds, from a secret that both sides keep."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

#: Clocks differ: the code before and the one after the present count, too.
_AROUND = (0, -1, 1)
_PERIOD = 30


def new_secret() -> str:
    """160 random bits as apps take them (base32)."""
    return pyotp.random_base32()


def seal(secret: str, keys: Sequence[str]) -> str:
    """The secret as the database keeps it: of no use without the installation's key."""
    return _sealer(keys).encrypt(secret.encode()).decode()


def unseal(sealed: str, keys: Sequence[str]) -> str | None:
    """The secret; None where it was sealed with a key that is gone."""
    try:
        return _sealer(keys).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def address_for_app(secret: str, *, account: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="Turnout")


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """Which 30 seconds since 1970 the code belongs to, of those around that instant; None for a wrong one."""
    app, now = pyotp.TOTP(secret), int(at.timestamp()) // _PERIOD
    return next((now + near for near in _AROUND if pyotp.utils.strings_equal(app.generate_otp(now + near), code)), None)


def _sealer(keys: Sequence[str]) -> MultiFernet:
    # The library wants 32 bytes; ours are long random texts.
    made = [hashlib.sha256(f"turnout.authenticator:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in made])
