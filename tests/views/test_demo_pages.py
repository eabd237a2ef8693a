"""The demonstration's clock and mailbox: there in the demo environment, nowhere else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.worlds.rows import digest
from webapp import clock
from webapp.config import Environment
from webapp.models import Message


class TestElsewhere:
    def test_neither_the_pages_nor_the_bar_exist(self, reader, world):
        world.event(slug="clay")
        assert reader.get("/demo/mailbox").status == 404
        assert reader.post("/demo/clock", forward="1h").status == 404
        assert "/demo/" not in reader.get("/events/clay").html
        assert clock.offset() == timedelta(0)


class TestInTheDemo:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, environment=Environment.DEMO)

    @pytest.fixture(autouse=True)
    def _clock_goes_back(self, app):
        yield
        clock.forbid_moving()

    @pytest.mark.parametrize(
        ("forward", "by"), [("15m", timedelta(minutes=15)), ("1h", timedelta(hours=1)), ("1d", timedelta(days=1))]
    )
    def test_a_button_moves_the_clock_and_leads_back(self, reader, forward, by):
        answer = reader.post("/demo/clock", forward=forward, next="/events?q=clay")
        assert (answer.status, answer.location) == (303, "/events?q=clay")
        assert abs(clock.offset() - by) < timedelta(seconds=1)
        reader.post("/demo/clock", forward=forward)
        assert abs(clock.offset() - 2 * by) < timedelta(seconds=1)
        reader.post("/demo/clock", real="1")
        assert clock.offset() == timedelta(0)

    def test_an_instant_sets_it(self, reader):
        assert reader.post("/demo/clock", instant="2026-06-12T22:00Z").status == 303
        assert abs(clock.now() - datetime(2026, 6, 12, 22, 0, tzinfo=UTC)) < timedelta(minutes=1)
        assert "22:0" in reader.get("/events").text

    @pytest.mark.parametrize(
        "instant", ["", "tomorrow", "2026-13-01 10:00", "9999-01-01 00:00", "\0", "x" * 10_000, "1e9"]
    )
    def test_what_is_no_instant_leaves_the_clock_and_says_so(self, reader, instant):
        answer = reader.post("/demo/clock", instant=instant, next="//evil.example")
        assert (answer.status, answer.location) == (303, "/events")
        assert clock.offset() == timedelta(0)
        assert "Enter a date and time like 2026-06-13 10:00." in reader.get("/events").text

    def test_it_cannot_be_moved_from_another_site_or_by_a_link(self, reader):
        assert reader.client.post("/demo/clock", data={"forward": "1d"}).status_code == 400
        assert reader.post("/demo/clock", forward="1d", headers={"Origin": "https://evil.example"}).status == 403
        assert reader.get("/demo/clock").status == 405
        assert clock.offset() == timedelta(0)

    def test_the_mailbox_shows_every_mail_newest_first_as_text(self, reader, world, session):
        person = world.person()
        for number in range(27):
            session.add(
                Message(
                    dedupe_key=f"m{number}",
                    kind="test",
                    user_id=person,
                    recipient="mira@post.example",
                    subject=f"Mail {number} <b>",
                    body="Look:\nhttp://127.0.0.1:8000/events <script>alert(1)</script>",
                    created_at=world.now,
                    next_try_at=world.now,
                )
            )
        session.commit()
        before = digest(session)
        page, second = reader.get("/demo/mailbox"), reader.get("/demo/mailbox?page=2")
        assert page.headings("h2")[:2] == ["Mail 26 <b>", "Mail 25 <b>"]
        assert second.headings("h2") == ["Mail 1 <b>", "Mail 0 <b>"]
        assert "<script>alert" not in page.html
        assert page.links()["http://127.0.0.1:8000/events"] == "http://127.0.0.1:8000/events"
        assert digest(session) == before

    def test_a_mails_html_runs_nothing_and_loads_nothing(self, reader, world, session):
        message = Message(
            dedupe_key="m",
            kind="test",
            user_id=world.person(),
            recipient="mira@post.example",
            subject="Hello",
            body="Hello",
            html="<p>Hello<script>alert(1)</script></p>",
            created_at=world.now,
            next_try_at=world.now,
            calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        )
        session.add(message)
        session.flush()
        address = f"/demo/mailbox/{message.id}"
        session.commit()

        page = reader.get(f"{address}/html")
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert "allow-scripts" not in policy and "allow-same-origin" not in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert reader.get(f"{address}/invite.ics").headers["Content-Type"].startswith("text/calendar")
        assert "alert(1)" not in reader.get("/demo/mailbox").html
        assert [reader.get(f"/demo/mailbox/99/{what}").status for what in ("html", "invite.ics")] == [404, 404]

    def test_an_empty_mailbox_says_what_would_be_there(self, reader):
        assert reader.get("/demo/mailbox").headings("h2") == ["No emails yet"]
