"""A file of people for a class: looked at first, then all of them or nobody."""

from collections import Counter
from typing import Any

from flask import flash, g, make_response, render_template, url_for

from webapp.domain.permission import Permission
from webapp.domain.places.enrollment import EnrollmentSource
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.classes.program_class import ClassFacts
from webapp.services.classes.people.class_enrollment import enroll_many
from webapp.services.classes.people.people_file import (
    PersonLine,
    line_of_address,
    lines_of_addresses,
    rehearse_lines,
    to_enroll,
)
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.class_people.adding import counted
from webapp.views.admin.people.guest_file import ColumnForm, column_form, misread, sent_guest_file
from webapp.views.errors import status_of
from webapp.views.forms.readers import switch
from webapp.views.forms.sent import one_field
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.responses import see_other
from webapp.views.words.refusals import refusal_sentence


@blueprint.get("/classes/<id:class_id>/people/file")
@staff(Permission.MANAGE_CLASSES)
def class_people_file(class_id: int):
    """Ask for the file."""
    return _page(load_staff_class(class_id, Permission.MANAGE_CLASSES))


@blueprint.post("/classes/<id:class_id>/people/file")
@staff(Permission.MANAGE_CLASSES)
def look_at_people_file(class_id: int):
    """Show what every line would come to; writes nothing."""
    facts = load_staff_class(class_id, Permission.MANAGE_CLASSES)
    file = None
    try:
        file = sent_guest_file()
        lines = rehearse_lines(file.lines(), class_id=class_id)
    except Refused as refused:
        return _refused(facts, refused, columns=column_form(file, refused) if file else None)
    return _page(facts, lines=lines, columns=column_form(file))


@blueprint.post("/classes/<id:class_id>/people/file/enroll")
@staff(Permission.MANAGE_CLASSES)
def enroll_people_file(class_id: int):
    """Enroll everybody of the list that was looked at, or, if one cannot be, nobody."""
    facts = load_staff_class(class_id, Permission.MANAGE_CLASSES)
    try:
        despite_clash = switch(one_field("despite_clash"))
        lines = rehearse_lines(
            lines_of_addresses(one_field("addresses")), class_id=class_id, despite_clash=despite_clash
        )
        if any(line.stands_in_the_way for line in lines):
            return _page(facts, lines=lines, status=409)
        bulk = enroll_many(
            class_id=class_id,
            user_ids=[line.user_id for line in to_enroll(lines) if line.user_id],
            actor=the_actor(),
            by=the_actor().acts_as(facts.organization_id),
            now=request_time.now(),
            source=EnrollmentSource.IMPORT,
            despite_clash=despite_clash,
            all_or_nothing=True,
        )
    except Refused as refused:
        return _refused(facts, refused)
    flash(
        f"{counted(bulk)}."
        if not bulk.refused
        else gettext("{counted}. The rest are already enrolled.", counted=counted(bulk))
    )
    return see_other(url_for("admin.class_people", class_id=class_id))


def _refused(facts: ClassFacts, refused: Refused, *, columns: ColumnForm | None = None) -> Any:
    g.refusal = refused.code
    problem = refusal_sentence(refused.code, **refused.facts)
    return _page(facts, problem=problem, columns=columns, status=status_of(refused))


def _page(
    facts: ClassFacts,
    *,
    lines: list[PersonLine] | None = None,
    problem: str | None = None,
    columns: ColumnForm | None = None,
    status: int = 200,
) -> Any:
    lines = lines or []
    in_the_way = [line for line in lines if line.stands_in_the_way]
    counts = Counter(line.place.status.value for line in lines if line.place)
    body = render_template(
        "admin/classes/people/people_file.html",
        program_class=facts,
        lines=lines,
        in_the_way=in_the_way,
        counts=counts,
        problem=problem,
        columns=columns,
        misread=misread(lines),
        **_left_out(lines),
        clashes_only=bool(in_the_way) and all(one.problem.code == "person_clash" for one in in_the_way if one.problem),
        addresses="\n".join(map(line_of_address, to_enroll(lines))),
    )
    return make_response(body, status)


def _left_out(lines: list[PersonLine]) -> dict[str, int]:
    """How many are in already, and how many lines the file itself leaves out."""
    left = Counter(line.problem.code == "already_enrolled" for line in lines if line.problem and line.is_left_out)
    return {"already": left[True], "left_out": left[False]}
