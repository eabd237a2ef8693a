"""Messages of organizers: placeholders, audiences, what is refused, who is told how: tables of cases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.notices.audience import Audience, Came, kept_audience
from webapp.domain.notices.mailing import (
    DropReason,
    MailingDraft,
    Reach,
    drop_reason,
    mailing_key,
    mailing_of_key,
    reach_of,
    require_mailing,
    require_planned,
    require_recipients,
)
from webapp.domain.notices.notice import Frequency
from webapp.domain.notices.placeholders import Placeholder, filled, pieces_of
from webapp.domain.notices.relative_time import Anchor, RelativeTime
from webapp.domain.places.enrollment import LIVE
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.questions.answer_filter import AnswerFilter, Which

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
WORDS = {one: one.value.upper() for one in Placeholder}
DRAFT = MailingDraft("Dinner", "Hi {first name}", Audience())
#: Everything at once.
PICKY = Audience(
    statuses=frozenset({S.CONFIRMED}),
    came=Came.MISSED,
    day=date(2026, 6, 12),
    answers=(AnswerFilter(3, Which.IS, "yes"), AnswerFilter(4, Which.NONE)),
    facility_id=5,
    class_id=6,
    is_first_time=True,
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi {first name}, see {link}", "Hi FIRST NAME, see LINK"),
        ("{event} on {date} at {time}, {place}", "EVENT on DATE at TIME, PLACE"),
        ("{ First_Name }{NAME}", "FIRST NAMENAME"),
        ("{starts}: {their link}", "DATE: LINK"),
        ("a { alone", "a { alone"),
        ("} and {", "} and {"),
        ("{over\ntwo lines}", "{over\ntwo lines}"),
        ("", ""),
    ],
)
def test_placeholders_become_what_stands_for_them(text, said):
    assert filled(pieces_of(text), WORDS) == said


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("{name}", (Placeholder.NAME,)),
        ("{first name}{name}", (Placeholder.FIRST_NAME, Placeholder.NAME)),
        ("{name} and {name}{link}.", (Placeholder.NAME, " and ", Placeholder.NAME, Placeholder.LINK, ".")),
    ],
)
def test_a_text_is_cut_at_its_placeholders_and_nothing_is_no_piece(text, pieces):
    assert pieces_of(text) == pieces


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Hi {frist name}", {"written": "{frist name}", "meant": "{first name}"}),
        ("{xyzzy}", {"written": "{xyzzy}"}),
        ("{}", {"written": "{}"}),
    ],
)
def test_a_placeholder_that_does_not_exist_is_refused(text, facts):
    assert refusal_of(pieces_of, text) == no("placeholder_unknown", **facts)


@pytest.mark.parametrize(
    ("audience", "wanted"),
    [
        (Audience(), LIVE),
        (Audience(statuses=frozenset({S.CANCELLED})), {S.CANCELLED}),
        (Audience(came=Came.CAME), {S.CHECKED_IN, S.ATTENDED}),
        (Audience(came=Came.MISSED), {S.CONFIRMED, S.NO_SHOW}),
        (Audience(statuses=frozenset({S.CONFIRMED, S.ATTENDED}), came=Came.MISSED), {S.CONFIRMED}),
        (Audience(statuses=frozenset({S.WAITLISTED}), came=Came.CAME), set()),
        (
            Audience(came=Came.MISSED, day=date(2026, 6, 12)),
            {S.CONFIRMED, S.CHECKED_IN, S.ATTENDED, S.NO_SHOW, S.UNDECIDED},
        ),
    ],
)
def test_which_statuses_an_audience_may_have(audience, wanted):
    assert audience.wanted == wanted


@pytest.mark.parametrize("audience", [Audience(), PICKY, Audience(came=Came.CAME)])
def test_an_audience_is_read_as_it_was_kept(audience):
    assert kept_audience(audience.as_kept()) == audience


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"send_at": NOON + TICK}, None),
        ({"send_at": NOON + timedelta(days=366)}, None),
        ({"subject": "{xyzzy}"}, no("placeholder_unknown", written="{xyzzy}", field="subject")),
        ({"body": "{dat}"}, no("placeholder_unknown", written="{dat}", meant="{date}", field="body")),
        ({"send_at": NOON}, no("mailing_in_past")),
        ({"send_at": NOON - TICK}, no("mailing_in_past")),
        ({"send_at": NOON + timedelta(days=366) + TICK}, no("mailing_too_far", days=366)),
        ({"audience": Audience(answers=tuple(AnswerFilter(n, Which.NONE) for n in range(5)))}, None),
        (
            {"audience": Audience(answers=tuple(AnswerFilter(n, Which.NONE) for n in range(6)))},
            no("too_many_answers", most=5),
        ),
        ({"audience": Audience(answers=(AnswerFilter(1, Which.NONE),) * 2)}, no("unknown_choice")),
        ({"relative": RelativeTime(Anchor.START, hours=-72)}, None),
        ({"relative": RelativeTime(Anchor.START, hours=-73)}, no("relative_time_invalid", hours=72, days=60)),
    ],
)
def test_what_can_be_sent(changes, refusal):
    assert refusal_of(require_mailing, replace(DRAFT, **changes), NOON) == refusal


@pytest.mark.parametrize(
    ("people", "beyond", "goes_beyond", "refusal"),
    [
        (0, 0, True, no("no_recipients")),
        (1, 0, False, None),
        (9, 1, False, no("beyond_the_day", people=1, most=3)),
        (9, 9, True, None),
    ],
)
def test_nobody_and_too_much_are_refused(people, beyond, goes_beyond, refusal):
    assert refusal_of(require_recipients, people, beyond, goes_beyond=goes_beyond) == refusal


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        ("planned", None),
        ("sending", no("mailing_under_way")),
        ("sent", no("mailing_over")),
        ("withdrawn", no("mailing_over")),
        ("dropped", no("mailing_over")),
    ],
)
def test_until_when_a_message_can_be_changed(status, refusal):
    assert refusal_of(require_planned, status) == refusal


@pytest.mark.parametrize(
    ("people", "is_suspended", "has_missed", "because"),
    [
        (3, False, False, None),
        (1, False, False, None),
        (0, False, False, DropReason.NO_RECIPIENTS),
        (3, False, True, DropReason.MISSED),
        (0, False, True, DropReason.MISSED),
        (3, True, False, DropReason.SUSPENDED),
        (3, True, True, DropReason.SUSPENDED),
        (0, True, False, DropReason.SUSPENDED),
    ],
)
def test_when_nothing_is_sent(people, is_suspended, has_missed, because):
    assert drop_reason(people=people, is_suspended=is_suspended, has_missed=has_missed) is because


def test_what_is_no_reminder_has_missed_nothing():
    assert drop_reason(people=3, is_suspended=False) is None


@pytest.mark.parametrize(
    ("frequency", "has_address", "reach"),
    [
        (Frequency.ALL, True, Reach.MAIL),
        (Frequency.IMPORTANT, True, Reach.MAIL),
        (Frequency.NONE, True, Reach.LINE),
        (Frequency.ALL, False, Reach.NO_ADDRESS),
        (Frequency.NONE, False, Reach.LINE),
    ],
)
def test_who_is_told_how(frequency, has_address, reach):
    assert reach_of(frequency, has_address=has_address) is reach


def test_a_key_names_its_message():
    assert mailing_key(12, 3456) == "mailing:12:3456"
    assert mailing_of_key("mailing:12:3456") == 12
