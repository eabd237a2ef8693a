"""An evening online as pages see it: planned, told, calculated; and the product's clock at any instant of it.

online     `Evening` in a fresh event, with `at(instant)` for the clock and `staff` as a browser
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.support.evening import LATER, SOON, Evening, calculate, reconcile
from tests.support.reading import Reader
from webapp import clock
from webapp.domain.permission import Role
from webapp.domain.text import search_text
from webapp.extensions import db
from webapp.models import Event, User
from webapp.services.unit_of_work import write_transaction


@dataclass
class Online:
    """What happened is told by `evening`; `now` is where the product's clock stands."""

    app: Flask
    evening: Evening
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
        return f"/admin/sessions/{self.evening.session_id}/report"

    @property
    def live(self) -> str:
        return f"/admin/sessions/{self.evening.session_id}"

    @property
    def slug(self) -> str:
        with self.app.app_context():
            return db.session.scalar(select(Event.slug).where(Event.id == self.evening.event_id)) or ""


@pytest.fixture
def online(app: Flask, reader_of: Callable[[int], Reader], tmp_path: Path) -> Iterator[Online]:
    clock.allow_moving(tmp_path / "clock")
    with app.app_context():
        evening = Evening(app)
        _name(evening, ("Ana Silva", "Ben Okafor", "Cleo Duarte"))
    staff = reader_of(evening.world.person("Dana Kim", role=Role.ORGANIZER))
    yield Online(app, evening, staff)
    clock.forbid_moving()


def _name(evening: Evening, names: tuple[str, ...]) -> None:
    with write_transaction() as session:
        for user_id, name in zip(evening.people, names, strict=True):
            values = {"name": name, "search_text": search_text(name, None)}
            session.execute(update(User).where(User.id == user_id).values(values))
