"""Every route has a guard and a line in routes.txt; what belongs to the demo exists nowhere else."""

import pytest

from tests.inventory.route_table import routes_of, written_down
from webapp import create_app
from webapp.config import Environment, Settings
from webapp.views.current_actor import _ACTS

GUARDS = {
    "public",
    "any_session",
    "signed_in",
    "desk_crew",
    "signed_hook",
    "signed_link",
    "mailed_link",
    "merges_people",
    "operator",
    "job_watcher",
    "file",
}


@pytest.fixture
def app_of(tmp_path):
    """An app of that environment; nothing in it is asked for a database."""

    def make(environment: Environment):
        url = f"sqlite:///{tmp_path / 'none.sqlite3'}"
        return create_app(
            Settings.for_tests(
                database_url=url,
                redis_url="unix:///nowhere",
                home=tmp_path,
                environment=environment,
                hosts=("turnout.example",),
            )
        )

    return make


@pytest.mark.parametrize("environment", [Environment.TEST, Environment.PRODUCTION])
def test_the_routes_are_those_written_down(app_of, environment):
    assert [str(route) for route in routes_of(app_of(environment))] == [str(route) for route in written_down()]


def test_every_route_has_a_guard(app_of):
    guards = {route.guard for route in routes_of(app_of(Environment.DEMO))}

    assert {guard for guard in guards if not guard.startswith("staff:")} <= GUARDS


def test_what_changes_something_is_never_open_to_everybody_but_for_accounts(app_of):
    open_to_all = {
        route.rule for route in routes_of(app_of(Environment.DEMO)) if route.method != "GET" and route.guard == "public"
    }

    assert {rule for rule in open_to_all if not rule.startswith("/demo")} == {
        "/code",
        "/code/continue",
        "/code/name",
        "/code/withdraw",
        "/events/<slug:slug>/guest",
        "/login",
        "/login/code",
        "/login/passkey",
        "/login/passkey/options",
        "/setup",
        "/login/second-step",
        "/logout",
        "/signup",
        "/reset",
    }


def test_the_demos_routes_and_commands_exist_in_the_demo_only(app_of):
    demo, production = app_of(Environment.DEMO), app_of(Environment.PRODUCTION)
    only_demo = {route.rule for route in routes_of(demo)} - {route.rule for route in routes_of(production)}

    assert only_demo
    assert {rule.split("/")[1] for rule in only_demo} == {"demo"}
    assert ("demo" in demo.cli.commands, "demo" in production.cli.commands) == (True, False)


def test_pages_that_are_opened_for_somebody_who_is_looked_after_exist(app_of):
    assert _ACTS <= app_of(Environment.TEST).view_functions.keys()


def test_whatever_is_pressed_on_an_events_page_is_done_for_who_is_looked_after(app_of):
    """Else the button on a child's page would silently act for the parent."""
    app = app_of(Environment.TEST)
    pressed = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/events/<slug:slug>") and app.view_functions[rule.endpoint].guard == "signed_in"
    }

    assert pressed - _ACTS == set()
