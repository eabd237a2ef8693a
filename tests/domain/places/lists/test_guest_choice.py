"""Columns that a person chooses: what there is to choose from, and what a choice does."""

from pathlib import Path

import pytest

from webapp.adapters.spreadsheet import decode_text
from webapp.domain.places.lists.guest_choice import ColumnChoice, ColumnToChoose, columns_to_choose
from webapp.domain.places.lists.guest_list import read_guest_list
from webapp.domain.refusal import Refused

EXPORTS = Path(__file__).parents[3] / "data" / "exports"
FOUND = {
    "luma-guests.csv": {
        "email": "email",
        "name": "name",
        "first name": "first_name",
        "last name": "last_name",
        "status": "approval_status",
        "cancelled": "",
        "tickets": "",
    },
    "ticket-tailor.csv": {
        "email": "Ticket Holder Email",
        "name": "",
        "first name": "Ticket Holder First Name",
        "last name": "Ticket Holder Last Name",
        "status": "Status",
        "cancelled": "Void",
        "tickets": "",
    },
    "google-forms-responses.csv": {
        "email": "Email Address",
        "name": "What is your full name?",
        "first name": "",
        "last name": "",
        "status": "Will you attend?",
        "cancelled": "",
        "tickets": "",
    },
    "zoom-registrations.csv": {
        "email": "Email",
        "name": "",
        "first name": "First Name",
        "last name": "Last Name",
        "status": "Approval Status",
        "cancelled": "",
        "tickets": "",
    },
    "teams-attendance-utf16.csv": {
        "email": "Email",
        "name": "Name",
        "first name": "",
        "last name": "",
        "status": "",
        "cancelled": "",
        "tickets": "",
    },
}
UNKNOWN = "Liste\n\nWer;Kontakt;Kommt?\nAna;ana@x.example;nein\nBen;ben@x.example;ja\n"


def text_of(name: str) -> str:
    return decode_text((EXPORTS / name).read_bytes()).text


def choice_of(text: str, named: dict[str, str] | None = None) -> ColumnChoice:
    choice = columns_to_choose(text, named)
    assert choice is not None
    return choice


def people(text: str, named: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(guest.name, guest.address, guest.answer) for guest in read_guest_list(text, named).guests]


@pytest.mark.parametrize("name", FOUND)
def test_the_columns_that_were_found_are_chosen_already(name: str) -> None:
    assert choice_of(text_of(name)).found == FOUND[name]


@pytest.mark.parametrize("name", [*FOUND, "eventbrite-orders.csv", "eventbrite-2024-attendees.csv", "meetup-pro.tsv"])
def test_to_choose_what_was_found_changes_nothing(name: str) -> None:
    text = text_of(name)

    assert read_guest_list(text, choice_of(text).found) == read_guest_list(text)


def test_a_column_is_shown_as_the_file_calls_it_with_the_first_entry_in_it() -> None:
    columns = {one.name: one.sample for one in choice_of(text_of("ticket-tailor.csv")).columns}

    assert list(columns) == [
        "Order ID",
        "Buyer Name",
        "Buyer Email",
        "Ticket Holder First Name",
        "Ticket Holder Last Name",
        "Ticket Holder Email",
        "Status",
        "Void",
    ]
    assert (columns["Buyer Email"], columns["Ticket Holder Email"]) == ("ed@tt.example", "gil@tt.example")


def test_headings_that_nobody_knows_can_be_chosen_and_read() -> None:
    choice = choice_of(UNKNOWN)

    assert choice.columns == (
        ColumnToChoose("Wer", "Ana"),
        ColumnToChoose("Kontakt", "ana@x.example"),
        ColumnToChoose("Kommt?", "nein"),
    )
    assert set(choice.found.values()) == {""}
    assert people(UNKNOWN, choice.found | {"email": "Kontakt", "name": "Wer", "status": "Kommt?"}) == [
        ("Ana", "ana@x.example", "out"),
        ("Ben", "ben@x.example", "coming"),
    ]


def test_what_is_known_beside_an_unknown_address_stays_chosen() -> None:
    assert choice_of("Name,Contact\nAna,ana@x.example\n").found["name"] == "Name"


def test_columns_without_a_heading_and_with_the_same_one_are_told_apart() -> None:
    text = "Name,Email,,Email\nAna,boss@x.example,Annie,ana@x.example\n"

    assert [one.name for one in choice_of(text).columns] == ["Name", "Email", "Column 3", "Email (2)"]
    assert people(text, {"email": "Email (2)", "name": "Column 3"}) == [("Annie", "ana@x.example", "coming")]


def test_a_long_entry_is_cut_and_an_empty_column_left_out() -> None:
    columns = choice_of(f"Email,Note,\nana@x.example,{'x' * 60},\n").columns

    assert [one.name for one in columns] == ["Email", "Note"] and columns[1].sample == "x" * 40 + "…"


@pytest.mark.parametrize("text", ["", "Name,Phone\nAna,123\n", "ana@x.example\nben@x.example\n", "Name,M@il\0\n"])
def test_without_headings_or_addresses_there_is_nothing_to_choose(text: str) -> None:
    assert columns_to_choose(text) is None


@pytest.mark.parametrize(
    ("named", "guest"),
    [
        ({"status": ""}, ("Ana", "ana@x.example", "coming")),
        ({"status": "Dinner"}, ("Ana", "ana@x.example", "coming")),
        ({"name": "Attendance"}, ("no", "ana@x.example", "coming")),
        ({"email": "Boss"}, ("Ana", "bo@x.example", "out")),
        ({"first name": "Nick"}, ("Annie", "ana@x.example", "out")),
        ({"first name": "Nick", "name": "Name"}, ("Ana", "ana@x.example", "out")),
        ({"cancelled": "Dinner", "status": ""}, ("Ana", "ana@x.example", "out")),
        ({"tickets": "Dinner"}, ("Ana", "ana@x.example", "out")),
        ({"name": "", "status": ""}, ("", "ana@x.example", "coming")),
    ],
)
def test_what_is_said_by_hand_counts_alone(named: dict[str, str], guest: tuple[str, str, str]) -> None:
    text = "Name,Nick,Email,Boss,Attendance,Dinner\nAna,Annie,ana@x.example,bo@x.example,no,yes\n"

    assert people(text, named) == [guest]


def test_a_wrong_guess_stands_in_no_more_once_another_column_is_chosen() -> None:
    text = "Name,Email,Contact\nAna,parent@x.example,\nBen,parent@x.example,ben@x.example\n"

    assert [one[1] for one in people(text, {"email": "Contact"})] == ["", "ben@x.example"]


@pytest.mark.parametrize(
    ("named", "code", "facts"),
    [
        ({"email": ""}, "column_needed", {}),
        ({"email": "Name"}, "column_without_addresses", {"column": "Name"}),
        (
            {"email": "E-Mail", "status": "email"},
            "column_twice",
            {"column": "Email", "one": "email", "other": "status"},
        ),
        ({"email": "Phone"}, "column_missing", {"columns": "Phone", "headings": "Name, Email"}),
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_stays_chosen(named: dict, code: str, facts: dict) -> None:
    text = "Name,Email\nAna,ana@x.example\n"

    with pytest.raises(Refused) as refused:
        read_guest_list(text, named)

    assert (refused.value.code, refused.value.facts) == (code, facts)
    choice = choice_of(text, named)
    assert [one.name for one in choice.columns] == ["Name", "Email"]
    assert choice.found.items() >= named.items()
