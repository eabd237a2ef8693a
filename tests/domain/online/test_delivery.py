"""What is read in a verified webhook, what of it is believed, and what of it is kept."""

import json
from datetime import UTC, datetime

import pytest

from webapp.domain.online.delivery import Unusable, read_delivery

NINE = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
SECONDS = int(NINE.timestamp())


def joined(**participant):
    return {
        "event": "participant_joined",
        "room": {"sid": "RM_1", "name": "session-1", "turnPassword": "hush", "metadata": "of a room"},
        "participant": {
            "sid": "PA_1",
            "identity": "u7",
            "state": "ACTIVE",
            "joinedAt": str(SECONDS - 2),
            "name": "Amal",
            "metadata": "diary",
            "attributes": {"role": "student"},
        }
        | participant,
        "id": "EV_1",
        "createdAt": str(SECONDS),
    }


def test_a_join_is_read_and_names_nobody():
    read = read_delivery(joined())

    assert (read.delivery_id, read.kind, read.room_name, read.room_sid) == (
        "EV_1",
        "participant_joined",
        "session-1",
        "RM_1",
    )
    assert (read.participant_sid, read.identity, read.is_attendee, read.name) == ("PA_1", "u7", True, None)
    assert (read.sent_at, read.joined_at) == (NINE, datetime(2026, 9, 7, 8, 59, 58, tzinfo=UTC))
    assert json.loads(read.payload) == {
        "event": "participant_joined",
        "id": "EV_1",
        "createdAt": str(SECONDS),
        "room": {"sid": "RM_1", "name": "session-1"},
        "participant": {"sid": "PA_1", "identity": "u7", "state": "ACTIVE", "joinedAt": str(SECONDS - 2)},
    }


@pytest.mark.parametrize(
    ("participant", "is_attendee"),
    [
        ({}, True),
        ({"kind": "STANDARD"}, True),
        ({"permission": {"hidden": True, "canPublish": True}}, True),
        ({"kind": "AGENT"}, False),
        ({"kind": "EGRESS"}, False),
        ({"kind": "INGRESS"}, False),
        ({"kind": "SIP"}, False),
        ({"kind": "SOMETHING_NEW"}, False),
        ({"kind": 9}, False),
        ({"kind": None}, False),
        ({"permission": {"recorder": True}}, False),
        ({"permission": {"agent": True}}, False),
        ({"permission": "all"}, True),
    ],
)
def test_who_attends_is_decided_on_the_raw_json(participant, is_attendee):
    read = read_delivery(joined(**participant))

    assert read.is_attendee is is_attendee
    phone = "phone:PA_1" if participant.get("kind") == "SIP" else None
    assert read.identity == ("u7" if is_attendee else phone)
    assert ("u7" in read.payload) is is_attendee


def test_a_track_event_does_not_say_who_attends():
    raw = joined() | {"event": "track_published", "track": {"sid": "TR_1", "name": "Amal's screen", "type": "VIDEO"}}

    read = read_delivery(raw)

    assert (read.participant_sid, read.identity, read.is_attendee) == ("PA_1", None, None)
    assert json.loads(read.payload)["track"] == {"sid": "TR_1", "type": "VIDEO"}


@pytest.mark.parametrize(
    ("identity", "name", "kept"),
    [
        ("u7", "Amal", None),
        ("guest-7", "Amal", "Amal"),
        ("u07", "Amal", "Amal"),
        ("guest-7", "  A\0mal\n Hassan ", "A mal Hassan"),
        ("guest-7", "x" * 300, "x" * 256),
        ("guest-7", "", None),
        ("guest-7", "\0", None),
        ("guest-7", 7, None),
        ("guest-7", None, None),
    ],
)
def test_a_display_name_is_read_of_guests_only_and_never_in_the_payload(identity, name, kept):
    read = read_delivery(joined(identity=identity, name=name))

    assert read.name == kept
    assert "mal" not in read.payload


@pytest.mark.parametrize(
    ("created_at", "sent_at"),
    [
        (str(SECONDS), NINE),
        (SECONDS, NINE),
        ("0", None),
        ("1577836799", None),
        ("1577836800", datetime(2020, 1, 1, tzinfo=UTC)),
        ("4102444799", datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("4102444800", None),
        (-5, None),
        (10**30, None),
        ("9" * 5000, None),
        (None, None),
    ],
)
def test_an_instant_that_cannot_be_is_none(created_at, sent_at):
    assert read_delivery(joined() | {"createdAt": created_at}).sent_at == sent_at


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        ([], "no object"),
        ("text", "no object"),
        (None, "no object"),
        ({}, "no usable id"),
        (joined() | {"id": ""}, "no usable id"),
        (joined() | {"id": 7}, "id is no text"),
        (joined() | {"event": 7}, "event is no text"),
        (joined() | {"createdAt": 1.5}, "createdAt is no whole number"),
        (joined() | {"createdAt": "1e9"}, "createdAt is no whole number"),
        (joined() | {"createdAt": "١٢٣"}, "createdAt is no whole number"),
        (joined() | {"createdAt": ""}, "createdAt is no whole number"),
        (joined() | {"createdAt": True}, "createdAt is no whole number"),
        (joined() | {"createdAt": []}, "createdAt is no whole number"),
        (joined(joinedAt="now"), "joinedAt is no whole number"),
        (joined(identity=7), "identity is no text"),
        (joined(sid={}), "sid is no text"),
        (joined(permission=[]), "permission is no object"),
        (joined() | {"room": 7}, "room is no object"),
        (joined() | {"room": {"name": ["r"]}}, "name is no text"),
        (joined() | {"participant": []}, "participant is no object"),
        (joined() | {"id": "E" * 81}, "no usable id"),
        (joined() | {"id": "EV\0"}, "no usable id"),
        (joined() | {"id": "\ud800"}, "no usable id"),
        (joined() | {"event": None}, "no usable event"),
        (joined() | {"event": "x" * 61}, "no usable event"),
    ],
)
def test_without_an_id_or_an_event_or_with_wrong_types_there_is_nothing_to_keep(raw, wrong):
    with pytest.raises(Unusable, match=wrong):
        read_delivery(raw)


@pytest.mark.parametrize("participant", ["Amal", None, {}])
def test_a_participant_that_is_none_is_nobody(participant):
    read = read_delivery(joined() | {"participant": participant})

    assert (read.participant_sid, read.identity, read.is_attendee) == (None, None, None)


@pytest.mark.parametrize("long", ["x" * 300, "a\0b", "\udfff", "", None])
def test_names_that_cannot_be_kept_are_none(long):
    raw = joined(sid=long, identity=long) | {"room": {"name": long, "sid": long}}
    read = read_delivery(raw)

    assert (read.room_name, read.room_sid, read.participant_sid, read.identity) == (None, None, None, None)


def test_what_nobody_listed_is_not_kept():
    raw = joined() | {
        "egressInfo": {"egressId": "EG_1", "roomName": "session-1", "file": {"s3": {"secret": "hush"}}},
        "future": {"secret": "hush"},
        "numDropped": 2.5,
    }
    raw["participant"] |= {"kindDetails": ["CLOUD_AGENT", {"secret": "hush"}], "version": "v" * 300}

    payload = read_delivery(raw).payload

    assert "hush" not in payload
    assert json.loads(payload)["egressInfo"] == {"egressId": "EG_1", "roomName": "session-1"}


@pytest.mark.parametrize(
    ("kind", "identity", "name"),
    [
        ("SIP", "sip_+4930123467", "Phone ending in 67"),
        (3, "+49 30 1234 89", "Phone ending in 89"),
        ("CONNECTOR", "whatsapp", "Phone"),
        ("SIP", "ana-1", "Phone"),
    ],
)
def test_a_phone_is_nobody_known_and_its_number_is_not_kept(kind, identity, name):
    raw = {
        "id": "EV_1",
        "event": "participant_joined",
        "createdAt": "1781352000",
        "room": {"name": "session-1"},
        "participant": {"sid": "PA_1", "identity": identity, "kind": kind, "name": f"Call {identity}"},
    }
    read = read_delivery(raw)
    assert (read.identity, read.is_attendee, read.name) == ("phone:PA_1", False, name)
    assert identity not in read.payload
