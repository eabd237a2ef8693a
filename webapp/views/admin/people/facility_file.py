"""People for a facility from a file: looked at first, then all of them or nobody."""

from typing import Any

from flask import make_response, render_template
from sqlalchemy import Row

from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.services.classes.people.facility_people import add_to_facility
from webapp.services.classes.people.people_file import PersonLine, rehearse_adding
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.people.facility_people import ADDING, people_added, people_page
from webapp.views.admin.people.guest_file import ColumnForm, GuestFile, column_form, misread, sent_guest_file
from webapp.views.errors import status_of
from webapp.views.guards import staff
from webapp.views.loading import load_facility


@blueprint.post("/facilities/<id:facility_id>/people/file")
@staff(Permission.MANAGE_CLASSES)
def look_at_facility_file(facility_id: int):
    """Show what every line would come to; writes nothing."""
    facility = load_facility(facility_id, Permission.MANAGE_CLASSES)
    file = None
    try:
        file = sent_guest_file()
        lines = rehearse_adding(file.lines())
    except Refused as refused:
        return _refused(facility, file, refused)
    return _page(facility, column_form(file), lines=lines)


@blueprint.post("/facilities/<id:facility_id>/people/file/add")
@staff(Permission.MANAGE_CLASSES)
def add_facility_file(facility_id: int):
    """Add everybody of the file that was looked at, or, if one line is wrong, nobody."""
    facility = load_facility(facility_id, Permission.MANAGE_CLASSES)
    file = None
    try:
        file = sent_guest_file()
        lines = rehearse_adding(file.lines())
        if any(line.stands_in_the_way for line in lines):
            return _page(facility, column_form(file), lines=lines, status=409)
        names = {line.whom: line.name for line in lines if line.whom and not line.is_left_out}
        added = add_to_facility(facility_id=facility_id, names=names, now=request_time.now())
    except Refused as refused:
        return _refused(facility, file, refused)
    return people_added(facility_id, added, left_out=sum(line.is_left_out for line in lines))


def _refused(facility: Row, file: GuestFile | None, refused: Refused) -> Any:
    """The columns to choose from where that can mend it, else the form that asks for a file."""
    columns = column_form(file, refused) if file else None
    if columns is not None:
        return _page(facility, columns, status=status_of(refused))
    form = ADDING.filled()
    form.refuse(refused)
    return people_page(facility, form)


def _page(
    facility: Row, columns: ColumnForm | None, *, lines: list[PersonLine] | None = None, status: int = 200
) -> Any:
    lines = lines or []
    body = render_template(
        "admin/people/facility_file.html",
        facility=facility,
        lines=lines,
        columns=columns,
        misread=misread(lines),
        in_the_way=sum(line.stands_in_the_way for line in lines),
        to_add=sum(line.problem is None for line in lines),
        left_out=sum(line.is_left_out for line in lines),
    )
    return make_response(body, status)
