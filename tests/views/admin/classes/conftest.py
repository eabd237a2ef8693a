"""An organizer at a browser, and classes of the organization."""

import pytest

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.classes.running_class import RunningClass
from webapp.domain.permission import Role


@pytest.fixture
def organization_id(world) -> int:
    return world.organization()


@pytest.fixture
def organizer(world, organization_id, reader_of):
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


@pytest.fixture
def classroom(app, world, organization_id) -> Classroom:
    return Classroom(app, world)


@pytest.fixture
def running_class(app, world) -> RunningClass:
    with app.app_context():
        world.organization()
        return RunningClass(app, world=world)


@pytest.fixture
def staff(running_class, world, reader_of):
    return reader_of(world.person("Dana Kim", role=Role.ORGANIZER))
