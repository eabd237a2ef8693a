"""How often somebody may try: per account and address, with a page that says when; and a Redis that is silent."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support.pages.reading import Reader
from tests.support.worlds.accounts import sign_up
from webapp import clock
from webapp.config import Settings
from webapp.extensions import limiter
from webapp.services.installation.set_up import new_setup_code

#: Limits are counted in Redis.
pytestmark = pytest.mark.only_db("sqlite")
MIRA = {"email": "mira@post.example", "password": "first-secret"}
LIMIT = 10


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, rate_limits=True)


@pytest.fixture
def mira(app, world) -> int:
    with app.app_context():
        return sign_up(**MIRA, name="Mira Sand", timezone=None, now=world.now)


@pytest.fixture
def from_address(app):
    """A browser at that address of the network."""

    def browser(address: str) -> Reader:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return Reader(client)

    return browser


@pytest.fixture
def silent_redis() -> Iterator[str]:
    """Something that accepts connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        kept, closing = [], threading.Event()

        def accept() -> None:
            while not closing.is_set():
                try:
                    kept.append(listener.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        closing.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for connection in kept:
            connection.close()


def wrong(reader: Reader, number: int, email: str = MIRA["email"]) -> list[int]:
    return [reader.post("/login", email=email, password=f"guess-{n}").status for n in range(number)]


def test_the_eleventh_wrong_password_is_told_when_to_come_back(from_address, mira):
    guesser = from_address("192.0.2.1")
    assert wrong(guesser, LIMIT) == [422] * LIMIT
    page = guesser.post("/login", **MIRA)
    assert (page.status, page.headings("h1")) == (429, ["Too many attempts"])
    assert 0 < int(page.headers["Retry-After"]) <= 15 * 60


def test_a_stranger_cannot_lock_anybody_out(from_address, mira):
    assert wrong(from_address("192.0.2.1"), LIMIT + 1)[-1] == 429
    assert from_address("192.0.2.2").post("/login", **MIRA).status == 303


def test_guesses_at_one_account_do_not_count_for_another(from_address, mira):
    guesser = from_address("192.0.2.1")
    wrong(guesser, LIMIT + 1, email="somebody@post.example")
    assert guesser.post("/login", **MIRA).status == 303


def test_the_spelling_of_an_address_does_not_give_more_guesses(from_address, mira):
    guesser = from_address("192.0.2.1")
    wrong(guesser, LIMIT - 1)
    assert wrong(guesser, 2, email=" MIRA@post.example ") == [422, 429]


#: One account, as it can be typed: capitals, full-width letters, a domain in Unicode or not, letters composed or not.
SPELLINGS = [
    "MIRA@post.example",
    "mira@\uff50\uff4f\uff53\uff54.example",
    "mira@post.\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45",
    "mira@POST.\uff25XAMPLE",
    "mira@post\u3002example",
    "Mira@p\uff4fst.example",
    "\u2003mira@post.example",
    "mira@post.example\u00a0",
    "mira@post\uff0eexample",
    "mIRA@\U0001d429ost.example",
]


def test_every_spelling_of_one_account_is_one_account(from_address, mira):
    """Each of these lets Mira in with the right password, so each counts against the same ten wrong ones."""
    owner, guesser = from_address("192.0.2.7"), from_address("192.0.2.1")
    assert [owner.post("/login", **{**MIRA, "email": one}).status for one in SPELLINGS] == [303] * len(SPELLINGS)
    assert [wrong(guesser, 1, email=one)[0] for one in SPELLINGS] == [422] * LIMIT
    assert [wrong(guesser, 1, email=one)[0] for one in SPELLINGS] == [429] * len(SPELLINGS)


def test_every_spelling_gets_its_mails_from_one_purse(from_address, mira):
    asking = [from_address(f"192.0.2.{n}").post("/reset", email=one).status for n, one in enumerate(SPELLINGS, 1)]
    assert asking == [200] * 3 + [429] * (len(SPELLINGS) - 3)


def test_the_addresses_of_one_subscriber_are_one(from_address, mira):
    """Whoever has a network of IPv6 has more addresses in it than anybody can count."""
    statuses = [wrong(from_address(f"2001:db8:1:2::{n:x}"), 1)[0] for n in range(1, LIMIT + 2)]
    assert statuses == [422] * LIMIT + [429]
    assert wrong(from_address("2001:db8:1:3::1"), 1) == [422]


def test_right_passwords_are_not_counted(from_address, mira):
    reader = from_address("192.0.2.1")
    assert [reader.post("/login", **MIRA).status for _ in range(LIMIT + 2)] == [303] * (LIMIT + 2)


def test_one_address_cannot_try_one_password_on_everybody(from_address, mira):
    guesser = from_address("192.0.2.1")
    statuses = [wrong(guesser, 1, email=f"p{number}@post.example")[0] for number in range(101)]
    assert (statuses[:100], statuses[100]) == ([422] * 100, 429)


def test_mails_are_limited_per_account(from_address, mira):
    asking = [from_address(f"192.0.2.{n}").post("/reset", email=MIRA["email"]).status for n in range(4)]
    assert asking == [200, 200, 200, 429]


def asks(reader: Reader, number: int, email: str = MIRA["email"]) -> list[int]:
    return [reader.post("/login/code", email=email).status for _ in range(number)]


def test_codes_by_mail_are_limited_for_the_pair_and_known_and_unknown_addresses_alike(from_address, mira):
    assert asks(from_address("192.0.2.1"), 6) == [303] * 5 + [429]
    assert asks(from_address("192.0.2.1"), 6, "nobody@post.example") == [303] * 5 + [429]
    # A stranger has used up nothing of the owner's elsewhere, until the day is full.
    assert asks(from_address("192.0.2.2"), 1) == [303]
    rest = [asks(from_address(f"192.0.2.{number}"), 1)[0] for number in range(3, 28)]
    assert rest == [303] * 24 + [429]


def test_a_network_makes_so_many_accounts_in_an_hour_and_mistakes_are_not_counted(from_address):
    newcomer = from_address("192.0.2.9")
    assert {newcomer.post("/signup", name="", email="").status for _ in range(31)} == {422}
    statuses = [newcomer.post("/signup", name="N", email=f"n{number}@post.example").status for number in range(31)]
    assert (statuses[:30], statuses[30]) == ([303] * 30, 429)


def test_a_network_holds_thirty_places_in_an_hour_and_mistakes_are_not_counted(from_address, world):
    world.now = clock.real_now()
    world.event(slug="clay", capacity=40)
    guest = from_address("192.0.2.9")
    assert {guest.post("/events/clay/guest", name="", email="").status for _ in range(31)} == {422}
    held = [guest.post("/events/clay/guest", name="N", email=f"n{number}@post.example").status for number in range(31)]
    assert (held[:30], held[30]) == ([303] * 30, 429)
    # Other networks, and signing in from this one, have limits of their own.
    assert from_address("192.0.2.8").post("/events/clay/guest", name="N", email="o@post.example").status == 303
    assert asks(guest, 1) == [303]


def test_looking_at_pages_is_never_limited_and_never_asks_redis(from_address, world):
    world.event(slug="clay")
    reader = from_address("192.0.2.1")
    assert {reader.get("/events/clay").status for _ in range(250)} == {200}
    assert "X-RateLimit-Limit" not in reader.get("/login").headers


class TestSilentRedis:
    @pytest.fixture
    def settings(self, settings: Settings, silent_redis: str) -> Settings:
        return replace(settings, redis_url=silent_redis)

    @pytest.fixture(autouse=True)
    def _limiter_forgets(self):
        """It is one per process and remembers that its storage is dead."""
        yield
        limiter._storage_dead = False

    def test_it_neither_fails_nor_holds_up_a_sign_in(self, from_address, mira):
        reader = from_address("192.0.2.1")
        token = reader.token()
        begun = time.monotonic()
        answer = reader.client.post("/login", data={"csrf_token": token, **MIRA})
        took = time.monotonic() - begun
        assert answer.status_code == 303
        assert took < 2.0  # the limiter's 0.2 s and the work on a busy machine; redis-py alone would wait for a minute

    def test_the_limits_still_hold_in_this_process(self, from_address, mira):
        guesser = from_address("192.0.2.1")
        assert wrong(guesser, LIMIT + 1)[-1] == 429

    def test_pages_do_not_notice(self, from_address, mira, world):
        world.event(slug="clay")
        reader = from_address("192.0.2.1")
        wrong(reader, 1)
        reader.get("/events/clay")
        begun = time.monotonic()
        assert {reader.get("/events/clay").status for _ in range(50)} == {200}
        # A page that asked would wait 0.2 s each time: ten seconds in all.
        assert time.monotonic() - begun < 9.0


def test_guessing_codes_of_certificates_is_stopped(reader):
    answers = [reader.get(f"/certificates/AAAA{number}").status for number in range(31)]

    assert (answers, reader.get("/certificates").status) == ([404] * 30 + [429], 200)


def test_set_up_codes_are_guessed_ten_times_per_address_and_other_mistakes_cost_nothing(app, from_address):
    with app.app_context():
        code = new_setup_code(now=clock.now())
    guesser = from_address("203.0.113.9")
    for _ in range(LIMIT + 2):
        assert guesser.post("/setup", code=code, name="").status == 422
    for _ in range(LIMIT):
        assert guesser.post("/setup", code="AAAA-AAAA-AAAA").status == 422

    assert guesser.post("/setup", code=code).status == 429
    assert from_address("203.0.113.10").post("/setup", code=code).status == 422
