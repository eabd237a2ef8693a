"""Messages of organizers: placeholders, audiences, what is refused, who is told how: tables of cases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from webapp.domain.notices.audience import Audience, Came, kept_audience
from webapp.domain.notices.mailing import (
    FURTHEST,
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
from webapp.domain.places.enrollment import LIVE
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.questions.answer_filter import AnswerFilter, Which
from webapp.domain.refusal import Refused

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
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
    ("text", "facts"),
    [
        ("Hi {frist name}", {"written": "{frist name}", "meant": "{first name}"}),
        ("{xyzzy}", {"written": "{xyzzy}"}),
        ("{}", {"written": "{}"}),
    ],
)
def test_a_placeholder_that_does_not_exist_is_refused(text, facts):
    with pytest.raises(Refused) as refused:
        pieces_of(text)
    assert (refused.value.code, refused.value.facts) == ("placeholder_unknown", facts)


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
    ("changes", "code", "field"),
    [
        ({}, None, None),
        ({"send_at": NOON + timedelta(minutes=1)}, None, None),
        ({"send_at": NOON + FURTHEST}, None, None),
        ({"subject": "{day}"}, "placeholder_unknown", "subject"),
        ({"body": "{day}"}, "placeholder_unknown", "body"),
        ({"send_at": NOON}, "mailing_in_past", None),
        ({"send_at": NOON + FURTHEST + timedelta(minutes=1)}, "mailing_too_far", None),
        ({"audience": Audience(answers=tuple(AnswerFilter(n, Which.NONE) for n in range(5)))}, None, None),
        (
            {"audience": Audience(answers=tuple(AnswerFilter(n, Which.NONE) for n in range(6)))},
            "too_many_answers",
            None,
        ),
        ({"audience": Audience(answers=(AnswerFilter(1, Which.NONE),) * 2)}, "unknown_choice", None),
    ],
)
def test_what_can_be_sent(changes, code, field):
    draft = replace(DRAFT, **changes)
    if code is None:
        require_mailing(draft, NOON)
        return
    with pytest.raises(Refused) as refused:
        require_mailing(draft, NOON)
    assert (refused.value.code, refused.value.facts.get("field")) == (code, field)


@pytest.mark.parametrize(
    ("people", "beyond", "goes_beyond", "code"),
    [
        (0, 0, True, "no_recipients"),
        (1, 0, False, None),
        (9, 1, False, "beyond_the_day"),
        (9, 9, True, None),
    ],
)
def test_nobody_and_too_much_are_refused(people, beyond, goes_beyond, code):
    if code is None:
        require_recipients(people, beyond, goes_beyond=goes_beyond)
        return
    with pytest.raises(Refused, match=code):
        require_recipients(people, beyond, goes_beyond=goes_beyond)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("planned", None),
        ("sending", "mailing_under_way"),
        ("sent", "mailing_over"),
        ("withdrawn", "mailing_over"),
        ("dropped", "mailing_over"),
    ],
)
def test_until_when_a_message_can_be_changed(status, code):
    if code is None:
        require_planned(status)
        return
    with pytest.raises(Refused, match=code):
        require_planned(status)


@pytest.mark.parametrize(
    ("people", "is_suspended", "because"),
    [
        (3, False, None),
        (0, False, DropReason.NO_RECIPIENTS),
        (3, True, DropReason.SUSPENDED),
        (0, True, DropReason.SUSPENDED),
    ],
)
def test_when_nothing_is_sent(people, is_suspended, because):
    assert drop_reason(people=people, is_suspended=is_suspended) is because


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
    assert mailing_of_key(mailing_key(12, 3456)) == 12
