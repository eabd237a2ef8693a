"""Guest lists of any shape: columns by their headings, lines as they stand, and clear refusals."""

from pathlib import Path

import pytest

from webapp.domain.places.lists.guest_answer import Answer
from webapp.domain.places.lists.guest_list import MOST_ROWS, read_guest_list
from webapp.domain.refusal import Refused

DATA = Path(__file__).parents[3] / "data"


def read(name: str):
    return read_guest_list((DATA / name).read_bytes().decode("utf-8"))


@pytest.mark.parametrize(
    ("heading", "used"),
    [
        ("Name,E-Mail Address", {"name": 0, "address": 1}),
        ("First Name,Last Name,Email", {"first_name": 0, "last_name": 1, "address": 2}),
        ("Vorname;Name;E-Mail-Adresse", {"first_name": 0, "last_name": 1, "address": 2}),
        ("Prénom;Nom;Courriel;Statut", {"first_name": 0, "last_name": 1, "address": 2, "status": 3}),
        (
            "Nombre,Apellidos,Correo electrónico,Cantidad",
            {"first_name": 0, "last_name": 1, "address": 2, "quantity": 3},
        ),
        ("Nome\tSobrenome\tEndereço de e-mail\tSituação", {"first_name": 0, "last_name": 1, "address": 2, "status": 3}),
        ("Nome completo|Correio eletrônico", {"name": 0, "address": 1}),
        ("Order email,Attendee email,Buyer name,Attendee name", {"address": 1, "address_2": 0, "name": 3, "name_2": 2}),
        (
            "Teilnehmername;Teilnehmer-E-Mail;Käufer-E-Mail;Storniert",
            {"name": 0, "address": 1, "address_2": 2, "cancelled": 3},
        ),
        ("Guest Name,Email (required),Attendee Status", {"name": 0, "address": 1, "status": 2}),
        ("NAME , EMAIL", {"name": 0, "address": 1}),
        ("mail", {"address": 0}),
    ],
)
def test_columns_are_recognised_by_their_headings_in_five_languages(heading: str, used: dict[str, int]) -> None:
    assert read_guest_list(f"{heading}\n").columns.used == used


def test_an_export_with_commas_and_a_mark_joins_the_halves_of_names_and_skips_who_is_not_attending() -> None:
    guests = read("guests-eventbrite.csv")

    assert guests.delimiter == ","
    assert guests.columns.unused == ("Order #", "Order Date", "Ticket Type", "Attendee #")
    assert len(guests.guests) == 612
    assert [guest.name for guest in guests.guests[:2]] == ["Zoë Chen", "Aoife Дмитриева"]
    assert sum(guest.answer is Answer.OUT for guest in guests.guests) == 31


def test_an_export_with_semicolons_keeps_count_of_lines_across_quoted_line_breaks() -> None:
    guests = read("guests-pretix.csv")

    assert (guests.delimiter, len(guests.guests)) == (";", 240)
    assert guests.guests[0].address == "BEN.IYER@FIRMA.EXAMPLE"
    assert (guests.guests[-1].number, guests.guests[-1].name) == (313, "Zoë de la Cruz")
    assert sum(guest.answer is Answer.OUT for guest in guests.guests) == 14


def test_a_messy_list_is_told_line_by_line() -> None:
    guests = {guest.number: guest for guest in read("guests-messy.csv").guests}

    assert guests[2].name == "Ana Silva"
    assert (guests[4].name, guests[4].address) == ("", "noname@post.example")
    assert (guests[5].name, guests[5].address) == ("No Mail", "")
    assert guests[7].name == '=HYPERLINK("http://evil.example","x")'
    assert guests[13].name == "Line Break"
    assert guests[15].name == "Tab bed"
    assert guests[22].name == "雅子 山田"
    assert 21 not in guests


def test_a_cancelled_column_and_no_tickets_mean_out() -> None:
    listed = read_guest_list("Name,Email,Cancelled,Quantity\nA,a@x.test,yes,1\nB,b@x.test,no,0\nC,c@x.test,,3\n")

    assert [(guest.answer, guest.says, guest.tickets) for guest in listed.guests] == [
        (Answer.OUT, "Cancelled: yes", 1),
        (Answer.OUT, "Quantity: 0", 0),
        (Answer.COMING, "", 3),
    ]


def test_lines_above_the_headings_are_passed_over() -> None:
    listed = read_guest_list("Guests of the summer party\nExported,1 June\n\nName,Email\nAna,ana@x.example\n")

    assert [(guest.number, guest.name) for guest in listed.guests] == [(5, "Ana")]


def test_old_line_ends_and_rows_of_other_lengths_are_read() -> None:
    listed = read_guest_list("Name,Email\rAna,ana@x.example,more,cells\rBen\r")

    assert [(guest.name, guest.address) for guest in listed.guests] == [("Ana", "ana@x.example"), ("Ben", "")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file_empty"),
        ("\ufeff \n\n", "file_empty"),
        ("Name,Email\nAna,a\0na@x.example\n", "file_broken"),
        ('Name,Email\n"Ana,ana@x.example\n', "file_broken"),
        ("Name,Email\n" + "a" * 200_000 + ",ana@x.example\n", "file_broken"),
        ("Name,Phone\nAna,123\n", "no_addresses"),
        ("just some words", "no_addresses"),
        ("Name,Contact\nAna,ana@x.example\n", "no_address_column"),
        ("Name,Email\n" + "Ana,ana@x.example\n" * (MOST_ROWS + 1), "too_many_rows"),
    ],
)
def test_what_is_no_guest_list_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_guest_list(text)
    assert refused.value.code == code


def test_as_many_rows_as_allowed_are_read() -> None:
    assert len(read_guest_list("Name,Email\n" + "Ana,ana@x.example\n" * MOST_ROWS).guests) == MOST_ROWS
