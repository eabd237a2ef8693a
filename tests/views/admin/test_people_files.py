"""Files of other products at the doors of the page: what they say of themselves is understood as by the command."""

import io
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.worlds.classes.classroom import Classroom, statuses
from tests.support.worlds.rows import digest
from webapp.adapters.spreadsheet import decode_text
from webapp.domain.permission import Role
from webapp.domain.places.lists.guest_list import read_guest_list
from webapp.models import FacilityPerson, User

EXPORTS = Path(__file__).parents[2] / "data" / "exports"
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]


@pytest.fixture
def classroom(app, world) -> Classroom:
    world.organization()
    return Classroom(app, world)


@pytest.fixture
def organizer(world, classroom, reader_of):
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


def file_of(name: str):
    return io.BytesIO((EXPORTS / name).read_bytes()), name


def belong(classroom: Classroom, world, name: str) -> None:
    """Everybody of the file belongs to the facility."""
    guests = read_guest_list(decode_text((EXPORTS / name).read_bytes()).text).guests
    addresses = dict.fromkeys(guest.address for guest in guests if guest.address)
    classroom.belong([world.person(address, email=address) for address in addresses])


def test_a_class_takes_who_comes_and_leaves_out_who_does_not(classroom, world, organizer, session) -> None:
    class_id = classroom.make(capacity=9)
    belong(classroom, world, "luma-guests.csv")
    address = f"/admin/classes/{class_id}/people/file"

    looked = organizer.post(address, file=file_of("luma-guests.csv"))

    assert "5 would be enrolled and 0 would join the waitlist. 4 lines are left out." in looked.text
    for words in (
        "Not coming: “declined”",
        "No answer yet: “invited”",
        "Waiting: “waitlist”. Places are free",
        "Waiting: “pending_approval”",
    ):
        assert words in looked.text
    organizer.post(f"{address}/enroll", addresses=looked.fields(f"{address}/enroll")["addresses"])
    assert statuses(session, class_id) == {"enrolled": 5}


def test_who_waits_in_the_file_waits_in_a_full_class_behind_the_others(classroom, world, organizer, session) -> None:
    class_id = classroom.make(capacity=3)
    belong(classroom, world, "luma-guests.csv")
    address = f"/admin/classes/{class_id}/people/file"

    looked = organizer.post(address, file=file_of("luma-guests.csv"))

    assert "3 would be enrolled and 4 would join the waitlist. 2 lines are left out." in looked.text
    addresses = looked.fields(f"{address}/enroll")["addresses"].splitlines()
    assert [line.split()[0] for line in addresses[-2:]] == ["wen@luma1.example", "petra@luma1.example"]
    organizer.post(f"{address}/enroll", addresses="\n".join(addresses))
    assert statuses(session, class_id) == {"enrolled": 3, "waitlisted": 4}


def test_the_later_answer_counts_and_one_against_a_place_is_told(classroom, world, organizer, session) -> None:
    class_id = classroom.make(capacity=9)
    belong(classroom, world, "google-forms-responses.csv")
    lia = session.scalar(select(User.id).where(User.email == "lia@gf.example"))
    classroom.enrolls(class_id, lia)
    address = f"/admin/classes/{class_id}/people/file"

    looked = organizer.post(address, file=file_of("google-forms-responses.csv"))

    assert "1 would be enrolled" in looked.text and "Answered again in line 5" in looked.text
    assert "but this person is in the class (enrolled). They stay enrolled" in looked.text
    organizer.post(f"{address}/enroll", addresses=looked.fields(f"{address}/enroll")["addresses"])
    assert statuses(session, class_id) == {"enrolled": 2}


def test_a_family_with_one_address_belongs_to_a_facility_and_is_enrolled(classroom, world, organizer, session) -> None:
    class_id = classroom.make(capacity=9)
    facility, address = f"/admin/facilities/{world.facility_id}/people", f"/admin/classes/{class_id}/people/file"
    family = b"Name,Email\nDana Krol,dana@eb.example\nLev Krol,dana@eb.example\nMia Krol,dana@eb.example\n"

    looked = organizer.post(f"{facility}/file", file=(io.BytesIO(family), "family.csv"))
    assert looked.text.count("Looked after by dana@eb.example") == 2
    organizer.post(f"{facility}/file/add", **looked.fields(f"{facility}/file/add"))
    looked = organizer.post(address, file=(io.BytesIO(family), "family.csv"))
    assert "3 would be enrolled" in looked.text
    assert looked.text.count("Looked after by dana@eb.example") == 2
    organizer.post(f"{address}/enroll", addresses=looked.fields(f"{address}/enroll")["addresses"])

    assert statuses(session, class_id) == {"enrolled": 3}
    carers = session.scalars(select(User.managed_by_id).where(User.name.in_(["Lev Krol", "Mia Krol"]))).all()
    assert set(carers) == {session.scalar(select(User.id).where(User.email == "dana@eb.example"))}


def test_a_facility_takes_everybody_but_who_does_not_come(classroom, world, organizer, session) -> None:
    address = f"/admin/facilities/{world.facility_id}/people"

    looked = organizer.post(f"{address}/file", file=file_of("zoom-registrations.csv"))

    assert "1 person would be added. 2 lines are left out." in looked.text
    assert session.scalar(select(FacilityPerson.user_id)) is None
    done = organizer.post(f"{address}/file/add", **looked.fields(f"{address}/file/add"))
    assert done.location == address
    told = "1 person added, 2 lines left out that repeated someone or said “not coming”."
    assert told in organizer.get(address).text
    added = session.scalars(select(User.email).join(FacilityPerson, FacilityPerson.user_id == User.id)).all()
    assert added == ["vera5@zoom.example"]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: file_of("meetup-rsvps.tsv"), "This file has no email addresses. Add a column named “Email”."),
        (lambda: (io.BytesIO(b"PK\x03\x04rest"), "people.xlsx"), "This is an Excel or OpenDocument workbook."),
        (
            lambda: (io.BytesIO(b"Who,Contact\nAna,a@x.example\n"), "a.csv"),
            "We couldn’t find a column of email addresses.",
        ),
        (lambda: (io.BytesIO(b"Ana,a@x.example\n"), "a.csv"), "The headings are: Ana, a@x.example."),
    ],
)
def test_a_file_that_cannot_be_used_says_the_true_reason_at_both_doors(
    classroom, world, organizer, session, file, sentence
) -> None:
    class_id = classroom.make()
    before = digest(session)

    for address in (f"/admin/classes/{class_id}/people/file", f"/admin/facilities/{world.facility_id}/people/file"):
        refused = organizer.post(address, file=file())
        assert (refused.status, sentence in refused.text) == (422, True)
    assert digest(session) == before
