"""What the forms of programs, classes and sessions send when they are filled in well, and what breaks them."""

from sqlalchemy import select

from tests.support.worlds.world import NOON
from webapp.models import ClassSession

BROKEN_TEXTS = [
    "",
    "   \t",
    "\u200b" * 10,
    "a\0b",
    "x" * 161,
    "x" * 10_000,
    "x\r\nBcc: a@evil.example",
    "\x1b[31m",
]
HOSTILE_TEXTS = [
    "\U0001f3b7" * 160,
    "\u202eevil",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<div hx-get=/admin hx-trigger=load>",
    "{{7*7}}${7*7}",
    "' OR 1=1 --",
    "محمد الأمين",
]
BROKEN_DATES = [
    "",
    "2026-13-01",
    "2026-02-30",
    "0000-00-00",
    "10000-01-01",
    "1799999999",
    "tomorrow",
    "2026-6-1",
    "2026-06-15T00:00",
    "２０２６-06-15",
    "a\0b",
    "2300-01-01",
]
NUMBERS = ["", "0", "-1", "1.5", "1e3", "01", " 5", "１２", "999999999999999999999", "a\0b", "NaN"]
BROKEN_IDS = ["", "0", "-1", "x", "999999", "a\0b", "9" * 30, "1 OR 1=1"]


def program_form(world, **changes) -> dict:
    usual = {
        "name": "Pottery",
        "description": "Clay.",
        "organization_id": world.organization_id,
        "facility": world.facility_id,
        "request_id": "form-00000001",
    }
    return {**usual, **changes}


def class_form(world, **changes) -> dict:
    usual = {
        "title": "Pottery, beginners",
        "description": "",
        "facility_id": world.facility_id,
        "room_id": "",
        "instructor_id": "",
        "capacity": "20",
        "has_waitlist": "1",
        "starts_on": "2026-06-15",
        "ends_on": "2026-12-18",
        "required_percent": "80",
        "request_id": "form-00000001",
    }
    return {**usual, **changes}


def plan_form(**changes) -> dict:
    usual = {
        "repeat": "weekly",
        "interval": "1",
        "starts_on": "2026-06-15",
        "at": "18:30",
        "minutes": "90",
        "until": "",
        "count": "4",
        "rule": "",
        "room_id": "",
        "instructor_id": "",
    }
    return {**usual, **changes}


def errors_of(page) -> list[str]:
    return [href for href in page.links().values() if href.startswith("#") and href != "#main"]


def planned(classroom, organizer, **changes) -> int:
    class_id = classroom.make(starts_on=NOON.date().replace(day=15), ends_on=NOON.date().replace(month=12))
    assert organizer.post(f"/admin/classes/{class_id}/sessions/new", **plan_form(**changes)).status == 303
    return class_id


def sessions(session, class_id) -> list:
    session.rollback()
    query = select(ClassSession.__table__).where(ClassSession.class_id == class_id).order_by(ClassSession.rule_on)
    rows = session.execute(query).all()
    session.rollback()
    return rows
