"""Headings of guest lists: what they mean, whose it is, and what only looks like one."""

import pytest

from webapp.domain.places.lists.guest_heading import Whose, meaning_of

MEANS = {
    "address": [
        "Email",
        "E-Mail-Adresse",
        "What is your email address?",
        "Bitte gib deine E-Mail-Adresse ein",
        "Quelle est votre adresse e-mail ?",
        "¿Cuál es tu correo electrónico?",
        "Qual é o seu e-mail?",
        "Ticket Holder Email",
        "Buyer Email",
        "User Email",
        "Work email",
        "1. Email",
        "Username",
        "Email:*",
    ],
    "first": ["First Name", "Vorname", "Attendee first name", "prénom"],
    "last": ["Last Name", "Nachname", "Buyer Last Name", "Apellidos"],
    "full": ["What is your full name?", "Full name", "Nome completo", "Nom et prénom"],
    "name": ["Name", "Name (Original Name)", "Your name", "Ticket holder name", "Wie lautet dein Name?"],
    "status": [
        "Status",
        "approval_status",
        "Approval Status",
        "Payment status",
        "Registration Status",
        "RSVP",
        "Attendee Status",
        "Will you attend?",
        "Will you be there?",
        "Are you coming?",
        "Can you make it?",
        "Will you attend the event?",
        "Zahlungsstatus",
        "Anmeldestatus",
        "Kommst du?",
        "Nehmen Sie teil?",
        "Sind Sie dabei?",
        "Estado del pago",
        "¿Asistirás?",
        "¿Vas a asistir?",
        "Statut du paiement",
        "Serez-vous présent ?",
        "Viendrez-vous ?",
        "Situação da inscrição",
        "Você vai participar?",
    ],
    "cancelled": ["Void", "Cancelled", "Canceled at", "Storniert", "Anulado", "Refunded"],
    "quantity": ["Quantity", "Number of tickets", "Anzahl"],
    None: [
        "Will you join the dinner?",
        "What is your company email?",
        "Company",
        "Guest",
        "Guests",
        "Duration",
        "Join Time",
        "Check-in status",
        "Email status",
        "Make",
        "Attendee #",
        "Participant ID (UPN)",
        "Ticket Type",
        "RSVPed on",
        "Dietary needs",
        "",
        "Registered participants",
        "x" * 201,
        "ticket_name",
        "Member ID",
    ],
}


@pytest.mark.parametrize(
    ("heading", "meaning"), [(heading, meaning) for meaning, headings in MEANS.items() for heading in headings]
)
def test_a_heading_is_recognised_by_its_kind(heading: str, meaning: str | None) -> None:
    assert meaning_of(heading)[0] == meaning


@pytest.mark.parametrize(
    ("heading", "whose"),
    [
        ("Attendee email", Whose.GUEST),
        ("Ticket Holder Email", Whose.GUEST),
        ("Email", Whose.PLAIN),
        ("Your email", Whose.ASKED),
        ("Work email", Whose.ASKED),
        ("Buyer Email", Whose.BUYER),
        ("Username", Whose.ACCOUNT),
    ],
)
def test_a_heading_says_whose_value_it_is(heading: str, whose: Whose) -> None:
    assert meaning_of(heading)[1] is whose
