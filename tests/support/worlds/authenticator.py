"""A device that makes passkeys and signs with them, as the specification says, and lies where a test wants it to."""

import hashlib
import json
from dataclasses import dataclass, field
from struct import pack
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

#: Somebody is there, and it is the person; a new key comes along.
_PRESENT, _VERIFIED, _WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey on one device, for the pages of `origin`."""

    host: str = "localhost"
    origin: str = "http://localhost"
    key: str = "a-passkey-of-mira"
    count: int = 0
    verifies: bool = True
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def makes(self, options: str) -> str:
        """The answer to being asked for a new passkey."""
        numbers = self.secret.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        credential = bytes(16) + pack(">H", len(self.key)) + self.key.encode() + cbor2.dumps(cose)
        data = self._data(_WITH_KEY) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            clientDataJSON=self._client(options, "webauthn.create"), attestationObject=bytes_to_base64url(attestation)
        )

    def signs(self, options: str) -> str:
        """The answer to being asked to sign; counts unless it never counted."""
        self.count += bool(self.count)
        client, data = self._client(options, "webauthn.get"), self._data(0)
        raw = json.dumps(self._said(options, "webauthn.get")).encode()
        signature = self.secret.sign(data + hashlib.sha256(raw).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=client,
            authenticatorData=bytes_to_base64url(data),
            signature=bytes_to_base64url(signature),
        )

    def _data(self, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + pack(">I", self.count)

    def _said(self, options: str, kind: str) -> dict[str, Any]:
        return {"type": kind, "challenge": json.loads(options)["challenge"], "origin": self.origin}

    def _client(self, options: str, kind: str) -> str:
        return bytes_to_base64url(json.dumps(self._said(options, kind)).encode())

    def _answer(self, **response: str) -> str:
        key = bytes_to_base64url(self.key.encode())
        return json.dumps({"id": key, "rawId": key, "type": "public-key", "response": response})
