"""The one reader of forms: what was typed is kept, mistakes are named where they are, rows are told apart."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from webapp.domain.refusal import Refused
from webapp.views.forms.form import FormKind
from webapp.views.forms.readers import line, or_none, switch, whole
from webapp.views.forms.sent import row_numbers

KIND = FormKind(
    ("title", "places", "waitlist"),
    lists=("day",),
    sentences={
        ("title", "text_missing"): "Enter a title",
        ("places", "number_invalid"): "Enter a number of places up to {high:,}",
    },
    field_of={"event_full": "places", "last_owner": ""},
)


@pytest.fixture
def sent():
    """Look at a form as if it had just been sent."""
    contexts = []

    def send(fields):
        context = Flask(__name__).test_request_context(method="POST", data=fields)
        context.push()
        contexts.append(context)

    yield send
    for context in reversed(contexts):
        context.pop()


def test_values_are_read_and_kept_as_typed(sent):
    sent({"title": "  Open   studio ", "places": "", "waitlist": "1", "day": ["MO", "WE"]})
    form = KIND.sent()

    assert form.read("title", line(20)) == "Open studio"
    assert form.read("places", or_none(whole(1, 9))) is None
    assert form.read("waitlist", switch) is True
    assert form.lists == {"day": ["MO", "WE"]}
    assert form.values["title"] == "  Open   studio "
    assert (form.is_refused, form.status) == (False, 200)


def test_every_mistake_is_named_at_its_field(sent):
    sent({"title": " ", "places": "many", "waitlist": "yes"})
    form = KIND.sent()

    assert [form.read("title", line(20)), form.read("places", whole(1, 5000)), form.read("waitlist", switch)] == [
        None
    ] * 3
    assert form.errors == {
        "title": "Enter a title",
        "places": "Enter a number of places up to 5,000",
        "waitlist": "Choose one of the answers",
    }
    assert form.status == 422


def test_the_same_field_twice_is_a_mistake_and_its_first_value_is_kept(sent):
    sent({"title": ["One", "Two"]})
    form = KIND.sent()

    assert form.values["title"] == "One"
    assert form.errors == {"title": "This was sent twice. Enter it only once"}


def test_a_refused_form_asks_no_service(sent):
    sent({"title": ["One", "Two"]})
    asked = []

    assert KIND.sent().check(lambda: asked.append(1)) is None
    assert asked == []


@pytest.mark.parametrize(
    ("refused", "errors", "refusal", "status"),
    [
        (Refused("event_full"), {"places": "Event is full"}, None, 422),
        (Refused("text_too_long", field="title", limit=3), {"title": "Use at most 3 characters"}, None, 422),
        (Refused("stale"), {}, "This changed a moment ago. Check it and decide again.", 409),
    ],
)
def test_a_refusal_is_said_at_its_field_or_above_the_form(sent, refused, errors, refusal, status):
    sent({})
    form = KIND.sent()
    form.refuse(refused, version=7)

    assert (form.errors, form.refusal, form.status, form.version) == (errors, refusal, status, 7)


@pytest.mark.parametrize(("version", "read"), [("3", 3), ("", None), ("03", None), (["3", "4"], None)])
def test_a_form_without_a_readable_version_is_an_old_page(sent, version, read):
    sent({"version": version})
    form = KIND.sent()
    form.require_version()

    assert form.version == read
    assert ("version" in form.errors) is (read is None)


def test_rows_are_told_apart_by_the_number_behind_their_names(sent):
    sent({"title-12": "Members", "places-12": "30", "title-7": "Guests"})

    assert row_numbers("title") == [12, 7]
    assert [KIND.sent(suffix=f"-{row}").values["places"] for row in row_numbers("title")] == ["30", ""]


def test_what_was_left_out_can_stand_as_it_is_stored(sent):
    sent({"title": ""})

    assert KIND.sent(instead={"title": "Old", "places": "4"}).values == {"title": "", "places": "4", "waitlist": ""}


def test_a_time_left_alone_is_the_stored_instant_and_one_that_comes_twice_is_told(sent):
    sent({"title": "2026-06-13T10:00", "places": "2026-10-25 02:30"})
    form = KIND.sent()
    stored = datetime(2026, 6, 13, 8, 0, 42, tzinfo=UTC)

    assert form.read_instant("title", "Europe/Berlin", stored=stored) == stored
    assert form.read_instant("places", "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert form.notes == [
        "02:30 on 25 October happens twice in Berlin that day, because the clocks go back. We use the first one."
    ]
