"""Random days of an event beside a model of plain lists: seats, line, order and counters always agree."""

import dataclasses
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from tests.support.databases.sqlite import SqliteTemplate
from tests.support.databases.standing_apps import StandingApps
from tests.support.worlds.rows import broken, standing
from tests.support.worlds.world import NOON, World
from webapp.config import Settings
from webapp.domain.events.event_draft import EventDraft
from webapp.domain.permission import Role, Trigger
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.queries.events.event import event_by_id
from webapp.services.events.event_editing import edit_event
from webapp.services.places.decision import decide_application, promote_out_of_turn
from webapp.services.places.enrollment import cancel, enroll

PEOPLE = 8
who = st.integers(0, PEOPLE - 1)


class EventDays(RuleBasedStateMachine):
    """One event. `seated` and `line` are what a clerk with a pencil would have written down."""

    template: SqliteTemplate
    apps: StandingApps

    @initialize(capacity=st.integers(1, 3), by_application=st.booleans())
    def open_the_event(self, capacity: int, by_application: bool) -> None:
        chosen = Settings.for_tests(
            database_url=self.template.standing("model"), redis_url="unix:///nowhere", home=Path()
        )
        self.context = ExitStack()
        self.app = self.context.enter_context(self.apps.lent(chosen, again=True))
        self.context.enter_context(self.app.app_context())
        self.world = World(self.app)
        self.event_id = self.world.event(capacity=capacity, method="application" if by_application else "rsvp")
        self.orla = self.world.actor(self.world.person("Orla", role=Role.ORGANIZER), Role.ORGANIZER)
        self.people = self.world.people(PEOPLE)
        self.session = self.context.enter_context(Session(db.engine))
        self.capacity, self.by_application = capacity, by_application
        self.seated: list[int] = []
        self.line: list[int] = []
        self.pending: list[int] = []
        self.ids: dict[int, int] = {}

    def teardown(self) -> None:
        if hasattr(self, "context"):
            self.context.close()

    @rule(person=who)
    def enroll(self, person: int) -> None:
        user_id = self.people[person]
        known = user_id in self.seated + self.line + self.pending
        placed = self.attempt(
            "already_enrolled" if known else None,
            lambda: enroll(event_id=self.event_id, user_id=user_id, actor=self.world.actor(user_id), now=NOON),
        )
        if placed is None:
            return
        self.ids[user_id] = placed.enrollment_id
        if self.by_application:
            self.pending.append(user_id)
        else:
            self.place(user_id, placed)

    @rule(person=who, by_organizer=st.booleans())
    def leave(self, person: int, by_organizer: bool) -> None:
        user_id = self.people[person]
        if user_id not in self.ids:
            return
        standing_somewhere = user_id in self.seated + self.line + self.pending
        by = Trigger.ORGANIZER if by_organizer else Trigger.USER
        actor = self.orla if by_organizer else self.world.actor(user_id)
        left = self.attempt(
            None if standing_somewhere else "illegal_move",
            lambda: cancel(enrollment_id=self.ids[user_id], actor=actor, by=by, now=NOON),
        )
        if left is None:
            return
        for place in (self.seated, self.line, self.pending):
            if user_id in place:
                place.remove(user_id)
        assert left.promoted == tuple(self.ids[one] for one in self.move_up())

    @precondition(lambda self: self.by_application)
    @rule(person=who)
    def approve(self, person: int) -> None:
        user_id = self.people[person]
        if user_id not in self.pending:
            return
        decided = decide_application(
            enrollment_id=self.ids[user_id], approve=True, actor=self.orla, by=Trigger.ORGANIZER, now=NOON
        )
        self.pending.remove(user_id)
        self.place(user_id, decided)

    @rule(step=st.integers(-2, 3))
    def change_the_capacity(self, step: int) -> None:
        wanted = max(self.capacity + step, 1)
        event = event_by_id(self.event_id)
        draft = EventDraft(**{field.name: getattr(event, field.name) for field in dataclasses.fields(EventDraft)})
        edited = self.attempt(
            "capacity_below_seats" if wanted < len(self.seated) and wanted != self.capacity else None,
            lambda: edit_event(
                event_id=self.event_id,
                draft=dataclasses.replace(draft, capacity=wanted),
                expected_version=event.version,
                now=NOON,
            ),
        )
        if edited is not None:
            self.capacity = wanted
            assert edited.promoted == tuple(self.ids[one] for one in self.move_up())

    @rule(person=who)
    def give_a_place_out_of_turn(self, person: int) -> None:
        user_id = self.people[person]
        if user_id not in self.line:
            return
        # A seat is free beside a line only for an instant, inside a transaction: so this is always full.
        self.attempt(
            "event_full",
            lambda: promote_out_of_turn(
                enrollment_id=self.ids[user_id], actor=self.orla, by=Trigger.ORGANIZER, reason="A friend", now=NOON
            ),
        )

    @invariant()
    def the_rows_say_what_the_pencil_says(self) -> None:
        if not hasattr(self, "session"):
            return
        found = standing(self.session, self.event_id)
        assert found.queue == self.line
        assert (found.taken, found.waiting) == (len(self.seated), len(self.line))
        assert found.statuses["confirmed"] == len(self.seated) <= self.capacity
        assert found.statuses["pending"] == len(self.pending)
        assert broken(self.session, self.event_id) == []

    def attempt(self, refusal: str | None, act):
        """What the act returns, having been refused exactly when the model says so."""
        try:
            done = act()
        except Refused as refused:
            assert refused.code == refusal
            return None
        assert refusal is None
        return done

    def place(self, user_id: int, placed) -> None:
        if len(self.seated) < self.capacity:
            self.seated.append(user_id)
            assert (placed.status, placed.rank) == ("confirmed", None)
        else:
            self.line.append(user_id)
            assert (placed.status, placed.rank) == ("waitlisted", len(self.line))

    def move_up(self) -> list[int]:
        free = self.capacity - len(self.seated)
        moved, self.line = self.line[:free], self.line[free:]
        self.seated += moved
        return moved


@pytest.mark.slow
def test_whatever_people_do_the_rows_agree_with_plain_lists(_sqlite_template, _apps):
    EventDays.template, EventDays.apps = _sqlite_template, _apps
    run_state_machine_as_test(
        EventDays,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
