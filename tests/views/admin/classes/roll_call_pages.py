"""The sheet of a session as its page sends it, and what is stored then."""

import csv
import io

from sqlalchemy import select

from tests.support.worlds.classes.running_class import RunningClass
from webapp.domain.classes.roll_call import Line, RollCallStatus
from webapp.models import ClassAttendance


def sheet(running_class: RunningClass) -> str:
    return f"/admin/classes/{running_class.class_id}/roll-call/{running_class.session_id}"


def saying(running_class: RunningClass, *statuses: str, seen: int = 0, **more: str) -> dict[str, str]:
    """The fields of the first people; others by `<field>_<place>`."""
    fields = {}
    for user_id, status in zip(running_class.people, statuses, strict=False):
        fields |= {f"version-{user_id}": str(seen), f"status-{user_id}": status}
    for name, value in more.items():
        field, at = name.split("_")
        fields[f"{field}-{running_class.people[int(at)]}"] = value
    return fields


def standing(session, running_class: RunningClass) -> list[tuple[str, int]]:
    session.rollback()
    row = ClassAttendance
    query = select(row.status, row.minutes).where(row.session_id == running_class.session_id).order_by(row.user_id)
    return [tuple(one) for one in session.execute(query)]


def records(page) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page.html.removeprefix("\ufeff"))))


def line_of(status: str) -> Line:
    return Line(RollCallStatus(status))
