"""The notification centre, what a person hears, the one click that ends mails, and the answer to a reminder."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import Enrollment, Event, Message, Notification, NotificationPreference, User
from webapp.models import ScheduledAttendancePrompt as Prompt
from webapp.services.notices.notification import notify
from webapp.services.notices.outbox import relay_batch
from webapp.services.notices.reminder import send_reminders
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
START = NOON + timedelta(days=1, hours=2)
HOUR = timedelta(hours=1)


def told(app, user_id: int, number: int = 1, **values) -> None:
    with app.app_context(), write_transaction() as session:
        notify(
            session,
            [
                {
                    "dedupe_key": f"line-{n}",
                    "user_id": user_id,
                    "type": "confirmed",
                    "title": "Clay",
                    "created_at": NOON + timedelta(minutes=n),
                    **values,
                }
                for n in range(number)
            ],
        )


def ids(session, model) -> list[int]:
    session.rollback()
    return list(session.scalars(select(model.id).order_by(model.id)))


def frequency(session, user_id: int) -> str | None:
    session.rollback()
    return session.scalar(select(NotificationPreference.frequency).where(NotificationPreference.user_id == user_id))


class TestCentre:
    def test_it_is_newest_first_fifty_a_page_with_the_unread_marked_and_counted(self, app, world, reader_of):
        mira, event_id = world.person(), world.event("Clay", slug="clay")
        told(app, mira, 53, event_id=event_id, enrollment_id=None)
        reader = reader_of(mira)

        page = reader.get("/notifications")
        assert page.text.count("You are enrolled: Clay") == 50
        assert page.title.startswith("Notifications (53 unread)")
        assert "1 to 50 of 53" in page.text
        assert reader.get("/notifications?page=2").text.count("You are enrolled: Clay") == 3
        assert "Notifications, 53 unread" in reader.get("/events").text

    def test_opening_a_line_reads_it_and_leads_to_its_event(self, app, world, reader_of, session):
        mira, event_id = world.person(), world.event("Clay", slug="clay")
        told(app, mira, event_id=event_id)
        reader, (line,) = reader_of(mira), ids(session, Notification)

        assert reader.get(f"/notifications/{line}/open").status == 405
        for _ in range(2):
            answer = reader.post(f"/notifications/{line}/open")
            assert (answer.status, answer.location) == (303, "/events/clay")
        session.rollback()
        assert session.get(Notification, line).read_at is not None
        assert "unread" not in reader.get("/notifications").text

    @pytest.mark.parametrize(
        ("kind", "where"),
        [
            ("attendance_prompt", "/notifications/{}/prompt"),
            ("reminder", "/notifications/{}/reminder"),
            ("no_show", "/events/clay"),
            ("called_off", "/events/clay"),
        ],
    )
    def test_each_kind_leads_where_something_can_be_done(self, app, world, reader_of, session, kind, where):
        mira, event_id = world.person(), world.event("Clay", slug="clay")
        number = {"prompt_number": 1} if kind == "attendance_prompt" else {}
        told(app, mira, event_id=event_id, type=kind, **number)
        (line,) = ids(session, Notification)
        assert reader_of(mira).post(f"/notifications/{line}/open").location == where.format(line)

    def test_all_are_read_at_once(self, app, world, reader_of, session):
        mira, ben = world.person(), world.person("Ben")
        told(app, mira, 3)
        told(app, ben, 1, dedupe_key="ben's")
        reader = reader_of(mira)

        assert reader.post("/notifications/read").location == "/notifications"
        assert "3 notifications marked as read." in reader.get("/notifications").text
        assert "Notifications, 1 unread" in reader_of(ben).get("/events").text
        before = digest(session)
        reader.post("/notifications/read")
        assert digest(session) == before

    def test_other_peoples_lines_are_not_found(self, app, world, reader_of, reader, session):
        told(app, world.person(), event_id=world.event())
        (line,) = ids(session, Notification)
        stranger = reader_of(world.person("Ben"))
        before = digest(session)

        assert stranger.post(f"/notifications/{line}/open").status == 404
        assert stranger.get(f"/notifications/{line}/reminder").status == 404
        assert "Clay" not in stranger.get("/notifications").text
        assert reader.get("/notifications").status == 302
        assert digest(session) == before

    def test_a_deleted_event_is_named_no_more(self, app, world, reader_of, session):
        mira, event_id = world.person(), world.event("Clay")
        told(app, mira, event_id=event_id)
        session.execute(update(Event).values(status="cancelled", cancelled_at=NOON, deleted_at=NOON))
        session.commit()
        page = reader_of(mira).get("/notifications")
        assert "this event no longer exists" in page.text
        assert "Clay" not in page.text

    def test_nobody_is_told_anything_yet(self, world, reader_of):
        assert reader_of(world.person()).get("/notifications").headings("h2") == ["Nothing new"]

    def test_the_bell_costs_no_statement_and_the_page_as_many_for_one_line_as_for_fifty(self, app, world, reader_of):
        costs = []
        for number in (1, 50):
            mira = world.person()
            with app.app_context(), write_transaction() as writing:
                notify(
                    writing,
                    [
                        {
                            "dedupe_key": f"{mira}-{n}",
                            "user_id": mira,
                            "type": "confirmed",
                            "title": "x",
                            "created_at": NOON,
                        }
                        for n in range(number)
                    ],
                )
            reader = reader_of(mira)
            for path in ("/notifications", "/events"):
                reader.get(path)
                with counted_statements(app) as statements:
                    reader.get(path)
                costs.append(len(statements))
        assert costs[:2] == costs[2:] == [3, 2]


class TestWhatAPersonHears:
    def test_it_is_kept_by_organization_and_by_default(self, world, use_cases, reader_of, session):
        mira = world.person()
        use_cases.enrolls(world.event(), mira)
        field = f"organization-{world.organization_id}"
        reader = reader_of(mira)
        assert "Northside Makers" in reader.get("/me/notifications").text

        answer = reader.post("/me/notifications", default="important", **{field: "none"})

        assert (answer.status, answer.location) == (303, "/me/notifications")
        assert frequency(session, mira) == "none"
        assert session.get(User, mira).notification_frequency == "important"
        reader.post("/me/notifications", default="all", **{field: "default"})
        assert frequency(session, mira) is None

    @pytest.mark.parametrize(
        ("default", "own"), [("", "all"), ("often", "all"), ("all", "often"), ("all", ""), ("x" * 10_000, "none")]
    )
    def test_what_is_no_answer_is_refused_and_kept_nowhere(self, world, use_cases, reader_of, session, default, own):
        mira = world.person()
        use_cases.enrolls(world.event(), mira)
        reader = reader_of(mira)
        before = digest(session)
        page = reader.post("/me/notifications", default=default, **{f"organization-{world.organization_id}": own})
        assert (page.status, page.title.startswith("Error: ")) == (422, True)
        assert digest(session) == before

    def test_an_organization_one_had_nothing_to_do_with_is_not_read(self, world, reader_of, session):
        world.organization()
        reader = reader_of(world.person())
        reader.post("/me/notifications", default="all", **{f"organization-{world.organization_id}": "none"})
        assert session.scalars(select(NotificationPreference.user_id)).all() == []

    def test_wanting_nothing_ends_what_was_to_be_asked(self, world, use_cases, reader_of, session):
        mira, event_id = world.person(), world.event()
        use_cases.enrolls(event_id, mira)
        session.add(Prompt(event_id=event_id, user_id=mira, number=1, due_at=START, created_at=NOON))
        session.commit()
        reader_of(mira).post("/me/notifications", default="all", **{f"organization-{world.organization_id}": "none"})
        session.rollback()
        assert session.scalars(select(Prompt.ended_because)).all() == ["opted_out"]


class TestOneClick:
    @pytest.fixture
    def link(self, app, world, use_cases, session) -> str:
        """As in the header of a mail that a person got."""
        use_cases.enrolls(world.event("Clay", starts_at=START), world.person(email="mira@post.example"))
        with app.app_context():
            relay_batch(now=NOON)
        return urlsplit(session.scalar(select(Message.unsubscribe_url))).path

    def test_opening_the_link_changes_nothing(self, reader, link, session):
        before = digest(session)
        page = reader.get(link)
        assert page.headings("h1") == ["Unsubscribe from Northside Makers?"]
        assert "mira@post.example" in page.text
        assert digest(session) == before

    def test_a_mail_program_ends_it_without_cookies_or_redirect(self, app, link, session):
        """RFC 8058: one POST, nothing else; doing it twice is doing it once."""
        mira = session.scalar(select(User.id).where(User.email == "mira@post.example"))
        for _ in range(2):
            answer = app.test_client().post(link, data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
        assert frequency(session, mira) == "none"

    def test_it_can_be_undone_on_the_same_page(self, reader, link, session):
        mira = session.scalar(select(User.id).where(User.email == "mira@post.example"))
        page = reader.post(link)
        assert page.headings("h1") == ["You’re unsubscribed from Northside Makers"]
        undo = page.fields(link)["again"]
        page = reader.post(link, again=undo)
        assert "is subscribed again" in page.text
        assert frequency(session, mira) is None

    def test_what_was_chosen_before_is_what_undoing_restores(self, world, reader, link, session):
        mira = session.scalar(select(User.id).where(User.email == "mira@post.example"))
        session.add(
            NotificationPreference(
                user_id=mira, organization_id=world.organization_id, frequency="important", changed_at=NOON
            )
        )
        session.commit()
        undo = reader.post(link).fields(link)["again"]
        reader.post(link, again=undo)
        assert frequency(session, mira) == "important"

    @pytest.mark.parametrize("damage", [lambda at: at[:-2], lambda at: at.swapcase(), lambda at: at + "x" * 50])
    def test_an_altered_link_is_refused_and_changes_nothing(self, reader, link, session, damage):
        base, _, token = link.rpartition("/")
        before = digest(session)
        for answer in (reader.get(f"{base}/{damage(token)}"), reader.post(f"{base}/{damage(token)}")):
            assert answer.status == 404
            assert "This link doesn’t work." in answer.text
        assert digest(session) == before

    def test_an_unknown_answer_and_a_gone_account_are_refused(self, reader, link, session):
        before = digest(session)
        assert reader.post(link, again="often").status == 422
        assert digest(session) == before
        session.execute(update(User).where(User.email == "mira@post.example").values(anonymized_at=NOON, email=None))
        session.commit()
        assert reader.get(link).status == 404


class TestReminder:
    @pytest.fixture
    def mira(self, world) -> int:
        return world.person("Mira", email="mira@post.example")

    @pytest.fixture
    def link(self, app, world, use_cases, mira, session) -> str:
        use_cases.enrolls(world.event("Clay", starts_at=START, capacity=1), mira)
        with app.app_context():
            send_reminders(now=START - 20 * HOUR)
        clock.move(START - 20 * HOUR - clock.real_now())
        body = session.scalar(select(Message.body).where(Message.kind == "reminder"))
        return urlsplit(next(word for word in body.split() if "/reminders/" in word)).path

    def test_opening_the_link_changes_nothing(self, reader, link, session):
        before = digest(session)
        assert reader.get(link).headings("h1") == ["Are you coming?"]
        assert reader.get(f"{link}?wish=give-up").headings("h1") == ["Cancel your place?"]
        assert digest(session) == before

    def test_coming_is_said_once_and_shown_to_the_organizer(self, world, reader, reader_of, link):
        answer = reader.post(f"{link}/coming")
        assert (answer.status, answer.location) == (303, link)
        assert reader.get(link).headings("h1") == ["You said you’re coming"]

        again = reader.post(f"{link}/coming")
        assert (again.status, "You already said you’re coming." in again.text) == (409, True)
        orla = reader_of(world.person("Orla", role=Role.ORGANIZER))
        assert "Says: coming" in orla.get("/admin/events/1/enrollments").text

    def test_giving_up_is_the_ordinary_way_and_lets_the_next_one_in(self, use_cases, world, reader, link, session):
        use_cases.enrolls(1, world.person("Ben"), now=START - 20 * HOUR)
        assert reader.post(f"{link}/give-up").location == link
        session.rollback()
        assert session.scalars(select(Enrollment.status).order_by(Enrollment.id)).all() == ["cancelled", "confirmed"]
        before = digest(session)
        again = reader.post(f"{link}/give-up")
        assert (again.status, "You no longer have a place in this event." in again.text) == (409, True)
        assert reader.post(f"{link}/coming").status == 409
        assert digest(session) == before

    def test_the_deadline_holds(self, reader, link, session):
        clock.move(START + timedelta(minutes=1) - clock.real_now())
        before = digest(session)
        page = reader.post(f"{link}/give-up")
        assert (page.status, "You could cancel until" in page.text) == (409, True)
        assert digest(session) == before

    def test_an_altered_foreign_or_old_link_is_refused(self, world, reader, reader_of, link, session):
        ben = reader_of(world.person("Ben"))
        before = digest(session)
        for path in (f"{link}x", "/reminders/x", link.replace("/reminders/", "/unsubscribe/")):
            assert reader.get(path).status == 404, path
        assert reader.post(f"{link}x/give-up").status == 404
        assert ben.post(f"{link}/give-up").status == 403
        clock.move(START + timedelta(days=2) - clock.real_now())
        assert reader.get(link).status == 410
        assert reader.post(f"{link}/give-up").status == 410
        assert digest(session) == before

    def test_signed_in_the_same_is_done_from_the_centre(self, reader_of, mira, link, session):
        reader = reader_of(mira)
        line = session.scalar(select(Notification.id).where(Notification.type == "reminder"))
        page = reader.get(f"/notifications/{line}/reminder")
        assert page.headings("h1") == ["Are you coming?"]
        assert reader.post(f"/notifications/{line}/reminder/coming").status == 303
        assert reader.post(f"/notifications/{line}/reminder/give-up").status == 303
        session.rollback()
        assert session.scalar(select(Enrollment.status)) == "cancelled"
