"""A message of an organizer to 10,000 people: found and told, beside the plain SQL that writes the same rows.

python -m bench mailings
"""

import tempfile
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from bench.told.prompts import Probe
from webapp.domain.notices.audience import Audience
from webapp.domain.notices.mailing import MailingDraft
from webapp.domain.permission import SYSTEM
from webapp.extensions import db
from webapp.queries.audit import broken_invariants
from webapp.services.notices.mailings.planning import plan_mailing
from webapp.services.notices.mailings.sending import PORTION, send_mailings

ROUNDS = 5
PEOPLE = 10_000
DRAFT = MailingDraft(
    "Dinner at {event}",
    "Hi {first name},\n\nyou said you’d eat with us on {date}. Dinner is in the courtyard.\n\n{link}\n\nDana",
    Audience(),
)
#: The tables of the product, their constraints and indexes included; mails of the product's size.
FLOOR = (
    """
    INSERT INTO mailings (event_id, created_by_id, subject, body, audience, status, send_at, request_id, version,
                          people, mails, lines, no_address, gone, created_at)
    SELECT %(event)s, 1, 'Dinner', 'Hi', '{}', 'sending', now(), gen_random_uuid()::text, 1, count(*), 0, 0, 0, 0, now()
    FROM enrollments WHERE event_id = %(event)s
    """,
    """
    INSERT INTO notifications (dedupe_key, user_id, type, event_id, enrollment_id, title, text, created_at)
    SELECT 'mailing:' || (SELECT max(id) FROM mailings) || ':' || user_id, user_id, 'message', event_id, id, 'Talk',
           'Dinner at Talk', now()
    FROM enrollments WHERE event_id = %(event)s
    """,
    """
    INSERT INTO messages (dedupe_key, kind, user_id, event_id, recipient, subject, body, html, unsubscribe_url, details,
                          created_at, attempts, next_try_at)
    SELECT 'mailing:' || (SELECT max(id) FROM mailings) || ':' || e.user_id, 'mailing', u.id, e.event_id, u.email,
           'Dinner at Talk', replace(%(body)s, '@name@', u.name), replace(%(html)s, '@name@', u.name),
           %(link)s || md5(u.id::text), '{}', now(), 0, now()
    FROM enrollments e JOIN users u ON u.id = e.user_id WHERE e.event_id = %(event)s
    """,
    """
    INSERT INTO mailing_recipients (mailing_id, user_id, enrollment_id, reach, message_id)
    SELECT (SELECT max(id) FROM mailings), e.user_id, e.id, 'mail', m.id
    FROM enrollments e JOIN messages m ON m.user_id = e.user_id WHERE e.event_id = %(event)s
    """,
    "UPDATE mailings SET mails = people, status = 'sent', finished_at = now()",
)
_WRITTEN = ("mailing_recipients", "notifications", "messages", "mailings")


def main(server_url: str) -> Report:
    report = Report("mailings")
    with (
        postgres.database(server_url, "bench_app") as app_url,
        postgres.database(server_url, "bench_floor") as floor_url,
        tempfile.TemporaryDirectory() as home,
    ):
        floor_world = seeding.world_on(floor_url, "unix:///nowhere", Path(home) / "floor")
        with floor_world.app.app_context():
            floor_event = _event(floor_world, floor_url, seeding.people(floor_url, PEOPLE, "crowd"))
            db.engine.dispose()
        world = seeding.world_on(app_url, "unix:///nowhere", Path(home))
        crowd = seeding.people(app_url, PEOPLE, "crowd")
        floors, apps, presses, statements, memory = [], [], [], [], []
        with world.app.app_context():
            mail = _mail(world, app_url, crowd[:1])
            event_id = _event(world, app_url, crowd)
            for number in range(ROUNDS):
                probe = Probe()
                presses.append(timed(lambda: _write(world, event_id)))
                pair = [
                    lambda: floors.append(_floor(floor_url, floor_event, mail)),
                    lambda: apps.append(_app(world, event_id, probe)),  # noqa: B023
                ]
                for run in pair if number % 2 else reversed(pair):
                    run()
                statements.append(probe.statements)
                memory.append(probe.growth_mb)
                _require_exact(report, app_url)
                findings = [one.as_dict() for one in islice(broken_invariants(world.now), 3)]
                report.require("findings of the audit", findings, [])
                _forget(app_url)
            db.engine.dispose()
        report.compare(f"telling {PEOPLE:,}", floors, apps, unit="s", bar="<= 3")
        report.note("the press that sends it, at most", max(presses), unit="s", bar="at once")
        report.note("statements at most", max(statements), bar=f"<= {_most_statements()}")
        report.note("memory of the process grew by at most", max(memory), unit="MB", bar="flat")
    return report


def _event(world, url: str, crowd: list[int]) -> int:
    event_id = world.event("Talk", starts_at=world.now + timedelta(days=2), capacity=None)
    seeding.enroll_many(url, event_id, crowd)
    seeding.settle(url)
    return event_id


def _write(world, event_id: int) -> None:
    plan_mailing(event_id=event_id, draft=DRAFT, actor=SYSTEM, request_id="b" * 20, now=world.now, real_now=world.now)


def _mail(world, url: str, somebody: list[int]) -> dict[str, str]:
    """A mail as the product writes it, which also warms up its templates."""
    event_id = _event(world, url, somebody)
    _write(world, event_id)
    send_mailings(event_id=event_id, now=world.now)
    with postgres.connect(url) as connection:
        row = connection.execute(
            "SELECT body, html, unsubscribe_url, (SELECT name FROM users u WHERE u.id = user_id) FROM messages"
        ).fetchone()
    _forget(url)
    body, html, link, name = row
    return {"body": body.replace(name, "@name@"), "html": html.replace(name, "@name@"), "link": link[:-32]}


def _app(world, event_id: int, probe: Probe) -> float:
    with probe:
        return timed(lambda: send_mailings(event_id=event_id, now=world.now))


def _floor(floor_url: str, event_id: int, mail: dict[str, str]) -> float:
    _forget(floor_url)
    with postgres.connect(floor_url) as connection:

        def write() -> None:
            with connection.transaction():
                for statement in FLOOR:
                    connection.execute(statement, {"event": event_id, **mail})

        return timed(write)


def _require_exact(report: Report, app_url: str) -> None:
    for table in _WRITTEN[:3]:
        query = f"SELECT count(DISTINCT user_id) FROM {table}"  # noqa: S608 -- names from here
        report.require(f"people in {table}", seeding.count(app_url, query), PEOPLE)


def _forget(url: str) -> None:
    """The next round begins with the same tables."""
    with postgres.connect(url) as connection:
        for table in _WRITTEN:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- names from here
        connection.execute("VACUUM ANALYZE")


def _most_statements() -> int:
    """A fixed number per portion, and few to find the people."""
    return PEOPLE // PORTION * 16 + 30
