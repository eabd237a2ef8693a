"""Many rows quickly: people who are signed in, and an event with as many enrolled as a measurement needs."""

from datetime import UTC, datetime, timedelta
from itertools import count as count_up

from bench.support.postgres import connect
from tests.support.worlds.world import World
from webapp import create_app
from webapp.config import Settings

PEOPLE = """
WITH fresh AS (
  INSERT INTO users (email, name, search_text, is_operator, is_system, created_at)
  SELECT prefix || n || '@post.example', 'Person ' || n, ' person ' || n, false, false, now()
  FROM generate_series(1, %(number)s) n, (SELECT %(prefix)s::text AS prefix) p RETURNING id)
SELECT id FROM fresh ORDER BY id
"""
SIGN_INS = """
INSERT INTO sign_ins (token_hash, user_id, created_at, seen_at, user_agent)
SELECT encode(sha256(convert_to('bench-' || id, 'UTF8')), 'hex'), id, now(), now(), 'bench'
FROM unnest(%(ids)s::bigint[]) id
"""
ENROLLED = """
WITH fresh AS (
  INSERT INTO enrollments (event_id, user_id, status, version, waitlist_position, pass_code, source, enrolled_at,
                           confirmed_at, checked_in_at, changed_at)
  SELECT %(event)s, id, %(status)s::text, 1, CASE WHEN %(status)s::text = 'waitlisted' THEN n END,
         lpad(to_hex(%(base)s::bigint + n), 8, '0'), 'web', now(), now(),
         CASE WHEN %(status)s::text = 'checked_in' THEN now() END, now()
  FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS who(id, n)
  RETURNING id, event_id, user_id, status),
trail AS (
  INSERT INTO enrollment_transitions (enrollment_id, event_id, version, to_status, kind, triggered_by, actor_id, at)
  SELECT id, event_id, 1, CASE WHEN status = 'checked_in' THEN 'confirmed' ELSE status END, 'move', 'user', user_id,
         now()
  FROM fresh),
told AS (
  INSERT INTO outbox_events (kind, event_id, enrollment_id, version, occurred_at, dispatched_at)
  SELECT 'EnrollmentConfirmed', event_id, id, 1, now(), now() FROM fresh)
UPDATE event_policies SET
  seats_taken = seats_taken + CASE WHEN %(status)s::text = 'waitlisted' THEN 0 ELSE how_many END,
  waiting_count = waiting_count + CASE WHEN %(status)s::text = 'waitlisted' THEN how_many ELSE 0 END,
  last_waitlist_position = last_waitlist_position + CASE WHEN %(status)s::text = 'waitlisted' THEN how_many ELSE 0 END
FROM (SELECT cardinality(%(ids)s::bigint[]) AS how_many) them WHERE event_id = %(event)s
"""
CHECKED_IN = """
WITH them AS (SELECT id, user_id FROM enrollments WHERE event_id = %(event)s AND status = 'checked_in'),
days AS (
  SELECT (starts_at AT TIME ZONE 'UTC')::date + n AS day FROM events, generate_series(0, 2) n WHERE id = %(event)s),
evidence AS (
  INSERT INTO check_ins (enrollment_id, event_id, local_on, sequence, method, desk, actor_id, at)
  SELECT them.id, %(event)s, day, 0, 'code', 'Door', user_id, now() FROM them, days),
moved AS (UPDATE enrollments SET version = 2 WHERE id IN (SELECT id FROM them)),
trail AS (
  INSERT INTO enrollment_transitions
    (enrollment_id, event_id, version, from_status, to_status, kind, triggered_by, actor_id, at)
  SELECT id, %(event)s, 2, 'confirmed', 'checked_in', 'move', 'organizer', user_id, now() FROM them)
INSERT INTO outbox_events (kind, event_id, enrollment_id, version, occurred_at, dispatched_at)
SELECT 'ParticipantCheckedIn', %(event)s, id, 2, now(), now() FROM them
"""


def world_on(database_url: str, redis_url: str, home) -> World:
    """A world on that database, at this moment."""
    app = create_app(Settings.for_tests(database_url=database_url, redis_url=redis_url, home=home))
    return World(app, now=datetime.now(UTC))


def hot_event(world: World, **policy: object) -> tuple[int, str]:
    """A published event in nine days: its id and slug."""
    changes = {"starts_at": world.now + timedelta(days=9), **policy}
    slug = f"hot-{next(_numbers)}"
    return world.event(slug=slug, **changes), slug


def people(database_url: str, number: int, prefix: str) -> list[int]:
    """So many accounts."""
    with connect(database_url) as connection:
        return [row[0] for row in connection.execute(PEOPLE, {"number": number, "prefix": prefix})]


def sign_in(database_url: str, ids: list[int]) -> None:
    """A session for each; the cookie is `token_of` the person."""
    with connect(database_url) as connection:
        connection.execute(SIGN_INS, {"ids": ids})
        connection.execute("ANALYZE")


def token_of(user_id: int) -> str:
    return f"bench-{user_id}"


def enroll_many(database_url: str, event_id: int, ids: list[int], *, status: str = "confirmed") -> None:
    """Rows as enrolling these people one by one would have left them, and checking in who is `checked_in`."""
    facts = {"event": event_id, "ids": ids, "status": status, "base": next(_numbers) << 17}
    with connect(database_url) as connection:
        connection.execute(ENROLLED, facts)
        if status == "checked_in":
            connection.execute(CHECKED_IN, facts)


def settle(database_url: str) -> None:
    """What autovacuum would have done by now."""
    with connect(database_url) as connection:
        connection.execute("VACUUM ANALYZE")


def count(database_url: str, query: str, **facts: object) -> int:
    with connect(database_url) as connection:
        return connection.execute(query, facts).fetchone()[0]


def cookie(user_id: int) -> str:
    return f"turnout_signed_in={token_of(user_id)}"


_numbers = count_up(1)
