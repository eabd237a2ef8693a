"""Stays show the log: in batches, alone or two at once, anew from the whole log, with the same rows."""

import json
import random
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.online.livekit_cases import KEYS, cases, event, orders, post, post_all, utc
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.online.delivery import read_delivery
from webapp.domain.online.stay import Told, fold_stays
from webapp.models import MeetingRoom, Stay, WebhookDelivery
from webapp.services.online import folding
from webapp.services.online.folding import Folded, fold_due_rooms, rebuild_room


@pytest.fixture
def settings(settings):
    """A Redis that nobody would find: nothing here needs one."""
    return replace(settings, livekit_keys=KEYS, redis_url="unix:///nowhere")


@pytest.fixture
def fold(app):
    def run(**facts) -> Folded:
        with app.app_context():
            return fold_due_rooms(now=NOON, **facts)

    return run


def stays(session):
    session.rollback()
    return [
        tuple(row) for row in session.execute(select(Stay.__table__).order_by(Stay.room_name, Stay.participant_sid))
    ]


def counts(session):
    session.rollback()
    rows = session.execute(
        select(MeetingRoom.name, MeetingRoom.deliveries, MeetingRoom.folded).order_by(MeetingRoom.name)
    )
    return [tuple(row) for row in rows]


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def come(client, minute, sid="PA_1", **facts):
    return post(client, event("participant_joined", at(minute), sid=sid, **facts))


def go(client, minute, sid="PA_1", **facts):
    return post(client, event("participant_left", at(minute), sid=sid, **facts))


ALL = tuple(one for case in cases() for one in case.deliveries)
ORDERS = orders(ALL)


def seconds_in(session, planned, identity) -> set[int]:
    """Every second of the session in which somebody was in its room, one by one."""
    start, end = utc(planned["starts_at"]), utc(planned["ends_at"])
    session.rollback()
    rows = session.scalars(select(Stay).where(Stay.room_name == planned["room_name"], Stay.identity == identity)).all()
    present: set[int] = set()
    for stay in rows:
        first, last = max(stay.joined_at, start), min(stay.left_at or end, end)
        present.update(range(int(first.timestamp()), int(last.timestamp())))
    return present


def straight() -> list[tuple]:
    """The stays of all cases by the pure functions alone."""
    by_room: dict[str, list[Told]] = {}
    for one in ALL:
        read = read_delivery(json.loads(one.body))
        if one.is_good and read.room_name and read.participant_sid:
            facts = [getattr(read, name) for name in Told._fields]
            by_room.setdefault(read.room_name, []).append(Told(*facts))
    rows = []
    for room, told in by_room.items():
        for sid, stay in fold_stays(told).items():
            names = [column.name for column in Stay.__table__.c][2:]
            rows.append((room, sid, *(getattr(stay, name) for name in names)))
    return sorted(rows)


STRAIGHT = straight()


@pytest.mark.parametrize("order", ORDERS)
def test_the_sample_cases_come_to_the_same_stays_in_any_order(client, session, fold, order):
    answers = post_all(client, ORDERS[order])
    fold()
    refused = sum(not one.is_good for one in ORDERS[order])

    assert answers.count(401) == refused and answers.count(200) == len(answers) - refused
    assert session.query(WebhookDelivery).count() == sum(case.expected["log"]["unique_events"] for case in cases())
    # The same rows as told straight from the file, without any order, hook or database.
    assert stays(session) == STRAIGHT
    for case in cases():
        for planned, identity, expected in case.people():
            difference = len(seconds_in(session, planned, identity)) - expected["total_seconds"]
            assert abs(difference) <= case.expected["tolerance"]["seconds"], f"{case.id} {identity}"
        identities = set(session.scalars(select(Stay.identity)))
        assert identities.isdisjoint(case.expected.get("not_attendees", ()))


@pytest.mark.long_db("postgres")
def test_folding_after_every_delivery_comes_to_the_same(client, session, fold):
    for one in ORDERS["shuffled, one to three times"]:
        post_all(client, [one])
        fold()

    assert stays(session) == STRAIGHT
    assert all(folded == deliveries for _, deliveries, folded in counts(session))


def test_folding_again_writes_nothing(client, session, fold):
    post_all(client, list(ALL))
    first = fold()
    before = digest(session)

    assert first.written == len(STRAIGHT)
    assert fold() == Folded()
    assert digest(session) == before


def test_a_late_leave_closes_the_stay_and_says_nothing_about_others(client, session, fold):
    come(client, 0), come(client, 0, sid="PA_2"), fold()

    go(client, 30)

    assert fold() == Folded(rooms=1, deliveries=1, written=1, removed=0)
    assert [(row[1], row[6]) for row in stays(session)] == [("PA_1", at(30)), ("PA_2", None)]


def test_what_turns_out_to_be_a_machine_has_no_stay(client, session, fold):
    come(client, 0), fold()

    go(client, 30, participant={"kind": "AGENT"})

    assert fold() == Folded(rooms=1, deliveries=1, written=0, removed=1)
    assert stays(session) == []


def test_only_the_rooms_asked_for_are_folded(client, session, fold):
    for room in ("a", "b", "c"):
        come(client, 0, room=room)

    fold(only=["a", "c", "nowhere"])

    assert counts(session) == [("a", 1, 1), ("b", 1, 0), ("c", 1, 1)]


def test_the_statements_of_folding_do_not_grow_with_rooms_and_people(app, client, fold):
    costs = []
    for rooms, people in ((1, 1), (20, 3)):
        for room in range(rooms):
            for person in range(people):
                come(client, 0, room=f"{rooms}-{room}", sid=f"PA_{person}", identity=f"u{person}")
        with counted_statements(app) as statements:
            fold()
        costs.append(len(statements))

    assert costs[0] == costs[1]
    assert costs[0] <= 9


class TestRebuild:
    @pytest.fixture
    def rebuild(self, app):
        def run(name) -> Folded:
            with app.app_context():
                return rebuild_room(name)

        return run

    def test_it_finds_the_same_rows(self, client, session, fold, rebuild):
        post_all(client, ORDERS["reversed"])
        fold()
        before = digest(session)

        changed = [rebuild(name).changed for name, _, _ in counts(session)]

        assert set(changed) == {0}
        assert digest(session) == before

    def test_it_mends_stays_that_somebody_touched(self, client, session, fold, rebuild):
        come(client, 0), go(client, 30), come(client, 0, sid="PA_2"), fold()
        right = stays(session)
        session.execute(update(Stay).where(Stay.participant_sid == "PA_1").values(joined_at=at(-60)))
        session.execute(delete(Stay).where(Stay.participant_sid == "PA_2"))
        session.execute(
            insert(Stay).values(
                room_name="session-1",
                participant_sid="PA_3",
                identity="u3",
                joined_at=NOON,
                joined_by="join",
                seen_at=NOON,
            )
        )
        session.commit()

        assert rebuild("session-1") == Folded(rooms=1, deliveries=0, written=2, removed=1)
        assert stays(session) == right

    def test_it_folds_what_was_not_folded_yet(self, client, session, rebuild):
        come(client, 0), go(client, 30)

        assert rebuild("session-1") == Folded(rooms=1, deliveries=2, written=1, removed=0)
        assert counts(session) == [("session-1", 2, 2)]

    def test_a_room_nobody_told_of_is_nothing(self, rebuild):
        assert rebuild("nowhere") == Folded()


@pytest.mark.only_db("postgres")
def test_who_is_overtaken_drops_what_they_did(client, session, fold, monkeypatch):
    """Somebody else folds everything between our reading and our writing. See the races for real processes."""
    come(client, 0), go(client, 30)
    read = folding.told_of

    def told_of(*args, **facts):
        told = read(*args, **facts)
        session.execute(update(MeetingRoom).values(folded=MeetingRoom.deliveries))
        session.commit()
        return told

    monkeypatch.setattr(folding, "told_of", told_of)

    assert fold() == Folded()
    assert (stays(session), counts(session)) == ([], [("session-1", 2, 2)])


def test_cut_off_anywhere_nothing_happened(app, client, session, fold, monkeypatch):
    post_all(client, list(ALL))
    before = digest(session)
    for name in ("told_of", "lock_rooms", "note_work"):
        with monkeypatch.context() as patch:
            patch.setattr(folding, name, cut_off)
            with pytest.raises(KeyboardInterrupt):
                fold()
        assert digest(session) == before

    fold()
    assert stays(session) == STRAIGHT


def cut_off(*_args, **_facts):
    raise KeyboardInterrupt


def test_deliveries_that_come_in_while_it_folds_are_found_the_next_time(app, client, session, fold, monkeypatch):
    come(client, 0)
    read = folding.told_of

    def told_of(*args, **facts):
        # In another transaction, after the counter was read: on SQLite nobody can write meanwhile.
        if session.get_bind().dialect.name == "postgresql":
            go(client, 30)
        return read(*args, **facts)

    monkeypatch.setattr(folding, "told_of", told_of)
    fold()
    monkeypatch.setattr(folding, "told_of", read)
    if session.get_bind().dialect.name == "postgresql":
        assert counts(session) == [("session-1", 2, 1)]
        assert [row[6] for row in stays(session)] == [None]
    else:
        go(client, 30)
    fold()

    assert counts(session) == [("session-1", 2, 2)]
    assert [row[6] for row in stays(session)] == [at(30)]


def test_deliveries_of_one_room_from_many_senders_at_once_are_numbered_without_gaps(app, session):
    bodies = [event("participant_joined", at(number), sid=f"PA_{number}") for number in range(30)] * 2
    random.Random(5).shuffle(bodies)  # noqa: S311 -- a shuffle hides nothing
    answers = []

    def send(share):
        client = app.test_client()
        answers.extend(post(client, body) for body in share)

    threads = [threading.Thread(target=send, args=(bodies[number::6],)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    session.rollback()
    assert answers == [200] * 60
    assert sorted(session.scalars(select(WebhookDelivery.number))) == list(range(1, 31))
    assert counts(session) == [("session-1", 30, 0)]
    assert session.scalar(text("SELECT count(*) FROM webhook_deliveries")) == 30
