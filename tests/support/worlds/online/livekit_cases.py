"""Deliveries of a video server: the sample cases, in any order, signed afresh as the server signs them.

cases()            the sample cases of tests/data/livekit-cases.jsonl
orders(case)       the same deliveries in order, reversed, shuffled, repeated
signed(body)       a token for this body, as the video server makes it
post(client, ...)  one delivery to the hook; its HTTP status
event(kind, ...)   a body of your own
"""

import base64
import hashlib
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import jwt
from flask.testing import FlaskClient

KEY, SECRET = "APIsample2026", "sample-secret-for-development-only-01"
KEYS = {KEY: SECRET}
HOOK = "/hooks/livekit"

_FILE = Path(__file__).resolve().parents[3] / "data" / "livekit-cases.jsonl"
_number = count(1)


@dataclass(frozen=True, slots=True)
class SampleDelivery:
    """One request of a case. `is_good`: its signature fits; `effect` is what is expected of it."""

    body: bytes
    is_good: bool
    note: str
    effect: str

    @property
    def sent_at(self) -> datetime:
        return datetime.fromtimestamp(int(json.loads(self.body)["createdAt"]), UTC)

    @property
    def room(self) -> str | None:
        return json.loads(self.body).get("room", {}).get("name")


@dataclass(frozen=True, slots=True)
class Case:
    """`sessions` with their roster, `expected` as the file has them."""

    id: str
    title: str
    tags: tuple[str, ...]
    sessions: tuple[dict[str, Any], ...]
    deliveries: tuple[SampleDelivery, ...]
    expected: dict[str, Any]

    def people(self) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
        """(session, identity, expected values) of everybody on a roster."""
        for planned in self.sessions:
            for identity, values in self.expected["participants"][planned["session_id"]].items():
                yield planned, identity, values


@cache
def cases() -> tuple[Case, ...]:
    """All of them, as in the file."""
    # Not by splitlines: names in there hold other line breaks than the file's own.
    lines = _FILE.read_text("utf-8").rstrip("\n").split("\n")
    return tuple(_read(json.loads(line)) for line in lines)


def orders(deliveries: tuple[SampleDelivery, ...]) -> dict[str, list[SampleDelivery]]:
    """Ways in which the same deliveries may come. Always the same ways."""
    dice = random.Random(26)  # noqa: S311 -- shuffles, hides nothing
    repeated = [one for one in deliveries for _ in range(dice.randint(1, 3))]
    dice.shuffle(repeated)
    shuffled = list(deliveries)
    dice.shuffle(shuffled)
    return {
        "in order": list(deliveries),
        "reversed": list(reversed(deliveries)),
        "shuffled": shuffled,
        "shuffled, one to three times": repeated,
    }


def signed(body: bytes, *, key: str = KEY, secret: str = SECRET, at: float | None = None, **changes: Any) -> str:
    """The token for this body; `changes` to its claims, None leaves one out."""
    now = int(time.time() if at is None else at)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    claims = {"iss": key, "iat": now, "nbf": now, "exp": now + 300, "sha256": digest} | changes
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, secret, algorithm="HS256")


def post(client: FlaskClient, body: bytes, token: str | None = None) -> int:
    """Send it as the video server does; returns the HTTP status."""
    headers = {"Content-Type": "application/webhook+json", "Authorization": signed(body) if token is None else token}
    return client.post(HOOK, data=body, headers=headers).status_code


def post_all(client: FlaskClient, deliveries: list[SampleDelivery]) -> list[int]:
    """Send them one after the other; a bad one with a token of another body."""
    return [post(client, one.body, signed(one.body if one.is_good else one.body + b" ")) for one in deliveries]


def event(
    kind: str,
    at: datetime | None,
    *,
    room: str = "session-1",
    sid: str | None = None,
    identity: str = "u1",
    delivery_id: str | None = None,
    joined_at: datetime | None = None,
    room_sid: str = "RM_1",
    participant: dict[str, Any] | None = None,
    **changes: Any,
) -> bytes:
    """A body: about a participant if `sid` is given. `changes` go to the top level."""
    raw: dict[str, Any] = {"event": kind, "room": {"sid": room_sid, "name": room}}
    if sid is not None:
        raw["participant"] = {"sid": sid, "identity": identity} | (participant or {})
        if joined_at is not None:
            raw["participant"]["joinedAt"] = _seconds(joined_at)
    raw["id"] = delivery_id or f"EV_test{next(_number)}"
    if at is not None:
        raw["createdAt"] = _seconds(at)
    return json.dumps(raw | changes, ensure_ascii=False).encode()


def utc(text: str) -> datetime:
    """2026-09-07T08:30:00Z"""
    return datetime.fromisoformat(text).astimezone(UTC)


def _read(line: dict[str, Any]) -> Case:
    deliveries = tuple(
        SampleDelivery(one["body"].encode(), one["auth"] == "ok", one["note"], one["expect"]["effect"])
        for one in line["deliveries"]
    )
    return Case(
        line["case_id"], line["title"], tuple(line["tags"]), tuple(line["sessions"]), deliveries, line["expected"]
    )


def _seconds(instant: datetime) -> str:
    return str(int(instant.timestamp()))
