"""Fixtures for pages.

world      builds rows at noon (`tests.support.world`)
story      what people did before (`tests.support.story`)
noon       the product's clock stands at `NOON`, as the demonstration would move it
reader     a browser of somebody who is not signed in
reader_of  a browser of this person: `reader_of(user_id)`
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from tests.support.reading import Reader
from tests.support.story import Story
from tests.support.world import NOON, World
from webapp import clock


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


@pytest.fixture
def story(app: Flask, world: World) -> Story:
    return Story(app, world)


@pytest.fixture
def noon(app: Flask, tmp_path: Path) -> Iterator[datetime]:
    """Asked for after the app, which forbids moving the clock outside the demonstration."""
    clock.allow_moving(tmp_path / "clock")
    clock.move(NOON - clock.real_now())
    yield NOON
    clock.forbid_moving()


@pytest.fixture
def reader(app: Flask) -> Reader:
    return Reader(app.test_client())


@pytest.fixture
def reader_of(app: Flask, world: World) -> Callable[[int], Reader]:
    def browser_of(user_id: int) -> Reader:
        client = app.test_client()
        world.sign_in(client, user_id)
        return Reader(client)

    return browser_of
