"""An evening online as pages see it: planned, told, calculated; and the product's clock at any instant of it.

online     an `OnlineEvent` in a fresh event, with `at(instant)` for the clock and `staff` as a browser
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.support.pages.reading import Reader
from tests.support.worlds.online.online_event import LATER, SOON, OnlineEvent, calculate, reconcile
from webapp import clock
from webapp.domain.permission import Role
from webapp.domain.text import search_text
from webapp.extensions import db
from webapp.models import Event, User
from webapp.services.unit_of_work import write_transaction


@dataclass
class Online:
    """What happened is told by `online_event`; `now` is where the product's clock stands."""

    app: Flask
    online_event: OnlineEvent
    staff: Reader

    def at(self, now: datetime) -> None:
        clock.move(now - clock.real_now())

    def calculated(self, *, is_reconciled: bool = True) -> None:
        """The jobs ran after the end; the clock stands there."""
        with self.app.app_context():
            calculate()
            if is_reconciled:
                reconcile()
        self.at(LATER if is_reconciled else SOON)

    @property
    def report(self) -> str:
        return f"/admin/sessions/{self.online_event.session_id}/report"

    @property
    def live(self) -> str:
        return f"/admin/sessions/{self.online_event.session_id}"

    @property
    def slug(self) -> str:
        with self.app.app_context():
            return db.session.scalar(select(Event.slug).where(Event.id == self.online_event.event_id)) or ""


@pytest.fixture
def online(app: Flask, reader_of: Callable[[int], Reader], tmp_path: Path) -> Iterator[Online]:
    clock.allow_moving(tmp_path / "clock")
    with app.app_context():
        online_event = OnlineEvent(app)
        _name(online_event, ("Ana Silva", "Ben Okafor", "Cleo Duarte"))
    staff = reader_of(online_event.world.person("Dana Kim", role=Role.ORGANIZER))
    yield Online(app, online_event, staff)
    clock.forbid_moving()


def _name(online_event: OnlineEvent, names: tuple[str, ...]) -> None:
    with write_transaction() as session:
        for user_id, name in zip(online_event.people, names, strict=True):
            values = {"name": name, "search_text": search_text(name, None)}
            session.execute(update(User).where(User.id == user_id).values(values))
