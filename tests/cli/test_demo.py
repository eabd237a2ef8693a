"""`demo clock` and `demo people`; and that neither exists in production."""

from datetime import timedelta

import pytest
import redis
from sqlalchemy import func, select

from tests.cli.conftest import runner
from tests.support.servers.processes import Programs
from tests.support.worlds.rows import digest
from webapp import clock, create_app, queueing
from webapp.config import Settings
from webapp.models import User

PRODUCTION = {
    "TURNOUT_ENV": "production",
    "TURNOUT_SECRET_KEY": "vC9-kQ2xWz7LmT4rYb1NdE8sHj6PuA3f",
    "TURNOUT_ALLOW_SQLITE": "yes",
    "MAIL_URL": "smtp://127.0.0.1:2525",
    "MAIL_FROM": "turnout@turnout.example",
    "TURNOUT_BASE_URL": "https://turnout.example",
    "TURNOUT_HOSTS": "turnout.example",
    "TURNOUT_RATE_LIMITS": "on",
}
SQLITE = pytest.mark.only_db("sqlite")


def distance() -> float:
    return round(clock.offset().total_seconds())


@SQLITE
def test_the_clock_is_shown_without_an_argument_and_not_moved(demo_flask) -> None:
    shown = demo_flask("demo", "clock")

    assert (shown.exit_code, "the real time" in shown.stdout, distance()) == (0, True, 0)


@SQLITE
@pytest.mark.parametrize(("setting", "seconds"), [("+1h", 3600), ("-30m", -1800), ("+2d", 172_800), ("+1h30m", 5400)])
def test_the_clock_moves_by_a_shift_and_twice_by_two(demo_flask, setting, seconds) -> None:
    assert demo_flask("demo", "clock", setting).exit_code == 0
    assert distance() == seconds

    demo_flask("demo", "clock", setting)
    assert abs(distance() - 2 * seconds) <= 1


@SQLITE
def test_the_clock_is_set_to_an_instant_and_back_to_the_real_time(demo_flask) -> None:
    moved = demo_flask("demo", "clock", "2026-06-12T22:00Z")

    assert moved.stdout.split(" -> ")[1].startswith("2026-06-12T22:00:0")
    assert f"{clock.now():%Y-%m-%d %H:%M}" == "2026-06-12 22:00"

    back = demo_flask("demo", "clock", "real")
    assert back.stdout.startswith("2026-06-12T22:00:0")
    assert clock.offset() == timedelta(0)


@SQLITE
@pytest.mark.parametrize("setting", ["tomorrow", "+", "2026-02-30T10:00Z", "2026-06-12T24:00Z", "1980-01-01T00:00Z"])
def test_a_clock_that_cannot_be_read_is_one_clear_line(demo_flask, setting) -> None:
    refused = demo_flask("demo", "clock", setting)

    assert (refused.exit_code, refused.stdout, distance()) == (2, "", 0)
    assert refused.stderr.startswith("Error: ") and refused.stderr.count("\n") == 1


@SQLITE
def test_moving_the_clock_nudges_the_tick(demo_flask, redis_url) -> None:
    demo_flask("demo", "clock", "+1h")

    with redis.Redis.from_url(redis_url) as client:
        assert client.llen(f"rq:queue:{queueing.TICKS}") == 1


@SQLITE
def test_the_clock_moves_for_every_program_alike(programs: Programs) -> None:
    programs.settings["TURNOUT_ENV"] = "demo"
    programs.flask("demo", "clock", "2026-06-12T22:00Z")

    assert programs.flask("demo", "clock").stdout.startswith("2026-06-12T22:00:")


def test_people_are_added_once_and_counted(demo_flask, session) -> None:
    first = demo_flask("demo", "people", "--count", "12")
    before = digest(session)
    second = demo_flask("demo", "people", "--count", "12")

    assert first.stdout == "p0001@demo.test to p0012@demo.test: 12 added, 0 already existed.\n"
    assert second.stdout == "p0001@demo.test to p0012@demo.test: 0 added, 12 already existed.\n"
    assert digest(session) == before
    assert session.scalar(select(func.count()).where(User.email.like("p%@demo.test"))) == 12


@SQLITE
@pytest.mark.parametrize("count", ["0", "-1", "20001", "1e3", " 5 ", "٥", ""])
def test_a_number_of_people_that_makes_no_sense_is_one_clear_line(demo_flask, session, count) -> None:
    before = digest(session)
    refused = demo_flask("demo", "people", f"--count={count}")

    assert (refused.exit_code, refused.stderr) == (2, "Error: --count must be a whole number from 1 to 20000\n")
    assert digest(session) == before


@pytest.fixture
def production(database, redis_url, tmp_path):
    """An installation with valid settings for production, and a clock file that lies about."""
    (tmp_path / "demo-clock").write_text("86400")
    env = {**PRODUCTION, "DATABASE_URL": database.url, "REDIS_URL": redis_url, "TURNOUT_HOME": str(tmp_path)}
    return create_app(Settings.from_env(env))


@SQLITE
def test_in_production_the_clock_cannot_be_moved(production) -> None:
    refused = runner(production)("demo", "clock", "+1h")

    assert (refused.exit_code, "No such command 'demo'" in refused.stderr) == (2, True)
    assert clock.offset() == timedelta(0)
    with pytest.raises(RuntimeError):
        clock.move(timedelta(hours=1))


@SQLITE
def test_in_production_no_page_of_the_demonstration_exists(production) -> None:
    rules = [rule.rule for rule in production.url_map.iter_rules()]

    assert [rule for rule in rules if "demo" in rule] == []
    for method in ("get", "post"):
        answer = getattr(production.test_client(), method)("/demo/clock", base_url="https://turnout.example")
        assert answer.status_code == 404


@SQLITE
def test_in_production_a_command_line_knows_no_demo(programs: Programs) -> None:
    programs.settings.update(PRODUCTION)
    programs.home.mkdir()
    (programs.home / "demo-clock").write_text("86400")

    refused = programs.flask("demo", "people")

    assert (refused.returncode, "No such command 'demo'" in refused.stderr) == (2, True)
