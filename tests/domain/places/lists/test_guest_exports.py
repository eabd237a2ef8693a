"""Files in the shapes that other products export: what the reader finds in each."""

from pathlib import Path

import pytest

from webapp.adapters.spreadsheet import decode_text
from webapp.domain.places.lists.guest_list import Guest, GuestList, read_guest_list
from webapp.domain.refusal import Refused

EXPORTS = Path(__file__).parents[3] / "data" / "exports"

#: Line, name, address and answer of everybody whom the file lists.
FOUND = {
    "luma-guests.csv": [
        (2, "Ines Quadros", "ines.q@luma1.example", "coming"),
        (3, "Bodil Øst", "bodil@luma1.example", "coming"),
        (4, "Tom", "tom@luma1.example", "out"),
        (5, "Wen Li", "wen@luma1.example", "waiting"),
        (6, "Petra Hof", "petra@luma1.example", "waiting"),
        (7, "Ivo Lam", "ivo@luma1.example", "open"),
        (8, "", "noname@luma1.example", "coming"),
        (9, "O’Neil, Sinéad", "sinead@luma1.example", "coming"),
        (11, "Eva Ruiz", "eva@luma1.example", "coming"),
    ],
    "eventbrite-2024-attendees.csv": [
        (2, "Kai Ott", "kai@ebn.example", "coming"),
        (3, "Mo Rex", "mo@ebn.example", "coming"),
    ],
    "eventbrite-orders.csv": [
        (2, "Dana Krol", "dana@eb.example", "coming"),
        (3, "Lev Krol", "dana@eb.example", "coming"),
        (4, "Mia Krol", "dana@eb.example", "coming"),
        (5, "Jon Beck", "jon@eb.example", "out"),
        (6, "Jon Beck", "jon@eb.example", "coming"),
        (7, "Rut Amsel", "rut@eb.example", "coming"),
        (8, "Rut Amsel", "rut@eb.example", "out"),
        (9, "Sam Oduya", "sam@eb.example", "coming"),
        (10, "Kim Tran", "kim@eb.example", "coming"),
        (11, "Old Holder", "old@eb.example", "out"),
    ],
    "ticket-tailor.csv": [(2, "Ed Low", "ed@tt.example", "coming"), (3, "Gil Moe", "gil@tt.example", "out")],
    "google-forms-responses.csv": [
        (2, "Lia Brandt", "lia@gf.example", "coming"),
        (3, "Ugo Neri", "ugo@gf.example", "out"),
        (4, "Lia Brandt", "lia@gf.example", "out"),
        (5, "Ugo Neri", "ugo@gf.example", "coming"),
    ],
    "google-forms-username.csv": [(2, "Lia Brandt", "lia2@gf.example", "coming")],
    "meetup-pro.tsv": [
        (2, "Olga P.", "olga@mu.example", "coming"),
        (3, '"Rez" Hartmann', "rez@mu.example", "coming"),
        (4, "Nadia", "nadia@mu.example", "waiting"),
        (5, 'Paul "Pablo" Reis', "paul@mu.example", "out"),
    ],
    "zoom-participants-with-header.csv": [
        (5, "Host School (Host)", "host@school.example", "coming"),
        (6, "Vera (Vera Nunes)", "vera@zoom.example", "coming"),
        (7, "Vera (Vera Nunes)", "vera@zoom.example", "coming"),
        (8, "Ana's iPhone", "", "coming"),
        (9, "Otto Lind", "otto@zoom.example", "coming"),
    ],
    "zoom-participants.csv": [
        (2, "Vera (Vera Nunes)", "vera2@zoom.example", "coming"),
        (3, "Otto Lind", "otto2@zoom.example", "coming"),
    ],
    "zoom-registrations.csv": [
        (8, "Vera Nunes", "vera5@zoom.example", "coming"),
        (9, "Otto Lind", "otto5@zoom.example", "out"),
        (10, "Ida Ek", "ida5@zoom.example", "out"),
    ],
    "teams-attendance-utf16.csv": [
        (11, "Høst, Åsa", "asa@teams.example", "coming"),
        (12, "Łukasz Żak (Guest)", "lukasz@teams.example", "coming"),
        (13, "Nia (Unverified)", "", "coming"),
    ],
    "teams-webinar-utf16.csv": [
        (13, "Høst, Åsa", "asa@teams.example", "coming"),
        (14, "Łukasz Żak (Guest)", "lukasz@teams.example", "coming"),
        (15, "Nia (Unverified)", "", "coming"),
    ],
}


def read(name: str) -> GuestList:
    return read_guest_list(decode_text((EXPORTS / name).read_bytes()).text)


def facts(guests: tuple[Guest, ...]) -> list[tuple[int, str, str, str]]:
    return [(guest.number, guest.name, guest.address, str(guest.answer)) for guest in guests]


@pytest.mark.parametrize("name", FOUND)
def test_an_export_of_another_product_is_read_by_the_kind_of_its_headings(name: str) -> None:
    assert facts(read(name).guests) == FOUND[name]


def test_an_export_without_addresses_says_so_and_nothing_else() -> None:
    with pytest.raises(Refused) as refused:
        read("meetup-rsvps.tsv")
    assert refused.value.code == "no_addresses"
    assert str(refused.value.facts["headings"]).startswith("Name, User ID, Title, Event Host, RSVP, Guests")


def test_names_of_the_world_are_kept_as_they_are_written() -> None:
    lines = (EXPORTS / "names.csv").read_text("utf-8").splitlines()[1:]
    names = [line.rpartition(",")[0].strip('"').replace('""', '"') for line in lines]

    assert [guest.name for guest in read("names.csv").guests] == names


def test_addresses_are_taken_out_of_what_people_write_around_them() -> None:
    found = {guest.name: guest.address for guest in read("idn.csv").guests}

    assert [found[f"{letter} One"] for letter in "GHIJRST"] == [
        "gina@x.example",
        "hans@x.example",
        "ida@x.example",
        "jo@x.example",
        "r@x.example",
        "s@x.example",
        "t@x.example",
    ]
    assert (found["O One"], found["N One"]) == ("o'brien@x.example", '"quoted local"@x.example')


def test_a_total_at_the_end_is_no_guest() -> None:
    assert read("eventbrite-orders.csv").without_guest == 1


HEADING, ROW = "Name,Email,Status", "Ana,ana@x.example,going"


@pytest.mark.parametrize(
    "text",
    [
        f"Email list of the spring\n\n{HEADING}\n{ROW}\n",
        f"Meeting ID,User Email,Topic\n7,host@x.example,Class\n\n{HEADING}\n{ROW}\n",
        "\n" * 40 + f"{HEADING}\n{ROW}\n",
        f"{HEADING}\n{ROW}\n\n2. Questions\nAsked by,Question\nAna,Why?\n",
        f"{HEADING}\n{ROW}\n\n3. Details\nName,Join,Email\nAna,10:00,ana@x.example\n",
        f"{HEADING}\n{ROW}\n{HEADING}\n",
        f"sep=,\n{HEADING}\n{ROW}\n",
    ],
)
def test_the_list_is_found_whatever_stands_around_it(text: str) -> None:
    assert [(guest.name, guest.address) for guest in read_guest_list(text).guests] == [("Ana", "ana@x.example")]


def test_an_empty_row_inside_a_list_ends_nothing() -> None:
    listed = read_guest_list("Name,Email\nAna,ana@x.example\n\nBen\nCleo,cleo@x.example\n")

    assert [guest.name for guest in listed.guests] == ["Ana", "Ben", "Cleo"]


@pytest.mark.parametrize(
    ("text", "guest"),
    [
        ("Name,Email,Buyer Name,Buyer Email\n,,Bo,bo@x.example\n", ("Bo", "bo@x.example")),
        ("Name,Email,Buyer Name,Buyer Email\nAna,ana@x.example,Bo,bo@x.example\n", ("Ana", "ana@x.example")),
        ("Name,Email,Buyer Name,Buyer Email\nAna,,Bo,bo@x.example\n", ("Ana", "bo@x.example")),
        ("Name,Email,Attendee Name,Attendee Email\nBo,bo@x.example,Ana,ana@x.example\n", ("Ana", "ana@x.example")),
        ("Käufer-Name;Käufer-E-Mail;Teilnehmername;Teilnehmer-E-Mail\nBo;bo@x.example;;\n", ("Bo", "bo@x.example")),
        ("Guest first name,Last name,Email\nAna,Silva,a@x.example\n", ("Ana Silva", "a@x.example")),
        ("First Name,Last Name,Email\nInfo Requested,Info Requested,a@x.example\n", ("", "a@x.example")),
    ],
)
def test_the_guests_own_value_wins_and_the_buyers_stands_in(text: str, guest: tuple[str, str]) -> None:
    (found,) = read_guest_list(text).guests
    assert (found.name, found.address) == guest


@pytest.mark.parametrize(
    ("named", "guest"),
    [
        ({"email": "Contact"}, ("Ana", "ana@x.example")),
        ({"email": "CONTACT ", "name": "Nick"}, ("Annie", "ana@x.example")),
        ({"email": "Contact", "status": "Nick"}, ("Ana", "ana@x.example")),
    ],
)
def test_a_column_can_be_named_by_hand(named: dict[str, str], guest: tuple[str, str]) -> None:
    (found,) = read_guest_list("Name,Nick,Contact\nAna,Annie,ana@x.example\n", named).guests
    assert (found.name, found.address) == guest


def test_a_column_that_is_not_there_is_told_with_the_headings() -> None:
    with pytest.raises(Refused) as refused:
        read_guest_list("Name,Contact\nAna,ana@x.example\n", {"email": "Kontakt"})
    assert (refused.value.code, refused.value.facts) == (
        "column_missing",
        {"columns": "Kontakt", "headings": "Name, Contact"},
    )
