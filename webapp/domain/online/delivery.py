"""One webhook of the video server, read from its raw JSON: what it says, and what of it may be kept.

What cannot be believed or stored (an instant of 1970, a name with U+0000, an id of 300
characters) is left out of the reading, so that nothing can be counted from it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from webapp.domain.online.identity import user_id_of

#: As wide as the columns that keep them.
LONGEST_ID = 80
LONGEST_NAME = 256
LONGEST_KIND = 60

JOINED = "participant_joined"
LEFT = "participant_left"
ABORTED = "participant_connection_aborted"
ROOM_STARTED = "room_started"
ROOM_FINISHED = "room_finished"
TRACK_PUBLISHED = "track_published"
#: How the identity of a phone begins; its call's own sid follows.
PHONE = "phone:"
#: Kinds of participants that are calls: by telephone, or by another network through a connector.
_PHONES = ("SIP", 3, "CONNECTOR", 7)
#: Fewer digits than this are no telephone number.
_LEAST_DIGITS = 5
#: Only these say what kind of participant it is; in others a missing `kind` means nothing.
_TELLS_KIND = frozenset({JOINED, LEFT, ABORTED})

#: No video server of this sort told of anything before, and none tells of what is that far ahead.
_EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)

#: What is kept of a payload, by section. A list of what may stay, because nobody can list what may
#: not: names, metadata, attributes, passwords and addresses with keys in them come in any field.
_KEPT: Mapping[str, frozenset[str]] = {
    "": frozenset({"event", "id", "createdAt", "numDropped", "roomEndReason"}),
    "room": frozenset({
        "sid", "name", "emptyTimeout", "departureTimeout", "maxParticipants", "creationTime", "creationTimeMs",
        "numParticipants", "numPublishers", "activeRecording",
    }),
    "participant": frozenset({
        "sid", "state", "joinedAt", "joinedAtMs", "version", "isPublisher", "kind", "kindDetails", "disconnectReason",
        "clientProtocol",
    }),
    "track": frozenset({"sid", "type", "source", "muted"}),
    "egressInfo": frozenset({"egressId", "roomId", "roomName", "status"}),
    "ingressInfo": frozenset({"ingressId", "status"}),
}  # fmt: skip
_WHOLE_NUMBER = re.compile(r"-?[0-9]+", re.ASCII)
_KEPT_PERMISSIONS = frozenset({"canSubscribe", "canPublish", "canPublishData", "hidden", "recorder", "agent"})


class Unusable(Exception):
    """It is signed, and there is nothing in it to keep; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one delivery says. `name` is the display name of an attendee who is not one of ours."""

    delivery_id: str
    kind: str
    room_name: str | None
    room_sid: str | None
    participant_sid: str | None
    identity: str | None
    is_attendee: bool | None
    sent_at: datetime | None
    joined_at: datetime | None
    payload: str
    name: str | None = None


def read_delivery(raw: object) -> Delivery:
    """Read the JSON of a verified body. Raises `Unusable` without a usable id or event, or where a type is wrong."""
    if not isinstance(raw, Mapping):
        raise Unusable("no object")
    delivery_id = _text(raw, "id", LONGEST_ID)
    kind = _text(raw, "event", LONGEST_KIND)
    if delivery_id is None:
        raise Unusable("no usable id")
    if kind is None:
        raise Unusable("no usable event")
    room, participant = _section(raw, "room"), _section(raw, "participant")
    is_attendee = _is_attendee(participant) if kind in _TELLS_KIND and participant else None
    is_phone = is_attendee is False and _is_phone(participant)
    # A telephone number is an identity, too: what is no attendee stays without one, and a phone gets another.
    identity = _text(participant, "identity", LONGEST_NAME) if is_attendee else None
    if is_phone and (sid := _text(participant, "sid", LONGEST_ID)) is not None:
        identity = f"{PHONE}{sid}"
    return Delivery(
        delivery_id=delivery_id,
        kind=kind,
        room_name=_text(room, "name", LONGEST_NAME),
        room_sid=_text(room, "sid", LONGEST_ID),
        participant_sid=_text(participant, "sid", LONGEST_ID),
        identity=identity,
        is_attendee=is_attendee,
        sent_at=_instant(raw, "createdAt"),
        joined_at=_instant(participant, "joinedAt"),
        payload=_kept(raw, identity),
        name=_name(participant, identity, is_phone=is_phone),
    )


def _is_attendee(participant: Mapping[str, Any]) -> bool:
    """Decided on the raw JSON: the classes of the video server read an unknown kind as a person."""
    permission = _section(participant, "permission")
    is_machine = bool(permission.get("recorder")) or bool(permission.get("agent"))
    return participant.get("kind", "STANDARD") == "STANDARD" and not is_machine


def _is_phone(participant: Mapping[str, Any]) -> bool:
    """Somebody who called in: no attendee by itself, because a number says nobody's name; staff may say who it was."""
    permission = _section(participant, "permission")
    is_machine = bool(permission.get("recorder")) or bool(permission.get("agent"))
    return participant.get("kind") in _PHONES and not is_machine


def _name(participant: Mapping[str, Any], identity: str | None, *, is_phone: bool) -> str | None:
    """What tells staff who it was that is not one of ours. Of a number only the last two digits are kept."""
    if is_phone:
        digits = re.sub(r"[^0-9]", "", _text(participant, "identity", LONGEST_NAME) or "")
        return f"Phone ending in {digits[-2:]}" if len(digits) >= _LEAST_DIGITS else "Phone"
    return _display_name(participant) if identity and user_id_of(identity) is None else None


def _section(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = raw.get(name)
    if isinstance(section, Mapping):
        return section
    if section is None or isinstance(section, str):  # the video server's own classes take a text for nothing
        return {}
    raise Unusable(f"{name} is no object")


def _text(section: Mapping[str, Any], name: str, limit: int) -> str | None:
    """A text that both databases can keep, or None: too long, U+0000 or half characters make it none."""
    value = section.get(name)
    if value is not None and not isinstance(value, str):
        raise Unusable(f"{name} is no text")
    if not value or len(value) > limit or "\0" in value:
        return None
    return value if value.isascii() or _is_whole(value) else None


def _is_whole(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _instant(section: Mapping[str, Any], name: str) -> datetime | None:
    """Whole seconds since 1970, a number or (as protobuf writes 64 bits) a text; None where that cannot be."""
    value = section.get(name)
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        value = int(value) if len(value) <= 12 else 0
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise Unusable(f"{name} is no whole number")
    if value is None or not _EARLIEST.timestamp() <= value < _LATEST.timestamp():
        return None
    return datetime.fromtimestamp(value, UTC)


def _display_name(participant: Mapping[str, Any]) -> str | None:
    """One line of what somebody called themselves elsewhere, or None."""
    value = participant.get("name")
    if not isinstance(value, str):
        return None
    line = " ".join(value.replace("\0", " ").split())[:LONGEST_NAME]
    return line if line and _is_whole(line) else None


def _kept(raw: Mapping[str, Any], identity: str | None) -> str:
    """The payload without secrets and without what people wrote, as JSON in ASCII."""
    kept: dict[str, Any] = _few(raw, "")
    for name in _KEPT:
        section = _section(raw, name)
        if name and section:
            kept[name] = _few(section, name)
    permission = _section(_section(raw, "participant"), "permission")
    if permission:
        granted = {name: True for name, value in permission.items() if name in _KEPT_PERMISSIONS and value is True}
        kept["participant"]["permission"] = granted
    if identity is not None:
        kept["participant"]["identity"] = identity
    return json.dumps(kept, separators=(",", ":"))


def _few(section: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in section.items() if key in _KEPT[name] and _is_plain(value)}


def _is_plain(value: object) -> bool:
    """A short text, a whole number, yes or no, or a short list of short texts."""
    if isinstance(value, list):
        return len(value) <= 20 and all(isinstance(item, str) and len(item) <= LONGEST_ID for item in value)
    if isinstance(value, str):
        return len(value) <= LONGEST_NAME
    return isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**63)
