"""Who may enroll now: one rule, and every edge of link, list and time."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.worlds.terms import terms_of
from webapp.domain.places.access import STRANGER, UNPROVED, Comer, WhoMay, is_link, new_link_token, require_list_opening
from webapp.domain.places.enrollment import EnrollmentTerms, require_open
from webapp.domain.places.opening import is_open_for, only_list_enrolls
from webapp.domain.refusal import Refused

START = datetime(2026, 12, 10, 18, 0, tzinfo=UTC)
LIST_OPENS, OPENS = START - timedelta(days=9), START - timedelta(days=7)
INSTANT = timedelta(microseconds=1)
BEFORE = START - INSTANT

LISTED, BY_LINK, IN = Comer(is_listed=True), Comer(has_link=True), Comer(is_in=True)


def terms(who_may: str = "open", **changes) -> EnrollmentTerms:
    return terms_of(START, who_may=WhoMay(who_may), **changes)


EARLY = terms(opens_at=OPENS, list_opens_at=LIST_OPENS)
CASES = [
    ("open: anybody", terms(), STRANGER, BEFORE, None),
    ("link: without it", terms("link"), STRANGER, BEFORE, "needs_link"),
    ("link: the list does not stand for it", terms("link"), LISTED, BEFORE, "needs_link"),
    ("link: with it", terms("link"), BY_LINK, BEFORE, None),
    ("link: who is in", terms("link"), IN, BEFORE, None),
    ("list: not on it", terms("list"), STRANGER, BEFORE, "not_on_list"),
    ("list: a link does not stand for it", terms("list"), BY_LINK, BEFORE, "not_on_list"),
    ("list: on it", terms("list"), LISTED, BEFORE, None),
    ("list: who is in", terms("list"), IN, BEFORE, None),
    ("list: a guest before the address is confirmed", terms("list"), UNPROVED, BEFORE, None),
    ("list: closed is said first", terms("list"), STRANGER, START, "enrollment_closed"),
    ("list: a draft", terms("list", event_status="draft"), LISTED, BEFORE, "event_not_published"),
    ("list: on it, before it opens", terms("list", opens_at=OPENS), LISTED, OPENS - INSTANT, "not_open_yet"),
    ("list: not on it, before it opens", terms("list", opens_at=OPENS), STRANGER, OPENS - INSTANT, "not_on_list"),
    ("early: on the list, before that", EARLY, LISTED, LIST_OPENS - INSTANT, "not_open_yet"),
    ("early: on the list, from then on", EARLY, LISTED, LIST_OPENS, None),
    ("early: a guest, from then on", EARLY, UNPROVED, LIST_OPENS, None),
    ("early: others, from then on", EARLY, STRANGER, OPENS - INSTANT, "not_open_yet"),
    ("early: others, when it opens for everybody", EARLY, STRANGER, OPENS, None),
]


@pytest.mark.parametrize(("terms", "comer", "now", "code"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_who_may_enroll_now(terms, comer, now, code):
    try:
        require_open(terms, now, comer)
    except Refused as refused:
        assert refused.code == code
    else:
        assert code is None
    assert is_open_for(terms, now, comer) is (code is None)


@pytest.mark.parametrize(("comer", "opens_at"), [(LISTED, LIST_OPENS), (STRANGER, OPENS)])
def test_everybody_is_told_when_it_opens_for_them(comer, opens_at):
    with pytest.raises(Refused) as caught:
        require_open(EARLY, LIST_OPENS - INSTANT, comer)
    assert caught.value.facts == {"opens_at": opens_at}


@pytest.mark.parametrize(
    ("terms", "now", "only"),
    [
        (terms(), BEFORE, False),
        (terms("link"), BEFORE, False),
        (terms("list"), BEFORE, True),
        (terms("list"), START, False),
        (EARLY, LIST_OPENS - INSTANT, False),
        (EARLY, LIST_OPENS, True),
        (EARLY, OPENS, False),
    ],
)
def test_a_guest_depends_on_the_list(terms, now, only):
    assert only_list_enrolls(terms, now) is only


@pytest.mark.parametrize(
    ("who_may", "opens_at", "list_opens_at", "code"),
    [
        ("open", None, None, None),
        ("open", OPENS, LIST_OPENS, None),
        ("open", OPENS, OPENS, "list_opens_late"),
        ("open", None, LIST_OPENS, "list_opens_alone"),
        ("list", OPENS, LIST_OPENS, "list_opens_for_all"),
        ("link", OPENS, LIST_OPENS, "list_opens_for_all"),
        ("link", OPENS, None, None),
    ],
)
def test_an_earlier_opening_is_one(who_may, opens_at, list_opens_at, code):
    found = None
    try:
        require_list_opening(WhoMay(who_may), opens_at, list_opens_at)
    except Refused as refused:
        found = refused.code
    assert found == code


def test_a_link_is_told_by_all_of_it():
    token = new_link_token()
    assert is_link(token, ("other", token))
    assert not is_link(token, (token[:-1], token + "x", "", "ü"))
    assert not is_link(None, ("",))
    assert len({new_link_token() for _ in range(50)}) == 50
