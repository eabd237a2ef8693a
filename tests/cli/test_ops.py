"""`ops`: prepare, audit, due, check, and beginning without the demonstration."""

import json
import re
import socket
import threading
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import redis
from sqlalchemy import func, select, text

from tests.support.pages.reading import Reader
from tests.support.servers.mail_server import MailServer
from tests.support.servers.processes import Programs, free_port
from tests.support.worlds.accounts import sign_up
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp import clock
from webapp.cli.checking import installation_checks
from webapp.domain.permission import Role
from webapp.models import CronJob, Event, Facility, MemberRole, Message, Organization, SignIn, User
from webapp.queries.audit import INVARIANTS
from webapp.services.places.enrollment import enroll

SQLITE = pytest.mark.only_db("sqlite")


@pytest.fixture
def world(app) -> World:
    return World(app, now=clock.now())


def lines(result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_prepare_lays_out_the_demo_once_and_the_schedule(demo_flask, session, redis_url) -> None:
    first = demo_flask("ops", "prepare")
    before = digest(session)
    second = demo_flask("ops", "prepare")

    assert (first.exit_code, first.stdout) == (0, "The database is ready.\nThe demo world is laid out.\n")
    assert (second.exit_code, second.stdout) == (0, "The database is ready.\n")
    assert digest(session) == before
    assert session.scalar(select(func.count()).select_from(CronJob)) >= 4
    with redis.Redis.from_url(redis_url) as client:
        assert client.zcard("rq:scheduler:scheduled_jobs") == 1
    assert demo_flask("ops", "audit").stdout == f"All {len(INVARIANTS)} invariants hold.\n"


def test_prepare_leaves_an_installation_that_is_no_demo_empty(flask, session) -> None:
    assert flask("ops", "prepare").stdout == "The database is ready.\n"
    assert session.scalar(select(func.count()).select_from(Event)) == 0
    assert session.scalar(select(func.count()).select_from(User)) == 1


@pytest.mark.slow
@SQLITE
def test_two_first_starts_at_once_lay_out_one_world(programs: Programs, session) -> None:
    programs.settings["TURNOUT_ENV"] = "demo"
    answers = []
    both = [threading.Thread(target=lambda: answers.append(programs.flask("ops", "prepare"))) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert [answer.returncode for answer in answers] == [0, 0]
    assert sorted(answer.stdout.count("The demo world is laid out.") for answer in answers) == [0, 1]
    assert session.scalar(select(func.count()).select_from(Organization)) == 2


def test_a_clean_database_is_one_line(flask) -> None:
    clean = flask("ops", "audit")

    assert (clean.exit_code, clean.stdout) == (0, f"All {len(INVARIANTS)} invariants hold.\n")


def test_a_broken_invariant_is_a_json_line_and_exit_code_1(flask, world, session) -> None:
    event_id = world.event()
    session.execute(text("UPDATE event_policies SET seats_taken = 2"))
    session.commit()

    broken = flask("ops", "audit")

    assert broken.exit_code == 1
    assert lines(broken) == [
        {
            "invariant": "seats_taken_counted",
            "event_id": event_id,
            "wrong": "seats_taken is 2, but 0 seats are taken or held",
        }
    ]


def test_nothing_is_due_in_a_quiet_installation(flask) -> None:
    quiet = flask("ops", "due")

    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "Nothing is due.\n")


def test_an_event_that_is_over_is_due_with_its_lateness(app, flask, world, session) -> None:
    event_id = world.event(slug="lunch")
    user_id = world.person()
    with app.app_context():
        enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=world.now)
    over = world.now - timedelta(minutes=20)
    event = session.get_one(Event, event_id)
    event.starts_at, event.ends_at, event.effective_end_at = over - timedelta(hours=1), over, over
    session.commit()

    due = lines(flask("ops", "due"))

    assert [line["due"] for line in due] == ["close-event", "outbox-events"]
    assert (due[0]["event_id"], due[0]["slug"]) == (event_id, "lunch")
    assert 1200 <= due[0]["late_seconds"] < 1260
    assert due[1]["count"] == 1


ORGANIZATION = ["ops", "create-organization", "Ateliê Sul", "--facility", "Galpão", "--timezone", "America/Sao_Paulo"]


def test_an_installation_begins_without_the_demo(app, flask, session) -> None:
    made = flask(*ORGANIZATION, "--admin-email", "Sofia@Post.example", "--operator")
    assert made.exit_code == 0

    row = session.execute(
        select(Organization.slug, Facility.timezone, MemberRole.role, User.email, User.is_operator)
        .join(Facility, Facility.organization_id == Organization.id)
        .join(MemberRole, MemberRole.organization_id == Organization.id)
        .join(User, User.id == MemberRole.user_id)
    ).one()
    assert tuple(row) == ("atelie-sul", "America/Sao_Paulo", Role.OWNER, "sofia@post.example", True)

    # The address is not proved: the link that was mailed is said, too, and is the only way in.
    link = made.stdout.splitlines()[-1]
    assert "sofia@post.example is its owner. They get access once they confirm the address." in made.stdout
    assert link.startswith("http://127.0.0.1:8000/confirm/")
    mail = session.scalars(select(Message)).one()
    assert (mail.recipient, link in mail.body) == ("sofia@post.example", True)
    browser = Reader(app.test_client())
    assert browser.post(urlsplit(link).path, password="a long word").location == "/login"
    browser.post("/login", email="sofia@post.example", password="a long word")
    assert browser.get("/admin/events").status == 200


def test_the_operator_may_know_whose_address_it_is(app, flask, session) -> None:
    flask(*ORGANIZATION, "--admin-email", "sofia@post.example")
    typed = {"input": "a long word\na long word\n"}
    browser = Reader(app.test_client())

    asked = flask("ops", "set-password", "sofia@post.example", **typed)
    assert (asked.exit_code, "The address is not confirmed" in asked.stdout) == (0, True)
    answer = browser.post("/login", email="sofia@post.example", password="a long word")
    assert (answer.location, browser.get("/admin/events").status) == ("/confirm", 302)

    vouched = flask("ops", "set-password", "sofia@post.example", "--proved", **typed)
    assert (vouched.exit_code, "not proved" in vouched.stdout) == (0, False)
    browser.post("/login", email="sofia@post.example", password="a long word")
    assert browser.get("/admin/events").status == 200


def test_whoever_signed_up_with_the_address_first_gets_nothing(app, flask, session) -> None:
    stranger = Reader(app.test_client())
    secret = {"email": "sofia@post.example", "password": "strangers-secret"}
    with app.app_context():
        sign_up(**secret, name="Sofia", timezone=None, now=NOON)
    stranger.post("/login", **secret)
    assert stranger.get("/me").status == 200

    made = flask(*ORGANIZATION, "--admin-email", "sofia@post.example", "--operator")

    assert "They get access once they confirm the address." in made.stdout
    assert [stranger.get(path).status for path in ("/admin/events", "/admin/jobs", "/me")] == [302] * 3
    again = flask("ops", "make-admin", "atelie-sul", "sofia@post.example")
    assert "already an admin of atelie-sul. They get access once they confirm the address." in again.stdout
    owner = Reader(app.test_client())
    owner.post(urlsplit(again.stdout.splitlines()[-1]).path, password="a long word")
    assert stranger.post("/login", email="sofia@post.example", password="strangers-secret").status == 422
    owner.post("/login", email="sofia@post.example", password="a long word")
    assert [owner.get(path).status for path in ("/admin/events", "/admin/jobs")] == [200] * 2
    assert flask("ops", "make-admin", "atelie-sul", "sofia@post.example").stdout == (
        "sofia@post.example is already an admin of atelie-sul.\n"
    )


def test_the_same_organization_is_not_made_twice(flask, session) -> None:
    flask(*ORGANIZATION, "--admin-email", "sofia@post.example")
    before = digest(session)

    again = flask(*ORGANIZATION, "--admin-email", "other@post.example")

    assert (again.exit_code, again.stderr) == (
        2,
        "Error: an organization with this name exists already; its address is 'atelie-sul'\n",
    )
    assert digest(session) == before


@pytest.mark.parametrize(
    ("name", "address"), [("أكاديمية النور", "kdymyh-lnwr"), ("東京", "dongjing"), ("Ателье Юг", "atele-yug")]
)
def test_an_organization_may_have_a_name_in_any_script(flask, session, name, address) -> None:
    words = ("--admin-email", "a@post.example", "--facility", "Y", "--timezone", "Europe/Berlin")
    assert flask("ops", "create-organization", name, *words).exit_code == 0
    assert flask("ops", "create-organization", f"{name}!", *words).exit_code == 0
    assert {tuple(row) for row in session.execute(select(Organization.name, Organization.slug))} == {
        (name, address),
        (f"{name}!", f"{address}-2"),
    }
    assert flask("ops", "make-admin", f"{address}-2", "a@post.example").exit_code == 0


@SQLITE
@pytest.mark.parametrize(
    "words",
    [
        ["X", "--admin-email", "no address", "--facility", "Y", "--timezone", "Europe/Berlin"],
        ["X", "--admin-email", "a@post.example", "--facility", "Y", "--timezone", "Mars/Base"],
        ["X", "--admin-email", "a@post.example", "--facility", "Y", "--timezone", "../../etc/passwd"],
        [" ", "--admin-email", "a@post.example", "--facility", "Y", "--timezone", "Europe/Berlin"],
        ["X" * 121, "--admin-email", "a@post.example", "--facility", "Y", "--timezone", "Europe/Berlin"],
        ["X", "--admin-email", "a@post.example", "--facility", "\x1b", "--timezone", "Europe/Berlin"],
    ],
)
def test_an_organization_that_makes_no_sense_is_one_clear_line(flask, session, words) -> None:
    before = digest(session)

    refused = flask("ops", "create-organization", *words)

    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert digest(session) == before


@SQLITE
def test_an_account_becomes_the_admin_of_an_organization_once(flask, world, session) -> None:
    flask(*ORGANIZATION, "--admin-email", "sofia@post.example")
    ana = world.person(email="ana@post.example")
    said = [flask("ops", "make-admin", "atelie-sul", "Ana@post.example").stdout for _ in range(2)]
    before = digest(session)
    wrong = (["nowhere", "ana@post.example"], ["atelie-sul", "nobody@post.example"])
    refused = [flask("ops", "make-admin", *words) for words in wrong]

    assert said == [f"Ana@post.example is {word} an admin of atelie-sul.\n" for word in ("now", "already")]
    assert session.scalar(select(MemberRole.role).where(MemberRole.user_id == ana)) == Role.ADMIN
    assert [(one.exit_code, one.stderr.count("\n")) for one in refused] == [(2, 1), (2, 1)]
    assert digest(session) == before


def test_a_new_password_ends_every_session(app, flask, client, world, session) -> None:
    user_id = world.person(email="mira@post.example")
    world.sign_in(client, user_id)

    flask("ops", "set-password", "mira@post.example", input="a long word\na long word\n")

    assert session.scalar(select(func.count()).select_from(SignIn)) == 0


@SQLITE
@pytest.mark.parametrize(
    ("email", "typed"),
    [
        ("nobody@post.example", ""),
        ("no address", ""),
        ("mira@post.example", "short\nshort\n"),
        ("system_batch@turnout.invalid", ""),
    ],
)
def test_a_password_that_cannot_be_set_changes_nothing(flask, world, session, email, typed) -> None:
    world.person(email="mira@post.example")
    before = digest(session)

    assert flask("ops", "set-password", email, input=typed).exit_code == 2
    assert digest(session) == before


def test_check_says_what_is_well_and_what_is_not(flask) -> None:
    checked = flask("ops", "check")

    assert checked.exit_code == 1  # nobody ticks here
    assert [line.split(":")[0].split() for line in checked.stdout.splitlines()] == [
        ["ok", "settings"],
        ["ok", "database"],
        ["ok", "tables"],
        ["ok", "accounts"],
        ["ok", "redis"],
        ["ok", "mail"],
        ["ok", "video"],
        ["WRONG", "tick"],
    ]


def checked(app, name: str, **changes: object) -> str:
    """The line of one check, with other settings."""
    settings = replace(app.extensions["settings"], **changes)
    with app.app_context():
        (line,) = [check.line for check in installation_checks(settings) if check.name == name]
    return line


@SQLITE
def test_check_speaks_with_the_mail_server_as_a_letter_would(app) -> None:
    """It knocked at port 25, where mails go to 587, and called an open port well."""
    server = MailServer()
    port = server.url.rpartition(":")[2]
    try:
        well = checked(app, "mail", mail_url=server.url)
        refused = checked(app, "mail", mail_url=f"smtp://user:hunter2@127.0.0.1:{port}")
        server.post.hangs_up_at_once = True
        deaf = checked(app, "mail", mail_url=server.url)
    finally:
        server.close()
    gone = checked(app, "mail", mail_url=server.url)

    assert well.startswith("ok ")
    assert [line.startswith("WRONG mail: 127.0.0.1 cannot be used:") for line in (refused, deaf, gone)] == [True] * 3
    assert "hunter2" not in refused + deaf + gone


@SQLITE
def test_check_looks_for_the_video_server(app) -> None:
    keys = {"APIone": "Zq3-video-server-secret-of-forty-bytes-x"}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        url = f"http://127.0.0.1:{port}/?liveKitUrl=ws://127.0.0.1:{port}&token={{token}}"
        well = checked(app, "video", livekit_keys=keys, livekit_client_url=url)
        keyless = checked(app, "video", livekit_client_url=url)
        elsewhere = url.replace(f"ws://127.0.0.1:{port}", f"ws://127.0.0.1:{free_port()}")
        half = checked(app, "video", livekit_keys=keys, livekit_client_url=elsewhere)
    gone = checked(app, "video", livekit_keys=keys, livekit_client_url=url)

    assert well == f"ok    video: 127.0.0.1:{port}, 127.0.0.1:{port} can be reached; last webhook never"
    assert "LIVEKIT_KEYS" in keyless
    assert [line.startswith("WRONG") for line in (keyless, half, gone)] == [True] * 3
    assert checked(app, "video").startswith("ok ")
    assert checked(app, "video", livekit_keys=keys).startswith("ok ")


def test_a_link_to_set_up_is_printed_while_nobody_operates_the_installation(flask, session, world) -> None:
    first, second = flask("ops", "setup-link"), flask("ops", "setup-link")

    assert first.exit_code == second.exit_code == 0
    link = re.search(r"http://\S+/setup\?code=([\w-]{14})\n", second.stdout)
    assert link is not None
    assert link.group(1) in second.stdout.split("The set-up code is ")[1]
    assert link.group(1) not in first.stdout
    world.person("Ola", is_operator=True)
    refused = flask("ops", "setup-link")
    assert refused.exit_code == 2
    assert "has an operator already" in refused.stderr
