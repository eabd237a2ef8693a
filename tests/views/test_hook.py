"""The hook of the video server: what it takes in, what it refuses, and that it never fails."""

import base64
import hashlib
import json
import time
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.online.livekit_cases import HOOK, KEY, KEYS, SECRET, event, post, signed
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.online.identity import identity_for
from webapp.models import MeetingRoom, MeetingSession, RoomGuest, WebhookDelivery
from webapp.services.online.folding import fold_due_rooms

SECOND_KEY, SECOND_SECRET = "APInext2027", "the-next-secret-for-development-only-2"


@pytest.fixture
def settings(settings):
    """Two keys, as while they are exchanged; a Redis that nobody would find."""
    return replace(
        settings, livekit_keys=KEYS | {SECOND_KEY: SECOND_SECRET}, redis_url="unix:///nowhere", livekit_client_url=None
    )


def rows(session, model=WebhookDelivery):
    session.rollback()
    return session.scalars(select(model)).all()


def test_a_delivery_is_kept_once_with_what_was_read(client, session):
    body = event("participant_joined", NOON, sid="PA_1", identity="u7", delivery_id="EV_1")

    assert [post(client, body) for _ in range(3)] == [200, 200, 200]

    [row] = rows(session)
    assert (row.delivery_id, row.key_name, row.kind, row.room_name, row.number) == (
        "EV_1",
        KEY,
        "participant_joined",
        "session-1",
        1,
    )
    assert (row.participant_sid, row.identity, row.is_attendee, row.sent_at) == ("PA_1", "u7", True, NOON)
    [room] = rows(session, MeetingRoom)
    assert (room.name, room.deliveries, room.folded) == ("session-1", 1, 0)


def test_the_answer_says_what_became_of_it(client):
    body = event("participant_joined", NOON, sid="PA_1")
    headers = {"Authorization": signed(body), "Content-Type": "application/webhook+json"}

    answers = [client.post(HOOK, data=body, headers=headers) for _ in range(2)]

    assert [answer.get_data(as_text=True) for answer in answers] == ["kept\n", "duplicate\n"]
    assert [answer.headers.get("Set-Cookie") for answer in answers] == [None, None]


def test_secrets_and_names_are_not_stored(client, session):
    raw = json.loads(event("participant_joined", NOON, sid="PA_1", identity="guest-7"))
    raw["room"] |= {"turnPassword": "hush-1", "metadata": "hush-2"}
    raw["participant"] |= {"name": "hush-3", "metadata": "hush-4", "attributes": {"role": "hush-5"}}

    assert post(client, json.dumps(raw).encode()) == 200

    assert "hush" not in repr([vars(row) for row in rows(session)])
    assert rows(session, RoomGuest) == []


def test_a_guests_name_is_kept_apart_and_only_in_a_room_of_ours(client, session, app, world):
    event_id = world.event()
    session.add(
        MeetingSession(
            event_id=event_id,
            title="Evening",
            room_name="ours",
            starts_at=NOON,
            ends_at=NOON + timedelta(hours=1),
            created_at=NOON,
        )
    )
    session.commit()

    def come(room, identity, name):
        body = event("participant_joined", NOON, sid="PA_1", identity=identity, room=room, participant={"name": name})
        return post(client, body)

    come("ours", "guest-7", "Amal")
    come("ours", "guest-7", "Amal H.")
    come("ours", identity_for(7), "Amal")
    come("theirs", "guest-7", "Amal")

    assert [(row.room_name, row.identity, row.name) for row in rows(session, RoomGuest)] == [
        ("ours", "guest-7", "Amal H.")
    ]


def test_rooms_count_their_own_deliveries_without_gaps(client, session):
    for room in ("a", "b", "a", "a"):
        post(client, event("room_started", NOON, room=room))
    post(client, event("egress_started", NOON, room="a", egressInfo={"egressId": "EG_1"}))
    post(client, json.dumps({"event": "ingress_ended", "id": "EV_roomless", "createdAt": "1788769800"}).encode())
    post(client, json.dumps({"event": "ingress_ended", "id": "EV_roomless", "createdAt": "1788769800"}).encode())

    numbers = sorted((row.room_name or "", row.number or 0) for row in rows(session))
    assert numbers == [("", 0), ("a", 1), ("a", 2), ("a", 3), ("a", 4), ("b", 1)]
    assert sorted((room.name, room.deliveries) for room in rows(session, MeetingRoom)) == [("a", 4), ("b", 1)]


def test_both_keys_are_good_while_they_are_exchanged(client, session):
    bodies = [event("room_started", NOON), event("room_started", NOON)]

    assert post(client, bodies[0]) == 200
    assert post(client, bodies[1], signed(bodies[1], key=SECOND_KEY, secret=SECOND_SECRET)) == 200
    assert sorted(row.key_name for row in rows(session)) == sorted([KEY, SECOND_KEY])


def hash_of(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def unsigned(body: bytes) -> str:
    return jwt.encode(
        {"iss": KEY, "exp": int(time.time()) + 300, "sha256": base64.b64encode(hash_of(body)).decode()},
        None,
        algorithm="none",
    )


BAD_TOKENS = {
    "none at all": lambda body: "",
    "garbage": lambda body: "garbage",
    "with Bearer": lambda body: "Bearer " + signed(body),
    "three empty parts": lambda body: "..",
    "a key nobody knows": lambda body: signed(body, key="APIother"),
    "no key": lambda body: signed(body, iss=None),
    "the key is a number": lambda body: jwt.PyJWS().encode(b'{"iss":7,"exp":9999999999}', SECRET),
    "claims that are a list": lambda body: jwt.PyJWS().encode(b"[]", SECRET),
    "another secret": lambda body: signed(body, secret="another-secret-for-development-only-01"),
    "the other key's secret": lambda body: signed(body, secret=SECOND_SECRET),
    "expired": lambda body: signed(body, at=time.time() - 361),
    "not yet": lambda body: signed(body, at=time.time() + 120),
    "without an end": lambda body: signed(body, exp=None),
    "of another body": lambda body: signed(body + b" "),
    "no hash (a join token)": lambda body: signed(body, sha256=None, sub="u7", video={"roomJoin": True, "room": "r"}),
    "an empty hash": lambda body: signed(body, sha256=""),
    "the hash is a number": lambda body: signed(body, sha256=7),
    "the hash in hex": lambda body: signed(body, sha256=hash_of(body).hex()),
    "the hash is no base64": lambda body: signed(body, sha256="é"),
    "another algorithm": lambda body: jwt.encode(
        {"iss": KEY, "exp": int(time.time()) + 300, "sha256": base64.b64encode(hash_of(body)).decode()},
        SECRET * 2,
        algorithm="HS512",
    ),
    "not signed": unsigned,
    "claims that are none": lambda body: signed(body, video="all"),
}


@pytest.mark.parametrize("name", BAD_TOKENS)
@pytest.mark.only_db("sqlite")
def test_a_token_that_proves_nothing_is_refused_and_leaves_no_trace(client, session, name, caplog):
    body = event("participant_joined", NOON, sid="PA_1")
    before = digest(session)
    token = BAD_TOKENS[name](body)

    assert post(client, body, token) == 401

    assert digest(session) == before
    [said] = [record.getMessage() for record in caplog.records if "webhook refused" in record.getMessage()]
    assert SECRET not in said and (not token or token not in said)


@pytest.mark.only_db("sqlite")
def test_a_missing_header_is_refused(client):
    assert client.post(HOOK, data=event("room_started", NOON)).status_code == 401


@pytest.mark.only_db("sqlite")
def test_nothing_is_believed_where_no_key_is_set_up(client, app):
    app.extensions["settings"] = replace(app.extensions["settings"], livekit_keys={})

    assert post(client, event("room_started", NOON)) == 401
    assert (
        post(client, event("room_started", NOON), signed(event("room_started", NOON), key="", secret="x" * 40)) == 401
    )


NESTED = 100_000
GOOD = b'{"event":"participant_joined","id":"EV_%d","createdAt":"1788769800",%s}'
#: A body that is properly signed, and what it is answered.
BODIES = {
    "empty": (b"", 400),
    "no JSON": (b"hello", 400),
    "cut off": (event("room_started", NOON)[:-9], 400),
    "not UTF-8": (b'{"event":"\xff"}', 400),
    "nested 100,000 deep": (b'{"event":' + b"[" * NESTED + b"]" * NESTED + b"}", 400),
    "objects nested 100,000 deep": (b'{"room":' * NESTED + b"1" + b"}" * NESTED, 400),
    "a number of 5,000 digits": (GOOD % (1, b'"future":' + b"9" * 5000), 400),
    "duplicate keys": (b'{"event":"room_started","event":"room_finished","id":"EV_1"}', 400),
    "half a character": (GOOD % (2, b'"room":{"name":"\\ud800"}'), 400),
    "a time with a fraction": (b'{"event":"room_started","id":"EV_3","createdAt":1.5}', 200),
    "a room that is a number": (b'{"event":"room_started","id":"EV_4","room":7}', 200),
    "a number that is none": (GOOD % (14, b'"future":NaN'), 400),
    "a participant whose identity is a number": (
        GOOD % (15, b'"participant":{"sid":"PA_9","identity":7},"room":{"name":"r"}'),
        200,
    ),
    "a list": (b"[]", 200),
    "nothing": (b"{}", 200),
    "no id": (b'{"event":"room_started","createdAt":"1788769800"}', 200),
    "no event": (b'{"id":"EV_5","createdAt":"1788769800"}', 200),
    "an id of 300 characters": (b'{"event":"room_started","id":"' + b"x" * 300 + b'"}', 200),
    "an id with U+0000": (b'{"event":"room_started","id":"EV\\u0000"}', 200),
    "a participant that is a text": (GOOD % (6, b'"participant":"Amal","room":{"name":"r"}'), 200),
    "a participant that is null": (GOOD % (7, b'"participant":null,"room":null'), 200),
    "sids and names of 300 characters": (
        GOOD % (8, b'"participant":{"sid":"%s","identity":"%s"},"room":{"name":"%s"}' % ((b"x" * 300,) * 3)),
        200,
    ),
    "U+0000 everywhere": (
        GOOD % (9, b'"participant":{"sid":"\\u0000","identity":"a\\u0000","name":"\\u0000"},"room":{"name":"\\u0000"}'),
        200,
    ),
    "U+0000 in a name": (
        GOOD % (10, b'"participant":{"sid":"PA_1","identity":"g\\u0000","name":"\\u0000"},"room":{"name":"r"}'),
        200,
    ),
    "an event of the future": (b'{"event":"agent_job_started","id":"EV_11","room":{"name":"r"},"new":{"a":[1]}}', 200),
    "an unknown kind of participant": (
        GOOD % (12, b'"participant":{"sid":"PA_2","identity":"u7","kind":"SOMETHING_NEW"},"room":{"name":"r"}'),
        200,
    ),
    "of 1970": (event("participant_joined", None, sid="PA_3", createdAt="0"), 200),
    "of 1900": (event("participant_joined", None, sid="PA_4", createdAt="-2208988800"), 200),
    "of 2100": (event("participant_joined", None, sid="PA_5", createdAt="4102444800"), 200),
    "of no time at all": (event("participant_joined", None, sid="PA_6"), 200),
    "of the end of time": (event("participant_joined", None, sid="PA_7", createdAt=str(2**63 - 1)), 200),
    "egress without a room": (b'{"event":"egress_started","id":"EV_13","egressInfo":{"egressId":"EG_1"}}', 200),
    "letters of every sort": (
        event("participant_left", NOON, sid="PA_8", identity="أحمد 李雷 😀", participant={"name": "a\u2028b\u202ec"}),
        200,
    ),
}


def test_whatever_is_signed_is_answered_for_good_and_what_cannot_be_used_counts_nothing(app, client, session):
    answers = {name: post(client, body) for name, (body, _) in BODIES.items()}
    again = {name: post(client, body) for name, (body, _) in BODIES.items()}
    with app.app_context():
        folded = fold_due_rooms(now=NOON)

    assert answers == again == {name: status for name, (_, status) in BODIES.items()}
    # The one that left without having joined: a stay of no length.
    assert (folded.written, folded.removed) == (1, 0)


def test_everything_else_about_the_address_is_refused(client, session):
    body = event("room_started", NOON)
    headers = {"Authorization": signed(body)}
    before = digest(session)

    assert client.post(HOOK + "/", data=body, headers=headers).status_code == 415
    assert client.post(HOOK + "/", headers=headers).status_code == 404
    assert client.get(HOOK, headers=headers).status_code == 405
    assert client.put(HOOK, headers=headers).status_code == 405
    assert digest(session) == before


@pytest.mark.parametrize(("extra", "status"), [(0, 200), (1, 413)])
def test_a_body_may_have_4_mib(client, session, extra, status):
    frame = event("room_started", NOON, padding="")
    body = frame.replace(b'"padding": ""', b'"padding": "' + b"x" * (4 * 1024 * 1024 - len(frame) + extra) + b'"')

    assert post(client, body) == status
    assert len(rows(session)) == (1 if status == 200 else 0)
    assert all(len(row.payload) < 1000 for row in rows(session))


@pytest.mark.parametrize("content_type", ["application/webhook+json", "application/json", "text/plain", ""])
@pytest.mark.only_db("sqlite")
def test_the_content_type_does_not_matter(client, content_type):
    body = event("room_started", NOON)

    answer = client.post(HOOK, data=body, headers={"Authorization": signed(body), "Content-Type": content_type})
    assert answer.status_code == 200


def test_a_delivery_costs_one_statement_on_postgresql_and_three_at_most_on_sqlite(
    app, client, database, world, session
):
    event_id = world.event()
    session.add(
        MeetingSession(
            event_id=event_id,
            title="Evening",
            room_name="session-1",
            starts_at=NOON,
            ends_at=NOON + timedelta(hours=1),
            created_at=NOON,
        )
    )
    session.commit()
    costs = []
    for body in (
        event("participant_joined", NOON, sid="PA_1", identity="guest-7", participant={"name": "Amal"}),
        event("participant_joined", NOON, sid="PA_2"),
        event("participant_joined", NOON, sid="PA_2", room="other"),
    ):
        for _ in range(2):  # and the same again
            with counted_statements(app) as statements:
                assert post(client, body) == 200
            costs.append(len(statements))

    assert costs == ([1] * 6 if database.kind == "postgres" else [3, 1, 2, 1, 2, 1])


class TestWithoutDatabase:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1")

    @pytest.mark.only_db("sqlite")
    def test_only_what_a_retry_can_heal_asks_for_one(self, client):
        body = event("room_started", NOON)

        assert (post(client, body), post(client, body, "garbage"), post(client, b"{}")) == (503, 401, 200)
