"""Settings: what cannot work, or must not, is refused at the start in one line that says what to do."""

import os
import subprocess
import sys

import pytest
from werkzeug.sansio.utils import host_is_trusted

from runtime.paths import ROOT
from webapp.config import Environment, Settings, SettingsError

SECRET = "vC9-kQ2xWz7LmT4rYb1NdE8sHj6PuA3f"
PRODUCTION = {
    "TURNOUT_ENV": "production",
    "TURNOUT_SECRET_KEY": SECRET,
    "DATABASE_URL": "postgresql://db.example/turnout",
    "MAIL_URL": "smtp://mail.example:587",
    "MAIL_FROM": "Turnout <turnout@turnout.example>",
    "TURNOUT_BASE_URL": "https://turnout.example",
    "TURNOUT_HOSTS": "turnout.example",
}


@pytest.fixture
def read(tmp_path):
    """Settings read from an environment; None takes a variable away."""

    def from_env(usual: dict[str, str], **changes: str | None) -> Settings:
        found = {"TURNOUT_HOME": str(tmp_path), **usual, **changes}
        return Settings.from_env({name: value for name, value in found.items() if value is not None})

    return from_env


def complaint(read, usual, **changes) -> str:
    with pytest.raises(SettingsError) as caught:
        read(usual, **changes)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_production_with_everything_said_is_accepted(read):
    settings = read(PRODUCTION)

    assert (settings.environment, settings.is_demo, settings.rate_limits) == (Environment.PRODUCTION, False, True)
    assert settings.database_url == "postgresql+psycopg://db.example/turnout"
    assert (settings.base_url, settings.hosts) == ("https://turnout.example", ("turnout.example",))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TURNOUT_SECRET_KEY", None),
        ("TURNOUT_SECRET_KEY", ""),
        ("TURNOUT_SECRET_KEY", "dev"),
        ("TURNOUT_SECRET_KEY", "a" * 64),
        ("TURNOUT_SECRET_KEY", SECRET[:31]),
        ("TURNOUT_SECRET_KEY", "change-me-to-something-long-and-random-1"),
        ("TURNOUT_SECRET_KEY", "Please-ChangeMe-before-production-0123"),
        ("TURNOUT_SECRET_KEY", SECRET[:12] * 4),
        ("TURNOUT_SECRET_KEY", SECRET[:16] * 2 + SECRET[:3]),
        ("TURNOUT_SECRET_KEY", "0123456789abcdefghijklmnopqrstuvwxyz"),
        ("TURNOUT_PREVIOUS_SECRET_KEYS", f"{SECRET[::-1]},change-me-change-me-change-me-change-me"),
        ("DATABASE_URL", "mysql://db.example/turnout"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgresql://db.example:port/turnout"),
        ("REDIS_URL", "http://redis.example"),
        ("REDIS_URL", "redis://redis.example:6379/0"),
        ("REDIS_URL", "redis://redis.example:port/0"),
        ("MAIL_URL", None),
        ("MAIL_URL", "https://mail.example"),
        ("MAIL_URL", "smtp://mail.example:smtp"),
        ("MAIL_URL", "smtp://mail.example:99999"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtp://mail.example:587\nx"),
        ("MAIL_FROM", None),
        ("MAIL_FROM", " "),
        ("MAIL_FROM", "Turnout"),
        ("MAIL_FROM", "Turnout <turnout>"),
        ("MAIL_FROM", "Turnout <turnout@localhost>"),
        ("MAIL_FROM", "Turnout <turnout@turnout.example>\r\nBcc: all@turnout.example"),
        ("TURNOUT_BASE_URL", None),
        ("TURNOUT_BASE_URL", "http://turnout.example"),
        ("TURNOUT_BASE_URL", "https://"),
        ("TURNOUT_BASE_URL", "https:///events"),
        ("TURNOUT_BASE_URL", "https://other.example"),
        ("TURNOUT_BASE_URL", "https://turnout.example.evil.example"),
        ("TURNOUT_BASE_URL", "https://turnout.example:port"),
        ("TURNOUT_BASE_URL", "https://somebody@turnout.example"),
        ("TURNOUT_HOSTS", None),
        ("TURNOUT_HOSTS", " , "),
        ("TURNOUT_HOSTS", "https://turnout.example"),
        ("TURNOUT_HOSTS", "turnout.example:443"),
        ("TURNOUT_HOSTS", "*"),
        ("TURNOUT_RATE_LIMITS", "off"),
        ("TURNOUT_RATE_LIMITS", "maybe"),
        ("TURNOUT_PROXY_HOPS", "-1"),
        ("TURNOUT_PROXY_HOPS", "9"),
        ("TURNOUT_HSTS_SUBDOMAINS", "yes"),
        ("LIVEKIT_KEYS", "APIone:" + "change-me-" * 4),
        ("LIVEKIT_KEYS", "APIone:" + SECRET[:12] * 4),
        ("LIVEKIT_CLIENT_URL", "https:///{token}"),
        ("LIVEKIT_CLIENT_URL", "https://meet.example:port/{token}"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_production_refuses_what_would_be_a_hole_and_names_it(read, name, value):
    said = complaint(read, PRODUCTION, **{name: value})

    assert name in said
    assert SECRET[:12] not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TURNOUT_HOSTS", "Turnout.Example, .makers.example"),
        ("TURNOUT_BASE_URL", "https://turnout.example:8443/"),
        ("REDIS_URL", "rediss://:pass@redis.example:6380/0"),
        ("REDIS_URL", "redis://localhost:6379"),
        ("REDIS_URL", "unix:///run/valkey.sock"),
        ("MAIL_URL", "smtps://user%40mail.example:p%20w@mail.example"),
        ("MAIL_FROM", "turnout@mail.turnout.example"),
        ("MAIL_FROM", '"Türnout, the makers" <hallo@türnout.example>'),
        ("DATABASE_URL", "postgresql:///turnout?host=/run/postgresql"),
        ("TURNOUT_HSTS_SUBDOMAINS", "on"),
        ("TURNOUT_SECRET_KEY", "3f0a" + "".join(f"{n * 7919 % 251:02x}" for n in range(14))),
    ],
    ids=lambda value: str(value)[:40],
)
def test_production_takes_what_is_sound(read, name, value):
    assert read(PRODUCTION, **{name: value}).is_production


def test_plain_redis_on_another_host_takes_an_explicit_yes(read):
    elsewhere = {"REDIS_URL": "redis://redis:6379/0"}

    assert "TURNOUT_ALLOW_PLAIN_REDIS=yes" in complaint(read, PRODUCTION, **elsewhere)
    assert read(PRODUCTION, **elsewhere, TURNOUT_ALLOW_PLAIN_REDIS="yes").redis_url == elsewhere["REDIS_URL"]
    assert read({}, **elsewhere).redis_url == elsewhere["REDIS_URL"]


@pytest.mark.parametrize(
    ("host", "hosts"),
    [
        ("turnout.example", "turnout.example"),
        ("TURNOUT.example", "turnout.Example"),
        ("a.turnout.example", ".turnout.example"),
        ("turnout.example", "other.example,.turnout.example"),
        ("xn--mnchen-3ya.example", "münchen.example"),
    ],
)
def test_the_public_address_is_compared_as_the_server_compares(read, host, hosts):
    settings = read(PRODUCTION, TURNOUT_BASE_URL=f"https://{host}", TURNOUT_HOSTS=hosts)

    assert host_is_trusted(host.lower(), settings.hosts)


@pytest.mark.parametrize("word", ["test", "Test", "TEST"])
def test_the_settings_of_a_test_are_nothing_a_variable_can_switch_on(read, word):
    assert complaint(read, {}, TURNOUT_ENV=word) == f"TURNOUT_ENV is {word!r}; use demo or production"


@pytest.mark.slow
def test_the_products_own_entry_refuses_them_too(tmp_path):
    environment = {**os.environ, "TURNOUT_ENV": "test", "TURNOUT_HOME": str(tmp_path)}
    refused = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (refused.returncode, refused.stderr) == (1, "turnout: TURNOUT_ENV is 'test'; use demo or production\n")


@pytest.mark.parametrize("url", [None, "sqlite:////srv/turnout.sqlite3"])
def test_production_on_sqlite_needs_an_explicit_yes(read, url):
    assert "TURNOUT_ALLOW_SQLITE=yes" in complaint(read, PRODUCTION, DATABASE_URL=url)
    assert read(PRODUCTION, DATABASE_URL=url, TURNOUT_ALLOW_SQLITE="yes").database_url.startswith("sqlite:///")


@pytest.mark.parametrize("word", ["prod", "PRODUCTION", "development", "demo "])
def test_an_unknown_environment_is_not_taken_for_the_demo(read, word):
    assert "TURNOUT_ENV" in complaint(read, {}, TURNOUT_ENV=word)


def test_no_setting_makes_production_a_demo(read):
    settings = read(PRODUCTION, TURNOUT_DEMO="1", FLASK_DEBUG="1")

    assert (settings.is_demo, settings.is_production) == (False, True)


def test_a_secret_of_the_demo_survives_a_restart_and_is_nobodys_default(read, tmp_path):
    first, second = read({}), read({})

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 48
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_a_complaint_never_repeats_a_secret(read):
    assert "hunter2" not in complaint(read, PRODUCTION, TURNOUT_SECRET_KEY="hunter2")


LIVEKIT_SECRET = "Zq3-video-server-secret-of-forty-bytes-x"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (f"APIone:{LIVEKIT_SECRET}", {"APIone": LIVEKIT_SECRET}),
        (
            f" APIone : {LIVEKIT_SECRET} , APItwo:{LIVEKIT_SECRET}2,",
            {"APIone": LIVEKIT_SECRET, "APItwo": f"{LIVEKIT_SECRET}2"},
        ),
        (f"APIone:{LIVEKIT_SECRET}:with:colons", {"APIone": f"{LIVEKIT_SECRET}:with:colons"}),
        ("", {}),
        (None, {}),
    ],
)
def test_the_video_servers_keys_are_pairs_and_the_first_one_signs(read, text, keys):
    found = read(PRODUCTION, LIVEKIT_KEYS=text).livekit_keys

    assert (found, list(found)) == (keys, list(keys))


@pytest.mark.parametrize(
    "text",
    [
        LIVEKIT_SECRET,
        f":{LIVEKIT_SECRET}",
        "APIone:",
        f"APIone:{LIVEKIT_SECRET},APItwo",
        "APIone:too-short-Zq3",
        f"APIone:{LIVEKIT_SECRET},APIone:{LIVEKIT_SECRET}2",
    ],
)
def test_keys_that_cannot_be_used_are_refused_without_repeating_a_secret(read, text):
    said = complaint(read, PRODUCTION, LIVEKIT_KEYS=text)

    assert said.startswith("LIVEKIT_KEYS")
    assert "Zq3" not in said
    assert "Zq3" not in repr(read(PRODUCTION, LIVEKIT_KEYS=f"APIone:{LIVEKIT_SECRET}"))


def test_the_demo_makes_a_key_of_its_own_and_keeps_it(read, tmp_path):
    first, second = read({}).livekit_keys, read({}).livekit_keys

    assert first == second
    assert list(first) == ["APIdemo"]
    assert len(first["APIdemo"]) >= 48
    assert (tmp_path / "livekit-secret").stat().st_mode & 0o077 == 0
    assert read({}, LIVEKIT_KEYS="APIown:short").livekit_keys == {"APIown": "short"}


@pytest.mark.parametrize(
    ("usual", "url", "is_good"),
    [
        (PRODUCTION, "https://meet.example/custom?liveKitUrl=wss://video.example&token={token}", True),
        (PRODUCTION, None, True),
        (PRODUCTION, "https://meet.example/", False),
        (PRODUCTION, "http://meet.example/?token={token}", False),
        ({}, "http://127.0.0.1:3000/{room}#{token}", True),
        ({}, "javascript:alert('{token}')", False),
    ],
)
def test_where_joining_leads_has_a_place_for_the_token(read, usual, url, is_good):
    if is_good:
        assert read(usual, LIVEKIT_CLIENT_URL=url).livekit_client_url == url
    else:
        assert complaint(read, usual, LIVEKIT_CLIENT_URL=url).startswith("LIVEKIT_CLIENT_URL")
