"""A file of people for a class: looked at first, then all of them or nobody."""

from collections import Counter
from typing import Any

from flask import flash, g, make_response, render_template, request, url_for

from webapp import clock
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.classes.program_class import ClassFacts
from webapp.services.classes.class_enrollment import enroll_many
from webapp.services.people.people_file import PersonLine, lines_of_addresses, read_people_file, rehearse_lines
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.class_people.adding import counted
from webapp.views.admin.programs.fields import switch
from webapp.views.errors import status_of
from webapp.views.form_input import one_field
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.responses import see_other
from webapp.views.wording import refusal_sentence


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
    try:
        lines = rehearse_lines(read_people_file(sent_file("file")), class_id=class_id)
    except Refused as refused:
        return _refused(facts, refused)
    return _page(facts, lines=lines)


@blueprint.post("/classes/<id:class_id>/people/file/enroll")
@staff(Permission.MANAGE_CLASSES)
def enroll_people_file(class_id: int):
    """Enroll everybody of the list that was looked at, or, if one cannot be, nobody."""
    facts = load_staff_class(class_id, Permission.MANAGE_CLASSES)
    try:
        despite_clash = switch(one_field("despite_clash"))
        lines = rehearse_lines(
            lines_of_addresses(one_field("addresses").split()), class_id=class_id, despite_clash=despite_clash
        )
        if any(stands_in_the_way(line) for line in lines):
            return _page(facts, lines=lines, status=409)
        bulk = enroll_many(
            class_id=class_id, user_ids=[line.user_id for line in lines if line.user_id], actor=the_actor(),
            by=the_actor().acts_as(facts.organization_id), now=clock.now(), source="import",
            despite_clash=despite_clash, all_or_nothing=True,
        )  # fmt: skip
    except Refused as refused:
        return _refused(facts, refused)
    flash(f"{counted(bulk)}." if not bulk.refused else f"{counted(bulk)}, because they are in already.")
    return see_other(url_for("admin.class_people", class_id=class_id))


def stands_in_the_way(line: PersonLine) -> bool:
    """One such line leaves everybody out; who is in already is no problem."""
    return line.problem is not None and line.problem.code != "already_enrolled"


def sent_file(name: str) -> bytes:
    """The one file of a form. Raises `file_missing`, `field_repeated`."""
    files = request.files.getlist(name)
    if len(files) > 1:
        raise Refused("field_repeated", field=name)
    if not files or not files[0].filename:
        raise Refused("file_missing")
    return files[0].read()


def _refused(facts: ClassFacts, refused: Refused) -> Any:
    g.refusal = refused.code
    return _page(facts, problem=refusal_sentence(refused.code, **refused.facts), status=status_of(refused))


def _page(
    facts: ClassFacts, *, lines: list[PersonLine] | None = None, problem: str | None = None, status: int = 200
) -> Any:
    lines = lines or []
    in_the_way = [line for line in lines if stands_in_the_way(line)]
    counts = Counter(line.place.status.value for line in lines if line.place)
    body = render_template(
        "admin/classes/people_file.html", program_class=facts, lines=lines, in_the_way=in_the_way, counts=counts,
        problem=problem, already=sum(line.problem is not None for line in lines) - len(in_the_way),
        clashes_only=bool(in_the_way) and all(one.problem.code == "person_clash" for one in in_the_way if one.problem),
        addresses="\n".join(line.address for line in lines),
    )  # fmt: skip
    return make_response(body, status)
