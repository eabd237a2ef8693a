"""Join tokens as the video server reads them, and that its library is only loaded where it is needed."""

import subprocess
import sys
from datetime import timedelta

import jwt
import pytest

from tests.support.worlds.online.livekit_cases import KEY, KEYS, SECRET
from webapp import clock
from webapp.adapters.livekit import Unverified, client_address, join_token, open_signed_body


@pytest.fixture
def token():
    now = clock.real_now()
    return join_token(
        keys=KEYS | {"APIother": "x" * 40},
        identity="u7",
        name="Amal",
        room="session-1",
        now=now,
        until=now + timedelta(hours=2),
    )


def test_a_join_token_opens_one_room_to_one_identity_until_then(token):
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], issuer=KEY)

    assert (claims["sub"], claims["name"]) == ("u7", "Amal")
    assert (claims["video"]["roomJoin"], claims["video"]["room"]) == (True, "session-1")
    assert {grant for grant in claims["video"] if grant in {"roomAdmin", "roomCreate", "roomList", "recorder"}} == set()
    assert claims["exp"] - claims["nbf"] == 7200


def test_a_join_token_is_no_webhook(token):
    with pytest.raises(Unverified):
        open_signed_body(b'{"event":"room_started","id":"EV_1"}', token, KEYS)


def test_without_a_key_there_is_no_token():
    now = clock.real_now()
    with pytest.raises(KeyError):
        join_token(keys={}, identity="u7", name="Amal", room="r", now=now, until=now + timedelta(hours=1))


def test_the_clients_address_is_filled_in_and_quoted():
    template = "https://meet.example/{room}?server=wss://video.example&token={token}"

    assert (
        client_address(template, token="a.b-c_d", room="a&b/{token}")
        == "https://meet.example/a%26b%2F%7Btoken%7D?server=wss://video.example&token=a.b-c_d"
    )


def test_a_process_that_sees_no_webhook_stays_without_the_library():
    look = "import sys, webapp.cli, webapp.views, webapp.adapters.livekit; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.split()

    assert {"webapp.services.online.intake", "webapp.adapters.livekit"} <= set(loaded)
    assert {"livekit", "livekit.api", "google.protobuf", "aiohttp", "jwt"}.isdisjoint(loaded)
