"""Fixtures for pages.

world      builds rows at noon (`tests.support.worlds.world`)
use_cases  what people did before (`tests.support.worlds.use_cases`)
noon       the product's clock stands at `NOON`, as the demonstration would move it
orla       an organizer of the world's organization, as an `Actor`
reader     a browser of somebody who is not signed in
reader_of  a browser of this person: `reader_of(user_id)`
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from tests.support.pages.reading import Reader
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp import clock
from webapp.domain.permission import Actor, Role


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


@pytest.fixture
def orla(world: World) -> Actor:
    world.organization()
    return world.actor(world.person("Orla", role=Role.ORGANIZER), Role.ORGANIZER)


@pytest.fixture
def use_cases(app: Flask, world: World) -> UseCases:
    return UseCases(app, world)


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
