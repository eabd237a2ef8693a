"""pytest-playwright on Debian's Chromium. Where there is none, journeys are skipped loudly; in CI that is a failure."""

import os

import pytest

from runtime import browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave_out_screenshots(config, items)
    journeys = [item for item in items if "launch_browser" in getattr(item, "fixturenames", ())]
    for item in journeys:
        item.add_marker(pytest.mark.journey)
    found = browser.find()
    if not journeys or found.path:
        return
    reason = os.environ.get("TURNOUT_CHROMIUM_MISSING") or f"{found.reason}; `make test` installs one"
    if os.environ.get("CI"):
        raise pytest.UsageError(f"the browser tests cannot run: {reason}")
    for item in journeys:
        item.add_marker(pytest.mark.skip(reason=reason))


def leave_out_screenshots(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test run changes no file of the repository unless it is asked to."""
    if os.environ.get("TURNOUT_SCREENSHOTS") == "1":
        return
    taking = [item for item in items if item.get_closest_marker("screenshots")]
    if taking:
        config.hook.pytest_deselected(items=taking)
        items[:] = [item for item in items if item not in taking]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {**browser_type_launch_args, "executable_path": browser.find().path, "args": FLAGS}
