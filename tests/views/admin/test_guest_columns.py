"""Which column of a file is what, said by hand on the page: the same file is read again, and nothing is sent twice."""

import io
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.pages.reading import Page
from tests.support.worlds.classes.classroom import Classroom, statuses
from tests.support.worlds.rows import digest
from webapp.adapters.spreadsheet import decode_text
from webapp.domain.permission import Role
from webapp.domain.places.lists.guest_list import read_guest_list
from webapp.models import FacilityPerson, User

EXPORTS = Path(__file__).parents[2] / "data" / "exports"
UNKNOWN = "Wer;Kontakt;Kommt?\r\nAna Núñez;ana@x.example;nein\r\nBen;ben@x.example;ja\r\n".encode()
CHOSEN = {"column-email": "Kontakt", "column-name": "Wer", "column-status": "Kommt?"}
QUESTION = "Which column is what?"
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]


@pytest.fixture
def classroom(app, world) -> Classroom:
    world.organization()
    return Classroom(app, world)


@pytest.fixture
def organizer(world, classroom, reader_of):
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


@pytest.fixture
def class_door(classroom) -> str:
    return f"/admin/classes/{classroom.make(capacity=9)}/people/file"


@pytest.fixture
def facility_door(classroom, world) -> str:
    return f"/admin/facilities/{world.facility_id}/people/file"


@pytest.fixture(params=["class_door", "facility_door"])
def door(request) -> str:
    return request.getfixturevalue(request.param)


def sent(data: bytes | str):
    return io.BytesIO((EXPORTS / data).read_bytes() if isinstance(data, str) else data), "guests.csv"


def again(page: Page, door: str, **chosen: str) -> dict[str, str]:
    """The form of the page as it stands, with other columns chosen."""
    return {**page.fields(door), **page.chosen(door), **chosen}


def test_a_file_that_is_not_understood_is_read_as_chosen_and_added(facility_door, organizer, session) -> None:
    asked = organizer.post(facility_door, file=sent(UNKNOWN))

    assert (asked.status, QUESTION in asked.headings()) == (422, True)
    assert asked.title.startswith("Error: ")
    assert {"Kontakt: ana@x.example", "Not in this file"} <= {one.text for one in asked.tree.iter("option")}
    looked = organizer.post(facility_door, **again(asked, facility_door, **CHOSEN))
    assert "1 person would be added. 1 line is left out." in looked.text
    assert ("Not coming: “nein”" in looked.text, "Ana Núñez" in looked.text) == (True, True)
    assert session.scalar(select(FacilityPerson.user_id)) is None
    add = f"{facility_door}/add"
    assert organizer.post(add, **looked.fields(add)).status == 303
    added = select(User.name, User.email).join(FacilityPerson, FacilityPerson.user_id == User.id)
    assert session.execute(added).all() == [("Ben", "ben@x.example")]


def test_a_class_reads_the_same_file_as_chosen(classroom, world, class_door, organizer, session) -> None:
    classroom.belong([world.person("Ben", email="ben@x.example")])
    asked = organizer.post(class_door, file=sent(UNKNOWN))

    looked = organizer.post(class_door, **again(asked, class_door, **CHOSEN))

    assert "1 would be enrolled and 0 would join the waitlist. 1 line is left out." in looked.text
    assert looked.chosen(class_door).items() >= CHOSEN.items()
    marked = {one.get("href") for one in looked.tree.iter("a") if one.get("aria-current") == "true"}
    assert marked == {"/admin/classes"}
    organizer.post(f"{class_door}/enroll", **looked.fields(f"{class_door}/enroll"))
    assert list(statuses(session, int(class_door.split("/")[3])).values()) == [1]


@pytest.mark.parametrize("name", ["luma-guests.csv", "ticket-tailor.csv", "teams-webinar-utf16.csv", "meetup-pro.tsv"])
def test_what_was_found_in_a_real_file_is_chosen_already_and_reads_the_same_again(door, organizer, name) -> None:
    first = organizer.post(door, file=sent(name))
    second = organizer.post(door, **again(first, door))

    guests = read_guest_list(decode_text((EXPORTS / name).read_bytes()).text)
    assert first.chosen(door)["column-email"] == guests.columns.headings[guests.columns.addresses[0]]
    assert QUESTION in first.text and first.status == second.status == 200
    assert first.chosen(door) == second.chosen(door)
    assert [first.words_of("lines"), first.headings()] == [second.words_of("lines"), second.headings()]


def test_a_wrong_guess_is_put_right(facility_door, organizer, session) -> None:
    file = b"Name,Email,Attendance\nAna,ana@x.example,no\nBen,ben@x.example,yes\n"
    guessed = organizer.post(facility_door, file=sent(file))
    assert "1 person would be added. 1 line is left out." in guessed.text

    looked = organizer.post(facility_door, **again(guessed, facility_door, **{"column-status": ""}))

    assert "2 people would be added." in looked.text


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"column-email": ""}, "Choose the column that holds the email addresses"),
        ({"column-email": "Wer"}, "“Wer” holds no email addresses. Choose another column"),
        (
            {"column-email": "Kontakt", "column-name": "Kontakt"},
            "You chose “Kontakt” both as email and as name. Choose each column once",
        ),
        ({"column-email": "Somewhere else"}, "This file has no column Somewhere else."),
    ],
)
def test_a_wrong_choice_is_told_and_can_be_made_again(door, organizer, session, chosen, sentence) -> None:
    asked = organizer.post(door, file=sent(UNKNOWN))
    before = digest(session)

    refused = organizer.post(door, **again(asked, door, **chosen))

    assert (refused.status, refused.title.startswith("Error: ")) == (422, True)
    assert refused.text.count(sentence) == 2, "above the form and at the field"
    assert {one for one in chosen.values() if one in {"Wer", "Kontakt"}} <= set(refused.chosen(door).values())
    fixed = organizer.post(door, **again(refused, door, **CHOSEN))
    assert fixed.status == 200 and "Ana Núñez" in fixed.text
    assert digest(session) == before


@pytest.mark.parametrize("kept", ["x", "Name,Email\nAna,ana@x.example\n", "\x00", ["a", "b"]])
def test_what_no_page_kept_asks_for_the_file_once_more(door, organizer, session, kept) -> None:
    before = digest(session)

    refused = organizer.post(door, kept=kept)

    assert (refused.status, refused.title.startswith("Error: "), digest(session)) == (422, True, before)


def test_a_name_that_is_missing_for_a_new_account_opens_the_question(facility_door, organizer, session) -> None:
    looked = organizer.post(facility_door, file=sent(b"Email,Nick\nana@x.example,Annie\n"))

    assert "No one was added. Fix 1 line first." in looked.text
    assert "Has no account yet, so a name is needed" in looked.text
    assert [one.get("open") for one in looked.tree.iter("details") if one.get("class") == "more"] == [""]
    named = organizer.post(facility_door, **again(looked, facility_door, **{"column-name": "Nick"}))
    assert "1 person would be added." in named.text and "Annie" in named.text
